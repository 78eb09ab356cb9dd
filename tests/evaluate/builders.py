from pipeline.evaluate.corpus import Labelled, Stretch


def labelled(text, spans=(), facts=(), danger=(), *, id="x1", origin="hand", people=()):
    """A text whose stretches are given as (kind, the words themselves)."""

    def stretches(pairs):
        return tuple(Stretch(text.index(words), text.index(words) + len(words), kind) for kind, words in pairs)

    return Labelled(id, origin, "text", "W", people, text, stretches(spans), stretches(facts), stretches(danger))


def removing(*words, token="[derde]"):
    """A redactor that replaces the first occurrence of each of these words."""

    def redact(record):
        removed = sorted(
            (Stretch(record.text.index(w), record.text.index(w) + len(w), "x") for w in words if w in record.text),
            key=lambda stretch: stretch.start,
        )
        out, at = [], 0
        for stretch in removed:
            out += [record.text[at : stretch.start], token]
            at = stretch.end
        return "".join([*out, record.text[at:]]), removed

    return redact
