"""A visitor without a browser: Streamlit's own protocol, and the player's questions for frames."""

import asyncio
import json
import struct
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

WAIT = 60.0  # seconds for a film


def header(message: bytes) -> dict:
    """The head of a message of `core.film.Film.message`."""
    (length,) = struct.unpack("<I", message[:4])
    return json.loads(message[4 : 4 + length])


@dataclass
class Visitor:
    """One tab. What went wrong in it is in `errors`."""

    url: str
    page: str
    http: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse
    errors: list[str] = field(default_factory=list)
    films: asyncio.Queue = field(default_factory=asyncio.Queue)

    async def listen(self) -> None:
        """Note films and errors, until the socket is closed."""
        async for message in self.socket:
            if message.type != aiohttp.WSMsgType.BINARY:
                continue
            forward = ForwardMsg()
            forward.ParseFromString(message.data)
            element = forward.delta.new_element
            if element.WhichOneof("type") == "exception":
                self.errors.append(f"{self.page}: {element.exception.message[:100]}")
                self.films.put_nowait({"error": self.errors[-1]})
            elif element.WhichOneof("type") == "bidi_component" and element.bidi_component.bytes:
                self.films.put_nowait(header(element.bidi_component.bytes))

    async def ask(self, query: str = "", other: str = "") -> dict:
        """Go to the page with this query; the head of the first film that is not `other`.

        Errors: `RuntimeError` with what the page shows instead.
        """
        back = BackMsg()
        back.rerun_script.query_string, back.rerun_script.page_name = query, self.page
        await self.socket.send_bytes(back.SerializeToString())
        async with asyncio.timeout(WAIT):
            while True:
                found = await self.films.get()
                if "error" in found:
                    raise RuntimeError(found["error"])
                if found.get("run") and found["film"] != other:
                    return found

    async def pull(self, run: str, have: int, want: int) -> dict:
        """Frames after `have`, as the player asks for them."""
        asked = {"run": run, "have": have, "want": want}
        async with self.http.post(f"{self.url}/frames", data=json.dumps(asked)) as answer:
            answer.raise_for_status()
            return header(await answer.read())


@asynccontextmanager
async def visit(url: str, page: str, http: aiohttp.ClientSession):
    """A visitor on a page, who has not asked for anything yet."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    connect = http.ws_connect(address, protocols=("streamlit",), origin=url, max_msg_size=0)
    async with connect as socket:
        visitor = Visitor(url, page, http, socket)
        listening = asyncio.create_task(visitor.listen())
        try:
            yield visitor
        finally:
            listening.cancel()


def client() -> aiohttp.ClientSession:
    """Any number of connections at once."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
