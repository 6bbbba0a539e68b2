"""What the tests of pages share."""

import pytest
import streamlit


@pytest.fixture(autouse=True)
def empty_caches():
    """Streamlit's caches outlive an AppTest, because its session id never changes."""
    yield
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
