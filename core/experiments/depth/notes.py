"""What a student should notice in a run of the depth page, from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.film import Film
from core.words import counted

MILESTONES = (100, 300, 1000)


def power(exponent: float) -> str:
    """A number from its decimal exponent, as people write it: 7e-19, 0.02, 123, 5e+06."""
    return f"{10.0**exponent:.{3 if 1 < exponent < 3 else 2}g}"


def right(film: Film) -> dict[str, float]:
    """Form -> share of held-out digits named rightly now, median over seeds."""
    found = [name for name in film.names if name.startswith("accuracy_")]
    return {n.removeprefix("accuracy_"): float(np.median(film[n][-1])) for n in found}


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    settings = experiment.settings
    if experiment.done and "diverged" in experiment.done:
        film.error(experiment.done)
    if len(film) == 1:
        for name in settings.networks:
            _first(settings, film, name)
    for name, step in experiment.bad.items():
        if step >= 0:
            _diverged(film, name, step)
    for name in settings.networks:
        _dead(film, name, settings.activation == "ReLU")
        _some_seeds(film, name)
    if film.passed(MILESTONES):
        said = ", ".join(f"{name} {share:.0%}" for name, share in right(film).items())
        film.info(f"Held-out digits named rightly: {said}; by chance 10%.")


def _first(settings: Any, film: Film, name: str) -> None:
    """The gradient before any training."""
    first, last = (float(v) for v in film[f"ends_{name}"][0])
    if not np.isfinite(film[f"loss_{name}"][0]).all():
        sizes = film[f"size_{name}"][0]
        layer = int(np.argmax(sizes >= sizes.max())) + 1
        film.error(
            f"{name.capitalize()}: before training the loss is no finite number any more; h has "
            f"outgrown float32 by layer {layer}. Choose smaller first weights, or pre-norm."
        )
        return
    if first < -45:
        film.warning(
            f"{name.capitalize()}: before training no gradient arrives at the weights of layer "
            "1: it is exactly 0 in float32."
        )
        return
    film.info(
        f"{name.capitalize()}: before training the gradient at the weights of layer 1 has norm "
        f"{power(first)}, at those of layer {settings.depth} {power(last)}; the loss is "
        f"{film[f'loss_{name}'][0][0]:.3g}."
    )


def _dead(film: Film, name: str, relu: bool) -> None:
    """A layer through which no digit passes."""
    dead, begins = film[f"dead_{name}"][-1], f"{name.capitalize()}: every unit of layer"
    if dead.max() < 1 or any(note.text.startswith(begins) for note in film.notes):
        return
    slope, left = ("0", "no") if relu else ("below 0.01", "hardly any")
    film.warning(
        f"{begins} {int(dead.argmax()) + 1} is dead: σ′ is {slope} for all 64 digits, and "
        f"{left} gradient passes this layer but along a skip connection."
    )


def _some_seeds(film: Film, name: str) -> None:
    """Seeds that diverge while others go on: curves are medians, and would not show them."""
    lost, before = (int((~np.isfinite(film[f"loss_{name}"][k])).sum()) for k in (-1, 0))
    seeds = film[f"loss_{name}"].shape[1]
    begins = f"{name.capitalize()}: of {seeds} seeds"
    if before < lost < seeds and not any(note.text.startswith(begins) for note in film.notes):
        film.warning(
            f"{begins} {lost} diverged by update {film.steps[-1]}. Lower the learning rate, or "
            "choose other first weights."
        )


def _diverged(film: Film, name: str, step: int) -> None:
    """Where it was largest in the last frame that still had numbers."""
    fine = [k for k in range(len(film)) if np.isfinite(film[f"loss_{name}"][k]).all()]
    where = ""
    if fine:
        gradient = film[f"gradient_{name}"][fine[-1]]
        layer = int(gradient.argmax())
        where = (
            f" In the last frame with numbers, after update {film.steps[fine[-1]]}, its gradient "
            f"was largest at the weights of layer {layer + 1}: {power(float(gradient[layer]))}."
        )
    film.error(
        f"{name.capitalize()} diverged after {counted(step, 'update')}.{where} Lower the learning "
        "rate, or choose other first weights."
    )
