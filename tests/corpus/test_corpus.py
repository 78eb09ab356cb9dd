from collections import Counter

import pytest
from stdnum import iban as iban_check
from stdnum.nl import bsn as bsn_check

from pipeline.evaluate.corpus import PARTS, read_corpus
from tests.corpus import CORPUS
from tests.corpus.make_corpus import read_casts, read_pools, read_sources, rendered_lines
from tests.corpus.markup import DANGERS, FACTS, MASKED, choose, render

GROUPED = {"religion", "ethnicity", "politics_or_union", "sexual_life"}


@pytest.fixture(scope="module", params=PARTS)
def part(request):
    return request.param


def test_the_json_lines_are_what_the_sources_say(part):
    current = (CORPUS / f"{part}.jsonl").read_text(encoding="utf-8")
    assert current == rendered_lines(part), "run: python -m tests.corpus.make_corpus"


def test_ids_are_unique_and_every_label_holds_words(part):
    records = read_corpus(CORPUS, part)
    assert len({record.id for record in records}) == len(records)
    for record in records:
        for stretch in (*record.spans, *record.facts, *record.danger):
            words = record.text[stretch.start : stretch.end]
            assert words == words.strip(), record.id
            assert any(char.isalnum() for char in words), record.id
        assert not set(record.text) & set("{}<>~$"), record.id
        for one, other in zip(record.spans, record.spans[1:], strict=False):
            assert one.end <= other.start, record.id


def test_only_known_kinds(part):
    for record in read_corpus(CORPUS, part):
        assert {span.kind for span in record.spans} <= set(MASKED.values())
        assert {fact.kind for fact in record.facts} <= set(FACTS.values())
        assert {signal.kind for signal in record.danger} <= DANGERS


def test_enough_of_every_kind_on_the_unseen_part():
    records = read_corpus(CORPUS, "unseen")
    counts = Counter(span.kind for record in records for span in record.spans)
    assert {kind: counts[kind] for kind in MASKED.values() if counts[kind] < 150} == {}
    assert sum(record.origin == "hand" for part in PARTS for record in read_corpus(CORPUS, part)) >= 250
    signals = Counter(signal.kind for record in records for signal in record.danger)
    assert min(signals[signal] for signal in DANGERS) >= 30
    assert sum(not record.danger for record in records) >= 200


def test_the_parts_share_no_sentence_and_no_family():
    texts = {part: {source.text for source in read_sources(part)} for part in PARTS}
    assert not texts["tune"] & texts["unseen"]
    families = {
        part: {
            (someone.given, someone.family)
            for cast in read_casts(CORPUS / "source" / part / "casts.txt").values()
            for someone in cast.people.values()
        }
        for part in PARTS
    }
    assert not families["tune"] & families["unseen"]
    for pool in ("women", "men", "family", "streets"):
        shared = set(read_pools("tune")[pool]) & set(read_pools("unseen")[pool])
        assert not shared, pool


def test_numbers_are_valid_and_nobodys(part):
    for record in read_corpus(CORPUS, part):
        for span in record.spans:
            words = record.text[span.start : span.end]
            if span.kind == "bsn":
                assert bsn_check.is_valid(words), record.id
                assert words.startswith("9999"), record.id
            elif span.kind == "iban":
                assert iban_check.is_valid(words.replace(".", ""), check_country=False), record.id
            elif span.kind == "email":
                assert "example" in words.lower(), record.id


def test_markup_that_is_not_closed_or_not_known_is_refused():
    for source in ("{tp|Jan", "Jan}", "{xx|Jan}", "{!boos|Jan}"):
        with pytest.raises(ValueError, match=r"mark|brace|kind|signal"):
            render(source, lambda *_: ("", None), lambda kind, shape, literal: literal)


def test_alternatives_and_nesting():
    assert [choose("<a~b>c<d~e~f>", variant) for variant in range(3)] == ["acd", "bce", "acf"]
    rendered = render("{tac|Tap op {nm|Jan} loopt.}", lambda *_: ("", None), lambda kind, shape, literal: literal)
    assert [(span.kind, span.start, span.end) for span in rendered.spans] == [("tactical", 0, 17)]
    assert rendered.facts == []
