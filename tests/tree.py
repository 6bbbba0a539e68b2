"""The files of the repository, as tests go through them."""

import re
import subprocess

from core import ROOT

SOURCE = (".py", ".js", ".css", ".html")


def tracked():
    """Every file of the repository, as git or, in a download without git, the disk has it."""
    if (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "ls-files", "-z"]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        files = [ROOT / name for name in listed.split("\0") if name]
        return sorted(file for file in files if file.exists())
    hidden = re.compile(r"__pycache__|\.\w+_cache|\.venv|\.hypothesis|\.benchmarks")
    return sorted(
        file for file in ROOT.rglob("*") if file.is_file() and not hidden.search(str(file))
    )


FILES = tracked()
PYTHON = [file for file in FILES if file.suffix == ".py"]


def name(path):
    return path.relative_to(ROOT).as_posix()


def under(folder):
    return [file for file in PYTHON if name(file).startswith(folder + "/")]
