"""What an open page costs the server, as CPU seconds in a minute."""

import os
import time
from pathlib import Path

from tests.benchmarks.frames import pause
from tests.benchmarks.table import Row
from tests.browser.helpers import open_page, player, train, wait_for_frames
from tests.server import Server

MINUTE = 60.0


def cpu(process: int) -> float:
    """CPU seconds that a process has used, from Linux's /proc."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def a_minute(server: Server, seconds: float) -> float:
    """CPU seconds a minute, measured over `seconds`."""
    before, started = cpu(server.process.pid), time.monotonic()
    time.sleep(seconds)
    return MINUTE * (cpu(server.process.pid) - before) / (time.monotonic() - started)


def rows(server: Server, context, seconds: float) -> list[Row]:
    """Before anybody comes near the page, with a paused page open, and with its tab closed."""
    nobody = a_minute(server, min(seconds, 15))
    page = open_page(context.new_page(), f"{server.url}/boundaries")
    root = player(page)
    train(page)
    wait_for_frames(root, 120)
    pause(page)
    page.wait_for_timeout(3000)
    paused = a_minute(server, seconds)
    train(page)
    wait_for_frames(root, 180)
    page.close()
    time.sleep(3)
    closed = a_minute(server, seconds)
    limit = f"a server without visitors {nobody:.2f} s"
    detail = f"over {seconds:g} s"
    return [
        Row("server, one paused page, a minute", paused, "CPU s", 0.6, beside=limit, detail=detail),
        Row("server, tab closed while training, a minute", closed, "CPU s", 0.3, beside=limit,
            detail=detail),
    ]  # fmt: skip
