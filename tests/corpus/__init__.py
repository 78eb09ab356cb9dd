"""Labelled Dutch police texts and the script that renders them; see README.md."""

from pathlib import Path

CORPUS = Path(__file__).parent
