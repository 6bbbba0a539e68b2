"""White noise with an answer that needs a known part of it, and a photograph to look through."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

TARGETS = ("ring", "disc", "far pixel")


def mask(target: str, reach: int) -> Tensor:
    """Weights of the pixels that the answer is made of; noise of variance 1 gives variance 1.

    ring: all at `reach` pixels, rounded, from the middle; disc: all up to there; far pixel: the one
    `reach` pixels to the left.

    Shapes: (2 reach + 1, 2 reach + 1)
    """
    offsets = torch.arange(-reach, reach + 1).double()
    far = (offsets[:, None] ** 2 + offsets**2).sqrt()
    if target == "ring":
        chosen = (far - reach).abs() <= 0.5
    elif target == "disc":
        chosen = far <= reach + 0.5
    else:
        chosen = torch.zeros_like(far, dtype=torch.bool)
        chosen[reach, 0] = True
    w = chosen.float()
    return w / w.square().sum().sqrt()


def noise(count: int, pixels: int, generator: torch.Generator) -> Tensor:
    """White noise: independent, mean 0, variance 1.

    Shapes: (count, 1, pixels, pixels)
    """
    return torch.randn(count, 1, pixels, pixels, generator=generator)


def answers(x: Tensor, w: Tensor, places: list[int]) -> Tensor:
    """The answer at each pair of places.

    Shapes: x (B, 1, n, n), w (m, m) -> (B, 1, len(places), len(places))
    """
    y = F.conv2d(x, w[None, None], padding=len(w) // 2)
    return y[:, :, places][..., places]


@lru_cache(maxsize=16)
def photograph(pixels: int) -> Any:
    """A gray photograph of this size: that of a temple which scikit-learn brings along.

    Shapes: (pixels, pixels), uint8
    """
    from PIL import Image  # not needed before a picture is drawn
    from sklearn.datasets import load_sample_image

    whole = load_sample_image("china.jpg")
    square = Image.fromarray(whole[:, 100:527]).convert("L")
    return np.asarray(square.resize((pixels, pixels), Image.Resampling.BOX))
