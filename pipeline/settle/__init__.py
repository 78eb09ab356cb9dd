"""Decided parts of all units in, what goes to each region of a whole night out: one report an event, each once."""
