"""Judge what was kept aside again, under the policy in force now: nothing is sent again, and nothing forwarded moves.

Read from the sealed archive, export by export, each in one transaction. What a person decided stands; what a higher
version, or its own with other contents, overtook stays as it is; what the archive no longer holds is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline import clock, installation, stages, workspace
from pipeline.clock import require_in_order
from pipeline.decide.criteria import judge_quality, score_criteria
from pipeline.desk.outgoing import prepare
from pipeline.desk.queue import Item
from pipeline.desk.release import release
from pipeline.errors import UsageError
from pipeline.load import archive, intake, ledger
from pipeline.load.database import now, query, transaction
from pipeline.load.held_again import lay_at_desk
from pipeline.load.intake import ExportKey
from pipeline.load.overtaken import LATER, leave_overtaken
from pipeline.load.secret_elsewhere import SECRET_ELSEWHERE
from pipeline.policy.rules import Rules
from pipeline.redact import read_redactor
from pipeline.schema import ROW, Tables, schema_of
from pipeline.screen.gates import FINDING
from pipeline.settings import Settings, read_key, read_settings
from pipeline.settle.ask_history import ask_of_one

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

KEPT_ASIDE: Final = ("return", "hold", "elsewhere")
"""Outcomes that can be judged again; what is withheld or forwarded is not touched."""
REMEMBERED: Final = ("receive", "settle")
"""Stages whose findings rest on other exports: they are taken over, since the archive cannot tell them."""
STANDING: Final = (
    f"SELECT row, registration_number, version, outcome, reasons, ({LATER}) IS NOT NULL FROM intake.outcome AS ours"  # noqa: S608
    " WHERE (unit, night, export_id) = (%s, %s, %s) AND outcome = ANY (%s)"
    " AND decided_by <> 'desk' ORDER BY row FOR UPDATE OF ours"
)


@dataclass(frozen=True)
class Change:
    """One registration version that comes out otherwise."""

    unit: str
    night: date
    registration_number: str
    version: int
    before: str
    after: str
    reasons: Sequence[str]
    regions: Sequence[str]


@dataclass
class UnitReplay:
    """What replaying did at one unit."""

    judged: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    """By `before>after`."""
    overtaken: int = 0
    """Not judged: a higher version was received, or this one with other contents."""
    not_kept: int = 0
    """Not judged: the archive no longer holds it."""


def replay(
    first: date,
    last: date,
    outcomes: Sequence[str],
    settings: Settings | None = None,
    *,
    unit: str | None = None,
    dry_run: bool = False,
    today: date | None = None,
) -> tuple[dict[str, UnitReplay], list[Change]]:
    """Judge again what nights `first` to `last` kept aside; return what was done by unit, and every change.

    Args:
        first: the first night.
        last: the last one.
        outcomes: of KEPT_ASIDE.
        settings: of this installation.
        unit: whose; without it all.
        dry_run: say what would change, and change nothing.
        today: the day whose policy counts; default today.

    Raises:
        UsageError: an outcome cannot be replayed, the nights are the wrong way round, or there is no such unit.
    """
    require_in_order(first, last)
    if not outcomes or not set(outcomes) <= set(KEPT_ASIDE):
        kinds = ", ".join(KEPT_ASIDE)
        raise UsageError(f"opnieuw beoordeeld worden uitkomsten uit {kinds}", f"replay takes outcomes of {kinds}")
    settings = settings or read_settings()
    if unit is not None:
        installation.agreements(settings).require([unit])
    today = today or clock.today()
    told: dict[str, UnitReplay] = {}
    changes: list[Change] = []
    for key in _exports(settings, first, last, unit):
        policy = installation.policy_of(workspace.delivery_of(settings, key.unit, today), settings)
        tally = told.setdefault(key.unit, UnitReplay())
        with transaction(installation.database(settings), "replay") as given:
            found = _replay_export(_Export(given, settings, key, policy), outcomes, tally, dry_run=dry_run)
        tally.changed.update(f"{change.before}>{change.after}" for change in found)
        changes += found
    return told, changes


def _exports(settings: Settings, first: date, last: date, unit: str | None) -> list[ExportKey]:
    with transaction(installation.database(settings), "intake.export") as given:
        rows = query(
            given,
            "SELECT unit, night, export_id FROM intake.export WHERE state = 'loaded' AND night BETWEEN %s AND %s"
            " AND (%s::text IS NULL OR unit = %s) ORDER BY night, unit, started_at, export_id",
            (first, last, unit, unit),
        )
    return [ExportKey(*row) for row in rows]


@dataclass(frozen=True)
class _Export:
    """One export that is judged again, within the caller's transaction."""

    given: cursor
    settings: Settings
    key: ExportKey
    policy: stages.Policy
    """As in force now; its night is today."""

    @property
    def secret(self) -> bytes:
        """The installation's key."""
        return read_key(self.settings)

    def place(self, line: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return where the outcome of a verdict stands."""
        return (*self.key.values(), line[ROW])


def _replay_export(export: _Export, outcomes: Sequence[str], tally: UnitReplay, *, dry_run: bool) -> list[Change]:
    """Judge one export's rows again and let their outcomes follow."""
    given, key = export.given, export.key
    intake.lock_unit(given, key.unit, key.night)
    # in the order in which the desk locks them: hold, then outcome
    given.execute("SELECT 1 FROM intake.hold WHERE (unit, night, export_id) = (%s, %s, %s) FOR UPDATE", key.values())
    standing = query(given, STANDING, (*key.values(), list(outcomes)))
    rows = {row: (outcome, reasons) for row, _, _, outcome, reasons, later in standing if not later}
    tally.overtaken += len(standing) - len(rows)
    left, changes = set(rows), []
    for part in archive.parts(export.settings.home, key):
        tables = archive.read_part(export.settings.home, key, part, export.secret).only(_rows(left))
        if tables.registration.is_empty():
            continue
        left -= set(tables.registration.get_column(ROW))
        taken_over = {row: _taken_over(reasons, export.policy.rules) for row, (_, reasons) in rows.items()}
        verdict = judge_again(tables, taken_over, export.policy)
        for judged in verdict.iter_rows(named=True):
            before = rows[judged[ROW]][0]
            tally.judged += 1
            line = _beside_others(export, tables, judged, taken_over[judged[ROW]])
            if line["outcome"] == before or (line["outcome"] == "forward" and _is_staged(export, line)):
                continue
            if not dry_run:
                _apply(export, tables.only(_rows([line[ROW]])), line, before)
            changes.append(
                Change(
                    *(key.unit, key.night, line["registration_number"], line["version"]),
                    *(before, line["outcome"], line["reasons"], line["regions"]),
                )
            )
    tally.not_kept += len(left)
    return changes


def _beside_others(export: _Export, tables: Tables, line: dict[str, Any], reasons: list[str]) -> dict[str, Any]:
    """Return the verdict of what would go, now that it is asked whether it shows what another one keeps secret."""
    if line["outcome"] != "forward":
        return line
    own = tables.only(_rows([line[ROW]]))
    asked = ask_of_one(export.given, own, export.key.unit, export.key.night, export.secret)
    if not asked.is_secret_elsewhere():
        return line
    return judge_again(own, {line[ROW]: [*reasons, SECRET_ELSEWHERE]}, export.policy).row(0, named=True)


def judge_again(tables: Tables, taken_over: dict[int, list[str]], policy: stages.Policy) -> pl.DataFrame:
    """Return the verdicts of kept tables under a policy, with number and version.

    Args:
        tables: as received.
        taken_over: by row the findings that rest on other exports.
        policy: as in force now; its night is today.
    """
    quality, _ = judge_quality(tables, policy.night)
    enriched = stages.enrich(tables, policy)
    scores, _ = score_criteria(enriched.facts, policy.night)
    remembered = [(row, reason) for row, reasons in taken_over.items() for reason in reasons]
    findings = pl.concat(
        [
            *(stages.screen(tables, policy), quality, stages.find(enriched, scores)),
            pl.DataFrame(remembered, schema=FINDING, orient="row"),
        ]
    )
    decided = stages.conclude(tables, findings, enriched, scores, policy)
    named = tables.registration.select(ROW, "registration_number", "version")
    return decided.verdict.join(named, on=ROW, maintain_order="left")


def _taken_over(reasons: Sequence[str], rules: Rules) -> list[str]:
    gates = {gate.id for gate in rules.gates if gate.stage in REMEMBERED}
    return [reason for reason in reasons if reason.split(":", maxsplit=1)[0] in gates]


def _rows(numbers: Iterable[int]) -> pl.DataFrame:
    return pl.DataFrame({ROW: list(numbers)}, schema={ROW: pl.Int64()})


def _is_staged(export: _Export, line: dict[str, Any]) -> bool:
    """Tell whether a region holds this version already: it would not change, and stays as it was decided."""
    return any(
        query(
            export.given,
            f"SELECT 1 FROM {schema_of(region)}.report WHERE (unit, registration_number, version) = (%s, %s, %s)",  # noqa: S608
            (export.key.unit, line["registration_number"], line["version"]),
        )
        for region in line["regions"]
    )


def _apply(export: _Export, tables: Tables, line: dict[str, Any], before: str) -> None:
    """Let one outcome follow its new verdict: history, hold, ledger, and the regions when it goes now."""
    given, key, policy = export.given, export.key, export.policy
    _record(export, line, before)
    if before == "hold":
        given.execute(
            "UPDATE intake.hold SET decided_at = now(), sealed = NULL, lock = lock + 1"
            " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
            export.place(line),
        )
    if line["outcome"] == "hold":
        lay_at_desk(given, key, line[ROW], tables, export.secret, danger=line["in_danger"])
    elif line["outcome"] == "withhold":
        withheld = pl.DataFrame([line]).select("registration_number", "version", pl.col("reasons").alias("withheld"))
        ledger.append(given, key.unit, ledger.withholdings(withheld, policy.terms, key.night), now(given))
    elif line["outcome"] == "forward":
        asked = ask_of_one(given, tables, key.unit, key.night, export.secret)
        item = _item(key, line, now(given))
        outgoing = prepare(tables, item, policy, read_redactor(), asked.known, line["regions"], ())
        release(given, export.settings, item, outgoing, asked, policy.night)
    leave_overtaken(given, key)


def _record(export: _Export, line: dict[str, Any], before: str) -> None:
    """Write one outcome with its history."""
    place, terms = export.place(line), export.policy.terms
    danger = list(dict.fromkeys([*line["danger"], *line["danger_told"]]))
    export.given.execute(
        "UPDATE intake.outcome SET outcome = %s, reasons = %s, gaps = %s, danger = %s, score = %s, regions = %s,"
        " agreement_version = %s, policy_version = %s, decided_by = 'replay'"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
        (
            *(line["outcome"], line["reasons"], line["gaps"], danger, line["substantiation_score"], line["regions"]),
            *(terms.agreement_version, terms.policy_version, *place),
        ),
    )
    export.given.execute(
        "INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons, changed_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, 'replay')",
        (*place, before, line["outcome"], line["reasons"]),
    )


def _item(key: ExportKey, line: dict[str, Any], at: datetime) -> Item:
    return Item(
        *key.values(),
        row=line[ROW],
        registration_number=line["registration_number"],
        version=line["version"],
        outcome=line["outcome"],
        reasons=line["reasons"],
        gaps=line["gaps"],
        signals=[],
        regions=line["regions"],
        danger=line["in_danger"],
        since=at,
        due=at,
        lock=0,
        score=line["substantiation_score"],
    )
