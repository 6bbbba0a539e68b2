"""Points in three dimensions: they turn, one is chosen, a net lies among them; brushing on maps."""

import numpy as np
import pytest

from core.figures.chart import Chart, net_lines
from core.stage import focus, images, line, places, space
from tests.browser.helpers import ticks
from tests.browser.plots import at, film_of

N, SIDE = 60, 5
CLOUD = np.stack([np.cos(np.arange(N)), np.sin(np.arange(N)), np.linspace(-1, 1, N)], 1)
# Opaque pixels of the space, and their sum of alpha.
DRAWN = """id => {
  const { canvas } = player.panels.panels.get(id).panel;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0, sum = 0;
  for (let i = 3; i < data.length; i += 4) { count += data[i] > 30; sum += data[i]; }
  return { count, sum };
}"""
SEEN = """i => {
  const { px, py, pz } = player.panels.panels.get("cloud").panel.seen;
  return [px[i], py[i], pz[i]];
}"""


def film():
    grid = np.linspace(-1, 1, SIDE)
    net = np.array([[x, y, 0] for x in grid for y in grid])

    def snapshot(i):
        hole = np.where((np.arange(SIDE**2) < i)[:, None], np.nan, net)
        return {
            "color": np.linspace(0, 1, N).astype(np.float16),
            "net": hole.astype(np.float16),
            "map": (CLOUD[:, :2] + 0.01 * i).astype(np.float16),
            "dot": np.array([0, 0, 0.5 * i], np.float32),
            "loss": float(i),
        }

    return film_of(12, snapshot)


def panels(with_net=True):
    color = {"track": "color", "colors": "along", "colorbar": "place"}
    net = {"points": places("net"), "order": net_lines(SIDE), "color": "#d5404f"}
    yield space(
        "cloud", [{"points": places(CLOUD), "color": color}], [net] if with_net else [],
        [{"points": places("dot"), "color": "#d5404f"}], title="Points",
        caption=[line("loss {}", ("loss", 0, "d"))], focus=focus("sample"), brush="samples",
        alt="A spiral in three dimensions.", height=300,
    )  # fmt: skip
    for name, xy in (("moving", "map"), ("still", CLOUD[:, :2])):
        p = Chart("", "", (-1.5, 1.5), (-1.5, 1.5))
        where = {"xy": xy} if isinstance(xy, str) else {"x": xy[:, 0], "y": xy[:, 1]}
        trace = p.points(**where, color=("color", None), scale={"colors": "along"})
        p.tools(trace, brush="Brush")
        yield p.panel(name, title=name, alt="A map of the spiral.", focus=focus("sample"),
                      brush={"name": "samples", "trace": trace}, height=300)  # fmt: skip


@pytest.fixture
def shown(page, show):
    show(film(), *panels())
    return page


def host(page, name):
    return page.locator(f"[data-panel={name}] .ip-host")


def test_it_is_drawn_and_its_net_loses_what_is_no_number(shown):
    (first, last) = (at(shown, k) or shown.evaluate(DRAWN, "cloud") for k in (0, 11))
    assert first["count"] > 1000 and last["count"] < first["count"]
    caption = shown.locator("[data-panel=cloud] .ip-caption")
    assert caption.text_content() == "loss 11"


def test_it_turns_by_itself_until_it_is_turned_by_hand(shown):
    before = shown.evaluate(SEEN, 3)
    shown.wait_for_function(f"was => Math.abs(({SEEN})(3)[0] - was) > 3", arg=before[0])
    box = host(shown, "cloud").bounding_box()
    shown.mouse.move(box["x"] + 100, box["y"] + 100)
    shown.mouse.down()
    shown.mouse.move(box["x"] + 160, box["y"] + 130, steps=3)
    shown.mouse.up()
    held = shown.evaluate(SEEN, 3)
    ticks(shown, 20)
    assert shown.evaluate(SEEN, 3) == held
    host(shown, "cloud").focus()
    shown.keyboard.press("ArrowLeft")
    assert shown.evaluate(SEEN, 3) != held


def test_turning_keeps_distances_from_the_middle(shown):
    """Whatever the angle: across, down and deep are a rotation of the three numbers."""
    host(shown, "cloud").focus()
    shown.keyboard.press("ArrowUp")
    scale = shown.evaluate(
        "(({ w, h, middle }) => 0.49 * Math.min(w, h) / middle.radius)"
        "(player.panels.panels.get('cloud').panel)"
    )
    sides = shown.evaluate("(({ w, h, middle }) => [w, h, middle.radius])"
                           "(player.panels.panels.get('cloud').panel)")  # fmt: skip
    middle = (CLOUD.min(0) + CLOUD.max(0)) / 2
    for i in (0, 17, 59):
        x, y, z = shown.evaluate(SEEN, i)
        found = np.array([(x - sides[0] / 2) / scale, (y - sides[1] / 2) / scale, z * sides[2]])
        assert np.linalg.norm(found) == pytest.approx(np.linalg.norm(CLOUD[i] - middle), rel=1e-3)


def test_what_is_pointed_at_is_marked_on_all_panels(shown):
    host(shown, "cloud").focus()
    shown.keyboard.press("ArrowLeft")  # so that it rests
    x, y, _ = shown.evaluate(SEEN, 0)
    box = host(shown, "cloud").bounding_box()
    shown.mouse.move(box["x"] + x, box["y"] + y)
    for name in ("cloud", "moving", "still"):
        host(shown, name).locator(".ip-focus-hovered:not([hidden])").wait_for()
    shown.mouse.click(box["x"] + x, box["y"] + y)
    shown.mouse.move(1, 1)
    for name in ("cloud", "moving", "still"):
        host(shown, name).locator(".ip-focus-chosen:not([hidden])").wait_for()


def test_brushing_on_one_map_makes_all_else_faint_everywhere(page, show):
    show(film(), *panels(with_net=False))
    shown = page
    host(shown, "cloud").focus()
    shown.keyboard.press("ArrowLeft")
    before = shown.evaluate(DRAWN, "cloud")["sum"]
    shown.locator("[data-panel=still]").get_by_role("radio", name="Brush").click()
    box = host(shown, "still").bounding_box()
    middle, right = box["x"] + box["width"] / 2, box["x"] + box["width"] - 20

    def brush(x0, x1):
        shown.mouse.move(x0, box["y"] + 20)
        shown.mouse.down()
        shown.mouse.move(x1, box["y"] + box["height"] - 60, steps=3)
        shown.mouse.up()

    brush(middle, right)
    kept = shown.evaluate("[...player.brushed.get('samples')]")
    share = np.mean(np.array(kept) == 1)
    assert 0.2 < share < 0.8 and set(np.array(kept) < 0.5) == {True, False}
    shown.wait_for_function(f"was => ({DRAWN})('cloud').sum < 0.85 * was", arg=before)
    opacity = "player.panels.panels.get('moving').panel.brushed(0, { marker: {} }).marker.opacity"
    assert shown.evaluate(f"[...{opacity}]") == kept
    shown.mouse.click(middle, box["y"] + 40)  # a mere click: all of them again
    shown.wait_for_function("player.brushed.get('samples') === null")
    shown.wait_for_function(f"was => ({DRAWN})('cloud').sum > 0.98 * was", arg=before)


def test_a_frame_is_moved_by_keys_and_leaves_the_film_alone(page, show):
    made = film()
    show(made, *panels(with_net=False))
    button = page.locator("[data-panel=still]").get_by_role("radio", name="Brush")
    button.focus()
    page.keyboard.press("Enter")
    frame = page.evaluate("player.frame")
    kept = "player.brushed.get('samples') ? [...player.brushed.get('samples')] : null"
    page.keyboard.press("ArrowRight")  # the first key shows it in the middle: nothing lies there
    assert page.evaluate(kept) is None
    for key in ["+"] * 8 + ["ArrowLeft"] * 20:
        page.keyboard.press(key)
    right = 1.5 * (0.3 + 8 * 0.06) - 1.5  # of the frame, whose middle is at the left edge now
    assert (np.array(page.evaluate(kept)) == 1).tolist() == (CLOUD[:, 0] <= right).tolist()
    assert page.evaluate("player.frame") == frame
    page.keyboard.press("Escape")
    assert page.evaluate(kept) is None


def test_one_image_is_picked_by_what_is_looked_at(page, show):
    pictures = np.zeros((N, 4, 4), np.uint8)
    pictures[7] = 255
    p = Chart("", "", (0, 1), (0, 1))
    trace = p.points(np.array([0.5]), np.array([0.5]), color=("color", None))
    p.binds.append(images(trace, pictures, pictures.shape, size=60, pick="focus:sample"))
    sample = p.panel("sample", title="Sample", alt="The sample that is looked at.")
    show(film(), *panels(), sample)
    white = """() => {
      const { axes } = player.panels.panels.get("sample").panel, { scale: s } = axes;
      const at = ["x", "y"].map((n) => Math.round(s * axes.px(0.47, axes.axis(n))));
      const context = axes.under.getContext("2d");
      return [...context.getImageData(...at, 1, 1).data].join(); }"""
    assert page.evaluate(white) == "0,0,0,0"
    page.evaluate("player.focus.hover('sample', 7)")
    assert page.evaluate(white) == "255,255,255,255"
    page.evaluate("player.focus.hover('sample', 8)")
    assert page.evaluate(white) == "0,0,0,255"
