"""What a student should notice in a run of the features page, from its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.features.network import cnn_cost, hidden, mlp_cost, receptive_field
from core.film import Film
from core.words import counted

SHUFFLED = (
    "The pixels of all images are shuffled in one and the same way: all the information is still "
    "there, but neighbors are strangers."
)
IN_TURN = (
    "Held-out images are judged one shift at a time, in turn, at every sixth update; all shifts "
    "at once at every 60th. What excites a channel, saliency and occlusion follow at every 30th."
)
MILESTONES = (120, 180, 300, 600, 1200, 3000)  # all shifts are evaluated then


def look(run: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    if run.done.startswith("Diverged"):
        film.error(run.done)
    if len(film) == 1:
        film.info(IN_TURN, 0)
        film.info(costs(run), 0)
        if run.settings.shuffled:
            film.info(SHUFFLED, 0)
    if film.passed(MILESTONES) or (run.done and run.steps not in MILESTONES):
        film.info(standing(run, film))
        if int(run.settings.stride) > 1 and (said := waves(run, film)):
            film.warning(said)
        if run.steps >= 180 and (said := stuck(run, film)):
            film.warning(said)


def costs(run: Any) -> str:
    """Parameters and multiplications of both networks."""
    cnn, mlp = cnn_cost(run.settings), mlp_cost(run.settings)
    units = hidden(run.settings)
    r, _ = receptive_field(run.cnn.stack)
    return (
        f"The CNN has {cnn.parameters:,} parameters and does {cnn.products:,} multiply-adds for an "
        f"image; a unit of its last layer sees {r} × {r} pixels. The MLP has {units:,} hidden "
        f"{'unit' if units == 1 else 'units'}, {mlp.parameters:,} parameters, and does "
        f"{mlp.products:,}."
    )


def standing(run: Any, film: Film) -> str:
    """Accuracy of both, unmoved and moved."""
    cnn, mlp = film["by_shift"][-1]
    far = len(cnn) - 1
    return (
        f"After {counted(run.steps, 'update')}: of 100 held-out images in the middle the CNN knows "
        f"{cnn[0]:.0%}, the MLP {mlp[0]:.0%}; {far} pixels to the right {cnn[-1]:.0%} and "
        f"{mlp[-1]:.0%}. Chance is {1 / run.cnn.last.out_features:.0%}."
    )


def waves(run: Any, film: Film) -> str:
    """Whether the CNN forgets between the steps of its stride, and knows again on them."""
    cnn, stride = film["by_shift"][-1][0], int(run.settings.stride)
    on = cnn[::stride].mean()
    between = min(cnn[k] for k in range(len(cnn)) if k % stride)
    if on - between < 0.1:
        return ""
    return (
        f"Aliasing: shifts by multiples of {stride} pixels shift the last maps by whole cells "
        f"(accuracy {on:.0%} on average); between them the maps have other values, not other "
        f"places (down to {between:.0%}). A stride keeps only the shifts that fit it."
    )


def stuck(run: Any, film: Film) -> str:
    """Whether the CNN has not begun to learn."""
    if run.settings.pooling != "average" or film["accuracy_cnn"][-1] > 0.75:
        return ""
    return (
        f"After {counted(run.steps, 'update')} the CNN with average pooling still is at "
        f"{film['accuracy_cnn'][-1]:.0%}: the mean over all places, most of them empty, hardly "
        "differs from image to image, so its gradient is small. Try max pooling, or more updates."
    )
