"""The story of one registration, for a person: out of the database in, words in both languages out; never a content."""

from pipeline.explain.gather import explain, kept_back_words, takes_out

__all__ = ["explain", "kept_back_words", "takes_out"]
