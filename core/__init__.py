"""The science of the Inductive Playground: torch and numpy, no Streamlit."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the whole program, where assets/ and README.md lie."""
