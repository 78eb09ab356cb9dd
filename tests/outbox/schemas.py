"""The standard's schemas, where this machine has them: a user's copy, or the one beside the working folder."""

import os
from pathlib import Path


def schema_folder() -> Path | None:
    given = os.environ.get("MELDSTROOM_STUF_XSD")
    places = [Path(given)] if given else []
    places += [parent / "shared" / "stuf" / "xsd" for parent in Path(__file__).resolve().parents]
    return next((place for place in places if (place / "vt").is_dir() and (place / "gm").is_dir()), None)
