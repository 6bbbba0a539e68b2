"""A film as one HTML file: nothing from outside, nothing of the user's words runs."""

import base64
import gzip
import html
import json
import re
import struct

import numpy as np
import pytest

from core.film import Film
from core.film.html import PLAYER, film_html, film_size
from core.stage import stage, words


@pytest.fixture(scope="module")
def film():
    made = Film()
    for i in range(5):
        made.append(i, {"loss": 1 / (i + 1), "map": np.full((4, 4), i, np.uint8)})
    made.note("info", "</script><script>alert(1)</script>")
    return made


@pytest.fixture(scope="module")
def page(film):
    return film_html(film, stage([words("w", [])]), "<script>title", 'said & "done"')


def head(message):
    (length,) = struct.unpack("<I", message[:4])
    return json.loads(message[4 : 4 + length])


def test_the_film_inside_is_the_films_message(film, page):
    data = re.search(r'atob\("([^"]+)"\)', page)[1]
    message = gzip.decompress(base64.b64decode(data))
    header = head(message)
    assert header["steps"] == [0, 1, 2, 3, 4] and header["first"] == 0
    assert header["autoplay"] is True and header["done"] == "recorded"
    assert header["stage"]["panels"][0]["id"] == "w"
    size = sum(track.nbytes for track in (film["loss"], film["map"]))
    assert message.endswith(film["map"].tobytes()) and len(message) > size


def test_words_are_escaped(page):
    assert page.count(html.escape("<script>title")) == 2  # title and heading
    assert "<script>title" not in page and 'said & "done"' not in page
    assert "alert(1)" not in page  # notes travel packed


def test_scripts_end_where_they_should(page):
    """Import map, plotly.js and the page's own module: three, each closed once."""
    opened = re.findall(r"<script[ >]", re.sub(r"atob\(.*?\)", "", page))
    assert page.count("</script>") == 3 <= len(opened)


def test_every_module_of_the_player_is_inside_and_finds_the_others(page):
    imports = json.loads(re.search(r'importmap">(.*?)</script>', page)[1])["imports"]
    assert set(imports) == {f"player/{path.name}" for path in PLAYER.glob("*.js")}
    for address in imports.values():
        kind, _, packed = address.partition(",")
        assert kind == "data:text/javascript;base64"
        source = base64.b64decode(packed).decode()
        wanted = re.findall(r'(?:from|import\() ?"([^"]+)"', source)
        assert set(wanted) <= set(imports)


@pytest.mark.parametrize("frames", [1, 200])
def test_the_size_is_said_before_the_file_is_made(frames):
    """Noise, which does not pack, beside a track that packs to nothing."""
    random, film = np.random.default_rng(0), Film()
    for i in range(frames):
        noise = random.integers(0, 255, (100, 200), np.uint8)
        film.append(i, {"loss": 1.0, "map": noise, "still": np.zeros(3000, np.float32)})
    made = len(film_html(film, stage([words("w", [])]), "title").encode())
    assert film_size(film) == pytest.approx(made, rel=0.03) and made > 4e6 + 20_000 * frames


def test_nothing_is_fetched(page):
    assert not re.search(r"""<(?:script|link|img)[^>]+(?:src|href)=""", page[:20_000])
