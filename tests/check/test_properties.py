"""Whatever an officer ticks, forgets or writes: the stages together keep what must never break."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.check.advice import judge_alone
from pipeline.policy.agreements import read_agreements
from pipeline.policy.disclosure import read_disclosure
from pipeline.policy.reference import read_reference
from pipeline.policy.rules import Gate, Rules, read_rules
from pipeline.policy.words import Words
from pipeline.schema import DANGER_BOXES, ROW, Tables
from pipeline.screen.gates import DEPENDENCY
from pipeline.stages import Policy
from tests.builders import KNOWN_AT, NUMBER, SUSPECT, VICTIM, entries, persons, prior_incidents, registrations
from tests.night.conftest import NIGHT

BLOCKING = (
    {"family_name": None, "given_names": None},  # of every person
    {"role": "OV"},
    {"relation": None},
    {"description": "ruzie"},
    {"suspicion": None},
    {"postcode": None, "municipality_code": None, "place": None},
    {"contact_phone": None},
)
"""What each of the seven blocking criteria lacks, in the order of DOMAIN.md."""
yes_no = st.sampled_from([True, False, None])


def policy(*, agreed: bool = True, rules: Rules | None = None) -> Policy:
    agreement = read_agreements().latest("RE06", NIGHT)
    terms = read_disclosure(NIGHT).terms(agreement, NIGHT, "test")
    return Policy(rules or read_rules(), read_reference(), agreement, agreed, terms)


@st.composite
def drafts(draw):
    """One registration: random flags, boxes, marks and relations, and any of the seven criteria lacking."""
    lacking = draw(st.sets(st.integers(0, 6)))
    own = {
        **{box: draw(yes_no) for box in (*DANGER_BOXES, "injury")},
        **{
            flag: draw(st.sampled_from([False, False, False, True, None]))
            for flag in ("removed", "embargo", "shielded")
        },
        "retracted": draw(st.sampled_from([False] * 6 + [True, None])),
        "kind": draw(st.sampled_from(["HG", "HG", "ZJ", "OV", None])),
        "project_code": draw(st.sampled_from([None, None, "HG", "KM"])),
        "legal_regime": draw(st.sampled_from(["8", "8", "8", "13", "9", None])),
        "problems": draw(st.sampled_from([[], [], ["unreadable:weapon"], ["unknown_code:kind"]])),
    }
    told = draw(st.sampled_from([None, None, "Hij kneep haar keel dicht.", "Het kind had een blauw oog.", "Rustig."]))
    people = [dict(person) for person in (VICTIM, SUSPECT)][: draw(st.integers(0, 2))]
    relation = draw(st.sampled_from(["partner", "kind", "buur", "anders", "onbekend", None]))
    people = [person | {"relation": relation} for person in people]
    for number in lacking:
        if number in {0, 1, 2}:
            people = [person | BLOCKING[number] for person in people]
        else:
            own |= BLOCKING[number]
            people = [p | dict.fromkeys(BLOCKING[5]) for p in people] if number == 5 else people
    return own, people, told


def tables_of(given_drafts) -> Tables:
    numbered = [f"{NUMBER[:-2]}{row:02d}" for row in range(len(given_drafts))]
    key = [{ROW: row, "registration_number": number} for row, number in enumerate(numbered)]
    return Tables(
        registrations(*(own | key[row] for row, (own, _, _) in enumerate(given_drafts))),
        persons(*(p | key[row] for row, (_, people, _) in enumerate(given_drafts) for p in people)),
        entries(
            *(
                key[row] | {"entry_number": 1, "source": "W", "text": told, "written_at": KNOWN_AT}
                for row, (_, _, told) in enumerate(given_drafts)
                if told
            )
        ),
        prior_incidents(),
    )


def outcomes(tables: Tables, given_policy: Policy) -> dict[str, tuple[str, tuple[str, ...]]]:
    decided, _, _ = judge_alone(tables, given_policy)
    named = decided.verdict.join(tables.registration.select(ROW, "registration_number"), on=ROW)
    return {
        number: (outcome, tuple(reasons))
        for number, outcome, reasons in named.select("registration_number", "outcome", "reasons").iter_rows()
    }


# judging costs as much for sixty registrations as for one: few examples, of many
many = st.lists(drafts(), min_size=60, max_size=60)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(many)
def test_danger_never_ends_as_a_return_or_as_nothing(given_drafts):
    found = outcomes(tables_of(given_drafts), policy())
    assert len(found) == len(given_drafts), "every registration ends in one outcome"
    for (own, people, told), (outcome, reasons) in zip(given_drafts, found.values(), strict=True):
        assert reasons
        ticked = any(own[box] for box in DANGER_BOXES) or "unreadable:weapon" in own["problems"]
        if not (ticked or (told and told != "Rustig.")):
            continue
        assert outcome != "return"
        marked = own["kind"] in {"HG", "ZJ"} or own["project_code"]
        dependent = any(person["relation"] in DEPENDENCY for person in people)
        assert outcome != "elsewhere" or not (marked or dependent)
        closed = own["retracted"] or own["removed"] or own["legal_regime"] == "9"
        assert (outcome == "withhold") == bool(closed), "only a legal gate keeps danger from a person's eyes"


@settings(max_examples=2, deadline=None, derandomize=True)
@given(
    many,
    st.randoms(use_true_random=False),
    st.sampled_from(["contact_phone", "postcode", "kind", "description"]),
    st.sampled_from(["hold", "return"]),
)
def test_order_changes_nothing_and_another_rule_or_no_agreement_forwards_no_more(given_drafts, random, column, outcome):
    tables = tables_of(given_drafts)
    as_given = outcomes(tables, policy())

    def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
        return frame[random.sample(range(len(frame)), len(frame))] if len(frame) else frame

    mixed = Tables(*(shuffled(getattr(tables, name)) for name in ("registration", "person", "entry", "prior_incident")))
    assert outcomes(mixed, policy()) == as_given

    def forwarded(found) -> set[str]:
        return {number for number, (one, _) in found.items() if one == "forward"}

    rules = read_rules()
    more = Gate("one_more", outcome, NIGHT.replace(year=2015), "test", Words("", ""), present=column)
    wider = Rules((*rules.gates, more), rules.elements, "test")
    assert forwarded(outcomes(tables, policy(rules=wider))) <= forwarded(as_given)
    assert forwarded(outcomes(tables, policy(agreed=False))) == set()


def test_each_of_the_seven_blocks_by_itself():
    """Without danger it goes back, in danger it waits for a person; and what lacks nothing goes."""
    made = [({"acute": acute}, [VICTIM, SUSPECT], None) for acute in (None, True)]
    for number in range(7):
        for acute in (None, True):
            own, people = {"acute": acute}, [VICTIM, SUSPECT]
            if number in {0, 1, 2}:
                people = [person | BLOCKING[number] for person in people]
            else:
                own |= BLOCKING[number]
                people = [p | dict.fromkeys(BLOCKING[5]) for p in people] if number == 5 else people
            made.append((own, people, None))
    found = [outcome for outcome, _ in outcomes(tables_of(made), policy()).values()]
    assert found == ["forward"] * 2 + ["return", "hold"] * 7
