"""Panels of the message-passing page: what the words say adds up."""

import numpy as np
import pytest

from core.experiment import record
from core.experiments.message_passing import figures
from core.experiments.message_passing import figures_words as equations
from core.experiments.message_passing.experiment import MessagePassing, MessagePassingSettings
from core.experiments.message_passing.film import UPDATE, moments
from core.experiments.message_passing.settings import MODELS
from core.film import Film
from core.molecules.names import NAMES

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


def test_labels_say_what_changed():
    lines = {line["text"]: line["mark"] for line in equations.labels(made()[0])["lines"]}
    assert not {"right", "wrong"} & set(lines.values())
    moved = equations.labels(made(relabel=True)[0])["lines"]
    assert [line["mark"] for line in moved] == ["right", "wrong", "muted"]
    assert "equal in every digit" in moved[0]["text"]
    large = equations.labels(made(smiles=NAMES["caffeine"])[0])["lines"]
    assert any("9 atoms only" in line["text"] for line in large)
