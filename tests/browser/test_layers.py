"""The network panel: neurons as maps, and layers of unlike kind and size."""

import numpy as np
from playwright.sync_api import expect

from core.experiment import run
from core.experiments.boundaries import figures
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings
from core.stage import focus, layer, line, network, words
from tests.browser.films import events, film, host, play


def test_a_neuron_of_boundaries_fills_the_map_while_it_is_hovered(page, tmp_path):
    """Its title says which one; the map has the pixels of that neuron's own map."""
    settings = BoundariesSettings(hidden=(3, 2))
    recorded = run(Boundaries(settings), 20)
    panels = [figures.decision_map(settings), figures.network_panel(settings)]
    root = play(page, tmp_path, recorded, panels)
    root.focus()
    page.keyboard.press("End")
    shown = """() => {
      const { panel } = window.player.panels.panels.get("map"), [{ canvas }] = panel.held.values();
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      return [canvas.width, Array.from(data.filter((_, i) => i % 4 === 0))];
    }"""
    assert page.evaluate(shown)[0] == 100
    page.get_by_role("button", name="layer 2, neuron 1:").hover()
    expect(root.get_by_role("heading", name="Output of neuron 1 of layer 2")).to_be_visible()
    width, red = page.evaluate(shown)
    assert width == 32
    neuron = recorded["neurons"][-1, 3].ravel().astype(int)  # after the three of layer 1
    order = np.argsort(neuron, kind="stable")
    assert (np.diff(np.array(red)[order]) <= 0).mean() > 0.99  # orange is low, blue is high
    page.mouse.move(2, 2)
    expect(root.get_by_role("heading", name="Decision map")).to_be_visible()
    assert page.evaluate(shown)[0] == 100


MAPS = np.stack([np.full((4, 6), 60 * k, np.uint8) for k in range(4)])
HIDDEN = np.linspace(-1, 1, 132, dtype=np.float32)
OUT = np.array([0.0, 0.9, -0.9], np.float32)
W = np.array([[2, 0, -2]] * 132, np.float32)
PIXEL = """([x, y]) => {
  const { canvas } = window.player.panels.panels.get("net").panel;
  const at = [x, y].map((v) => v * (window.devicePixelRatio || 1));
  return Array.from(canvas.getContext("2d").getImageData(...at, 1, 1).data);
}"""


def unlike(**more):
    layers = [
        layer("maps", 4, "maps", caption="4 maps", low=0, high=255, colors="gray",
              focus=focus("channel", 0)),
        layer("units", 132, "hidden", caption="hidden", most=8),
        layer("units", 3, "out", caption="output", labels=["cat", "dog", "cow"], shape="square"),
    ]  # fmt: skip
    return network("net", layers=layers, weights=[None, "W2"], height=420, **more)


def nodes(page):
    return page.evaluate(
        "window.player.panels.panels.get('net').panel.nodes.map(({ layer, unit, rest, x, y, size, "
        "height, label }) => ({ layer, unit, rest: rest ?? false, x, y, size, height, label }))"
    )


def show(page, folder):
    panels = [unlike(), words("said", [line("channel {focus:channel}")])]
    snapshot = {"maps": MAPS, "hidden": HIDDEN, "out": OUT, "W2": W, "loss": 0.0}
    return play(page, folder, film(snapshot), panels)


def test_layers_of_unlike_size_stand_side_by_side(page, tmp_path):
    """Maps larger than units, a bar for those that find no room, none over the other or outside."""
    root = show(page, tmp_path)
    found = nodes(page)
    by_layer = [[node for node in found if node["layer"] == k] for k in range(3)]
    assert [len(layer) for layer in by_layer] == [4, 9, 3]
    assert by_layer[1][-1]["rest"] and by_layer[1][-1]["label"] == "… 124 more"
    assert by_layer[0][0]["size"] > 1.5 * by_layer[1][0]["size"]
    box = host(root, "net").bounding_box()
    for layer_ in by_layer:
        edges = [(n["y"] - n["height"] / 2, n["y"] + n["height"] / 2) for n in layer_]
        assert edges[0][0] > 14 and edges[-1][1] < box["height"]
        assert all(low >= high for (_, high), (low, _) in zip(edges, edges[1:], strict=False))
    page.problems.check()


def test_each_shows_its_numbers(page, tmp_path):
    """Pixels: a map's gray, the colors of units, the bar from its first to its last value."""
    show(page, tmp_path)
    found = {(node["layer"], node["unit"]): node for node in nodes(page)}
    for unit in range(4):
        node = found[0, unit]
        assert page.evaluate(PIXEL, [node["x"], node["y"]])[0] == 60 * unit
    zero, high, low = (page.evaluate(PIXEL, [found[2, k]["x"], found[2, k]["y"]]) for k in range(3))
    assert high[2] > high[0] + 60 and low[0] > low[2] + 60  # blue is positive, orange negative
    assert max(zero[:3]) - min(zero[:3]) < 20
    bar = found[1, 8]
    top, bottom = (
        page.evaluate(PIXEL, [bar["x"], bar["y"] + sign * (bar["height"] / 2 - 4)])
        for sign in (-1, 1)
    )
    assert top[0] > top[2] + 60 and bottom[2] > bottom[0] + 60


def test_links_are_drawn_only_where_there_are_weights(page, tmp_path):
    show(page, tmp_path)
    found = page.evaluate(
        "[...window.player.panels.panels.get('net').panel.links()].map(({ from, to, weight }) =>"
        "[from.layer, from.unit, to.unit, weight])"
    )
    assert len(found) == 8 * 3 and {row[0] for row in found} == {1}
    assert all(weight == W[unit, to] for _, unit, to, weight in found)
    node = {(n["layer"], n["unit"]): n for n in nodes(page)}
    middle = [(node[0, 0]["x"] + node[1, 0]["x"]) / 2, node[0, 0]["y"]]
    assert page.evaluate(PIXEL, middle)[3] == 0  # nothing between maps and units


def test_a_map_is_chosen_and_a_unit_says_its_number(page, tmp_path):
    root = show(page, tmp_path)
    page.get_by_role("button", name="4 maps, unit 3").click()
    assert events(page) == [("net", "focus", "channel", 2)]
    expect(host(root, "said")).to_have_text("channel 3")
    page.get_by_role("button", name="cow").hover()
    expect(root.locator(".ip-formula")).to_have_text("cow: −0.9")
