"""A whole night to Veilig Thuis and back, by the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from typer.testing import CliRunner

from pipeline import cli, clock, vt_steps
from pipeline.errors import MeldstroomError
from pipeline.load.database import query, transaction
from pipeline.settings import as_environ
from tests.night.conftest import NIGHT, program


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Two days after the night: what is sent, taken in and compared looks back some weeks from now."""
    monkeypatch.setattr(clock, "now", lambda: datetime.combine(NIGHT + timedelta(days=2), time(12), UTC))


@pytest.fixture
def use(ran):
    return program(ran[0])


def test_out_answered_moved_taken_back_and_the_counts_meet(use, ran, tmp_path):
    settings, status = ran
    out, inbox, night = str(tmp_path / "out"), str(tmp_path / "in"), str(NIGHT)
    written = json.loads(use("outbox", "--night", night, "--out", out, "--demo", "--json"))
    assert written["sent"] == sum(status["regions"].values())
    with transaction(settings.dsn, "test") as given:
        region, moved, taken = query(
            given,
            "SELECT region, min(registration_number), max(registration_number) FROM intake.delivery GROUP BY 1"
            " HAVING count(*) > 2 ORDER BY 1 LIMIT 1",
        )[0]
        (reference,) = query(given, "SELECT reference FROM intake.message WHERE registration_number = %s AND region = %s", (moved, region))[0]  # fmt: skip
    use("receiver", "--outbox", out, "--inbox", inbox, "--at", "2026-11-23", "--fault", f"wrong_region={reference}")
    assert "0 apart gelegd" in use("feedback", "import", f"{inbox}/feedback")
    unknown = tmp_path / "feedback" / region / "2026-11-24" / "feedback.csv"
    unknown.parent.mkdir(parents=True)
    unknown.write_text("registratienummer,event,at\nPL0000-2026000000,received,2026-11-23\n")
    assert "1 apart gelegd" in use("feedback", "import", str(unknown))
    answered = settings.home / "answers" / region / "2026-11-24" / "feedback.csv.antwoord.csv"
    assert "unknown_number" in answered.read_text()
    assert json.loads(use("reconcile", "--night", night, "--demo", "--json"))["waiting"] == 0
    (asked,) = json.loads(use("feedback", "reroute", "list", "--json"))
    assert asked["registration_number"] == moved
    assert moved in use("feedback", "reroute", "list")
    other = "VT27" if region != "VT27" else "VT25"
    use("feedback", "reroute", "decide", moved, "--from", region, "--to", other)
    use("rectify", taken, "--reason", "rule_error", "--comment", "regel te ruim", "--region", region)
    gaps = json.loads(use("reconcile", "--demo", "--json", status=1))["gaps"]
    assert {gap["gap"] for gap in gaps} == {"not_sent", "recall_not_sent"}
    assert "recall_not_sent" in use("reconcile", "--demo", status=1)
    for day in (night, str(clock.today())):
        use("outbox", "--night", day, "--out", out, "--demo", "--new")
    again = json.loads(use("reconcile", "--demo", "--json"))["gaps"]
    assert again == []
    assert json.loads(use("feedback", "lists", "--out", str(tmp_path / "lists"), "--json"))
    assert "te laat" in use("feedback", "terms")
    assert "criterium" in use("feedback", "agreement", "--from", night, "--to", night)
    assert "recalled_at" in use("handbook")


def test_what_it_refuses(ran, tmp_path):
    environment = as_environ(ran[0])
    night = str(NIGHT)
    for arguments in (
        ("outbox", "--night", night, "--out", str(tmp_path), "--region", "VT26"),
        ("receiver", "--outbox", str(tmp_path / "nergens"), "--inbox", str(tmp_path), "--at", night),
        ("receiver", "--outbox", str(tmp_path), "--inbox", str(tmp_path), "--at", night, "--fault", "zomaar"),
        ("feedback", "reroute", "decide", "PL0600-2026000001", "--from", "VT09"),
        ("rectify", "PL0600-2026000001", "--reason", "zomaar", "--comment", "x"),
    ):
        result = CliRunner().invoke(cli.app, list(arguments), env=environment)
        assert isinstance(result.exception, MeldstroomError), arguments


def test_the_tasks_of_the_way_out(ran, tmp_path):
    from dataclasses import replace

    from pipeline.policy.stuf.identities import COLUMNS, demonstration_identities, read_identities

    settings, status = ran
    assert vt_steps.sending_regions(settings) is None
    table = tmp_path / "parties.csv"
    lines = [",".join(COLUMNS)] + [
        f"{each.party},{each.name},{each.oin},{each.application},{each.instance_code},{'|'.join(sorted(each.takes))}"
        for each in demonstration_identities(read_identities()).parties.values()
    ]
    table.write_text("\n".join(lines), encoding="utf-8")
    filled = replace(settings, identities=table, outbox=tmp_path / "uitbak")
    regions = vt_steps.sending_regions(filled)
    assert regions == sorted(region for region, count in status["regions"].items() if count)
    assert vt_steps.send(regions[0], filled)["sent"] == status["regions"][regions[0]]
    assert regions[0] not in vt_steps.sending_regions(filled)
    assert list((tmp_path / "uitbak" / regions[0]).rglob("*.xml"))
    vt_steps.reconcile(filled)  # what was placed just now has time
