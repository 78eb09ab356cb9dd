"""Labelled Dutch police texts and the script that renders them; see README.md."""
