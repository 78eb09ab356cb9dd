"""Render `source/<part>/*.txt` to `<part>.jsonl`: each hand-written text, and variants of it with other values.

Run `python -m tests.corpus.make_corpus`; a test fails when the JSON lines are not what the sources say.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import asdict, dataclass, field

from tests.corpus import CORPUS, values
from tests.corpus.markup import OUTSIDERS, Label, Rendered, choose, render
from tests.corpus.people import Cast, person_rows, read_casts

VARIANTS = {"tune": 2, "unseen": 6}
"""Variants of each hand-written text; a text may say otherwise (`n=0`)."""
HEADER = re.compile(r"^\[(?P<id>\w+) (?P<cast>\w+) (?P<source>[WVHOTI]) (?P<field>\w+)(?P<flags>[^\]]*)\]$")
PREFIXES = {"de", "den", "van", "ter", "ten", "el", "la", "'t"}
NAME_KINDS = {"tp", "ca", "wi", "of", "pr"}


@dataclass(frozen=True)
class Source:
    """One hand-written text."""

    id: str
    cast: str
    source: str
    field: str
    people: list[str]
    secret: bool
    variants: int
    text: str


def read_sources(part: str) -> list[Source]:
    """Read all hand-written texts of a part, in file order."""
    found = []
    for path in sorted((CORPUS / "source" / part).glob("texts_*.txt")):
        for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
            head, _, text = block.partition("\n")
            hit = HEADER.match(head)
            if hit is None:
                raise ValueError(f"{path.name}: not a header: {head}")
            flags = dict(flag.partition("=")[::2] for flag in hit["flags"].split())
            found.append(
                Source(
                    hit["id"], hit["cast"], hit["source"], hit["field"], flags.get("people", "SO,VE,K1,K2").split(","),
                    "secret" in flags, int(flags.get("n", VARIANTS[part])), text.strip(),
                )
            )  # fmt: skip
    return found


def read_pools(part: str) -> dict[str, list[str]]:
    """Read the outsiders' names, streets and handles of a part: `[pool]` headings, values parted by commas."""
    pools: dict[str, list[str]] = {}
    for line in (CORPUS / "source" / part / "pools.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = pools.setdefault(line.strip("[] "), [])
        else:
            current += [value.strip() for value in line.split(",") if value.strip()]
    return pools


@dataclass
class Values:
    """Fills slots and varies literals of one text; the same literal becomes the same value within it."""

    cast: Cast
    pools: dict[str, list[str]]
    rng: random.Random
    variant: int
    known: dict[str, str] = field(default_factory=dict)

    def fill(self, slot: str, form: str | None, letter: str | None) -> tuple[str, str | None]:
        """Return the text of a slot and the kind that it is labelled with."""
        if slot in {"HOME", "SECRET"}:
            where = self.cast.home if slot == "HOME" else self.cast.secret
            forms = {"str": where.street, "nr": where.number, "pc": where.postcode, "pl": where.place}
            text, kind = forms.get(form or "", f"{where.street} {where.number}"), None
        elif slot in {"BSN", "IBAN", "PLATE"}:
            text, kind = self._number(slot, form), slot.lower()
        else:
            text = self.cast.people[slot].written(form)
            kind = None if form == "born" else OUTSIDERS.get(slot, "involved_name")
        return {"l": text.lower(), "C": text.upper()}.get(letter or "", text), kind

    def _number(self, slot: str, form: str | None) -> str:
        text = {"BSN": values.bsn, "IBAN": values.iban, "PLATE": values.plate}[slot](self.rng)
        if form == "sp" and slot == "IBAN":
            return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
        if form == "dot":
            return f"{text[:4]}.{text[4:6]}.{text[6:]}"
        return text.replace("-", "") if form == "bare" else text.replace("-", " ") if form == "sp" else text

    def vary(self, kind: str, shape: str | None, literal: str) -> str:
        """Return `literal` in the hand-written text, another of its kind in a variant."""
        if self.variant == 0 or not literal or shape == "fix":
            return literal
        if literal not in self.known:
            self.known[literal] = self._other(kind, shape, literal)
        return self.known[literal]

    def _other(self, kind: str, shape: str | None, literal: str) -> str:
        if kind in NAME_KINDS and not any(c.isdigit() for c in literal):
            return _cased_as(literal, self._name(kind, shape, literal))
        if kind == "ph":
            return values.other_digits(literal, 6 if literal[:2] == "00" else 5, self.rng)
        if kind == "ha":
            return _cased_as(literal, ("@" if literal[0] == "@" else "") + self._draw("handles"))
        if kind == "em":
            return re.sub(r"^[^@(\s]+", self._draw("handles").lower(), literal)
        if kind == "ta" and (hit := re.match(r"(?P<street>\D+?)(?P<rest>\s\d.*)?$", literal)):
            street = _cased_as(literal, self._draw("streets"))
            return street + values.other_digits(hit["rest"] or "", 0, self.rng).replace(" 0", " 1")
        return values.other_digits(literal, 0, self.rng) if kind == "of" else literal

    def _name(self, kind: str, shape: str | None, literal: str) -> str:
        words = literal.split()
        if shape is None and (words[0].lower() in PREFIXES or (kind == "of" and len(words) == 1)):
            shape = "a"
        shape = shape or ("v" if len(words) == 1 else "va")
        if shape == "a":
            return self._draw("family")
        if shape == "v":
            return self._first(literal)
        first = self.known.setdefault(words[0], self._first(words[0]))
        if words[0].rstrip(".") in {words[0][0], words[0][0] + "."} or words[0].endswith("."):
            first = "".join(f"{c}." for c in self.rng.sample("ABCDEFGHJKLMNPRSTW", words[0].count(".") or 1))
        return f"{first} {self.known.setdefault(' '.join(words[1:]), self._draw('family'))}"

    def _first(self, literal: str) -> str:
        """Draw a first name of the same sex where the pools know it."""
        known = {name.lower() for name in self.pools["men"]}
        return self._draw("men" if literal.lower() in known else "women")

    def _draw(self, pool: str) -> str:
        return self.rng.choice(self.pools[pool])


def _cased_as(literal: str, new: str) -> str:
    if literal == literal.lower():
        return new.lower()
    return new.upper() if literal == literal.upper() and len(literal) > 3 else new


def records(part: str) -> list[dict[str, object]]:
    """Return every record of a part, hand-written ones each followed by their variants."""
    casts, pools = read_casts(CORPUS / "source" / part / "casts.txt"), read_pools(part)
    out = []
    for source in read_sources(part):
        alike = sorted(name for name in casts if name[0] == source.cast[0])
        for variant in range(source.variants + 1):
            name = alike[(alike.index(source.cast) + variant) % len(alike)]
            rng = random.Random(f"{source.id}:{variant}")
            out.append(_record(source, casts[name], Values(casts[name], pools, rng, variant)))
    return out


def _record(source: Source, cast: Cast, filler: Values) -> dict[str, object]:
    try:
        rendered = render(choose(source.text, filler.variant), filler.fill, filler.vary)
    except (ValueError, KeyError) as error:
        raise ValueError(f"{source.id}: {error}") from error
    return {
        "id": source.id if filler.variant == 0 else f"{source.id}_{filler.variant}",
        "origin": "variant" if filler.variant else "hand",
        "variant_of": source.id if filler.variant else None,
        "field": source.field,
        "source": source.source,
        "people": person_rows(cast, source.people, source.secret),
        "text": rendered.text,
        "spans": [_row(label) for label in rendered.spans],
        "facts": [_row(label) for label in rendered.facts],
        "danger": [_row(label) for label in _with_weapons(rendered)],
    }


def _with_weapons(rendered: Rendered) -> list[Label]:
    """Return the danger labels; a weapon marked as a fact is a danger signal too, also where no sentence says so."""
    told = [label for label in rendered.danger if label.kind == "weapon"]
    bare = [
        Label("weapon", fact.start, fact.end)
        for fact in rendered.facts
        if fact.kind == "weapon" and not any(s.start <= fact.start and fact.end <= s.end for s in told)
    ]
    return sorted(rendered.danger + bare, key=lambda label: (label.start, label.kind))


def _row(label: Label) -> dict[str, object]:
    return asdict(label)


def rendered_lines(part: str) -> str:
    """Return the JSON lines of a part as one text."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records(part))


if __name__ == "__main__":
    for part in VARIANTS:
        (CORPUS / f"{part}.jsonl").write_text(rendered_lines(part), encoding="utf-8")
