"""The graph attention page: its numbers are the network's own, and what it claims was measured."""

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from core.experiment import run
from core.experiments.graph_attention import figures, sample
from core.experiments.graph_attention.experiment import STEPS
from core.experiments.graph_attention.pictures import GraphAttention
from core.experiments.graph_attention.settings import GraphAttentionSettings, atom_of
from core.experiments.graph_attention.study import spearman, study
from core.molecules.picture import edges
from core.qm9.data.graphs import from_molecules
from core.qm9.data.targets import KEYS
from core.qm9.networks import package
from core.qm9.prediction.predict import from_smiles, predict

ACETAMIDE = "CC(N)=O"


def film_of(**chosen):
    experiment = GraphAttention(GraphAttentionSettings(**chosen))
    return run(experiment, STEPS), experiment


@pytest.mark.parametrize("target", ["lumo", "mu", "u0", "a"])
def test_it_ends_where_the_shipped_network_predicts(target):
    film, _ = film_of(smiles=ACETAMIDE, target=target)
    expected = predict([ACETAMIDE], package.load("gat"))[0].properties[target].value
    assert float(film["prediction"][-1]) == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_weights_at_the_end_are_those_of_a_plain_run():
    film, experiment = film_of(smiles=ACETAMIDE, layer=2, head="3")
    trace = []
    model = package.load("gat").predictor.members[0]
    with torch.no_grad():
        model(from_molecules([from_smiles(ACETAMIDE)]), trace)
    for k, (u, v) in enumerate(edges(ACETAMIDE)):
        alpha = torch.stack([layer["attention"][0, :, v, u] for layer in trace]).numpy()
        expected = np.concatenate([alpha.mean(1, keepdims=True), alpha], 1).ravel()
        np.testing.assert_allclose(film["arrows"][-1][k], expected, atol=1e-3)  # 16 bits
    expected = trace[1]["attention"][0, 2].numpy()
    np.testing.assert_allclose(film["matrix"][-1], expected, atol=1e-3)
    assert experiment.study.head == 3


def test_the_equation_is_worked_out_right():
    film, experiment = film_of(layer=2)
    f, exp, total = (film[name][-1].astype(float) for name in ("f", "exp", "sum"))
    np.testing.assert_allclose(exp[:, 1:], np.exp(f[:, 1:]), rtol=1e-5)
    np.testing.assert_allclose(exp.sum(0)[1:], total[1:], rtol=1e-5)
    np.testing.assert_allclose(film["alpha"][-1], film["used"][-1], atol=1e-6)
    np.testing.assert_allclose(film["alpha"][-1][:, 1:], exp[:, 1:] / total[1:], rtol=1e-4)
    np.testing.assert_allclose(film["alpha"].sum(1), 1, atol=1e-5)
    assert len(f) == len(experiment.study.N_v) == 3


@pytest.mark.parametrize("path", ["layer by layer", "all at once"])
def test_the_way_from_uniform_to_learned(path):
    film, experiment = film_of(smiles=ACETAMIDE, path=path)
    np.testing.assert_allclose(film["arrows"][0], film["even"][0][:, None].repeat(20, 1), atol=1e-3)
    np.testing.assert_allclose(film["matrix"].astype(float).sum(-1), 1, atol=5e-3)
    half = film["mix"][STEPS // 2]
    assert half.tolist() == ([1, 1, 0, 0] if path == "layer by layer" else [0.5] * 4)
    for step in (0, 17, STEPS):  # each frame is a run of its own
        assert experiment.predict(step) == pytest.approx(float(film["prediction"][step]), rel=1e-6)
    assert film["loss"][0] == 0 and film["loss"][-1] > 0


@pytest.mark.parametrize("scope", ["all layers", "this layer"])
def test_bars_and_scatter_speak_of_the_same_masking(scope):
    found = study(GraphAttentionSettings(smiles=ACETAMIDE, scope=scope, layer=3, target="gap"))
    row = -1 if scope == "all layers" else 2
    for place, u in enumerate(found.N_v[1:], start=1):
        edge = found.edges.tolist().index([int(u), found.v])
        assert found.change_e[edge] == pytest.approx(found.change_v[row, place], abs=1e-9)
    assert found.alpha_v.sum(1) == pytest.approx(1)
    expected = spearmanr(found.alpha_e, np.abs(found.change_e)).statistic
    assert found.rank_correlation == pytest.approx(expected)


def test_rank_correlation_with_ties_and_gaps():
    a = np.array([1.0, 2, 2, 3, np.nan, 5, 4])
    b = np.array([2.0, 1, 7, 7, 3, 9, 0])
    known = np.isfinite(a)
    assert spearman(a, b) == pytest.approx(spearmanr(a[known], b[known]).statistic)
    assert np.isnan(spearman(a[:2], b[:2])) and np.isnan(spearman(np.ones(5), b[:5]))


@pytest.mark.parametrize(
    ("smiles", "atom", "expected"),
    [("O=Cc1ccccc1", 0, 1), ("CC(N)=O", 0, 1), ("CCO", 0, 1), ("CC(N)=O", 4, 3),
     ("CO", 40, 0), ("C", 0, 0)],
)  # fmt: skip
def test_the_carbonyl_carbon_is_found(smiles, atom, expected):
    assert atom_of(GraphAttentionSettings(smiles=smiles, atom=atom)) == expected


def test_an_atom_without_bonds_has_nothing_to_mask():
    film, experiment = film_of(smiles="C")
    assert np.isnan(experiment.study.change_v).all() and film["loss"][-1] == 0
    assert any("no neighbor" in note.text for note in film.notes)


def test_a_wrong_atom_is_named():
    film, _ = film_of(smiles="CO", atom=40)
    assert any("has no atom 40" in note.text for note in film.notes)


@pytest.mark.parametrize("u", [0, 2, 3])
def test_a_silenced_neighbor_moves_the_prediction_as_its_bar_says(u):
    """In the film, in the script's table, and in words; the other weights add up to 1 again."""
    film, experiment = film_of(smiles=ACETAMIDE, silence=u + 1)
    whole, v = study(GraphAttentionSettings(smiles=ACETAMIDE)), 1
    expected = whole.change_v[-1, whole.N_v.tolist().index(u)]
    moved = float(film["prediction"][-1]) - whole.learned[0]
    assert moved == pytest.approx(expected, abs=1e-6) and abs(moved) > 1e-3
    assert u not in experiment.study.N_v and experiment.settings.embedded["neighbors"][v, u] == 0
    assert film["matrix"][-1][v, u] == 0
    np.testing.assert_allclose(film["alpha"].sum(1), 1, atol=1e-5)
    panels = {panel["id"]: panel for panel in figures.panels(experiment.settings)}
    said = panels["equations"]["lines"][0]["text"].replace("−", "-")
    assert f"LUMO moves by {expected:+.3g} eV" in said
    plain = {panel["id"]: panel for panel in figures.panels(whole.settings)}
    assert panels["masked"] == plain["masked"] and panels["given"] == plain["given"]


@pytest.mark.parametrize("atom", [2, 40])  # itself, and nobody
def test_nobody_is_silenced_who_is_no_neighbor(atom):
    film, _ = film_of(smiles=ACETAMIDE, silence=atom)
    plain, _ = film_of(smiles=ACETAMIDE)
    np.testing.assert_array_equal(film["prediction"], plain["prediction"])
    assert any(f"Atom {atom} is no neighbor of C2" in note.text for note in film.notes)


def test_two_bar_charts_stand_beside_the_molecule():
    settings = GraphAttentionSettings()
    names = [panel["id"] for panel in figures.panels(settings)]
    assert names[:3] == ["molecule", "given", "masked"]
    said = [readout["label"] for readout in figures.readouts(settings)]
    assert said[:2] == ["Layer 1 learned", "Layer 2 learned"]


# --- the recorded sample --------------------------------------------------------------------------


def test_the_recorded_numbers_are_those_of_the_shipped_network():
    assert sample.recorded() is not None, f"another checkpoint: run {sample.RECORD}"


def test_recording_again_gives_the_same_and_within_bounds():
    again = sample.sample(4, seed=3)
    assert again == sample.sample(4, seed=3)
    assert set(again["properties"]) == set(KEYS)
    for numbers in again["properties"].values():
        assert -1 <= min(numbers["rho"]) <= max(numbers["rho"]) <= 1
        assert 0 <= min(numbers["agree"]) <= max(numbers["agree"]) <= 1
        assert 0 < numbers["chance"] <= 0.5


def test_a_molecule_of_the_sample_against_the_page():
    answer = sample.ask(ACETAMIDE, np.zeros(19), seed=0)
    found = study(GraphAttentionSettings(smiles=ACETAMIDE, target="mu"))
    t = KEYS.index("mu")
    assert answer["rho"][t, -1] == pytest.approx(found.rank_correlation)
    assert answer["error"][:, t] == pytest.approx(
        [found.learned[0], found.plain, found.dealt.mean()]
    )
    bonds = found.edges[found.edges[:, 1] == found.v]  # three bonds: the only atom with a choice
    assert answer["atoms"][t, 0] == 1 and answer["chance"][t, 0] == pytest.approx(1 / len(bonds))
    same = found.alpha_v.mean(0)[1:].argmax() == np.abs(found.change_v[-1][1:]).argmax()
    assert answer["agree"][t, -1] == same
