"""What a page of the chapter needs, said with its first answer: the browser fetches it at once.

Else it would hear of the player when the page's script has run, of the player's modules level by
level as each is read, and of Plotly last of all.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from core import ROOT

PLAYER = ROOT / "assets" / "player" / "player.js"
IMPORT = re.compile(r'^(?:import|export) .*?from "\./([\w-]+\.js)";', re.MULTILINE | re.DOTALL)
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]


def modules(first: Path = PLAYER) -> list[str]:
    """Names of a module and of all that it imports, in the order in which they are found."""
    found = [first.name]
    for name in found:  # grows while it is read
        text = (first.parent / name).read_text()
        found += [one for one in dict.fromkeys(IMPORT.findall(text)) if one not in found]
    return found


def links() -> bytes:
    """The header Link, relative to a page's own address."""
    player = [f"<assets/player/{name}>; rel=modulepreload" for name in modules()]
    return ", ".join([*player, "<plotlyjs/plotly.min.js>; rel=preload; as=script"]).encode()


class Early:
    """Middleware: answers to the addresses of some pages carry the header Link."""

    def __init__(self, app: Asgi, paths: Collection[str]) -> None:
        """`paths` are the pages' addresses, each a word below the root."""
        self.app, self.paths, self.header = app, frozenset(paths), (b"link", links())

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        """Pass a request on, and its answer back."""
        page = scope["type"] == "http" and scope["path"].rpartition("/")[2] in self.paths

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), self.header]
            await send(message)

        await self.app(scope, receive, answer if page else send)


def early(paths: Collection[str]) -> list[Middleware]:
    """For the pages with these addresses, as `st.App` takes it."""
    return [Middleware(Early, paths=paths)]
