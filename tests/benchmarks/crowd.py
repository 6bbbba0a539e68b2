"""Thirty people on one server: what each gets, how long a change takes, and what it costs.

Each opens a page, trains as the player does (it asks for frames whenever less than a third of a
second lies ahead at 60 frames a second), and every ten seconds asks for another seed.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.benchmarks.table import Row, number
from tests.server import Server
from tests.visitor import Visitor, client, visit

PEOPLE, SECONDS, ARRIVAL, CHANGE = 30, 45.0, 8.0, 10.0
PAGES = ("boundaries", "approximation", "deep-sets", "perceptron")
RATE, AHEAD = 60, 21  # frames a second, and how many the player keeps ahead
SETTLED = 5.0  # seconds after the last one has left
FEW_SECONDS = 15.0  # as long do a few people stay, from whom the memory of one more is counted


@dataclass
class Seen:
    """What the crowd has seen together."""

    waits: list[float] = field(default_factory=list)  # seconds from a change to its film
    rates: dict[str, list[float]] = field(default_factory=dict)  # page -> frames/s of each person
    errors: list[str] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Of 20 changes, 19 were answered sooner."""
        return sorted(self.waits)[int(0.95 * (len(self.waits) - 1))]

    @property
    def slowest(self) -> float:
        """Of all people, the least share of the median of those on the same page."""
        return min(min(rates) / (median(rates) or 1.0) for rates in self.rates.values())


async def train(visitor: Visitor, film: dict, until: float) -> int:
    """Pull frames as the player does; how many came."""
    have, frames, head, last = -1, 0, 0.0, time.monotonic()
    while (now := time.monotonic()) < until:
        found = await visitor.pull(film["run"], have, AHEAD)
        frames += len(found["serials"]) - found["first"]
        have = found["serials"][-1] if found["serials"] else have
        if found.get("done"):
            await asyncio.sleep(max(0.0, until - time.monotonic()))
            break
        now = time.monotonic()
        head, last = min(head + (now - last) * RATE, frames), now
        if frames - head > AHEAD:
            await asyncio.sleep((frames - head - AHEAD) / RATE + 0.01)
    return frames


async def person(i: int, url: str, http, end: float, seen: Seen) -> None:
    """One of the crowd, until the end."""
    chance, page = random.Random(i), PAGES[i % len(PAGES)]
    await asyncio.sleep(min(ARRIVAL, (end - time.monotonic()) / 4) * chance.random())
    async with visit(url, page, http) as visitor:
        begin, frames, film, query = time.monotonic(), 0, "", ""
        turn = begin + 5 + CHANGE * chance.random()
        while (asked := time.monotonic()) < end:
            found = await visitor.ask(query, film)
            film = found["film"]
            seen.waits.append(time.monotonic() - asked)
            frames += await train(visitor, found, min(end, turn))
            turn, query = time.monotonic() + CHANGE, f"seed={chance.randrange(10**6)}"
        seen.rates.setdefault(page, []).append(frames / (time.monotonic() - begin))
        seen.errors += visitor.errors


def megabytes(process: int) -> float:
    """Resident memory of a process, from Linux's /proc."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def crowd(server: Server, people: int, seconds: float) -> tuple[Seen, float, float]:
    """What was seen, the most memory meanwhile, and that after all have left, in MB."""
    seen, end, most = Seen(), time.monotonic() + seconds, 0.0
    async with client() as http:
        acts = [asyncio.create_task(person(i, server.url, http, end, seen)) for i in range(people)]
        while time.monotonic() < end:
            await asyncio.sleep(min(1.0, seconds / 10))
            most = max(most, megabytes(server.process.pid))
        for failed in await asyncio.gather(*acts, return_exceptions=True):
            seen.errors += [f"{type(failed).__name__}: {failed}"[:100]] if failed else []
    await asyncio.sleep(min(SETTLED, seconds / 10))
    return seen, most, megabytes(server.process.pid)


def alike(people: int, seconds: float, idle: float) -> tuple[Seen, float, float, int]:
    """A server of its own, which has been up for a moment, as before a class; and its errors."""
    with Server() as server:
        time.sleep(idle)
        seen, most, after = asyncio.run(crowd(server, people, seconds))
        return seen, most, after, server.output.count("Traceback")


def rows(people: int = PEOPLE, seconds: float = SECONDS, idle: float = 12.0) -> list[Row]:
    """The crowd on a server, after a few people on another one: what each one more takes."""
    few = min(len(PAGES), people // 2)
    _, least, _, broken = alike(few, min(seconds, FEW_SECONDS), idle)
    seen, most, after, more = alike(people, seconds, idle)
    broken, each = broken + more, (most - least) / (people - few)
    who, rates = f"{people} people", [rate for page in seen.rates.values() for rate in page]
    first = f"; {seen.errors[0]}" if seen.errors else ""
    return [
        Row(f"{who}: errors", len(seen.errors) + broken, "", 0.5, detail=f"none is good{first}"),
        Row(f"{who}: change to film, p95", 1000 * seen.p95, "ms", 1000,
            detail=f"median {number(1000 * median(seen.waits))}, n = {len(seen.waits)}"),
        Row(f"{who}: frames in all", sum(rates), "frames/s", 450, most=False,
            detail=f"a person {number(min(rates))} to {number(max(rates))}"),
        Row(f"{who}: slowest over median of the page", seen.slowest, "", 0.5, most=False),
        Row(f"{who}: server's memory", most, "MB", 800, detail=f"{number(after)} when they left"),
        Row(f"{who}: memory a person", each, "MB", 10,
            detail=f"{number(least)} with {few}, {number(most)} with {people}"),
    ]  # fmt: skip
