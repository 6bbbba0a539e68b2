"""The pages that pages/router.py registers, as tests parametrize over them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import streamlit
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]
ROUTER = ROOT / "pages" / "router.py"
TIMEOUT = 60  # seconds; an import of torch on a busy machine takes some


@dataclass(frozen=True)
class Page:
    """One registered page."""

    section: str
    title: str
    url: str  # as in the address bar: "/" for the default page
    script: Path

    def __str__(self) -> str:
        return self.url


@cache
def pages() -> tuple[Page, ...]:
    """Run the router once and note what it gives to st.navigation."""
    calls = []
    navigation = streamlit.navigation

    def spy(sections, **options):
        calls.append(sections)
        return navigation(sections, **options)

    with patch("streamlit.navigation", spy):
        app = AppTest.from_file(str(ROUTER), default_timeout=TIMEOUT).run()
    assert not app.exception, [error.value for error in app.exception]
    (sections,) = calls
    if not isinstance(sections, dict):
        sections = {"": sections}
    return tuple(
        Page(section, page.title, f"/{page.url_path}", Path(page._page).resolve())
        for section, members in sections.items()
        for page in members
    )
