"""What a student should notice in a race, from its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.optimizers.rules import limits
from core.experiments.optimizers.settings import MATRIX, QUADRATIC, VALLEYS, sampled, sees_batches
from core.film import Film


def look(run: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    if len(film) == 1:
        _expectations(run, film)
    for k, name in enumerate(run.names):
        if run.gone[k] == run.steps and run.gone[k] >= 0:
            film.warning(
                f"{name} diverged: at step {run.steps} its loss was {float(run.losses[k]):.2g}, "
                f"with η = {float(run.rates[k]):.3g}. {_remedy(run, name)}"
            )
    if run.done:
        _end(run, film)


def _remedy(run: Any, name: str) -> str:
    """What helps: a learning rate below the limit, where there is one."""
    settings, problem = run.settings, run.problem
    limit = 0.0
    if settings.surface in (QUADRATIC, MATRIX):
        found = limits(problem.curvature(problem.bottom), settings.momentum)
        limit = found.get("GD" if name == "SGD" else name, 0.0)
    if limit:
        seen = "with all examples" if sees_batches(settings, name) else "here"
        return f"Its limit {seen} is {limit:.3g}: take a lower η."
    return "Start elsewhere." if settings.tuned else "Lower η, or take “Each at its best rate”."


def _expectations(run: Any, film: Film) -> None:
    """What is known before the first step."""
    settings, problem = run.settings, run.problem
    if settings.surface in (QUADRATIC, MATRIX) and settings.schedule == "constant":
        for name, limit in limits(problem.curvature(problem.bottom), settings.momentum).items():
            if name in run.names and float(run.rates[run.names.index(name)]) > limit:
                film.info(
                    f"{name} cannot come to rest: its learning rate is past {limit:.3g}, from "
                    "where on its error along the steepest direction grows with every turn."
                )
    if "SGD" in settings.optimizers and not sampled(settings):
        film.info(
            "This surface is no mean over examples: there is nothing to sample, so SGD would be "
            "GD, and is left out."
        )
    if "Muon" in settings.optimizers and "Muon" not in run.names:
        film.info("Muon moves matrices. Here are only two numbers, so it is left out.")


def _caught(run: Any, film: Film) -> None:
    """Gradient descent beside the one who follows mini-batches, among many valleys."""
    ends = dict(zip(run.names, zip(run.theta[:, 0], run.losses, strict=True), strict=True))
    if {"GD", "SGD"} <= ends.keys():
        said = [f"{name} ended at w₁ = {float(ends[name][0]):.2f}, "
                f"{float(ends[name][1]) - run.problem.floor:.2g} above the lowest valley"
                for name in ("GD", "SGD")]  # fmt: skip
        film.info(f"{'; '.join(said)}.")


def _end(run: Any, film: Film) -> None:
    """Who arrived, in which order, and how far the true paths left the plane."""
    if run.settings.surface == VALLEYS:
        _caught(run, film)
    there = sorted((since, name) for name, since in zip(run.names, run.arrived, strict=True)
                   if since >= 0)  # fmt: skip
    if there:
        said = ", ".join(f"{name} ({since})" for since, name in there)
        film.info(
            f"At the bottom (a thousandth of the first height), and since which step: {said}."
        )
    else:
        film.info("Nobody is at the bottom (a thousandth of the first height).")
    if run.problem.axes is not None:
        away = run.problem.away(run.theta)
        racing = [k for k, gone in enumerate(run.gone) if gone < 0]
        if racing:
            far = max(racing, key=lambda k: float(away[k]))
            film.info(
                "The trails are shadows of the true paths on this plane, and the surface is the "
                f"loss in the plane, not on the paths. {run.names[far]} ended "
                f"{float(away[far]):.2g} away from it."
            )
