"""A damaged checkpoint is named in one sentence; it is never resumed, let alone called done."""

import numpy as np
import pytest
import torch

from core.qm9.cli import cli
from core.qm9.networks import checkpoint

COMMON = ["train", "--model", "mlp", "--width", "8", "--layers", "1", "--subset", "200"]
COMMON += ["--batch-size", "100", "--validate-every", "0", "--epochs", "2"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    assert cli.main([*COMMON, "--out", str(out)]) == 0
    return (out / "checkpoint.safetensors").read_bytes()


def resumed(blob, folder, capsys):
    (folder / "checkpoint.safetensors").write_bytes(blob)
    status = cli.main([*COMMON, "--out", str(folder), "--resume"])
    return status, capsys.readouterr()


def test_a_whole_one_is_done(trained, tmp_path, capsys):
    status, said = resumed(trained, tmp_path, capsys)
    assert status == 0 and said.out.startswith("done: ")


def flipped(blob, place):
    blob = bytearray(blob)
    blob[place] ^= 1 << place % 8
    return bytes(blob)


@pytest.mark.parametrize("place", [8, -1])
def test_a_flipped_byte_stops_the_run(trained, tmp_path, capsys, place):
    status, said = resumed(flipped(trained, place), tmp_path, capsys)
    assert status == 2 and "done" not in said.out
    assert said.err.startswith("error: ") and said.err.count("\n") == 1


def test_a_flipped_byte_anywhere_is_found(trained, tmp_path):
    path = tmp_path / "checkpoint.safetensors"
    for place in np.random.default_rng(0).choice(len(trained), 100, replace=False).tolist():
        path.write_bytes(flipped(trained, place))
        with pytest.raises(checkpoint.CheckpointError) as said:
            checkpoint.read(path)
        assert "\n" not in str(said.value), place


@pytest.mark.parametrize("part", ["model.", "ema.", "optimizer.", "linear."])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_named(trained, tmp_path, capsys, part, value):
    """Written with its right hash: numbers that went wrong before they were saved."""
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(trained)
    saved = checkpoint.read(path)
    name = next(n for n, v in saved.tensors.items() if n.startswith(part) and v.numel() > 1)
    saved.tensors[name].view(-1)[-1] = value
    checkpoint.write(path, saved)
    status, said = resumed(path.read_bytes(), tmp_path, capsys)
    assert status == 2 and f"is damaged ({name} is not finite)" in said.err
    assert cli.main(["predict", "CCO", "--model", str(path)]) == 2


def test_files_from_before_there_was_a_hash_are_read(tmp_path):
    from safetensors.torch import save

    path = tmp_path / "old.safetensors"
    path.write_bytes(save({"a": torch.ones(2)}, {"format": checkpoint.FORMAT, "info": "{}"}))
    assert checkpoint.read(path).tensors["a"].sum() == 2
