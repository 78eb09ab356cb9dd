"""Whether the ledger is what it was: every chain walked, against its signed checkpoints and the regions' own tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pipeline.load.checkpoint import Checkpoint, Head, read_checkpoints
from pipeline.load.database import query
from pipeline.load.ledger import GENESIS, chains, walk
from pipeline.schema import REGIONS, schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

CHECKPOINTS: Final = "checkpoints"
"""In the place of a chain's name."""

PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "altered": ("een vermelding is gewijzigd", "an entry was altered"),
    "persons_altered": ("de personen van een vermelding zijn gewijzigd", "the persons of an entry were altered"),
    "missing": ("vóór deze vermelding ontbreekt er minstens één", "at least one entry before this one is missing"),
    "out_of_order": ("deze vermelding volgt niet op de vorige", "this entry does not follow the one before it"),
    "rewritten": ("de keten is herschreven: een controlepunt zegt iets anders", "the chain was rewritten since"),
    "cut": ("het einde van de keten ontbreekt: zij was langer", "the end of the chain is gone: it was longer"),
    "gone": ("de hele keten is weg", "the whole chain is gone"),
    "forged": ("dit controlepunt is niet met onze sleutel ondertekend", "this checkpoint is not signed with our key"),
    "checkpoint_gone": ("er ontbreekt een controlepunt", "a checkpoint is missing"),
    "unrecorded": (
        "van zoveel leveringen aan deze regio ontbreekt de vermelding",
        "so many deliveries to this region have no entry",
    ),
}
"""Code to words, Dutch and English."""


@dataclass(frozen=True)
class Breach:
    """Where the ledger does not hold."""

    chain: str
    sequence: int
    """Of the entry, or the number of the checkpoint; a count for `unrecorded`."""
    problem: str
    """A code of PROBLEMS."""

    def as_json(self) -> dict[str, Any]:
        """Return it with its words."""
        dutch, english = PROBLEMS[self.problem]
        said = {"chain": self.chain, "sequence": self.sequence, "problem": self.problem}
        return said | {"words": {"nl": dutch, "en": english}}


@dataclass(frozen=True)
class Verified:
    """What was looked at, and what does not hold."""

    entries: int
    chains: int
    checkpoint: Checkpoint | None
    """The newest one that is signed with the key."""
    breaches: list[Breach]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.breaches

    def as_json(self) -> dict[str, Any]:
        """Return it for another program."""
        newest = self.checkpoint
        return {
            "holds": self.holds,
            "entries": self.entries,
            "chains": self.chains,
            "checkpoint": newest
            and {"number": newest.number, "made_at": newest.said["made_at"], "digest": newest.digest},
            "breaches": [breach.as_json() for breach in self.breaches],
        }


def verify(given: cursor, key: Ed25519PublicKey, elsewhere: Sequence[Checkpoint] = ()) -> Verified:
    """Walk every chain against the checkpoints.

    Args:
        given: a cursor; nothing is written.
        key: the public key of the installation.
        elsewhere: checkpoints that were kept outside the database: they must still stand in it.
    """
    held = read_checkpoints(given)
    breaches = [*_checkpoint_breaches(held, key), *_elsewhere_breaches(held, elsewhere, key)]
    signed = [each for each in {each.digest: each for each in (*held, *elsewhere)}.values() if each.is_signed_by(key)]
    signed.sort(key=lambda each: each.number)
    heads = signed[-1].heads if signed else {}
    names = sorted({*chains(given), *heads})
    entries = 0
    for chain in names:
        count, found = _walk(given, chain, heads.get(chain), _anchors(chain, signed))
        entries += count
        breaches += found
    breaches += _unrecorded(given, heads)
    return Verified(entries, len(names), signed[-1] if signed else None, breaches)


def _checkpoint_breaches(held: Sequence[Checkpoint], key: Ed25519PublicKey) -> Iterable[Breach]:
    """Find forged checkpoints, and those that do not follow the one before."""
    before: Checkpoint | None = None
    for checkpoint in held:
        if not checkpoint.is_signed_by(key):
            yield Breach(CHECKPOINTS, checkpoint.number, "forged")
        else:
            follows = (checkpoint.number, checkpoint.said["previous"])
            if follows != ((before.number + 1, before.digest) if before else (1, None)):
                yield Breach(CHECKPOINTS, checkpoint.number, "checkpoint_gone")
        before = checkpoint


def _elsewhere_breaches(
    held: Sequence[Checkpoint], elsewhere: Sequence[Checkpoint], key: Ed25519PublicKey
) -> Iterable[Breach]:
    standing = {each.digest for each in held}
    for checkpoint in elsewhere:
        if not checkpoint.is_signed_by(key):
            yield Breach(CHECKPOINTS, checkpoint.number, "forged")
        elif checkpoint.digest not in standing:
            yield Breach(CHECKPOINTS, checkpoint.number, "checkpoint_gone")


def _anchors(chain: str, signed: Sequence[Checkpoint]) -> dict[int, str]:
    """Return every (sequence, hash) that a signed checkpoint states of a chain."""
    heads = (checkpoint.heads.get(chain) for checkpoint in signed)
    return {head.sequence: head.hash for head in heads if head is not None}


def _walk(given: cursor, chain: str, head: Head | None, anchors: Mapping[int, str]) -> tuple[int, list[Breach]]:
    """Return how many entries a chain holds, and where it does not hold."""
    found: list[Breach] = []
    expected = (head.first, bytes.fromhex(head.before)) if head else (1, GENESIS)
    count = 0
    for sequence, previous, hashed, whole, persons_whole in walk(given, chain):
        count += 1
        if sequence != expected[0]:
            found.append(Breach(chain, sequence, "missing" if sequence > expected[0] else "out_of_order"))
        elif previous != expected[1]:
            found.append(Breach(chain, sequence, "out_of_order"))
        if not whole:
            found.append(Breach(chain, sequence, "altered"))
        elif not persons_whole:
            found.append(Breach(chain, sequence, "persons_altered"))
        elif anchors.get(sequence, hashed.hex()) != hashed.hex():
            found.append(Breach(chain, sequence, "rewritten"))
        expected = (sequence + 1, hashed)
    if head is not None and expected[0] <= head.sequence:
        found.append(Breach(chain, expected[0], "cut" if count else "gone"))
    return count, found


def _unrecorded(given: cursor, heads: Mapping[str, Head]) -> Iterable[Breach]:
    """Find regions that hold report versions of which the ledger says nothing, but for those that retention took."""
    for region in REGIONS:
        head = heads.get(region)
        ((count,),) = query(
            given,
            f"SELECT count(*) FROM {schema_of(region)}.report"  # noqa: S608 - the schema of a region
            " WHERE (%s::timestamptz IS NULL OR loaded_at > %s) AND NOT EXISTS (SELECT 1 FROM intake.ledger"
            " WHERE (ledger.registration_number, ledger.unit, ledger.version, ledger.region)"
            " = (report.registration_number, report.unit, report.version, report.region)"
            # a report that got something later has an entry of that moment
            " AND kind IN ('disclosure', 'amendment'))",
            (head and head.until, head and head.until),
        )
        if count:
            yield Breach(region, int(count), "unrecorded")
