"""Memory that is free goes back to the system."""

import ctypes
import threading

import pytest

from core.app import launch


@pytest.fixture
def trimmed(monkeypatch):
    """How often malloc was told, and an event for the first time."""
    told, once = [], threading.Event()

    class Libc:
        def malloc_trim(self, pad):
            told.append(pad)
            once.set()

    monkeypatch.setattr(launch.platform, "libc_ver", lambda: ("glibc", "2.36"))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: Libc())
    return told, once


def test_memory_goes_back_once_for_all_films_that_go_meanwhile(trimmed):
    told, once = trimmed
    for _ in range(30):
        launch.give_back(0.05)
    assert once.wait(30) and told == [0]
    once.clear()
    launch.give_back(0)
    assert once.wait(30) and told == [0, 0]
