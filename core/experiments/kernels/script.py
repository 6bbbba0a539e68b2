"""The layer of the page as a PyTorch program that stands alone."""

from __future__ import annotations

import inspect
from typing import Any

from core.experiments.kernels import convolution

PARTS = (convolution.convolve, convolution.depthwise, convolution.shifted, convolution.outputs,
         convolution.pad, convolution.stuff, convolution.flip)  # fmt: skip


def script(sheet: Any) -> str:
    """The program: both layers on random pixels, ours and torch's, and how far they are apart."""
    settings = sheet.settings
    return SCRIPT.format(
        parts="\n\n".join(inspect.getsource(part) for part in PARTS),
        paddings=convolution.PADDINGS,
        K=sheet.used.tolist(),
        layer=settings.layer,
        padding=settings.padding,
        stride=settings.stride,
        dilation=settings.dilation,
        p=sheet.p,
        n=sheet.x.shape[-1],
    )


SCRIPT = '''"""A convolution as a sum of shifted pictures, beside torch's own layer."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

Array = np.ndarray
PADDINGS = {paddings}


{parts}

K = np.array({K})  # (C, k, k), as it is slid
layer, padding, stride, dilation, p = {layer!r}, {padding!r}, {stride}, {dilation}, {p}
x = np.random.default_rng(0).uniform(size=(len(K), {n}, {n}))
k = K.shape[-1]

if layer == "transposed":
    h = convolve(pad(stuff(x, stride), "zero", p), K[None], 1, dilation)
    W = torch.from_numpy(flip(K).copy())[:, None]
    taken = dilation * (k - 1) - p
    other = F.conv_transpose2d(torch.from_numpy(x)[None], W, None, stride, taken, dilation=dilation)
else:
    z = pad(x, padding, p)
    alone = layer == "depthwise"
    h = depthwise(z, K, stride, dilation) if alone else convolve(z, K[None], stride, dilation)
    W = torch.from_numpy(K)[:, None] if alone else torch.from_numpy(K)[None]
    groups = len(K) if alone else 1
    other = F.conv2d(torch.from_numpy(z)[None], W, None, stride, 0, dilation, groups)

print("loss", float(np.abs(h - other[0].numpy()).max()))
print("outputs", h.shape)
'''
