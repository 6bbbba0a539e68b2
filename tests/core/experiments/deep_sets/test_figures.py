"""Panels of the deep-sets page."""

import pytest

from core.experiments.deep_sets import figures
from core.experiments.deep_sets.settings import DeepSetsSettings


@pytest.mark.parametrize("pooling", ["sum", "mean", "max"])
def test_the_colors_of_the_embeddings_have_a_scale_and_say_that_the_pool_has_its_own(pooling):
    panel = figures.stripes(DeepSetsSettings(pooling=pooling))
    rows, pool = panel["tiles"]
    assert rows["colorbar"] == ("of the largest", -1, 1) and "colorbar" not in pool
    (said,) = panel["caption"]
    assert f"in the {pooling}, on a scale of its own" in str(said)
    assert [(value["track"], value["column"]) for value in said["values"]] == [
        ("largest", 0), ("largest", 1),
    ]  # fmt: skip
