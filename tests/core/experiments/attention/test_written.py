"""Digits and molecules as tokens, against scikit-learn and RDKit; both are learned."""

import unicodedata

import numpy as np
import pytest
import torch
from rdkit import Chem
from sklearn.datasets import load_digits

from core.experiments.attention import digits
from core.experiments.attention.molecules import GROUPS, bonded, seen
from core.experiments.attention.pictures import Attention
from core.experiments.attention.problems import ADDITION, DIGITS, MOLECULES, PROBLEMS, RECALL
from core.experiments.attention.settings import (
    AttentionSettings,
    drawing,
    looked,
    moved_to,
    places,
    right_places,
    shown_sequence,
    stroked,
    tokens,
)
from core.export import script
from core.settings import SettingError
from tests.programs import printed_by

PLAIN = (1, 11, 21, 69, 74)
CAFFEINE = "Cn1c(=O)c2c(ncn2C)n(C)c1=O"


def test_patches_are_the_ink_of_scikit_learn():
    found = load_digits()
    x = digits.as_tokens(digits.pictures())
    for k in (0, 7, 1500, 1796):
        np.testing.assert_array_equal(digits.pixels(x[k]), found.images[k] >= digits.INK)
    np.testing.assert_array_equal(digits.digit_of(x, x)[:, -1], found.target)


@pytest.mark.parametrize("k", PLAIN)
def test_dots_drawn_where_a_picture_has_ink_are_this_picture(k):
    """Of narrow pictures in the middle with no empty pixel among many with ink, which fill it."""
    ink = load_digits().images[k] >= digits.INK
    down, right = ink.nonzero()
    rows = [(i, x + 0.5, 7.5 - y) for i, (x, y) in enumerate(zip(right, down, strict=True))]
    x = digits.of_strokes(rows)
    assert x[:-1].tolist() == digits.as_tokens(digits.pictures())[k, :-1].tolist()
    np.testing.assert_array_equal(digits.pixels(x), ink)
    dots = digits.dots(x)
    assert sorted(map(tuple, dots[~dots.isnan().any(-1)].tolist())) == sorted(r[1:] for r in rows)


SEVEN = [(0, 0, 6), (0, 4, 6), (0, 2, 0), (1, 1, 3), (1, 3, 3)]  # stroke, x, y; 4 wide and 6 tall


@pytest.mark.parametrize(
    ("size", "right", "up"), [(1, 0, 0), (1, 3.5, 2), (0.8, 0.3, 2.7), (1.2, 1, 0.4)]
)
def test_a_digit_may_be_drawn_anywhere_in_the_frame_and_small(size, right, up):
    """Its ink fills the height, as that of nearly all known ones, and stands in the middle."""
    rows = [(k, size * x + right, size * y + up) for k, x, y in SEVEN]
    ink = digits.pixels(digits.of_strokes(rows)).numpy()
    np.testing.assert_array_equal(ink, digits.pixels(digits.of_strokes(SEVEN)).numpy())
    assert ink[0].any() and ink[-1].any()
    known = load_digits().images >= digits.INK
    assert known[:, [0, -1]].any(2).mean() > 0.99
    assert 4 <= ink.any(0).sum() <= 6
    assert abs(ink.any(0).nonzero()[0].mean() - known.any(1).nonzero()[1].mean()) < 0.6
    pen = digits.pen(rows)  # where it was drawn
    assert pen.shape == (digits.POINTS, 2) and np.isnan(pen[3]).all() and np.isnan(pen[6:]).all()
    np.testing.assert_allclose(pen[[0, 1, 2, 4, 5]], np.array(rows)[:, 1:], atol=0.01)


def test_a_thin_or_flat_stroke_is_not_blown_up():
    one = digits.pixels(digits.of_strokes([(0, 6, 2), (0, 6, 5)])).numpy()
    assert one.all(1).sum() == 0 and one.any(1).all() and one.any(0).sum() <= 2
    flat = digits.pixels(digits.of_strokes([(0, 1, 1), (0, 3, 1)])).numpy()
    assert flat.any(1).sum() <= 2 and 4 <= flat.any(0).sum() <= 6
    assert digits.pixels(digits.of_strokes([(0, 1, 1)])).sum() <= 4


def test_a_drawn_digit_is_read_by_the_network_as_it_is_and_nothing_learns_from_it():
    settings = AttentionSettings(target=DIGITS, width=16, beside=False)
    experiment, other = Attention(settings), Attention(settings)
    experiment.step(20)
    first = experiment.snapshot()
    text = stroked(settings, [(1, 7.5), (7, 7.5)])  # along the upper edge: it goes to the middle
    experiment.change("strokes", text)
    seen = experiment.snapshot()
    assert seen["picture"][3:5, 2:6].all() and not seen["picture"][[0, 1, 2, 5, 6, 7]].any()
    assert np.isnan(first["pen"]).all() and seen["pen"][0].tolist() == [1, 7.5]
    x = experiment.shown
    chances = experiment.models["net"](x)[0, -1].softmax(-1)
    assert seen["reads"] == int(chances.argmax()) and x.max() > digits.ASKED + 9
    assert seen["sure"] == pytest.approx(float(chances.max().detach()), abs=1e-6)
    assert not seen["lens"].any() and (first["told"], seen["told"]) == (1, 0)  # nobody has said it
    assert seen["loss"] == first["loss"]
    experiment.step(5), other.step(25)
    assert experiment.loss() == other.loss()
    experiment.change("strokes", "")
    assert torch.equal(experiment.shown, shown_sequence(settings))


def test_a_drawing_goes_on_and_names_places_that_hold_for_every_frame():
    settings = AttentionSettings(target=DIGITS)
    for path in ([(1, 1), (1, 7)], [(7, 1), (7, 7)]):
        settings = settings.replace(changes=((9, "strokes", stroked(settings, path)),))
    assert {row[0] for row in drawing(settings)} == {0, 1}
    assert tokens(settings) == [*map(str, range(1, 17)), "?"]
    assert places(settings)[2::14] == ["patch (3)", "? (17)"]
    assert drawing(settings.replace(target=RECALL)) == ()
    assert tokens(moved_to(settings, RECALL)) == tokens(AttentionSettings())
    with pytest.raises(SettingError, match="strokes"):
        AttentionSettings(target=DIGITS, changes=((9, "strokes", "1,2"),))


def test_the_network_never_reads_the_digit():
    x = digits.as_tokens(digits.pictures())
    assert (digits.without_label(x)[:, -1] == digits.ASKED).all()
    model = Attention(AttentionSettings(target=DIGITS, width=16, beside=False)).models["net"]
    other = x[:3].clone()
    other[:, -1] = digits.ASKED + (other[:, -1] - digits.ASKED + 1) % 10
    torch.testing.assert_close(model(x[:3]), model(other))


def test_signs_look_like_their_patches():
    """Unicode names the quarters that a sign fills, but for halves and the whole."""
    words = {8: "UPPER LEFT", 4: "UPPER RIGHT", 2: "LOWER LEFT", 1: "LOWER RIGHT"}
    halves = {3: "▄", 5: "▐", 10: "▌", 12: "▀", 15: "█"}
    for code, sign in enumerate(digits.SIGNS[1:], 1):
        said = sum(bit for bit, word in words.items() if word in unicodedata.name(sign))
        assert said == code or halves[code] == sign


@pytest.mark.parametrize("smiles", ["", "CC(C)O", "FC(F)=O", "C#N", CAFFEINE, "C1CCCCC1"])
def test_a_molecule_is_that_of_rdkit(smiles):
    settings = AttentionSettings(target=MOLECULES, sequence=smiles)
    mol = Chem.MolFromSmiles(Chem.MolToSmiles(Chem.MolFromSmiles(smiles or "COc1cc(C=O)ccc1O")))
    x, atoms = shown_sequence(settings), list(mol.GetAtoms())
    names = [a.GetSymbol() + ["", "H", "H₂", "H₃"][a.GetTotalNumHs()] for a in atoms]
    assert tokens(settings) == names
    np.testing.assert_array_equal(bonded(x)[0], Chem.GetAdjacencyMatrix(mol))
    lone = {a.GetIdx(): a.GetNeighbors()[0].GetIdx() for a in atoms if a.GetDegree() == 1}
    assert dict(right_places(settings).nonzero().tolist()) == lone
    read = seen(x)[0]
    assert (read[:, : len(GROUPS)].argmax(1) == x[0] % len(GROUPS)).all()
    np.testing.assert_array_equal(read[:, len(GROUPS) :][:, : len(atoms)], bonded(x)[0])


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (MOLECULES, "xyz"), (MOLECULES, "C"), (MOLECULES, "CCBr"), (MOLECULES, "C[NH3+]"),
        (MOLECULES, "C" * 33), (DIGITS, "0"), (DIGITS, "1798"), (DIGITS, "▘▘"),
    ],
)  # fmt: skip
def test_what_is_neither_is_refused(target, text):
    with pytest.raises(SettingError, match="sequence = "):
        AttentionSettings(target=target, sequence=text)


def test_an_atom_that_is_asked_is_looked_at_first():
    ibuprofen = AttentionSettings(target=MOLECULES, sequence="CC(C)Cc1ccc(cc1)C(C)C(=O)O")
    assert not right_places(ibuprofen)[-1].any()  # its canonical SMILES ends in the ring
    assert right_places(ibuprofen)[looked(ibuprofen)].any()
    assert looked(AttentionSettings(target=MOLECULES, sequence="C1CC1")) == 2  # nobody is asked


def test_an_atom_finds_its_neighbor():
    run = Attention(AttentionSettings(target=MOLECULES, layers=1, length=12, batch_size=32))
    run.step(250)
    shot = run.snapshot()
    assert shot["accuracy"] > 0.95 and shot["best_lookup"] > 0.6
    assert (run.settings.mask, run.models["net"].causal) == ("by task", False)


def test_digits_are_learned_and_no_place_is_judged():
    run = Attention(AttentionSettings(target=DIGITS, layers=1, width=32, batch_size=32))
    run.step(150)
    shot = run.snapshot()
    assert shot["accuracy"] > 0.5 and not {"lookup", "best_lookup", "previous"} & set(shot)
    assert int(shot["best"]) == int(shot["entropy"].argmin())
    np.testing.assert_array_equal(shot["over"].reshape(3, 17, 16), shot["alpha"][..., :16])


def test_their_scripts_print_the_same_loss(tmp_path):
    files, losses = [], []
    for k, target in enumerate((DIGITS, MOLECULES)):
        settings = AttentionSettings(target=target, width=16, layers=1, batch_size=8)
        files.append(tmp_path / f"{k}.py")
        files[-1].write_text(script(Attention, settings, 5))
        run = Attention(settings)
        run.step(5)
        losses.append(run.loss())
    assert printed_by(files) == pytest.approx(losses, rel=1e-6)


def test_the_menu_brings_the_layers_that_suit():
    settings = AttentionSettings(layers=3, sequence="A1A")
    there = moved_to(settings, ADDITION)
    assert (there.target, there.layers, there.sequence) == (ADDITION, 1, "")
    assert moved_to(there, RECALL).layers == 2
    assert moved_to(settings, "reverse").layers == 3
    assert set(PROBLEMS) >= {DIGITS, MOLECULES}
