"""What a page of the chapter needs, said with its first answer: the browser has it at once.

Else it would hear of the player when the page's script has run, of the player's modules level by
level as each is read, and of Plotly last of all. And Streamlit's own client would look for its
server below each page's address first, hear 404 twice, and wait (0.3 s in all).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from core.app.served import ASSETS, kept

PLAYER = ASSETS / "player" / "player.js"
HEAD = b"<head>"
# Read by Streamlit's client as it starts (StreamlitConfig.ts); without it, it looks around itself.
SCRIPT = b"""<script>
window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };
</script>"""
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
    """The header Link."""
    player = [f"</assets/player/{name}>; rel=modulepreload" for name in modules()]
    plotly = "</assets/plotlyjs/plotly.min.js>; rel=preload; as=script"
    return kept(", ".join([*player, plotly])).encode()


class Early:
    """Middleware: answers to the addresses of some pages carry the header Link and `SCRIPT`."""

    def __init__(self, app: Asgi, paths: Collection[str]) -> None:
        """`paths` are the pages' addresses, each a word below the root, or "" for the root."""
        self.app, self.paths, self.header = app, frozenset(paths), (b"link", links())

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] != "http" or scope["path"].rpartition("/")[2] not in self.paths:
            await self.app(scope, receive, send)
            return
        # Plain, since something is put into it; it is 8 KB, and nothing else comes this way.
        asked = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = b""

        async def answer(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            whole = body.replace(HEAD, HEAD + SCRIPT, 1)
            headers = [(name, value) for name, value in start.get("headers", ())
                       if name.lower() != b"content-length"]  # fmt: skip
            if start["status"] not in (204, 304) and scope["method"] != "HEAD":
                headers.append((b"content-length", str(len(whole)).encode()))
            await send({**start, "headers": [*headers, self.header]})
            await send({"type": "http.response.body", "body": whole})

        await self.app({**scope, "headers": asked}, receive, answer)


def early(paths: Collection[str]) -> list[Middleware]:
    """For the pages with these addresses, as `st.App` takes it."""
    return [Middleware(Early, paths=paths)]
