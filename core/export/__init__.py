"""Take a run home: a PyTorch script that stands alone, and weights as `.safetensors`.

Begin with `script`, here; `shaker` finds what of a module it needs.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from safetensors.torch import save

from core.export.shaker import Shaken
from core.settings.kinds import VIEW


def script(experiment: Any, settings: Any, steps: int) -> str:
    """A program without `core` that trains as `experiment(settings)` does and prints its loss.

    It holds the class that trains, `experiment.training()`, with all that it uses, and calls its
    `step`, `change` and `loss`. For that this class reads only fields of its settings, and module
    constants where it needs more. Changes that touch only the picture (`experiment.LOOKS`) are left
    out; tables that a script cannot make (`settings.embedded`, name -> array) are written into it.

    Errors: `ValueError` if a module imports names of core in a way that one file cannot hold.
    """
    kinds = settings.kinds()
    values = {name: getattr(settings, name) for name in kinds if kinds[name].group != VIEW}
    if settings.changes:
        seen = experiment.LOOKS
        values["changes"] = tuple(c for c in values["changes"] if c[1].split(".")[0] not in seen)
    made = experiment.training()
    shaken = Shaken((made.__module__, made.__name__), values)
    fields = "\n".join(f"    {name}={value!r}," for name, value in values.items())
    tables = settings.embedded
    for name, array in tables.items():
        fields += f"\n    {name}=table({packed(array)!r}, {str(array.dtype)!r}, {array.shape}),"
    train = CHANGED if values.get("changes") else "    experiment.step({steps})"
    return SCRIPT.format(
        title=experiment.__doc__.split("\n")[0],
        source=shaken.text() + (TABLE if tables else ""),
        fields=fields,
        name=made.__name__,
        train=train.format(steps=steps),
    )


def packed(array: Any) -> str:
    """An array as text: its bytes, compressed, in base 85; `TABLE` is the way back."""
    return base64.b85encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode()


TABLE = '''

def table(text, dtype, shape):
    """The array that was written into this file as text."""
    import base64
    import zlib

    import numpy as np

    return np.frombuffer(zlib.decompress(base64.b85decode(text)), dtype).reshape(shape).copy()
'''

# As `core.experiment.advance` does it.
CHANGED = """\
    for at, name, value in settings.changes:
        if at <= {steps} and not experiment.done:
            experiment.step(at - experiment.steps)
            experiment.change(name, value)
    experiment.step({steps} - experiment.steps)"""

SCRIPT = '''"""{title}

Exported from the Inductive Playground. Needs Python 3.11 and PyTorch; run it with `python`.
"""

from __future__ import annotations

from types import SimpleNamespace

{source}


# --- This run ---

settings = SimpleNamespace(
{fields}
)

if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    experiment = {name}(settings)
{train}
    print(f"loss {{float(experiment.loss()):.9g}} after {{experiment.steps}} steps")
'''


def safetensors(weights: Mapping[str, Any]) -> bytes:
    """Weights, name -> tensor or array, as the bytes of a `.safetensors` file."""
    tensors = {name: torch.as_tensor(value).contiguous() for name, value in weights.items()}
    return save(tensors, {"format": "pt", "from": "Inductive Playground"})
