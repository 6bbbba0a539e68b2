"""What the browser tests do with a page: open, wait, train, read the player, take pictures."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

PLAYER = "[data-film]"
READY = 60_000  # milliseconds; the first page of a server waits for torch
THEMES = ("light", "dark")
WIDTHS = (1440, 900)
LOCAL = ("127.0.0.1", "localhost")
SCHEMES = ("http", "https", "ws", "wss")
POSITIVE = re.compile(r"[1-9]\d*")


@dataclass
class Problems:
    """What must not happen in a tab."""

    foreign: list[str] = field(default_factory=list)  # requests to other hosts
    missing: list[str] = field(default_factory=list)  # answers 400 and above, failed requests
    errors: list[str] = field(default_factory=list)  # console errors, uncaught exceptions

    def check(self) -> None:
        """Fail with all of them."""
        assert not self.foreign, self.foreign
        assert not self.missing, self.missing
        assert not self.errors, self.errors


def watch(page: Page) -> Problems:
    """Collect the problems of a tab from now on."""
    problems = Problems()

    def note_request(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in SCHEMES and parts.hostname not in LOCAL:
            problems.foreign.append(url)

    def note_answer(answer) -> None:
        if answer.status >= 400:
            problems.missing.append(f"{answer.status} {answer.url}")

    def note_line(line) -> None:
        if line.type == "error":
            problems.errors.append(f"{line.text} ({line.location.get('url', '')})")

    page.on("request", lambda request: note_request(request.url))
    page.on("websocket", lambda socket: note_request(socket.url))
    page.on("response", note_answer)
    page.on("console", note_line)
    page.on("pageerror", lambda error: problems.errors.append(str(error)))
    return problems


def open_page(page: Page, url: str) -> Page:
    """Go there and wait until Streamlit has run the script to its end."""
    page.goto(url)
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=READY)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until no script runs and no error is on the page."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=READY)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def player(page: Page, number: int = 0) -> Locator:
    """The player, once it holds a film of at least one frame."""
    root = page.locator(PLAYER).nth(number)
    expect(root).to_be_attached(timeout=READY)
    expect(root).to_have_attribute("data-frames", POSITIVE, timeout=READY)
    return root


def another_film(root: Locator, before: str) -> None:
    """Wait until another film is on the stage."""
    root.page.wait_for_function(
        "([element, id]) => element.dataset.film !== id", arg=[root.element_handle(), before]
    )
    settle(root.page)


def film(root: Locator) -> dict[str, str | int | bool]:
    """The player's data attributes: film, frames, frame, playing, step."""
    data = root.evaluate("element => ({...element.dataset})")
    numbers = {name: int(float(data[name])) for name in ("frames", "frame", "step") if name in data}
    return {"film": data["film"], **numbers, "playing": data.get("playing") == "true"}


def train(page: Page) -> None:
    """Press the button that starts training; it has the same name on every page."""
    page.get_by_role("button", name="Train", exact=True).first.click()


def wait_for(root: Locator, name: str, least: float, timeout: float = READY) -> None:
    """Wait until a number of the player is so large: frames (held), frame or step (drawn)."""
    root.page.wait_for_function(
        "([element, name, least]) => Number(element.dataset[name]) >= least",
        arg=[root.element_handle(), name, least],
        timeout=timeout,
    )


def wait_for_frames(root: Locator, count: int, timeout: float = READY) -> None:
    """Wait until the film has at least so many frames."""
    wait_for(root, "frames", count, timeout)


def paused(page: Page, url: str, step: int = 60) -> Locator:
    """The player of a page that begins by itself, paused after some training, at its last frame."""
    root = player(open_page(page, url))
    wait_for(root, "step", step)
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_function("!document.querySelector('[data-film]').player.waiting")
    root.focus()
    page.keyboard.press("End")
    return root


def ticks(page: Page, count: int) -> None:
    """Let so many pictures of the display pass, in which the player may act or must not."""
    page.evaluate(
        "n => new Promise((done) => { const tick = () => (n-- > 0 ? requestAnimationFrame(tick)"
        " : done()); tick(); })",
        count,
    )


def pictures(browser: Browser, url: str, folder: Path, name: str, prepare=None) -> list[Path]:
    """Full screenshots in both themes and at two widths; `prepare(page)` acts before each."""
    files = []
    for theme in THEMES:
        for width in WIDTHS:
            size = {"width": width, "height": 1000}
            with browser.new_context(color_scheme=theme, viewport=size) as context:
                page = open_page(context.new_page(), url)
                if prepare is not None:
                    prepare(page)
                files.append(folder / f"{name}-{theme}-{width}.png")
                page.screenshot(path=files[-1])
    return files
