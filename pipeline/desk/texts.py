"""The compiled policy of texts, for a page that wants it ready before the first item is opened."""

from pipeline.redact import read_redactor as redactor

__all__ = ["redactor"]
