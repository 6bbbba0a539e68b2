"""Start the real app as its users do, and note every address that it calls."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "app.py", "--no-window", "--port", "0")
START = 60  # seconds
# Runs in the server and in what it starts: one line for each look-up or connection.
AUDIT = """
import os, sys
def note(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        target = args[0] if event != "socket.connect" else args[1]
        host = target[0] if isinstance(target, tuple) else target
        if event == "socket.connect" and not isinstance(target, tuple):
            return  # a Unix socket
        local = (None, "", "localhost", "0.0.0.0", "::", "::1")
        if host not in local and not str(host).startswith("127."):
            with open(os.environ["AUDIT_LOG"], "a") as log:
                print(event, host, file=log)
sys.addaudithook(note)
"""


class Server:
    """`python app.py` in a process of its own; a context manager."""

    def __init__(self, command=COMMAND, cwd=ROOT, **environment):
        self.folder = tempfile.TemporaryDirectory()
        here = Path(self.folder.name)
        (here / "sitecustomize.py").write_text(AUDIT)
        self.calls_log, self.output_log = here / "calls", here / "output"
        self.calls_log.touch()
        self.command, self.cwd = command, cwd
        path = os.pathsep.join(filter(None, [str(here), os.environ.get("PYTHONPATH")]))
        audit = {"AUDIT_LOG": str(self.calls_log), "PYTHONPATH": path, "PYTHONUNBUFFERED": "1",
                 "PYTHONFAULTHANDLER": "1"}  # fmt: skip
        self.environment = os.environ | audit | environment
        self.process = None
        self.url = ""

    def __enter__(self) -> "Server":
        with open(self.output_log, "w") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START
        while not (found := re.search(r"(http://\S+:\d+)\s", self.output)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"{self.command} did not start:\n{self.output}")
            time.sleep(0.02)
        self.url = found[1]
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        self.folder.cleanup()

    @property
    def output(self) -> str:
        """What it printed so far."""
        return self.output_log.read_text()

    @property
    def calls(self) -> list[str]:
        """Hosts outside this machine that it looked up or connected to."""
        return self.calls_log.read_text().splitlines()

    def stop(self, sign: int = signal.SIGINT, timeout: float = 20) -> int:
        """Send the signal of Ctrl-C and return the exit status.

        What does not stop is killed, and has to say what its threads were doing.
        """
        if self.process.poll() is None:
            self.process.send_signal(sign)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired as slow:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise AssertionError(f"{self.command} did not stop:\n{self.output}") from slow
