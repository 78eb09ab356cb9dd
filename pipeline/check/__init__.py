"""Advice before sending: a draft comes in, in any dialect; out goes what would become of it. Nothing is kept."""
