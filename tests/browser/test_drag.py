"""What is dragged reports back as it moves: over HTTP as frames go, and to the page at release."""

import time

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect
from starlette.responses import Response
from starlette.routing import Route

from core.experiment import Experiment, record
from core.film import Film
from core.settings import SettingError, Settings
from core.stage import bind, drag, identity, plot, raster, stage, tile
from pages.ui import frames
from pages.ui.runs import Run
from tests.browser.films import serve
from tests.browser.helpers import player

SLOW = 0.05  # seconds that the experiment takes for one change, longer than between two moves


class Latent(Experiment):
    """A point that the mouse moves, two others, and a kernel of 2 x 2."""

    def __init__(self):
        super().__init__(Settings())
        self.heard = []  # (name, numbers) of each change
        self.code, self.curve = np.zeros(2, np.float32), np.zeros((2, 2), np.float32)
        self.kernel = np.zeros((2, 2), np.float32)

    def step(self, n):
        self.steps += n

    def change(self, name, value):
        self.heard.append((name, value))
        time.sleep(SLOW)
        numbers = [float(part) for part in value.split(",")]
        what, *place = name.split(".")
        if what == "code" and numbers[0] > 1.5:
            raise SettingError("code", value, "left of 1.5")
        array = getattr(self, what)
        array[tuple(map(int, place))] = numbers if len(numbers) > 1 else numbers[0]

    def snapshot(self):
        twice = 2 * self.code  # so that something follows the point
        arrays = {"code": self.code, "twice": twice, "curve": self.curve, "kernel": self.kernel}
        return {name: array.copy() for name, array in arrays.items()} | {"loss": 0.0}

    def notes(self, film):
        pass


def panels():
    square = {"xaxis": {"range": [-2, 2]}, "yaxis": {"range": [-2, 2]}}
    figure = go.Figure(layout=square)
    figure.add_scatter(x=[], y=[], mode="markers")
    follows = [bind(0, "x", "twice", index=[0]), bind(0, "y", "twice", index=[1])]
    cells = tile("kernel", (0, 2), (0, 2), low=-1, high=1, origin="upper")
    image = go.Figure(layout={"xaxis": {"range": [0, 2]}, "yaxis": {"range": [0, 2]}})
    return [
        plot("code", figure, follows, drag=drag("code", "code", click=0)),
        plot("curve", go.Figure(layout=square), drag=drag("curve", "curve")),
        raster("kernel", image, [cells], drag=drag("kernel", "kernel", tile=0, low=-1, high=1)),
    ]


@pytest.fixture
def run():
    experiment, film = Latent(), Film()
    record(experiment, film, 1)
    made = Run(experiment, film, "latent")
    frames.publish(made)
    return made


@pytest.fixture
def root(run, page, browser):
    """The player of this run, with the real route behind it."""
    described = stage(panels())

    def film(_):
        return Response(run.message(-1, stage=described, stage_id=identity(described)))

    with serve(Route("/film", film), frames.route) as address:
        page.goto(address)
        found = player(page)
        expect(found.locator(".ip-handle")).to_have_count(1 + 2 + 4)
        yield found


def handle(root, name):
    return root.get_by_role("button", name=f"{name}:")


def center(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pixel(page, x, y):
    """Where a point of the first plot lies in the window."""
    return page.evaluate(
        """([x, y]) => {
          const { axes } = window.player.panels.panels.get("code").panel;
          const box = axes.host.getBoundingClientRect();
          return [box.left + axes.px(x, axes.axis("x")), box.top + axes.px(y, axes.axis("y"))];
        }""",
        [x, y],
    )


def told(page, count=1):
    page.wait_for_function(f"window.events.length >= {count}")
    return [[e["panel"], e["tool"], e["changes"]] for e in page.evaluate("window.events")]


def test_moves_arrive_while_it_is_dragged_and_the_last_one_wins(root, run, page):
    heard = run.experiment.heard
    page.mouse.move(*pixel(page, 0, 0))
    page.mouse.down()
    for k in range(1, 41):
        page.mouse.move(*pixel(page, k / 40, -k / 40))
        if k == 20:
            page.wait_for_function("window.player.film.at('code', 0)[0] > 0")  # still held
            assert page.evaluate("window.events") == [] and heard
    page.mouse.up()
    ((panel, tool, ((name, text),)),) = told(page)
    assert (panel, tool, name) == ("code", "drag", "code")
    x, y = map(float, text.split(","))
    assert (x, y) == pytest.approx((1, -1), abs=0.02)
    # The last one has arrived before the page is told, and nothing comes after it.
    assert heard[-1] == ("code", ",".join(f"{v:.6g}" for v in (x, y)))
    assert len(heard) >= 2
    assert run.experiment.code.tolist() == pytest.approx([x, y], rel=1e-6)
    assert page.evaluate("Array.from(window.player.film.at('twice', 0))") == pytest.approx(
        [2 * x, 2 * y], rel=1e-5
    )
    assert center(handle(root, "code")) == pytest.approx(pixel(page, 1, -1), abs=2)
    assert run.experiment.steps == 0 and len(run.film) == 1
    page.problems.check()


def test_at_most_thirty_moves_a_second(root, run, page, monkeypatch):
    """The experiment is quick here: only the player holds back, by a clock that the test turns."""
    monkeypatch.setattr("tests.browser.test_drag.SLOW", 0)
    times = page.evaluate(
        """async () => {
          const { drag } = window.player.panels.panels.get("code").panel, times = [];
          let fetch = window.fetch, clock = performance.now, now = performance.now();
          performance.now = () => now;
          window.fetch = (...all) => { times.push(now); return fetch(...all); };
          drag.begin(0);
          for (let k = 1; k < 400; k++, now += 3) {
            drag.to([k / 1e4, 0]);
            await new Promise((done) => setTimeout(done, 2));
          }
          performance.now = clock;
          drag.release();
          while (!window.events.length) await new Promise((done) => setTimeout(done, 2));
          return times;
        }"""
    )
    assert len(times) >= 4
    assert min(np.diff(times)[:-1]) >= 1000 / 30  # the last one goes by the browser's own clock
    assert run.experiment.heard[-1][1] == told(page)[0][2][0][1]


def test_each_of_several_points_is_told_and_none_is_lost(root, run, page):
    """The second one is taken while the first one's last place is still on its way."""
    page.evaluate(
        """() => {
          const { drag } = window.player.panels.panels.get("curve").panel;
          for (const i of [0, 1]) { drag.begin(i); drag.to([1, i]); drag.release(); }
        }"""
    )
    page.wait_for_function("window.events.flatMap((event) => event.changes).length === 2")
    told_of = {name: text for *_, changes in told(page) for name, text in changes}
    assert told_of == {"curve.0": "1,0", "curve.1": "1,1"}
    assert run.experiment.curve.tolist() == [[1, 0], [1, 1]]


def test_a_point_at_rest_is_told_at_release(root, run, page):
    """Held still for so long that all its moves are answered."""
    page.mouse.move(*pixel(page, 0, 0))
    page.mouse.down()
    page.mouse.move(*pixel(page, 0.5, 0.5))
    page.wait_for_function("!window.player.panels.panels.get('code').panel.drag.running")
    assert page.evaluate("window.events") == []
    page.mouse.up()
    assert told(page)[0][2][0][0] == "code" and len(run.experiment.heard) == 1


def test_a_click_takes_the_point_there(root, run, page):
    page.mouse.click(*pixel(page, 1, -1))
    ((_, tool, ((name, text),)),) = told(page)
    assert list(map(float, text.split(","))) == pytest.approx((1, -1), abs=0.02)
    assert run.experiment.code.tolist() == pytest.approx((1, -1), abs=0.02) and tool == "drag"
    page.mouse.click(*center(root.locator("[data-panel=curve]")))  # two points: which one?
    handle(root, "kernel.0.0").focus()
    page.keyboard.press("ArrowUp")
    assert [name] + [changes[0][0] for *_, changes in told(page, 2)[1:]] == ["code", "kernel.0.0"]


def test_a_cell_is_dragged_up_and_down(root, run, page):
    cell = handle(root, "kernel.1.0")
    x, y = center(cell)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 25, steps=3)
    page.mouse.up()
    ((panel, _, changes),) = told(page)
    assert (panel, changes) == ("kernel", [["kernel.1.0", "0.5"]])  # 100 pixels are all of -1 to 1
    assert run.experiment.kernel.tolist() == [[0, 0], [0.5, 0]]
    expect(handle(root, "kernel.1.0")).to_have_accessible_name("kernel.1.0: 0.50")


def test_arrow_keys_move_it_and_the_page_hears_where_it_came_to_rest(root, run, page):
    handle(root, "code").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    assert told(page) == [["code", "drag", [["code", "0.16,0.08"]]]]
    assert run.experiment.code.tolist() == pytest.approx([0.16, 0.08])


def test_a_refused_place_is_said_and_the_point_goes_back(root, run, page):
    page.mouse.move(*pixel(page, 0, 0))
    page.mouse.down()
    page.mouse.move(*pixel(page, 1.9, 0))
    page.mouse.up()
    told(page)
    expect(root.locator(".ip-alert")).to_contain_text("left of 1.5")
    assert center(handle(root, "code")) == pytest.approx(pixel(page, 0, 0), abs=2)


def test_training_waits_while_something_is_dragged(root, run, page):
    """So the film depends on where the drag ended, not on its way."""
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("window.player.film.length > 3")
    page.mouse.move(*pixel(page, 0, 0))
    page.mouse.down()
    page.mouse.move(*pixel(page, 0.2, 0.2))
    page.wait_for_function("window.player.dragged && !window.player.waiting")
    at = run.experiment.steps
    page.mouse.move(*pixel(page, 0.5, 0.5), steps=20)
    page.wait_for_function("!window.player.panels.panels.get('code').panel.drag.running")
    assert run.experiment.steps == at
    page.mouse.up()
    page.wait_for_function(f"window.player.film.steps.at(-1) > {at}")
