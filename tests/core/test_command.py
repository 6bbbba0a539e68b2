"""Command lines that compute what pages show, and what they keep."""

import pytest
import torch

from core.command import command_line, keep, kept, refusing
from core.settings import SettingError


def test_a_command_line_says_in_a_line_what_it_does_and_has_one_thread():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        parser = command_line("python -m core.anything", "Computes it.\n\nAt length.")
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
    assert parser.prog == "python -m core.anything" and parser.description == "Computes it."
    assert command_line("python -m core.anything", None).description == ""


def test_a_refused_setting_ends_it_with_its_sentence(capsys):
    parser = command_line("python -m core.anything", "Computes it.")
    with refusing(parser):
        pass
    with pytest.raises(SystemExit) as ended, refusing(parser):
        raise SettingError("--seeds", 0, "a whole number from 1 up")
    assert ended.value.code == 2
    assert "--seeds = 0 is not allowed: a whole number from 1 up." in capsys.readouterr().err


def test_what_is_kept_is_read_again(tmp_path):
    found = {"command": "python -m core.anything", "σ": [0.5, None]}
    keep(tmp_path / "found.json", found)
    assert kept(tmp_path / "found.json") == found
    assert (tmp_path / "found.json").read_text("utf-8").endswith("\n}\n")
