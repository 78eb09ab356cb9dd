"""Signed checkpoints of the ledger: where every chain began and ended at a moment, as one statement.

The Ed25519 key is derived from the installation's secret key, so there is no second secret to keep; the public half can
be handed out, and whoever holds it verifies without the secret. Each statement names the digest of the one before it:
one that is taken out from between shows. That the newest are gone shows against a copy that is kept elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.errors import UsageError
from pipeline.load.database import now, query
from pipeline.load.ledger import GENESIS, LEDGER_LOCK, chains, newest

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

PURPOSE: Final = b"meldstroom ledger checkpoint 1"


@dataclass(frozen=True)
class Head:
    """What a checkpoint says of one chain; hashes are hexadecimal."""

    chain: str
    first: int
    """Sequence of the first entry that is kept; 1 until retention cut."""
    before: str
    """Hash of what went before it."""
    until: str | None
    """When the last entry that retention took was recorded (ISO)."""
    sequence: int
    """Of the newest entry; `first - 1` when none is kept."""
    hash: str


@dataclass(frozen=True)
class Checkpoint:
    """One signed statement."""

    number: int
    statement: str
    """JSON: number, made_at, previous (digest of the checkpoint before), chains (Head)."""
    signature: bytes
    made_at: datetime | None = None
    """As it stands beside the statement in the database; None of one that was kept elsewhere."""

    @property
    def digest(self) -> str:
        """Return what the next checkpoint names it by."""
        return hashlib.sha256(self.statement.encode() + self.signature).hexdigest()

    @cached_property
    def said(self) -> dict[str, Any]:
        """The statement's fields."""
        fields: dict[str, Any] = json.loads(self.statement)
        return fields

    @cached_property
    def heads(self) -> dict[str, Head]:
        """What it says of each chain."""
        return {head["chain"]: Head(**head) for head in self.said["chains"]}

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Tell whether the signature is of this key, over this statement of this number and moment."""
        try:
            key.verify(self.signature, self.statement.encode())
        except InvalidSignature:
            return False
        return self.said.get("number") == self.number and self.made_at in (None, self._said_at())

    def _said_at(self) -> datetime:
        return datetime.fromisoformat(self.said["made_at"])

    def as_json(self) -> str:
        """Return it as a document to keep elsewhere."""
        signature = base64.b64encode(self.signature).decode()
        return json.dumps({"number": self.number, "statement": self.statement, "signature": signature})


def read_document(text: str) -> Checkpoint:
    """Read what `as_json` wrote. Raises UsageError when it is something else."""
    try:
        fields = json.loads(text)
        signature = base64.b64decode(fields["signature"], validate=True)
        return Checkpoint(int(fields["number"]), str(fields["statement"]), signature)
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            "dat bestand is geen controlepunt zoals `meldstroom ledger checkpoint --out` het schrijft",
            "that file holds no checkpoint as `meldstroom ledger checkpoint --out` writes it",
        ) from None


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """Return the key that signs, derived (HKDF) from the installation's secret for this purpose alone."""
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=PURPOSE).derive(secret)
    return Ed25519PrivateKey.from_private_bytes(derived)


def public_pem(secret: bytes) -> str:
    """Return the public half as PEM."""
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return signing_key(secret).public_key().public_bytes(encoding, form).decode("ascii")


def read_pem(text: str) -> Ed25519PublicKey:
    """Read a public key. Raises UsageError when it is another kind of key, or none."""
    try:
        key = serialization.load_pem_public_key(text.encode())
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(
            "dat bestand is geen openbare sleutel zoals `meldstroom ledger key` die schrijft",
            "that file holds no public key as `meldstroom ledger key` writes it",
        )
    return key


def read_checkpoints(given: cursor) -> list[Checkpoint]:
    """Return every checkpoint, oldest first."""
    return _read(given, "ASC")


def read_newest(given: cursor) -> Checkpoint | None:
    """Return the newest checkpoint."""
    return next(iter(_read(given, "DESC LIMIT 1")), None)


def _read(given: cursor, order: str) -> list[Checkpoint]:
    rows = query(
        given,
        f"SELECT number, statement, signature, made_at FROM intake.ledger_checkpoint ORDER BY number {order}",  # noqa: S608
    )
    return [Checkpoint(number, statement, bytes(signature), at) for number, statement, signature, at in rows]


def write_checkpoint(
    given: cursor, secret: bytes, begins: Mapping[str, tuple[int, str, str]] | None = None
) -> Checkpoint:
    """Sign where every chain stands, and return the checkpoint; the newest one where nothing changed since.

    Args:
        given: cursor of the caller's transaction.
        secret: the installation's secret key.
        begins: by chain what retention cut: first sequence kept, hash before it, when the last one cut was recorded.
    """
    given.execute("SELECT pg_advisory_xact_lock(%s, hashtext('checkpoint'))", (LEDGER_LOCK,))
    last = read_newest(given)
    known = last.heads if last else {}
    heads = [_head(given, chain, known.get(chain), begins or {}) for chain in sorted({*chains(given), *known})]
    if last is not None and heads == list(known.values()):
        return last
    made_at = now(given)
    number = last.number + 1 if last else 1
    said = {
        "number": number,
        "made_at": made_at.isoformat(),
        "previous": last.digest if last else None,
        "chains": [asdict(head) for head in heads],
    }
    statement = json.dumps(said, separators=(",", ":"), sort_keys=True)
    made = Checkpoint(number, statement, signing_key(secret).sign(statement.encode()), made_at)
    given.execute(
        "INSERT INTO intake.ledger_checkpoint (number, made_at, statement, signature) VALUES (%s, %s, %s, %s)",
        (number, made_at, statement, made.signature),
    )
    return made


def _head(given: cursor, chain: str, known: Head | None, begins: Mapping[str, tuple[int, str, str]]) -> Head:
    start: tuple[int, str, str | None]
    start = (known.first, known.before, known.until) if known else (1, GENESIS.hex(), None)
    sequence, hashed = newest(given, chain)
    return Head(chain, *begins.get(chain, start), sequence, hashed.hex())


def cut_before(given: cursor, secret: bytes, limit: datetime) -> int:
    """Let entries recorded before `limit` go, each chain up to a signed checkpoint only; return how many.

    A new checkpoint states where the chains begin from now on. The caller has verified the ledger: what was tampered
    with is not to be cut away.
    """
    write_checkpoint(given, secret)
    anchors: dict[str, set[int]] = {}
    for checkpoint in read_checkpoints(given):
        for head in checkpoint.heads.values():
            anchors.setdefault(head.chain, set()).add(head.sequence)
    cuts = [(chain, _cut_point(given, chain, held, limit)) for chain, held in sorted(anchors.items())]
    begins = {}
    given.execute("SET LOCAL meldstroom.retention = 'on'")
    gone = 0
    for chain, sequence in cuts:
        last = query(
            given,
            "SELECT hash, recorded_at FROM intake.ledger WHERE (chain, sequence) = (%s, %s)",
            (chain, sequence),
        )
        if last:
            begins[chain] = (sequence + 1, bytes(last[0][0]).hex(), last[0][1].isoformat())
            given.execute("DELETE FROM intake.ledger WHERE chain = %s AND sequence <= %s", (chain, sequence))
            gone += given.rowcount
    given.execute("SET LOCAL meldstroom.retention = 'off'")
    write_checkpoint(given, secret, begins)
    return gone


def _cut_point(given: cursor, chain: str, anchors: set[int], limit: datetime) -> int:
    """Return the highest checkpointed sequence before the first entry that must stay; 0: none."""
    ((stays,),) = query(
        given, "SELECT min(sequence) FROM intake.ledger WHERE chain = %s AND recorded_at >= %s", (chain, limit)
    )
    return max((sequence for sequence in anchors if stays is None or sequence < stays), default=0)
