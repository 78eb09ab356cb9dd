"""Labelled texts come in; how much of what must not leave still leaves, and what is lost, goes out."""
