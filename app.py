"""Launcher: `python app.py` for a desk, `streamlit run app.py` for a server."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st
from streamlit import net_util
from streamlit.watcher.polling_path_watcher import PollingPathWatcher

from core import ROOT
from core.app import launch, served
from core.app.warm import warm_in_background
from pages.ui import cloud, frames
from pages.ui.chapter import EARLY

net_util.get_external_ip = lambda: None  # it would ask a host on the internet (streamlit #7721)
PollingPathWatcher._schedule = lambda self: None  # type: ignore[method-assign]  # it would poll


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Say where the app is: its socket listens already, and its port is final."""
    address, port = st.get_option("server.address"), st.get_option("server.port")
    launch.greet(address, port, window=app.state.get("window", False))
    sys.setswitchinterval(0.001)  # seconds: answers go out while somebody trains (5 ms is usual)
    launch.leave_soon()
    warm_in_background(after=3.0)
    yield


launch.few_pools()
routes = [*served.mounts(), frames.route, cloud.route]
first = [frames.first, *EARLY]
app = st.App(ROOT / "pages/router.py", routes=routes, lifespan=lifespan, middleware=first)
if __name__ == "__main__":
    options = launch.options()
    app.state["window"] = options.window
    with suppress(KeyboardInterrupt):
        app.run(config=options.config)
