"""The layer of the page as torch has it: what our own is compared with on every page."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

MODES = {"zero": "constant", "reflect": "reflect", "circular": "circular", "valid": "constant"}


def by_torch(sheet: Any) -> NDArray[np.float64]:
    """The outputs of a sheet, see there. Shapes: (D, m, m)."""
    import torch
    import torch.nn.functional as F

    settings, p = sheet.settings, sheet.p
    d, s = settings.dilation, settings.stride
    x, K = (torch.from_numpy(np.array(v)) for v in (sheet.x / 255.0, sheet.used))
    if settings.layer == "transposed":
        taken = d * (sheet.k - 1) - p
        W = K.flip(1, 2)[:, None]
        h = F.conv_transpose2d(x[None], W, stride=s, padding=taken, dilation=d)
    else:
        z = F.pad(x[None], (p,) * 4, MODES[settings.padding]) if p else x[None]
        alone = settings.layer == "depthwise"
        W = K[:, None] if alone else K[None]
        h = F.conv2d(z, W, stride=s, dilation=d, groups=sheet.C if alone else 1)
    return np.asarray(h[0].numpy())
