"""Twelve people open the app in its first second: nobody meets a module that is half imported."""

import asyncio

import pytest

from tests.server import Server
from tests.visitor import client, visit

PAGES = ("boundaries", "approximation", "deep-sets", "perceptron")
PEOPLE, TRIES = 12, 10


async def all_at_once(url):
    """Errors, and how many saw a film."""

    async def person(number, http):
        async with visit(url, PAGES[number % len(PAGES)], http) as visitor:
            found = await visitor.ask()
            assert found["serials"], visitor.errors
            return visitor.errors

    async with client() as http:
        return await asyncio.gather(*(person(number, http) for number in range(PEOPLE)))


@pytest.mark.parametrize("number", range(TRIES))
def test_twelve_are_let_in_at_once(number):
    with Server() as server:  # a process of its own: what is imported once does not race again
        errors = asyncio.run(all_at_once(server.url))
        assert errors == [[]] * PEOPLE
        assert "Traceback" not in server.output and server.stop() in (0, -2, 130)
