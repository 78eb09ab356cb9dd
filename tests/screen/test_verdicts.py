"""Great Expectations' verdicts: pass, fail or unknown, each row, and never a value in what comes back."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PolicyError
from pipeline.policy.suites import SUITES, Rule, Suite, read_suite
from pipeline.policy.words import Words
from pipeline.schema import MOMENT, PERSON, REGISTRATION
from pipeline.screen import verdicts
from pipeline.screen.expressions import EXPRESSED, holds
from pipeline.screen.verdicts import COUNTS, FAIL, UNKNOWN, VERDICTS, judge

NIGHT = date(2026, 11, 22)
CANARY = "Testman-Kanarie"
IN_SET = "expect_column_values_to_be_in_set"
NOT_NULL = "expect_column_values_to_not_be_null"
REGEX = "expect_column_values_to_match_regex"
LENGTHS = "expect_column_value_lengths_to_be_between"
IN_ORDER = "expect_column_pair_values_a_to_be_greater_than_b"
PAIR = {"column_A": "until", "column_B": "from", "or_equal": True, "ignore_row_if": "either_value_is_missing"}


def rule(kind, name="r", since=date(2015, 1, 1), until=None, **kwargs) -> Rule:
    words = Words("nl", "en")
    return Rule(name, kind, kwargs, words, "test", since, until, weight=0, blocking=False, advice=None)


def suite(*rules: Rule) -> Suite:
    return Suite("test", Words("nl", "en"), rules)


def answers(frame: pl.DataFrame, *rules: Rule) -> dict[tuple[int, str], str]:
    """Return the answer of every row to every rule, passes written out."""
    told, _ = judge(frame, suite(*rules), NIGHT)
    given_answers = {(position, name): answer for position, name, answer in told.iter_rows()}
    return {(at, r.name): given_answers.get((at, r.name), "pass") for at in range(len(frame)) for r in rules}


def moment(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "kwargs", "values", "expected"),
    [
        (IN_SET, {"value_set": [True]}, [True, False, None], ["pass", FAIL, UNKNOWN]),
        (IN_SET, {"value_set": ["HG", "ZJ"]}, ["HG", "x", None], ["pass", FAIL, UNKNOWN]),
        (NOT_NULL, {}, ["x", None], ["pass", FAIL]),
        (NOT_NULL, {}, [False, None], ["pass", FAIL]),
        (REGEX, {"regex": "^[0-9]{4}$"}, ["1234", "12345", "", None], ["pass", FAIL, FAIL, UNKNOWN]),
        (LENGTHS, {"min_value": 3}, ["abc", "ab", None], ["pass", FAIL, UNKNOWN]),
    ],
)
def test_answers(kind, kwargs, values, expected):
    frame = pl.DataFrame({"c": values})
    assert list(answers(frame, rule(kind, column="c", **kwargs)).values()) == expected


def test_a_pair_is_unknown_where_either_is():
    frame = pl.DataFrame(
        {"from": [moment(2), moment(2), moment(2), None], "until": [moment(3), moment(2), moment(1), moment(1)]}
    ).vstack(pl.DataFrame({"from": [moment(2)], "until": [None]}, schema_overrides={"until": pl.Datetime("us", "UTC")}))
    assert list(answers(frame, rule(IN_ORDER, **PAIR)).values()) == ["pass", "pass", FAIL, UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("kind", [pl.String, pl.Boolean])
def test_a_column_of_nothing_is_unknown(kind):
    frame = pl.DataFrame({"c": pl.Series([None, None], dtype=kind)})
    values = [True] if kind == pl.Boolean else ["x"]
    assert set(answers(frame, rule(IN_SET, column="c", value_set=values)).values()) == {UNKNOWN}
    assert set(answers(frame, rule(NOT_NULL, column="c")).values()) == {FAIL}


def test_counts_agree_with_the_verdicts():
    frame = pl.DataFrame({"a": [True, False, None, None], "b": ["x", None, "y", "x"]})
    rules = [rule(IN_SET, "first", column="a", value_set=[True]), rule(NOT_NULL, "second", column="b")]
    told, counts = judge(frame, suite(*rules), NIGHT)
    assert told.schema == VERDICTS
    assert counts.schema == COUNTS
    assert counts.rows() == [("test", "first", 4, 1, 2), ("test", "second", 4, 1, 0)]


def test_a_night_of_nothing():
    told, counts = judge(pl.DataFrame(schema={"c": pl.String}), suite(rule(NOT_NULL, column="c")), NIGHT)
    assert told.is_empty()
    assert counts.rows() == [("test", "r", 0, 0, 0)]


@pytest.mark.parametrize(
    ("since", "until", "judged"),
    [
        (NIGHT, None, True),
        (date(2026, 11, 23), None, False),
        (date(2015, 1, 1), NIGHT, True),
        (date(2015, 1, 1), date(2026, 11, 21), False),
    ],
)
def test_only_rules_in_force_are_judged(since, until, judged):
    frame = pl.DataFrame({"c": pl.Series([None], dtype=pl.String)})
    old = rule(NOT_NULL, name="old", column="c", until=date(2016, 1, 1))
    told, counts = judge(frame, suite(old, rule(NOT_NULL, column="c", since=since, until=until)), NIGHT)
    assert (len(told), len(counts)) == ((1, 1) if judged else (0, 0))


def test_a_night_before_the_first_rules_is_judged_by_them():
    _, counts = judge(pl.DataFrame({"c": ["x"]}), suite(rule(NOT_NULL, column="c")), date(2014, 12, 30))
    assert len(counts) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        rule(NOT_NULL, column="not_there"),
        rule(REGEX, column="c", regex="(["),
        rule("expect_column_max_to_be_between", column="c", max_value="z"),
        rule("expect_nothing_of_the_kind", column="c"),
        rule(IN_SET, column="c"),
    ],
    ids=["column", "regex", "aggregate", "type", "kwargs"],
)
def test_a_rule_that_cannot_be_evaluated_is_a_policy_error_without_values(wrong):
    with pytest.raises(PolicyError, match=r"test\.json") as refusal:
        judge(pl.DataFrame({"c": [CANARY]}), suite(wrong), NIGHT)
    assert CANARY not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None, (
        "the library quotes what it was given"
    )


def test_no_result_of_the_library_holds_a_value(caplog, capfd):
    frame = pl.DataFrame({"c": [CANARY, None, "x"], "d": [CANARY, CANARY, None]})
    rules = (
        rule(REGEX, "one", column="c", regex="^x$"),
        rule(NOT_NULL, "two", column="c"),
        rule(IN_SET, "three", column="d", value_set=["y"]),
        rule(LENGTHS, "four", column="d", max_value=2),
        rule("expect_column_pair_values_to_be_equal", "five", column_A="c", column_B="d"),
    )
    batch = verdicts._batch_definition().get_batch(batch_parameters={"dataframe": verdicts._pandas(frame)})
    result = batch.validate(verdicts._library_suite("test", rules), result_format=verdicts.POSITIONS_ONLY)
    assert len(result.results) == len(rules)
    assert CANARY not in json.dumps(result.to_json_dict(), default=str)
    judge(frame, suite(*rules), NIGHT)
    assert CANARY not in caplog.text + "".join(capfd.readouterr())


tri = st.sampled_from([True, False, None])
text = st.sampled_from(
    ["1234", "1234\n", "1234AB", "HG", "HG\n", "", "\n", "é", "e\u0301\U0001f600", "١٢٣٤", "\x00", None]
)
hours = st.none() | st.integers(1, 28).map(moment)
rows = st.lists(st.tuples(tri, text | st.text(max_size=5), hours, hours), max_size=12)
TYPES = {"yes": pl.Boolean, "text": pl.String, "from": pl.Datetime("us", "UTC"), "until": pl.Datetime("us", "UTC")}
MATCHES_NOT = "expect_column_values_to_not_match_regex"
EVERY = (
    rule(IN_SET, "truth", column="yes", value_set=[True]),
    rule(IN_SET, "code", column="text", value_set=["HG"]),
    rule(NOT_NULL, "there", column="text"),
    rule(REGEX, "shape", column="text", regex="^[1-9][0-9]{3}(?:[A-Z]{2})?$"),
    rule(MATCHES_NOT, "no_shape", column="text", regex="^HG$"),
    rule(LENGTHS, "length", column="text", min_value=3),
    rule(LENGTHS, "short", column="text", min_value=1, max_value=4),
    rule(IN_ORDER, "order", **PAIR),
    rule(IN_ORDER, "strict_order", **{**PAIR, "or_equal": False}),
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(rows)
def test_expressions_say_what_the_library_says(drawn):
    """Every kind of rule that ships, empty and odd values among the good ones."""
    frame = pl.DataFrame(drawn, schema=TYPES, orient="row")
    ours, library = (judge(frame, suite(*EVERY), NIGHT, by_library=by_library) for by_library in (False, True))
    assert ours[0].rows() == library[0].rows()
    assert ours[1].rows() == library[1].rows()


def test_kinds_of_rules_that_ship_are_in_that_proof():
    shipped = {r.type for name in SUITES for r in read_suite(name).rules}
    assert shipped <= {r.type for r in EVERY} == EXPRESSED.keys()
    assert all(holds(r, TYPES) is not None for r in EVERY)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("registration_quality", {**REGISTRATION.schema, "delivered_by": MOMENT}),
        ("person_quality", {**PERSON.schema, "born_on": pl.Date(), "born_by": pl.Date()}),
        ("well_founded", {r.kwargs["column"]: pl.Boolean() for r in read_suite("well_founded").rules}),
    ],
)
def test_every_rule_that_ships_has_an_expression(name, columns):
    """A night that imports the library for one rule takes seconds longer in every process."""
    assert [r.name for r in read_suite(name).rules if holds(r, columns) is None] == []


@pytest.mark.parametrize(
    "other",
    [
        rule("expect_column_pair_values_to_be_equal", column_A="text", column_B="text"),
        rule(NOT_NULL, column="text", mostly=0.5),
        rule(NOT_NULL, column="number"),
        rule(IN_SET, column="text", value_set=[]),
        rule(IN_SET, column="text", value_set=["HG", 1]),
        rule(IN_SET, column="number", value_set=[1.0]),
        rule(REGEX, column="text", regex=r"\d"),
        rule(REGEX, column="text", regex="(?=a)"),
        rule(REGEX, column="text", regex="[a--b]"),
        rule(REGEX, column="text", regex="a)"),
        rule(REGEX, column="number", regex="1"),
        rule(LENGTHS, column="text"),
        rule(LENGTHS, column="text", min_value=1, strict_min=True),
        rule(LENGTHS, column="yes", min_value=1),
        rule(IN_ORDER, **{**PAIR, "ignore_row_if": "never"}),
        rule(IN_ORDER, **{**PAIR, "column_A": "text"}),
        rule(IN_ORDER, **{**PAIR, "or_equal": 1}),
    ],
    ids=lambda r: f"{r.type.removeprefix('expect_column_')}-{'-'.join(map(str, r.kwargs.values()))}",
)
def test_what_only_the_library_can_tell_has_no_expression(other):
    assert holds(other, {**TYPES, "number": pl.Float64()}) is None


def test_the_library_judges_the_rules_that_have_no_expression():
    frame = pl.DataFrame({"c": ["12", "x", None]})
    rules = (rule(REGEX, "any_digit", column="c", regex=r"\d"), rule(REGEX, "digit", column="c", regex="[0-9]"))
    said = answers(frame, *rules)
    assert [said[at, "any_digit"] for at in range(3)] == [said[at, "digit"] for at in range(3)]
    assert list(said.values()) == ["pass", "pass", FAIL, FAIL, UNKNOWN, UNKNOWN]


def test_a_night_does_not_import_the_library():
    program = (
        "import sys, datetime, polars as pl; from pipeline.decide.criteria import judge_quality;"
        "from pipeline.schema import ROW, TABLES, Tables;"
        "empty = [pl.DataFrame({ROW: [1], **{n: [None] for n in t.schema}}, schema={ROW: pl.Int64, **t.schema})"
        " for t in TABLES];"
        "found, _ = judge_quality(Tables(*empty), datetime.date(2026, 11, 22));"
        "assert len(found); print(sorted({'great_expectations', 'pandas'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
