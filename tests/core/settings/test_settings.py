"""Settings: what is declared once holds everywhere."""

import json
import shlex
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.settings import SettingError, Settings, setting, texts_of
from core.settings.kinds import VIEW, Choice, Choices, Flag, Integer, Kind, Number, Text
from core.settings.lists import (
    Changes,
    Dragged,
    DraggedInteger,
    Integers,
    Rows,
    learning_rate,
    read_live,
    read_place,
)


def verified(text):
    if "!" in text:
        raise ValueError("An exclamation mark is too loud.")


@dataclass(frozen=True)
class Sample(Settings):
    """One setting of each kind."""

    choice: str = setting("a", Choice(("a", "b c")))
    choices: tuple = setting(("p",), Choices(("p", "q", "r"), least=1))
    number: float = setting(0.5, Number(-10, 10))
    whole: int = setting(3, Integer(-5, 5))
    flag: bool = setting(False, Flag())
    text: str = setting("", Text(longest=20, verify=verified))
    widths: tuple = setting((4, 2), Integers(1, 9, most=3))
    rows: tuple = setting((), Rows(2, most=4, bound=100))
    changes: tuple = setting((), Changes())

    def check(self):
        if self.whole == 5 and self.flag:
            raise SettingError("whole", self.whole, "below 5 when flag is set")


names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,8}", fullmatch=True)
values = {
    "choice": st.sampled_from(["a", "b c"]),
    "choices": st.lists(st.sampled_from("pqr"), min_size=1, unique=True),
    "number": st.floats(-10, 10).map(lambda v: float(f"{v:.12g}")),
    "whole": st.integers(-5, 4),
    "flag": st.booleans(),
    "text": st.text(st.characters(exclude_characters="!"), max_size=20),
    "widths": st.lists(st.integers(1, 9), max_size=3),
    "rows": st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), max_size=4),
    "changes": st.lists(
        st.tuples(st.integers(0, 10**6), names, st.floats(-9, 9).map(str)), max_size=4
    ),
    "seed": st.integers(0, 2**31 - 1),
}
samples = st.fixed_dictionaries({}, optional=values).map(lambda given: Sample(**given))


@given(samples)
@settings(deadline=None)
def test_survives_link_and_json(sample):
    assert Sample.from_link(sample.to_link()) == (sample, [])
    assert Sample.from_texts(sample.to_link(complete=True)) == sample
    assert Sample.from_json(json.dumps(sample.to_json())) == sample
    assert Sample.from_json(json.loads(json.dumps(sample.to_json()))) == sample


@given(samples)
@settings(deadline=None)
def test_links_are_short_and_hashable(sample):
    assert set(sample.to_link()) == {
        name for name in Sample.kinds() if getattr(sample, name) != getattr(Sample(), name)
    }
    assert hash(sample) == hash(sample.replace())


@given(st.dictionaries(st.sampled_from([*values, "page", "x"]), st.text(max_size=30)))
@settings(deadline=None)
def test_any_link_gives_settings_and_names_what_it_refused(texts):
    sample, problems = Sample.from_link(texts)
    assert isinstance(sample, Sample)
    assert all(any(name in problem for name in values) for problem in problems)


REFUSED = {
    "choice": ["c", 1, None],
    "choices": ["p", (), ("z",)],
    "number": ["1", True, 11, float("nan"), float("inf"), None],
    "whole": [2.5, True, 6, "1", float("nan"), float("inf")],
    "flag": [1, "yes", None],
    "text": [3, "x" * 21, "oh!"],
    "widths": [(0,), (1, 2, 3, 4), "4,2", (2.5,), 4],
    "rows": [((1,),), ((1, 2),) * 5, ((1, 101),), (("a", 1),), 7],
    "changes": [((1, "a"),), ((-1, "a", "1"),), ((1, "", "1"),), ("1:a=1",)],
    "seed": [-1, 2**31, "0"],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in REFUSED.items() for v in vs])
def test_bad_values_are_refused_by_name(name, value):
    with pytest.raises(SettingError, match="is not allowed") as error:
        Sample(**{name: value})
    assert error.value.name == name and str(error.value).startswith(f"{name} = ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("number", "x"),
        ("whole", "1.5"),
        ("flag", "maybe"),
        ("widths", "4,x"),
        ("rows", "1,x"),
        ("changes", "5:lr"),
        ("changes", "x:lr=1"),
    ],
)
def test_bad_texts_are_refused_by_name(name, text):
    with pytest.raises(SettingError, match=name):
        Sample.from_texts({name: text})
    kept, problems = Sample.from_link({name: text, "choice": "b c"})
    assert kept == Sample(choice="b c") and len(problems) == 1


def test_what_holds_between_settings():
    with pytest.raises(SettingError, match="when flag is set"):
        Sample(whole=5, flag=True)
    assert Sample.from_link({"whole": "5", "flag": "1"})[0] == Sample()


def test_unknown_names():
    with pytest.raises(SettingError, match="one of choice"):
        Sample.from_texts({"chioce": "a"})
    with pytest.raises(SettingError, match="nope"):
        Sample().replace(nope=1)
    with pytest.raises(SettingError, match="nope"):
        Sample.from_json({"nope": 1})
    assert Sample.from_link({"page": "3"}) == (Sample(), [])


def test_canonical_values():
    sample = Sample(choices=["r", "p"], widths=[3], whole=2.0, rows=[[0.12345, 1]])
    assert sample.choices == ("p", "r") and sample.widths == (3,)
    assert sample.whole == 2 and isinstance(sample.whole, int)
    assert sample.rows == ((0.123, 1.0),)
    assert list(Sample.kinds())[-1] == "seed"
    assert Sample(changes=((9, "b", "1"), (2, "a", "1"))).changes[0][0] == 2


def test_a_view_decides_nothing():
    @dataclass(frozen=True)
    class Seen(Sample):
        """With a look at it."""

        zoom: int = setting(1, Integer(1, 9, group=VIEW))

    near, far = Seen(zoom=9, whole=2), Seen(whole=2)
    assert near != far and near.without_view() == far.without_view() == far
    assert near.to_link() == {"zoom": "9", "whole": "2"} and far.without_view() is far


def test_command_line_pairs():
    assert texts_of(["a=1", "b = x=y"]) == {"a": "1", "b": "x=y"}
    with pytest.raises(SettingError, match="NAME=VALUE"):
        texts_of(["a"])


def test_options_are_what_a_command_line_reads():
    sample = Sample(whole=4, widths=(1, 2), rows=((0.5, -1),), seed=7)
    assert sample.options("rows") == " --set 'whole=4' --set 'widths=1,2' --set 'seed=7'"
    pairs = [word for word in shlex.split(sample.options()) if word != "--set"]
    assert Sample.from_texts(texts_of(pairs)) == sample
    assert Sample().options() == ""


def test_a_learning_rate_may_change_during_a_run():
    kind = learning_rate(1, (0.1, 0.3), "Adam's.", group="race")
    assert kind == Number(
        1e-5, 1, stops=(0.1, 0.3), live=True, label="Learning rate", help="Adam's.", group="race"
    )
    assert learning_rate(10, (), "").group == "training"
    assert read_live({"rate": kind}, "rate", "0.2") == 0.2
    for text in ("2", "fast"):
        with pytest.raises(SettingError, match=f"rate = .*{text}.* is not allowed: a number from"):
            read_live({"rate": kind}, "rate", text)


def test_long_values_are_cut_in_messages():
    with pytest.raises(SettingError) as error:
        Sample(choice="z" * 500)
    assert len(str(error.value)) < 200


def test_a_kind_must_say_what_it_allows():
    for call in (Kind().allowed, lambda: Kind().check("a", 1)):
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "x,y", "nan,1", "1,inf", "9.1,0", "0,-9.1"])
def test_a_place_that_is_none_is_refused(text):
    with pytest.raises(SettingError, match="two numbers from -9 to 9, as 0.5,-0.2") as error:
        read_place("code", text, 9)
    assert error.value.name == "code"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Dragged(-2, 2), "0.123456,7", 0.12),
        (Dragged(-2, 2), "2.5,7", 2),
        (Dragged(-2, 2), "0.123456", 0.123456),  # of a link: as it is
        (DraggedInteger(0, 5), "3.4,-7", 3),
        (DraggedInteger(0, 5), "-3,0", 0),
        (DraggedInteger(0, 5, least=1), "-3,0", 1),
        (DraggedInteger(0, 5, least=1), "99,0", 5),
        (DraggedInteger(0, 5, least=1), "0", 0),
    ],
)
def test_a_handle_stops_at_the_ends_of_its_setting(kind, text, value):
    assert kind.check("at", kind.parse("at", text)) == value


@pytest.mark.parametrize("text", ["nan,1", "1,", "x,1", "1,2,3", "inf,0"])
def test_a_handle_that_is_nowhere_is_refused(text):
    for kind in (Dragged(0, 5), DraggedInteger(0, 5)):
        with pytest.raises(SettingError, match="from 0 to 5"):
            kind.parse("at", text)
