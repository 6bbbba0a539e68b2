"""A run to a file and back: weights, averaged weights, optimizer state, step."""

from __future__ import annotations

from pathlib import Path

from core.qm9.networks import checkpoint as ckpt
from core.qm9.training.train import Run


def save(run: Run, path: Path) -> None:
    """Write everything that `restore` needs."""
    tensors = {f"model.{k}": v for k, v in run.model.state_dict().items()}
    names = [n for n, _ in run.model.named_parameters()]
    tensors |= {f"ema.{n}": v for n, v in zip(names, run.ema, strict=True)}
    for number, optimizer in enumerate(run.optimizers):
        tensors |= ckpt.flatten_optimizer(optimizer, f"optimizer.{number}")
    tensors |= run.task.linear.tensors()
    info = {
        "settings": run.settings.to_json(),
        "step": run.step,
        "total": run.total,
        "epochs": run.epoch,
        "seconds": run.seconds,
        "history": run.history,
        "commit": ckpt.commit(),
        "start": run.start,
    }
    ckpt.write(path, ckpt.Checkpoint(tensors, info))


def restore(run: Run, path: Path) -> None:
    """Continue from a checkpoint of the same settings and the same start.

    Raises:
        CheckpointError: The checkpoint belongs to another run.
    """
    saved = ckpt.read(path)
    mine, theirs = run.settings.to_json(), saved.info["settings"]
    for name in mine:
        if name not in ("epochs", "minutes", "validate_every") and mine[name] != theirs.get(name):
            raise ckpt.CheckpointError(
                f"{path} was trained with {name} = {theirs.get(name)}, not {mine[name]}: "
                "use the same settings or another --out"
            )
    began = saved.info.get("start") or {}
    if run.start.get("sha256") != began.get("sha256"):
        how = f"--start {began['from']}" if began else "no --start"
        raise ckpt.CheckpointError(f"{path} was begun with {how}: use the same")
    run.start = began
    run.model.load_state_dict(saved.part("model"))
    average = saved.part("ema")
    for value, (name, _) in zip(run.ema, run.model.named_parameters(), strict=True):
        value.copy_(average[name])
    for number, optimizer in enumerate(run.optimizers):
        ckpt.restore_optimizer(optimizer, saved.part(f"optimizer.{number}"))
    same = all(mine[n] == theirs.get(n) for n in ("epochs", "minutes"))
    # Another length re-plans the rest of the schedule; the same one continues it exactly.
    run.total = saved.info["total"] if same else run.total
    run.step, run.seconds = saved.info["step"], saved.info["seconds"]
    run.history = saved.info["history"]
