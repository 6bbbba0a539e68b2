"""What users typed, shown as they typed it."""

import re
import traceback
from typing import Any

_SIGNS = re.compile(r"([\\`*_\[\]<>~$])")  # pictures, links, HTML, code, emphasis, formulas
_MINUS = re.compile(r"(?<![^\s(\[=,;:*])-(?=[\d.])")
# Streamlit's Markdown makes links of addresses even where their signs are escaped; a word joiner,
# which nobody sees, keeps them text.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)


def plain(text: Any) -> str:
    """Text in which nothing is Markdown.

    Messages repeat what somebody typed, or what a link brought; as Markdown that could be a picture
    from another host, which would be asked for.
    """
    return _ADDRESS.sub("\u2060", _SIGNS.sub(r"\\\1", str(text)))


def fault(error: Exception) -> str:
    """What went wrong in the program itself, in words for a sentence; all of it goes to the log."""
    traceback.print_exception(error)
    words = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return f"an error of the program ({words})"


def signed(text: str) -> str:
    """Text whose negative numbers have the true minus sign, as on every axis and panel."""
    return _MINUS.sub("−", text)
