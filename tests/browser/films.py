"""Films made in a test and played from a file: the player alone, without a server."""

from core.film import Film
from core.film.html import film_html
from core.stage import stage
from tests.browser.helpers import player

EVENTS = """() => {
  window.events = [];
  window.player.link = { url: "", emit: (event) => window.events.push(event) };
}"""


def film(*snapshots):
    """A film with these snapshots at steps 0, 1, ..."""
    made = Film()
    for step, snapshot in enumerate(snapshots):
        made.append(step, snapshot)
    return made


def play(page, folder, film, panels, readouts=(), **words):
    """The player of this film on these panels; what it emits is collected in `window.events`."""
    described = stage(panels, readouts, **words)
    file = folder / "film.html"
    file.write_text(film_html(film, described, "Film"), "utf-8")
    page.goto(file.as_uri())
    root = player(page)
    page.wait_for_function(
        "[...window.player.panels.panels.values()].every(({panel}) => panel.axes?.ready ?? true)"
    )
    page.evaluate(EVENTS)
    return root


def host(root, panel):
    """The picture of a panel."""
    return root.locator(f"[data-panel={panel}] .ip-host")


def pixel(page, panel, x, y):
    """Where a point of a plot lies in the window."""
    return page.evaluate(
        """([id, x, y]) => {
          const { axes } = window.player.panels.panels.get(id).panel;
          const box = axes.host.getBoundingClientRect();
          return [box.left + axes.px(x, axes.axis("x")), box.top + axes.px(y, axes.axis("y"))];
        }""",
        [panel, x, y],
    )


def events(page):
    """What was chosen and told to the page: (panel, tool, name, index) each."""
    return [(e["panel"], e["tool"], e["name"], e["index"]) for e in page.evaluate("window.events")]
