"""The ledger as the privacy officer uses it: what is printed, and the exit status."""

import json
import re

import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline import cli
from pipeline.decide.about import disclosed_about
from pipeline.errors import UsageError
from pipeline.load.database import transaction
from pipeline.load.ledger import append
from pipeline.policy.rules import read_rules
from pipeline.settings import as_environ, read_key
from tests import builders
from tests.load.test_ledger import AT, NUMBER, entries

WHO = {"geboortedatum": "1990-03-04", "geslachtsnaam": "testman", "voornamen": "Ada"}


@pytest.fixture
def use(settings):
    with transaction(settings.dsn, "ledger") as cursor:
        keyed = [pl.lit(value).alias(name) for name, value in (("unit", "RE06"), ("registration_number", NUMBER))]
        persons, none = (table.with_columns(keyed) for table in (builders.tables().person, builders.prior_incidents()))
        told = disclosed_about(persons, none, read_rules().elements_on(AT.date()), read_key(settings))
        append(cursor, "VT09", entries(1), AT, told)

    def run(*arguments, status=0, said=None):
        result = CliRunner().invoke(cli.app, list(arguments), env=as_environ(settings), input=said)
        assert result.exit_code == status, result.output
        return result.stdout

    return run


def test_a_privacy_officers_day(use, settings, tmp_path):
    kept, key, who = tmp_path / "checkpoint.json", tmp_path / "key.pem", tmp_path / "who.json"
    assert "nog geen controlepunt" in use("ledger", "verify")
    assert re.match(r"Controlepunt 1 van \d{4}-\d\d-\d\d \d\d:\d\d: ", use("ledger", "checkpoint", "--out", str(kept)))
    assert json.loads(use("ledger", "checkpoint", "--json"))["number"] == 1
    use("ledger", "key", "--out", str(key))
    assert use("ledger", "key") == key.read_text()
    assert "klopt" in use("ledger", "verify", "--key", str(key), "--against", str(kept))
    assert json.loads(use("ledger", "verify", "--json"))["checkpoint"]["number"] == 1
    assert "verstrekt naar VT09 (keten VT09, nummer 1)" in use("ledger", "show", NUMBER)
    assert "disclosed to VT09 (chain VT09, number 1)" in use("ledger", "show", NUMBER, "--english")
    assert "last checkpoint 1 of" in use("ledger", "verify", "--english")
    assert json.loads(use("ledger", "show", NUMBER, "--json"))[0]["region"] == "VT09"
    who.write_text(json.dumps(WHO))
    (told,) = json.loads(use("ledger", "person", "--from", str(who), "--json"))
    assert (told["region"], told["match"]) == ("VT09", "name")
    asked = use("ledger", "person", said="1990-03-04\nTestman\nAda\n\n\n\n")
    assert "1 verstrekking over" in asked
    assert "zelfde geboortedatum en naam" in asked
    assert "alleen op BSN gezocht" not in asked
    assert "same birth date and name" in use("ledger", "person", "--from", str(who), "--english")
    assert "0 verstrekkingen" in use("ledger", "person", said="1990-03-05\nTestman\nAda\n\n\n\n")
    by_number = use("ledger", "person", said="\n\n\n999990019\n\n\n")
    assert "0 verstrekkingen" in by_number
    assert "alleen op BSN gezocht" in by_number, "the report went without the number"
    assert "4 jaar" in use("retention", "--dry-run", "--on", "2031-01-01")
    terms = use("retention", "--dry-run", "--english")
    assert "Terms: what would go" in terms
    assert "at once" in terms
    assert json.loads(use("retention", "--json"))["dry_run"] is False
    # here an error is the runner's 1; the program itself turns it into a sentence and 2
    use("retention", "--on", "2031-01-01", status=1)
    use("ledger", "verify", "--key", str(who), status=1)
    use("ledger", "verify", "--key", str(tmp_path / "nothing"), status=1)
    with transaction(settings.dsn, "tampering") as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("DELETE FROM intake.ledger")
    assert "klopt NIET" in use("ledger", "verify", status=1)
    breaches = json.loads(use("ledger", "verify", "--json", status=1))["breaches"]
    assert breaches[0]["problem"] == "gone"
    assert breaches[0]["words"]["nl"]


def test_a_file_that_is_not_there_is_not_said_to_be_no_text(use, tmp_path):
    with pytest.raises(FileNotFoundError):
        CliRunner().invoke(cli.app, ["ledger", "person", "--from", str(tmp_path / "no")], catch_exceptions=False)


def test_who_says_nothing_is_told_so_and_not_that_the_ledger_is_broken(use):
    with pytest.raises(UsageError):
        CliRunner().invoke(cli.app, ["ledger", "person"], input="", catch_exceptions=False)


def test_a_file_from_windows_says_who(use, tmp_path):
    who = tmp_path / "who.json"
    who.write_text(json.dumps(WHO), encoding="utf-8-sig")
    use("ledger", "person", "--from", str(who), "--json")
