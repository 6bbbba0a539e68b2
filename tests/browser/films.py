"""Films made in a test: the player alone, or with a route behind it."""

import contextlib
import re
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from core.app import served
from core.film import Film
from core.film.html import film_html
from core.stage import stage
from tests.browser.helpers import player

INLINE = re.compile(r"<script>(?!\s*import).*?</script>", re.DOTALL)  # Plotly, 5 MB of it
LINKED = '<script src="/assets/plotlyjs/plotly.min.js"></script>'

EVENTS = """() => {
  window.events = [];
  window.player.link = { url: "", emit: (event) => window.events.push(event) };
}"""

PAGE = """<!doctype html><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/player/player.css"><div id="root"></div>
<script type="module">
import { Player } from "/assets/player/player.js";
window.events = [];
const emit = (event) => window.events.push(event);
window.player = new Player(document.getElementById("root"), { url: "/frames", emit });
const answer = await fetch("/film");
window.player.receive(new Uint8Array(await answer.arrayBuffer()));
</script>"""


@contextlib.contextmanager
def serve(*routes):
    """Address of a page with a player, which takes its first message from the route /film."""
    mounts = served.mounts()
    icon = Route("/favicon.ico", lambda _: Response(status_code=204))
    app = Starlette(routes=[Route("/", lambda _: HTMLResponse(PAGE)), icon, *routes, *mounts])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


class Cinema:
    """Films of tests under one address, where Chromium keeps Plotly compiled, as in the app.

    In a file each film brings its own Plotly, which is compiled anew: a second and more.
    """

    def __init__(self):
        """Nothing is shown yet."""
        self.html, self.url = "", ""

    @contextlib.contextmanager
    def open(self):
        """Serve what is shown."""
        with serve(Route("/film.html", lambda _: HTMLResponse(self.html))) as url:
            self.url = f"{url}film.html"
            yield self


def screen(page, folder, html):
    """Show a film's page: in the worker's cinema where the tab has one, else as a file."""
    cinema = getattr(page, "cinema", None)
    if cinema is None:
        file = folder / "film.html"
        file.write_text(html, "utf-8")
        page.goto(file.as_uri())
        return
    cinema.html, replaced = INLINE.subn(lambda _: LINKED, html, count=1)
    assert replaced == 1
    page.goto(cinema.url)


def film(*snapshots):
    """A film with these snapshots at steps 0, 1, ..."""
    made = Film()
    for step, snapshot in enumerate(snapshots):
        made.append(step, snapshot)
    return made


def play(page, folder, film, panels, readouts=(), **words):
    """The player of this film on these panels; what it emits is collected in `window.events`."""
    described = stage(panels, readouts, **words)
    screen(page, folder, film_html(film, described, "Film"))
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
    return [
        (event["panel"], event["tool"], name, index)
        for event in page.evaluate("window.events")
        for name, index in event["chosen"].items()
    ]
