"""The story of one registration, for a person: out of the database in, words in both languages out; never a content."""

from pipeline.explain.gather import explain

__all__ = ["explain"]
