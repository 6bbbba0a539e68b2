"""The perceptron page: the margin, Novikoff's bound, the cycle on XOR, and what a click does."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sklearn.svm import SVC

from core.experiment import run
from core.experiments.perceptron.acts import ACTS, CANNOT, HIDDEN, LEARNS, act_of
from core.experiments.perceptron.pictures import PointByPoint
from core.experiments.perceptron.settings import (
    GATES,
    GRID,
    ORDERS,
    PerceptronSettings,
    data,
    edited,
    first_weights,
    view,
)
from core.experiments.perceptron.theory import (
    ceiling,
    floor,
    meeting_point,
    mistake_bound,
    separate,
)
from core.settings.kinds import SettingError

SAME_MARGIN = 1e-5  # relative; the support-vector machine stops at its own tolerance
ROUNDING = 1e-9

points_on_grid = st.lists(
    st.tuples(st.integers(-48, 48), st.integers(-48, 48), st.integers(0, 1)),
    min_size=2,
    max_size=14,
    unique_by=lambda row: row[:2],
).map(lambda rows: tuple((a / GRID, b / GRID, float(t)) for a, b, t in rows))
examples = settings(max_examples=60, deadline=None)


def drawn(points, **words):
    return PerceptronSettings(dataset="points", points=points, max_visits=20_000, **words)


def separable_by_linprog(X, t):
    """Whether some (w, b) has (2t - 1)(w.x + b) >= 1 everywhere."""
    A = (1 - 2 * t)[:, None] * np.column_stack([X, np.ones(len(X))])
    return linprog(np.zeros(3), A, -np.ones(len(X)), bounds=(None, None)).status == 0


# --- The margin and what follows from it ----------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("margin", [0.125, 0.5, 2.0])
def test_the_margin_is_that_of_a_support_vector_machine(seed, margin):
    """On points and their mirror images an SVM's own bias is 0, so that it solves our problem."""
    X, t = data(PerceptronSettings(margin=margin, data_seed=seed))
    found = separate(X, t)
    A = (2 * t - 1)[:, None] * np.column_stack([X, np.ones(len(X))])
    svm = SVC(kernel="linear", C=1e8, tol=1e-9)
    svm.fit(np.concatenate([A, -A]), np.repeat([1, -1], len(A)))
    assert found.gamma == pytest.approx(1 / np.linalg.norm(svm.coef_), rel=SAME_MARGIN)
    assert (A @ found.u).min() == pytest.approx(found.gamma)
    assert np.linalg.norm(found.u) == pytest.approx(1)


@examples
@given(points_on_grid)
def test_separable_or_not_agrees_with_linear_programming(points):
    X, t = data(drawn(points))
    found = separate(X, t)
    assert (found.gamma > 0) == separable_by_linprog(X, t)
    meeting = meeting_point(X, t, found)
    if meeting is not None:
        for label in (0, 1):
            share = found.shares * (t == label)
            assert share.min() >= 0
            assert share.sum() == pytest.approx(0.5)
            np.testing.assert_allclose(share @ X / share.sum(), meeting, atol=1e-6)


@examples
@given(
    points_on_grid,
    st.sampled_from(ORDERS),
    st.sampled_from(("zero", "random")),
    st.sampled_from((0.125, 1.0, 8.0, 0.3)),
    st.integers(0, 50),
)
def test_mistakes_never_exceed_the_bound(points, order, start, eta, seed):
    """Novikoff's theorem, and both of its inequalities after every single visit."""
    chosen = drawn(points, order=order, start=start, learning_rate=eta, seed=seed)
    X, t = data(chosen)
    found, first = separate(X, t), first_weights(chosen)
    bound = mistake_bound(found, first, eta)
    assume(bound < 1500)
    experiment = PointByPoint(chosen)
    film = run(experiment, 20_000)
    assert experiment.mistakes <= bound + ROUNDING
    assert experiment.done.startswith("Every point is right")
    assert film["accuracy"][-1] == 1 and film["loss"][-1] == 0
    k = film["mistakes"].astype(float)
    assert (film["length"] <= ceiling(k, found, first, eta) * (1 + 1e-6) + 1e-6).all()
    assert (film["length"] >= floor(k, found, first, eta) * (1 - 1e-6) - 1e-6).all()


def test_from_zero_the_bound_is_the_square_of_R_over_gamma():
    found = separate(*data(PerceptronSettings()))
    for eta in (0.125, 1.0, 8.0):
        bound = mistake_bound(found, np.zeros(3), eta)
        assert bound == pytest.approx((found.R / found.gamma) ** 2)


def test_the_truth_tables():
    for gate, outputs in GATES.items():
        X, t = data(PerceptronSettings(dataset=gate))
        rule = {"and": X.min(1), "or": X.max(1), "xor": X.sum(1) % 2}[gate]
        assert t.tolist() == rule.tolist() == list(outputs)
        assert (separate(X, t).gamma > 0) == (gate != "xor")


# --- XOR ------------------------------------------------------------------------------------------


def by_fractions(visits, order=(0, 1, 2, 3)):
    """Rosenblatt's rule on XOR in exact fractions, written without our code."""
    corners = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
    w, b, path = [Fraction(0), Fraction(0)], Fraction(0), [(0, 0, 0)]
    for visit in range(visits):
        x, t = corners[order[visit % 4]]
        error = t - (w[0] * x[0] + w[1] * x[1] + b > 0)
        w, b = [w[i] + error * x[i] for i in (0, 1)], b + error
        path.append((*w, b))
    return path


def test_xor_goes_round_for_ever_and_says_so():
    experiment = PointByPoint(PerceptronSettings(dataset="xor"))
    film = run(experiment, 500)
    assert film["w"].tolist() == [[float(v) for v in row] for row in by_fractions(500)]
    first, period, mistakes = experiment.cycle
    assert (first, period, mistakes) == (5, 4, 4)
    np.testing.assert_array_equal(film["w"][first:-period], film["w"][first + period :])
    assert film["accuracy"].max() <= 0.75
    [note] = [note for note in film.notes if note.level == "warning"]
    assert note.step == first + period
    assert "a cycle of 4 visits with 4 mistakes" in note.text
    assert "(0.5, 0.5)" in film.notes[0].text


@pytest.mark.parametrize("words", [{"order": "shuffled once"}, {"start": "random"}, {"noise": 8}])
@pytest.mark.parametrize("dataset", ["xor", "xor clouds"])
def test_a_cycle_found_is_a_cycle(dataset, words):
    chosen = PerceptronSettings(dataset=dataset, max_visits=4000, samples=12, **words)
    experiment = PointByPoint(chosen)
    states, mistakes = [], []
    for _ in range(4000):
        states.append((*experiment.model.w.tolist(), float(experiment.model.b)))
        mistakes.append(experiment.mistakes)
        experiment.step(1)
    first, period, wrong = experiment.cycle
    assert period % len(experiment.X) == 0
    for at in range(first, 4000 - period):
        assert states[at] == states[at + period]
        assert mistakes[at + period] - mistakes[at] == wrong


def test_no_cycle_is_claimed_where_the_order_is_new_in_each_pass():
    experiment = PointByPoint(PerceptronSettings(dataset="xor", order="shuffled each pass"))
    experiment.step(500)
    assert experiment.cycle is None and experiment.done


def test_one_hidden_layer_solves_xor():
    experiment = PointByPoint(PerceptronSettings(**ACTS[HIDDEN]))
    film = run(experiment, 4000)
    assert experiment.done.startswith("Every point is right")
    assert film["hidden_margin"][0] == 0 < film["hidden_margin"][-1]
    # The space it made is one that a perceptron can finish, within the bound that the page shows.
    H = experiment.model.h(experiment.X).numpy()
    assert separable_by_linprog_any(H, experiment.t.numpy())


def separable_by_linprog_any(H, t):
    A = (1 - 2 * t)[:, None] * np.column_stack([H, np.ones(len(H))])
    return linprog(np.zeros(A.shape[1]), A, -np.ones(len(H)), bounds=(None, None)).status == 0


# --- Data, clicks, acts ---------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", ["separable", "xor clouds"])
@pytest.mark.parametrize("seed", range(5))
def test_made_points_lie_on_the_grid_and_in_view(dataset, seed):
    chosen = PerceptronSettings(dataset=dataset, data_seed=seed, samples=40, margin=2, noise=20)
    X, t = data(chosen)
    assert X.shape == (40, 2) and set(t) == {0, 1}
    assert (np.round(X * GRID) == X * GRID).all()
    assert view(chosen)[0] <= X.min() and X.max() <= view(chosen)[1]
    clean = data(chosen.replace(noise=0))[1]
    assert (clean != t).sum() == 8


def test_the_gap_is_kept():
    X, t = data(PerceptronSettings(margin=1, data_seed=3))
    ones, zeros = X[t == 1], X[t == 0]
    assert min(np.linalg.norm(a - b) for a in ones for b in zeros) >= 2


def test_clicks():
    chosen = PerceptronSettings(dataset="xor")
    more = edited(chosen, {"tool": "one", "x": 0.51, "y": -0.49})
    assert more.dataset == "points" and more.points[-1] == (0.5, -0.5, 1.0)
    moved = edited(more, {"tool": "move", "index": 0, "x": 99, "y": 1})
    assert moved.points[0] == (6.0, 1.0, 0.0) and len(moved.points) == 5
    fewer = edited(moved, {"tool": "remove", "index": 4})
    assert len(fewer.points) == 4
    with pytest.raises(SettingError, match="index = 4"):
        edited(fewer, {"tool": "remove", "index": 4})
    for index in (0, 0):
        fewer = edited(fewer, {"tool": "remove", "index": index})
    with pytest.raises(SettingError, match="at least 2 points"):
        edited(fewer, {"tool": "remove", "index": 0})


def test_points_are_refused_by_name():
    with pytest.raises(SettingError, match="class, 0 or 1"):
        drawn(((0, 0, 0.5), (1, 1, 1)))


def test_the_acts_are_what_they_say():
    for act, words in ACTS.items():
        assert act_of(PerceptronSettings(**words)) == act
    assert act_of(PerceptronSettings(dataset="and")) == LEARNS
    assert act_of(PerceptronSettings(noise=20)) == CANNOT


@pytest.mark.parametrize("eta", [0.125, 8.0])
def test_from_zero_the_learning_rate_changes_nothing_but_the_length(eta):
    slow, fast = (PointByPoint(PerceptronSettings(learning_rate=rate)) for rate in (1.0, eta))
    for experiment in (slow, fast):
        experiment.step(500)
    assert slow.mistakes == fast.mistakes
    assert (eta * slow.model.w == fast.model.w).all()
