"""Sentences and clauses: where they begin and end, and which of them must go; a text in, spans out."""
