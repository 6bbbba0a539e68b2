"""How the app starts: its options, the files it serves, and the window that shows it."""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

M_ARENA_MAX = -8  # glibc's name for the number of pools, in <malloc.h>
LOOPBACK = "127.0.0.1"
_giving = threading.Lock()  # held while that is about to happen
EVERY_ADDRESS = {"0.0.0.0": LOOPBACK, "::": "[::1]"}
BROWSERS = (
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chrome",
)
MAC_BROWSERS = ("Google Chrome", "Microsoft Edge", "Chromium")
WINDOWS_BROWSERS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)


@dataclass(frozen=True)
class Options:
    """What the command line asked for; `port` None means 8501 or the next free one."""

    address: str = LOOPBACK
    port: int | None = None
    window: bool = True

    @property
    def config(self) -> dict[str, str | int]:
        """The same in Streamlit's words; without a port Streamlit looks for a free one itself."""
        port = {} if self.port is None else {"server.port": self.port}
        return {"server.address": self.address, **port}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; argparse would print its usage above it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _port(text: str) -> int:
    """A TCP port from the command line."""
    if not (text.isascii() and text.isdecimal() and 0 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a port; give a whole number from 1024 to 65535, or 0 for any free one"
        )
    return int(text)


def options(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line (`sys.argv` unless given).

    Errors: exit status 2 and one line on a bad or taken port and on an address that is not ours.
    """
    parser = _Parser(prog="app.py", description="Inductive Playground: the chapter, alive.")
    parser.add_argument("--port", type=_port, help="port to serve at (default: 8501, or the next)")
    parser.add_argument(
        "--address", default=LOOPBACK, help=f"address to serve at ({LOOPBACK}; 0.0.0.0: all)"
    )
    parser.add_argument("--no-window", action="store_true", help="serve only, open no window")
    given = parser.parse_args(arguments)
    try:
        _try_to_bind(given.address, given.port or 0)
    except OSError as error:
        where = f"--address {given.address}" + (f" --port {given.port}" if given.port else "")
        parser.error(f"can't serve at {where}: {error.strerror or error}")
    return Options(given.address, given.port, not given.no_window)


def few_pools(n: int = 2) -> None:
    """Let glibc's malloc share few pools among all threads; elsewhere nothing is done.

    Each visitor is served by threads of his own, which by themselves get up to 8 pools a core, and
    no pool can use the holes of another (measured: 424 instead of 507 MB before the first visitor).
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, n)


def give_back(seconds: float = 5.0) -> None:
    """Let glibc's malloc return to the system, in a while, what is free by then.

    Called when a film is gone; once for all that go meanwhile (measured: 738 instead of 803 MB
    after thirty people have left, for 3 to 10 ms of work).
    """
    if not _giving.acquire(blocking=False):
        return

    def trim() -> None:
        _giving.release()
        if platform.libc_ver()[0] == "glibc":
            ctypes.CDLL(None).malloc_trim(0)

    timer = threading.Timer(seconds, trim)
    timer.daemon = True
    timer.start()


def _try_to_bind(address: str, port: int) -> None:
    """Raise OSError if nothing can be served there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name != "nt":  # on Windows this option lets two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address, port))


def url(address: str, port: int) -> str:
    """The URL that a browser on this machine opens for a server at that address."""
    host = EVERY_ADDRESS.get(address, f"[{address}]" if ":" in address else address)
    return f"http://{host}:{port}"


def greet(address: str, port: int, window: bool = False) -> None:
    """Print where the app is and, if asked, open its window."""
    here = url(address, port)
    print(f"Inductive Playground: {here}   (Ctrl-C stops it)", flush=True)
    if address in EVERY_ADDRESS:
        print(f"On this network:      http://{socket.gethostname()}:{port}", flush=True)
    if window:
        open_window(here)


def leave_soon(seconds: float = 3.0) -> None:
    """Let Ctrl-C count twice, now and in some seconds; called in the event loop, once it serves.

    The first lets answers end that are on their way; uvicorn would wait for ever for a browser
    that does not fetch its own, as a tab that sleeps. The second is uvicorn's way to leave at once.
    """
    loop, stop = asyncio.get_running_loop(), signal.getsignal(signal.SIGINT)
    if not callable(stop) or threading.current_thread() is not threading.main_thread():
        return

    def press(number: int, frame: FrameType | None) -> None:
        stop(number, frame)
        loop.call_later(seconds, stop, signal.SIGINT, None)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, press)


def open_window(address: str) -> None:
    """Open the URL in an app window if Chrome, Edge or Chromium is there, else in a browser tab.

    Returns at once; a machine without a display gets no window and no error.
    """
    system = platform.system()
    if system == "Linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    threading.Thread(
        target=_show, args=(address, next(_browsers(system), None)), daemon=True
    ).start()


def _show(address: str, browser: str | None) -> None:
    """Start the browser; if it fails within a few seconds, ask the default one."""
    if browser is not None:
        try:
            # A session of its own: Ctrl-C in our terminal must not kill the user's browser.
            window = subprocess.Popen(
                [browser, f"--app={address}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            if window.wait(timeout=5) == 0:  # a running browser took the window over
                return
        except subprocess.TimeoutExpired:  # it runs
            return
        except OSError as error:
            print(f"{browser} did not start: {error}", file=sys.stderr)
    webbrowser.open(address)


def _browsers(system: str) -> Iterator[str]:
    """Paths of the browsers found here that know `--app=`, best first."""
    yield from filter(None, map(shutil.which, BROWSERS))
    places: list[Path] = []
    if system == "Darwin":
        roots = [Path("/Applications"), Path.home() / "Applications"]
        places = [
            root / f"{name}.app/Contents/MacOS/{name}" for name in MAC_BROWSERS for root in roots
        ]
    elif system == "Windows":
        names = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        roots = [Path(os.environ[name]) for name in names if name in os.environ]
        places = [root / tail for tail in WINDOWS_BROWSERS for root in roots]
    yield from (str(place) for place in places if place.is_file())
