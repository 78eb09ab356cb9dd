"""Believable nights of police exports, with the truth beside: a seed comes in, folders of CONTRACT.md §1 go out.

Every registration is a pure function of (seed, unit, night, slot), so that nights and units can be written in any order
and by any process, a later night can come back to an earlier family, and the same seed gives the same bytes. Nobody in
it exists: names are drawn, BSNs come from 9999xxxxx, telephone numbers from 06-00, mail goes to example.invalid.
"""

from pipeline.synth.nights import write_night, write_nights

__all__ = ["write_night", "write_nights"]
