"""Shared by the tests of molecules."""

import pytest

from core.qm9.data import data


@pytest.fixture(scope="session")
def qm9():
    """The whole data set, from the cache."""
    return data.load()
