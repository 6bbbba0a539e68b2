"""The rules that every experiment keeps."""

import io
import json
import re
from functools import cache

import numpy as np
import pytest

from core.experiment import Experiment, advance, record, run
from core.experiments import EXPERIMENTS
from core.export import safetensors, script
from core.film import WIRE_DTYPES, Film
from core.settings import SettingError
from core.settings.kinds import Choice, Choices, Flag, Integer, Number
from tests.programs import printed_by


def made(path, **changes):
    experiment = EXPERIMENTS[path]
    return experiment(experiment.Settings.defaults().replace(**changes))


def films_equal(a, b):
    assert a.names == b.names and a.steps.tolist() == b.steps.tolist()
    for name in a.names:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)
    assert [note.text for note in a.notes] == [note.text for note in b.notes]


pytestmark = pytest.mark.parametrize("path", EXPERIMENTS)


@cache
def seed_3(path):
    """A film that two tests look at."""
    return run(made(path, seed=3), 23)


def test_same_settings_same_film(path):
    films_equal(seed_3(path), run(made(path, seed=3), 23))


def test_another_seed_is_another_film_unless_nothing_is_drawn(path):
    a, b = seed_3(path), run(made(path, seed=4), 23)
    different = any((a[name] != b[name]).any() for name in a.names)
    assert different == EXPERIMENTS[path].seeded


def test_inherits_the_protocol_and_its_film_is_as_it_says(path):
    experiment = EXPERIMENTS[path]
    assert issubclass(experiment, Experiment)
    film = run(made(path), 10_000) if experiment.at_once or not experiment.trains else None
    assert film is None or bool(film.notes) and (len(film) > 2) == experiment.at_once


def test_loss_is_that_of_the_snapshot(path):
    experiment = made(path)
    experiment.step(3)
    assert experiment.loss() == pytest.approx(float(experiment.snapshot()["loss"]), rel=1e-6)


def test_portions_of_steps_do_not_matter(path):
    a, b = made(path), made(path)
    a.step(7), a.step(0), a.step(3)
    b.step(10)
    assert a.steps == b.steps
    for name, value in a.snapshot().items():
        np.testing.assert_array_equal(value, b.snapshot()[name], err_msg=name)


def test_frames_do_not_depend_on_the_blocks_they_are_recorded_in(path):
    at_once, film = made(path), Film()
    record(at_once, film, 8)
    in_blocks, other = made(path), Film()
    while len(other) < len(film):
        if not record(in_blocks, other, min(3, len(film) - len(other))):
            break
    films_equal(film, other)


def test_snapshots_keep_shape_and_dtype(path):
    experiment = made(path)
    first = {name: np.asarray(value) for name, value in experiment.snapshot().items()}
    advance(experiment, 12)
    for name, value in experiment.snapshot().items():
        found = np.asarray(value)
        assert found.shape == first[name].shape and found.dtype == first[name].dtype, name
        assert found.ndim == 0 or str(found.dtype) in WIRE_DTYPES, name
    assert np.asarray(first["loss"]).ndim == 0
    assert "seconds" not in first


def test_looking_changes_nothing(path):
    a, b = made(path), made(path)
    for _ in range(3):
        a.step(2), a.snapshot(), a.weights()
    b.step(6)
    assert float(np.asarray(a.snapshot()["loss"])) == float(np.asarray(b.snapshot()["loss"]))


def test_film_file(path):
    film = run(made(path), 11)
    file = io.BytesIO()
    film.save(file)
    file.seek(0)
    films_equal(film, Film.load(file))


def test_settings_survive_link_and_json(path):
    settings = EXPERIMENTS[path].Settings
    for sample in samples(settings):
        assert settings.from_link(sample.to_link()) == (sample, [])
        assert settings.from_link(sample.to_link(complete=True)) == (sample, [])
        assert settings.from_json(json.dumps(sample.to_json())) == sample


def samples(settings):
    """Defaults, and each setting moved alone as far as other settings let it."""
    yield settings.defaults()
    for name, kind in settings.kinds().items():
        for value in others(kind):
            try:
                yield settings(**{name: value})
            except SettingError:
                continue


def others(kind):
    match kind:
        case Choice(options=options):
            return [[option] if hasattr(kind, "least") else option for option in options]
        case Number(low=low, high=high) | Integer(low=low, high=high):
            return [low, high]
        case Flag():
            return [False, True]
    return []


def test_bad_values_are_refused_by_name(path):
    settings = EXPERIMENTS[path].Settings
    for name, kind in settings.kinds().items():
        bad = [object()] if isinstance(kind, Choices) else object()
        with pytest.raises(SettingError, match=name) as error:
            settings(**{name: bad})
        assert error.value.name == name


def test_bad_changes_are_refused(path):
    with pytest.raises(SettingError):
        made(path).change("no such thing", "1")


def test_changes_at_their_step(path):
    live = [n for n, kind in EXPERIMENTS[path].Settings.kinds().items() if kind.live]
    for name in live:
        kind = EXPERIMENTS[path].Settings.kind(name)
        value = kind.format(["", *others(kind)][-1])
        plain, changed = made(path), made(path, changes=((5, name, value),))
        by_hand = made(path)
        advance(plain, 5), advance(changed, 5), by_hand.step(5)
        losses = [float(np.asarray(e.snapshot()["loss"])) for e in (plain, changed, by_hand)]
        assert losses[0] == losses[1] == losses[2]
        by_hand.change(name, value)
        advance(changed, 4), by_hand.step(4)
        for track, array in changed.snapshot().items():
            np.testing.assert_array_equal(array, by_hand.snapshot()[track], err_msg=track)


def test_a_run_may_begin_with_what_is_set_while_it_trains(path):
    """A link says so, or another setting that starts anew."""
    settings = EXPERIMENTS[path].Settings
    for name, kind in settings.kinds().items():
        for value in [*others(kind)[:1], *others(kind)[-1:]] if kind.live else ():
            try:
                begun = made(path, **{name: value})
            except SettingError:
                continue
            assert begun.snapshot().keys() == made(path).snapshot().keys(), (name, value)


def test_done_stays_done(path):
    experiment = made(path)
    experiment.done = "Stopped."
    experiment.step(5)
    assert experiment.steps == 0


def test_weights_can_be_saved(path):
    from safetensors.torch import load

    weights = made(path).weights()
    again = load(safetensors(weights))
    assert set(again) == set(weights) and bool(weights) == EXPERIMENTS[path].trains
    for name, value in weights.items():
        np.testing.assert_array_equal(again[name].numpy(), np.asarray(value))


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What the exported scripts print, run as programs beside nothing of ours: {path: loss}."""
    folder, files = tmp_path_factory.mktemp("scripts"), {}
    for path, experiment in EXPERIMENTS.items():
        settings = experiment.Settings.defaults().replace(seed=5)
        if own := experiment(settings).script():  # its own tests run it
            compile(own, "run.py", "exec")
            continue
        text = script(experiment, settings, 37)
        assert not re.search(r"^\s*(from|import) (core|streamlit)\b", text, re.MULTILINE)
        files[path] = folder / f"{path}.py"
        files[path].write_text(text)
    return dict(zip(files, printed_by([*files.values()]), strict=True))


def test_script_prints_the_same_loss(path, printed):
    experiment = EXPERIMENTS[path](EXPERIMENTS[path].Settings.defaults().replace(seed=5))
    assert (path in printed) == (not experiment.script())
    if path in printed:
        experiment.step(37)
        assert printed[path] == pytest.approx(experiment.loss(), rel=1e-6)
