"""What every test shares."""

import os
import sys

# Before torch is imported: as in the app, one thread; toy networks run 5 to 40 times faster so.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest  # noqa: E402


@pytest.fixture(autouse=True)
def empty_caches():
    """Streamlit's caches outlive an AppTest, because its session id never changes."""
    yield
    streamlit = sys.modules.get("streamlit")
    if streamlit is not None:
        streamlit.cache_data.clear()
        streamlit.cache_resource.clear()
