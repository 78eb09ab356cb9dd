"""Kept nights and a changed policy come in; what moves from which outcome to which, and what it costs, goes out."""
