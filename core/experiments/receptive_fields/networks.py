"""Known convolutional networks, written as in `text`: the part before any global pooling.

Kernels of 1 x 7 and 7 x 1 in a row are one of 7 x 7 here: along each axis they see the same.
"""

from __future__ import annotations

from functools import lru_cache

from core.experiments.receptive_fields.stack import Stack
from core.experiments.receptive_fields.text import parse

OWN = "own stack"


def _vgg(*blocks: int) -> str:
    return " ".join(f"{n}*conv3 pool2s2" for n in blocks)


def _basic(*blocks: int) -> str:
    """Residual blocks of two 3 x 3 convolutions; a stage begins with stride 2, save the first."""
    first, *others = blocks
    rest = (f"{{conv3s2 conv3 | conv1s2}} {n - 1}*[conv3 conv3]" for n in others)
    return " ".join((f"conv7s2 pool3s2 {first}*[conv3 conv3]", *rest))


def _bottleneck(down: str, *blocks: int) -> str:
    """Residual blocks of 1 x 1, 3 x 3, 1 x 1; `down` is the block that halves the resolution."""
    first, *others = blocks
    rest = (f"{{{down} | conv1s2}} {n - 1}*[conv1 conv3 conv1]" for n in others)
    return " ".join((f"conv7s2 pool3s2 {first}*[conv1 conv3 conv1]", *rest))


def _mobilenet(*strides: int) -> str:
    return " ".join(("conv3s2", *(f"conv3s{s} conv1" for s in strides)))


def _unet() -> str:
    """Convolutions without padding; what goes around is cropped to what comes back."""
    text = "conv3p0 conv3p0"  # the bottom
    for crop in (4, 16, 40, 88):
        text = f"conv3p0 conv3p0 {{pool2s2 {text} up2s2 | crop{crop}}} conv3p0 conv3p0"
    return f"{text} conv1"


INCEPTION = (
    "conv3s2p0 conv3p0 conv3 pool3s2p0 conv1 conv3p0 pool3s2p0 "
    "3*{conv1 | conv1 conv5 | conv1 conv3 conv3 | avg3 conv1} "
    "{conv3s2p0 | conv1 conv3 conv3s2p0 | pool3s2p0} "
    "4*{conv1 | conv1 conv7 | conv1 conv7 conv7 | avg3 conv1} "
    "{conv1 conv3s2p0 | conv1 conv7 conv3s2p0 | pool3s2p0} "
    "2*{conv1 | conv1 conv3 | conv1 conv3 conv3 | avg3 conv1}"
)
CAUSAL = " ".join(f"conv2p0d{2**i}" for i in range(10))  # dilations 1, 2, 4, ..., 512
EARLY, LATE = "conv1s2 conv3 conv1", "conv1 conv3s2 conv1"  # where a bottleneck has its stride

OORD = (
    "van den Oord et al. (2016), arXiv 1609.03499; without gates. It is causal: a unit stands at "
    "the last sample of its field"
)
# Name in a link -> (name on screen, layers, source).
NETWORKS: dict[str, tuple[str, str, str]] = {
    "alexnet": ("AlexNet (one tower)",
                "conv11s4p0 pool3s2p0 conv5 pool3s2p0 3*conv3 pool3s2p0",
                "Krizhevsky (2014), arXiv 1404.5997; up to pool5"),
    "vgg16": ("VGG-16", _vgg(2, 2, 3, 3, 3),
              "Simonyan and Zisserman (2015), arXiv 1409.1556; up to pool5"),
    "resnet18": ("ResNet-18: stride on the first 3×3", _basic(2, 2, 2, 2),
                 "He et al. (2016), arXiv 1512.03385"),
    "resnet34": ("ResNet-34: stride on the first 3×3", _basic(3, 4, 6, 3),
                 "He et al. (2016), arXiv 1512.03385"),
    "resnet50": ("ResNet-50, original: stride on the first 1×1", _bottleneck(EARLY, 3, 4, 6, 3),
                 "He et al. (2016), arXiv 1512.03385"),
    "resnet50_torchvision": ("ResNet-50, torchvision: stride on the 3×3",
                             _bottleneck(LATE, 3, 4, 6, 3), "torchvision, known as v1.5"),
    "inception_v3": ("Inception-v3", INCEPTION, "Szegedy et al. (2016), arXiv 1512.00567"),
    "mobilenet_v1": ("MobileNet v1", _mobilenet(1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1),
                     "Howard et al. (2017), arXiv 1704.04861"),
    "unet": ("U-Net", _unet(), "Ronneberger et al. (2015), arXiv 1505.04597; no padding"),
    "wavenet": ("WaveNet, one stack of 10 (sound)", CAUSAL,
                OORD),
    "wavenet_3": ("WaveNet, three stacks (sound)", f"3*({CAUSAL})",
                  OORD),
}  # fmt: skip
SOUND = ("wavenet", "wavenet_3")  # along time alone
PRESETS = {
    "Plain": "10*conv3",
    "Dilated": "conv3 conv3d2 conv3d4 conv3d2 conv3",
    "Strided": "conv3 conv3s2 conv3 conv3s2 conv3",
    "Pooled": "conv3 pool2s2 conv3 pool2s2 conv3",
    "Residual": "10*[conv3]",
    "Transposed": "conv3 conv3s2 conv3 up3s2 conv3",
}


@lru_cache(maxsize=64)
def stack_of(network: str, own: str) -> Stack:
    """Layers of a known network, or of one's own.

    Errors: `ValueError`, see `core.experiments.receptive_fields.text.parse`.
    """
    return parse(own if network == OWN else NETWORKS[network][1])
