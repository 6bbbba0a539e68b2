"""The launcher: what a person types and sees in a terminal."""

import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import plotly
import pytest

from core.app import launch
from tests.server import ROOT, Server

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url, **headers):
    return DIRECT.open(urllib.request.Request(url, headers=headers), timeout=20)


def run(*arguments):
    return subprocess.run(
        [sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


def test_serves_on_this_machine_only(server):
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
    assert get(server.url + "/_stcore/health").read() == b"ok"


def test_a_deep_link_answers(server):
    assert b"<title>" in get(server.url + "/boundaries").read()


def test_files_are_revalidated_and_have_the_right_type(server):
    url = server.url + "/assets/plotlyjs/plotly.min.js"
    first = get(url)
    assert first.headers["Content-Type"].startswith(("text/javascript", "application/javascript"))
    assert first.headers["Cache-Control"] == "no-cache"
    wheel = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert first.read() == wheel.read_bytes()
    with pytest.raises(urllib.error.HTTPError) as again:
        get(
            server.url + "/assets/plotlyjs/plotly.min.js",
            **{"If-None-Match": first.headers["ETag"]},
        )
    assert again.value.code == 304
    assert again.value.headers["Cache-Control"] == "no-cache"


def test_assets_are_served(server):
    for file in (ROOT / "assets").rglob("*.js"):
        answer = get(f"{server.url}/assets/{file.relative_to(ROOT / 'assets').as_posix()}")
        assert "javascript" in answer.headers["Content-Type"]
        assert answer.headers["Cache-Control"] == "no-cache"


def test_a_page_says_with_its_first_answer_what_it_will_need(server):
    found = get(server.url + "/manifolds").headers["Link"]
    assert get(server.url + "/").headers["Link"] == found
    files = re.findall(r"<([^>]+)>; rel=(modulepreload|preload; as=script)", found)
    assert len(files) == found.count("<") > 40
    for file, _ in files:
        answer = get(f"{server.url}{file}")
        assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"]
    assert get(server.url + "/assets/player/player.js").headers["Link"] is None


def test_files_outside_the_folders_are_not_served(server):
    with pytest.raises(urllib.error.HTTPError) as error:
        get(server.url + "/assets/%2e%2e/app.py")
    assert error.value.code in (400, 404)


def test_the_page_itself_loads_nothing_from_elsewhere(server):
    html = get(server.url + "/").read().decode()
    sources = re.findall(r"""(?:src|href|content)=["']?([^"'> ]+)""", html)
    assert any(source.endswith(".js") for source in sources)
    assert not [source for source in sources if "//" in source]


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ((sys.executable, str(ROOT / "app.py"), "--no-window", "--port", "0"), (0,)),
        # Streamlit's own command line says 1 after Ctrl-C, or 0 where the interrupt reaches uvicorn
        # while it still runs its loop (seen on busy machines).
        (
            (sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", "0"),
            (0, 1),
        ),
    ],
    ids=["python", "streamlit"],
)
def test_starts_from_another_folder_and_stops_cleanly(command, status, tmp_path):
    with Server(command, cwd=tmp_path) as server:
        assert get(server.url + "/_stcore/health").read() == b"ok"
        assert server.stop(signal.SIGINT) in status
        assert "Traceback" not in server.output
        assert server.calls == []


def test_stops_though_a_browser_does_not_fetch_its_answer():
    with Server() as server, socket.socket() as sleeping:
        host, port = server.url.removeprefix("http://").split(":")
        sleeping.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sleeping.connect((host, int(port)))
        sleeping.sendall(b"GET /assets/plotlyjs/plotly.min.js HTTP/1.1\r\nHost: here\r\n\r\n")
        assert sleeping.recv(12).endswith(b"200")
        assert server.stop() == 0


def test_takes_the_next_port_when_the_usual_one_is_taken():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8501))
            taken.listen()
        except OSError:
            pass  # somebody else holds it: as good
        with Server((sys.executable, "app.py", "--no-window")) as server:
            assert int(server.url.rsplit(":", 1)[1]) > 8501


def test_help_names_every_option():
    done = run("--help")
    assert done.returncode == 0
    for option in ("--port", "--address", "--no-window", "--help"):
        assert option in done.stdout


@pytest.mark.parametrize("port", ["banana", "-1", "65536", "1.5", "８５０１", ""])
def test_a_bad_port_is_refused_in_one_line(port):
    done = run(f"--port={port}")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "--port" in line and repr(port) in line and "65535" in line


def test_a_taken_port_is_refused_in_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("--port", port)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"--port {port}" in line and "in use" in line


def test_a_foreign_address_is_refused_in_one_line():
    done = run("--address", "192.0.2.1")  # reserved for documentation: never ours
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "--address 192.0.2.1" in line


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("lab-pc", "http://lab-pc:80"),
    ],
)
def test_url_is_one_that_a_browser_here_can_open(address, url):
    assert launch.url(address, 80) == url


def test_a_lab_server_prints_a_second_url(capsys):
    launch.greet("0.0.0.0", 8501)
    assert f"http://{socket.gethostname()}:8501" in capsys.readouterr().out


def fake_browser(folder, name, status):
    """A browser that notes its arguments and leaves."""
    file = folder / name
    file.write_text(f'#!/bin/sh\necho "$@" > {folder}/{name}.args\nexit {status}\n')
    file.chmod(0o755)


@pytest.fixture
def desktop(monkeypatch, tmp_path):
    """A Linux desk whose only programs are those that a test puts into tmp_path."""
    monkeypatch.setattr(launch.platform, "system", lambda: "Linux")
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setenv("PATH", str(tmp_path))
    opened = []
    monkeypatch.setattr(launch.webbrowser, "open", opened.append)
    return opened


def open_window_and_wait(url):
    before = set(threading.enumerate())
    launch.open_window(url)
    for thread in set(threading.enumerate()) - before:
        thread.join(20)


@pytest.mark.parametrize("name", ["google-chrome", "chromium", "microsoft-edge"])
def test_opens_an_app_window(desktop, tmp_path, name):
    fake_browser(tmp_path, name, 0)
    open_window_and_wait("http://127.0.0.1:1")
    assert (tmp_path / f"{name}.args").read_text() == "--app=http://127.0.0.1:1\n"
    assert desktop == []


def test_opens_the_default_browser_without_a_chromium(desktop):
    open_window_and_wait("http://127.0.0.1:1")
    assert desktop == ["http://127.0.0.1:1"]


def test_opens_the_default_browser_if_the_window_fails(desktop, tmp_path):
    fake_browser(tmp_path, "chromium", 1)
    open_window_and_wait("http://127.0.0.1:1")
    assert desktop == ["http://127.0.0.1:1"]


def test_opens_nothing_without_a_display(desktop, tmp_path, monkeypatch):
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    fake_browser(tmp_path, "chromium", 0)
    open_window_and_wait("http://127.0.0.1:1")
    assert desktop == [] and not (tmp_path / "chromium.args").exists()
