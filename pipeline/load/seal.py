"""Sealing: what is kept at rest on the police side is AES-256-GCM, bound to what it belongs to."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any, Final

import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.errors import SettingsError

NONCE_BYTES: Final = 12


def seal(key: bytes, content: bytes, belongs_to: str) -> bytes:
    """Encrypt `content`; it opens only with the same key and the same `belongs_to`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, belongs_to.encode())


def unseal(key: bytes, sealed: bytes, belongs_to: str) -> bytes:
    """Decrypt what `seal` made.

    Raises:
        SettingsError: another key, or it was tampered with, or belongs to something else.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to.encode())
    except InvalidTag:
        raise SettingsError("what was kept cannot be opened with this key: is MELDSTROOM_KEY the right one?") from None


def seal_json(key: bytes, content: object, belongs_to: str) -> bytes:
    """Seal any JSON value; dates and moments become ISO text."""
    return seal(key, json.dumps(content, ensure_ascii=False, default=str, sort_keys=True).encode(), belongs_to)


def unseal_json(key: bytes, sealed: bytes, belongs_to: str) -> Any:  # noqa: ANN401 - JSON is any value
    """Open what `seal_json` made."""
    return json.loads(unseal(key, sealed, belongs_to))


def write_sealed(key: bytes, frame: pl.DataFrame, file: Path) -> None:
    """Write a frame as sealed Parquet, beside and renamed; its name within the archive is what it belongs to."""
    import io

    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=1)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_suffix(".new")
    beside.write_bytes(seal(key, buffer.getvalue(), _belongs_to(file)))
    beside.replace(file)


def read_sealed(key: bytes, file: Path) -> pl.DataFrame:
    """Read what `write_sealed` wrote."""
    import io

    return pl.read_parquet(io.BytesIO(unseal(key, file.read_bytes(), _belongs_to(file))))


def _belongs_to(file: Path) -> str:
    """Return `unit/night/export/name`: a sealed file cannot stand in for another one."""
    return "/".join(file.parts[-4:])
