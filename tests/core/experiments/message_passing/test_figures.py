"""Panels of the message-passing page: what the words say adds up."""

import numpy as np
import pytest

from core.experiment import record
from core.experiments.message_passing import figures
from core.experiments.message_passing import figures_words as equations
from core.experiments.message_passing.analysis import outputs, shipped
from core.experiments.message_passing.experiment import MessagePassing, MessagePassingSettings
from core.experiments.message_passing.film import MESSAGE, SUM, UPDATE, moments
from core.experiments.message_passing.notes import shown
from core.experiments.message_passing.settings import MODELS
from core.film import Film
from core.molecules.names import NAMES
from core.qm9.data.targets import KEYS, targets_from_learned
from core.qm9.data.task import references_of

CASES = pytest.mark.parametrize("model", MODELS)


def made(**changes):
    experiment, film = MessagePassing(MessagePassingSettings(**changes)), Film()
    record(experiment, film, 1000)
    return experiment.scene, film


def numbers(film, frame, line):
    """The numbers of a line as the player reads them."""
    return [float(film[v["track"]][frame].reshape(-1)[v["column"]]) for v in line["values"]]


def named(scene, start):
    """Lines of the worked equation that begin so."""
    return [one for one in equations.worked(scene)["lines"] if one["text"].startswith(start)]


@CASES
@pytest.mark.parametrize("atom", range(1, 10))
def test_what_is_written_out_adds_up(model, atom):
    """Weight times number is the message; messages make the sum; the sum makes the update."""
    scene, film = made(model=model, atom=atom, relabel=True, seed=6)
    ends = [i for i, now in enumerate(moments(4, 9)) if now.stage == UPDATE]
    bonded = int((scene.original.bond_codes[atom - 1] > 0).sum())
    for frame in (ends[0], ends[-1]):
        messages = [numbers(film, frame, line) for line in named(scene, "ψ from")]
        assert len(messages) == bonded + (model != "mpnn")
        for *factors, message in messages:
            assert np.prod(factors or message) == pytest.approx(message, abs=1e-5)
        (summed,) = named(scene, "Σ ψ")
        *terms, total = numbers(film, frame, summed)
        assert terms == [one[-1] for one in messages]
        assert sum(terms) == pytest.approx(total, abs=1e-5)
        (update,) = named(scene, "φ = h")
        old, *inside, new = numbers(film, frame, update)
        step = inside[0] if model == "mpnn" else max(0.0, sum(inside))
        assert old + step == pytest.approx(new, abs=1e-5)


def test_the_framed_row_is_that_of_the_atom():
    scene, _ = made(atom=3, relabel=True, seed=4)
    for panel in figures.matrices(scene):
        ticks = panel["figure"]["layout"]["yaxis"]
        for shape in panel["figure"]["layout"].get("shapes", ()):
            middle = (shape["y0"] + shape["y1"]) / 2
            assert ticks["ticktext"][ticks["tickvals"].index(middle)] == scene.labels[scene.row[2]]


@CASES
@pytest.mark.parametrize("target", ["gap", "mu", "u0"])
def test_how_the_pooled_state_becomes_a_number_with_a_unit(model, target):
    """What counts say, and what the readout of all channels adds to it, by the model's own way."""
    scene = made(model=model, target=target)[0]
    z = outputs(scene.model, scene.rounds[-1].h)[1].detach().numpy()
    held, references = shipped(model).linear, references_of(scene.graphs)
    counts = held.predict(scene.graphs)
    by_counts, both = (targets_from_learned(learned, references)[0, KEYS.index(target)]
                       for learned in (counts, counts + z * held.scale))  # fmt: skip
    assert scene.target == pytest.approx(both, abs=1e-6)
    said = " ".join(line["text"] for line in equations.worked(scene)["lines"])
    assert f"rings say {shown(by_counts)} " in said
    assert f"moves it by {shown(scene.target - by_counts)}." in said
    assert f"all {scene.start.shape[1]} channels" in said


def test_the_channel_is_said_and_why_it_was_chosen():
    for channel, why in ((0, True), (7, False)):
        scene, _ = made(channel=channel)
        said = " ".join(line["text"] for line in equations.worked(scene)["lines"])
        assert f"channel k = {scene.channel + 1} of {scene.start.shape[1]}" in said
        assert ("since atoms differ most" in said) == why


def test_messages_to_the_atom_looked_at_are_written_on_its_bonds():
    """The numbers of the worked equation, from the message to the end of the sum."""
    scene, film = made(atom=6, relabel=True, seed=6)
    u, v = scene.edges.T
    for frame, now in enumerate(moments(4, 9)):
        sent = film["sent"][frame]
        under_way = now.stage == MESSAGE or (now.stage == SUM and now.t < 1)
        np.testing.assert_array_equal(sent != 0, (v == scene.atom) & under_way)
        if under_way:
            mine = v == scene.atom
            np.testing.assert_array_equal(sent[mine], film["psi"][frame][scene.atom, u[mine]])


def test_matrices_and_smoothing_come_after_what_moves():
    names = [panel["id"] for panel in figures.panels(MessagePassingSettings())]
    assert names[:2] == ["molecule", "worked"] and names[-1] == "smoothing"
    assert names.index("A") > names.index("labels")


def test_labels_say_what_changed():
    lines = {line["text"]: line["mark"] for line in equations.labels(made()[0])["lines"]}
    assert not {"right", "wrong"} & set(lines.values())
    moved = equations.labels(made(relabel=True)[0])["lines"]
    assert [line["mark"] for line in moved] == ["right", "wrong", "muted"]
    assert "equal in every digit" in moved[0]["text"]
    large = equations.labels(made(smiles=NAMES["caffeine"])[0])["lines"]
    assert any("9 atoms only" in line["text"] for line in large)
