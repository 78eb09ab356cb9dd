from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from pipeline.errors import LoadError, PolicyError
from pipeline.feedback.reconcile import reconcile
from pipeline.outbox.channel import Channel
from pipeline.outbox.write import waiting_nights, write_outbox
from pipeline.policy.agreements import Agreements, read_agreements
from pipeline.policy.stuf.identities import Identities, demonstration_identities, read_identities
from tests.outbox.rows import NIGHT, NO_ADDRESS
from tests.outbox.staging import recall, rows, stage

SHIPPED = read_identities()
FILLED = Identities(
    {name: replace(party, oin=f"{place:020d}") for place, (name, party) in enumerate(demonstration_identities(SHIPPED).parties.items(), 500)},
    "mine.csv",
)  # fmt: skip
NEXT, AFTER = date(2026, 11, 24), date(2026, 11, 25)


def files(out):
    return {str(file.relative_to(out)): file.read_bytes() for file in sorted(out.rglob("*")) if file.is_file()}


def test_a_night_becomes_a_file_a_report_version_and_region(connection, tmp_path):
    stage(connection, whole=True)
    stage(connection, "PL0600-2026000002", whole=True, kind="youth_concern")
    stage(connection, "PL0600-2026000003", "VT10")
    stage(connection, "PL0600-2026000004", night=NEXT)
    made = write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))
    assert made.complete
    assert (made.sent, made.regions) == (3, {"VT09": 2, "VT10": 1})
    assert list(files(tmp_path)) == [
        "VT09/2026-11-22/RE06.PL0600-2026000001.1.VT09.xml",
        "VT09/2026-11-22/RE06.PL0600-2026000002.1.VT09.xml",
        "VT10/2026-11-22/RE06.PL0600-2026000003.1.VT10.xml",
    ]
    kinds = [etree.QName(etree.fromstring(content)).localname for content in files(tmp_path).values()]
    assert kinds == ["meldingGeneriekDi01", "vtMeldingDi01", "meldingGeneriekDi01"]
    assert rows(connection, "SELECT count(*), bool_or(demonstration) FROM intake.message WHERE state = 'sent'") == [
        (3, False)
    ]


def test_files_are_the_owners_only(connection, tmp_path):
    stage(connection)
    write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))
    (file,) = tmp_path.rglob("*.xml")
    assert file.stat().st_mode & 0o077 == 0


def test_twice_is_once_with_the_same_bytes(connection, tmp_path, schemas):
    stage(connection, whole=True)
    write_outbox(connection, NIGHT, tmp_path / "a", Channel(FILLED), schemas)
    registered = rows(connection, "SELECT * FROM intake.message")
    write_outbox(connection, NIGHT, tmp_path / "b", Channel(FILLED), schemas)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert rows(connection, "SELECT * FROM intake.message") == registered


def test_placeholders_refuse_and_nothing_is_written(connection, tmp_path):
    stage(connection)
    with pytest.raises(PolicyError, match=r"INVULLEN.*--demo"):
        write_outbox(connection, NIGHT, tmp_path, Channel(SHIPPED))
    assert files(tmp_path) == {}


def test_a_demonstration_is_marked_and_gives_way_to_the_real_message(connection, tmp_path):
    stage(connection)
    write_outbox(connection, NIGHT, tmp_path, Channel(SHIPPED, demonstration=True))
    assert rows(connection, "SELECT demonstration FROM intake.message") == [(True,)]
    assert b"DEMONSTRATIE" in next(iter(files(tmp_path).values()))
    assert write_outbox(connection, NIGHT, tmp_path, Channel(FILLED)).complete
    assert rows(connection, "SELECT demonstration FROM intake.message") == [(False,)]
    assert write_outbox(connection, NIGHT, tmp_path / "demo", Channel(SHIPPED, demonstration=True)).sent == 1
    assert rows(connection, "SELECT demonstration FROM intake.message") == [(False,)]


def test_a_message_that_was_sent_is_never_sent_with_other_contents(connection, tmp_path):
    stage(connection)
    write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))
    before = files(tmp_path)
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE vt_09.report SET description = 'anders'")
    made = write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))
    assert made.changed == ["RE06.PL0600-2026000001.1.VT09"]
    assert not made.complete
    assert files(tmp_path) == before


def test_what_the_schema_lets_through_is_kept_back_with_its_reason_until_it_is_mended(connection, tmp_path):
    nothing = {"description": None, "entries": [], "reason_for_report": None, "suspicion": None, "nature": []}
    boxes = dict.fromkeys(("injury", "drugs", "honour", "children_present"))
    contact = dict.fromkeys(("contact_department", "contact_phone", "contact_email"))
    stage(connection, **nothing, **boxes, **contact)
    made = write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))
    problems = ["no_contact", "no_description"]
    assert set(problems) <= set(made.kept_back["RE06.PL0600-2026000001.1.VT09"])
    assert files(tmp_path) == {}
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE vt_09.report SET description = 'Ruzie.', contact_phone = '0880000000'")
    assert write_outbox(connection, NIGHT, tmp_path, Channel(FILLED)).complete
    assert rows(connection, "SELECT state, problems FROM intake.message") == [("sent", [])]


def test_a_released_report_without_a_contact_goes_with_the_desk_of_its_agreement(connection, tmp_path):
    stage(connection, **dict.fromkeys(("contact_department", "contact_phone", "contact_email")))
    made = write_outbox(connection, NIGHT, tmp_path, Channel(FILLED, read_agreements()))
    assert (made.sent, made.kept_back) == (1, {})
    assert read_agreements().latest("RE06", NIGHT).contact.email in next(tmp_path.rglob("*.xml")).read_text("utf-8")


def test_a_region_that_is_named_twice_is_written_once(connection, tmp_path):
    stage(connection)
    assert write_outbox(connection, NIGHT, tmp_path, Channel(FILLED), regions=["VT09", "VT09"]).sent == 1


def test_a_region_without_identity_reads_its_tables(connection, tmp_path):
    stage(connection)
    stage(connection, "PL0600-2026000002", "VT10")
    some = Identities({name: party for name, party in FILLED.parties.items() if name != "VT10"}, "mine.csv")
    made = write_outbox(connection, NIGHT, tmp_path, Channel(some))
    assert (made.sent, made.tables_only) == (1, {"VT10": 1})
    no_unit = Identities({name: party for name, party in FILLED.parties.items() if name != "RE06"}, "mine.csv")
    assert write_outbox(connection, NIGHT, tmp_path, Channel(no_unit)).tables_only == {"VT09": 1, "VT10": 1}


def test_a_withdrawal_goes_to_the_region_that_was_sent_the_report_and_only_there(connection, tmp_path):
    stage(connection, whole=True)
    stage(connection, "PL0600-2026000002")  # replaced: its successor says so
    write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))
    stage(connection, "PL0600-2026000003")  # recalled before it was sent
    for number, reason in (("1", "withhold"), ("2", "replaced"), ("3", "withhold")):
        recall(connection, f"PL0600-202600000{number}", reason=reason, night=NEXT)
    made = write_outbox(connection, NEXT, tmp_path, Channel(FILLED))
    assert (made.sent, made.withdrawn, made.regions) == (0, 1, {"VT09": 1})
    (name,) = [name for name in files(tmp_path) if "2026-11-24" in name]
    assert name.endswith("RE06.PL0600-2026000001.1.VT09.R.xml")
    assert b"Voorbeeld1" not in files(tmp_path)[name]
    again = write_outbox(connection, NIGHT, tmp_path / "again", Channel(FILLED))
    assert again.sent == 0  # a carrier would take what was recalled after its withdrawal
    assert files(tmp_path / "again") == {}


@pytest.mark.parametrize("sent_between", [False, True])
def test_what_was_sent_is_withdrawn_when_all_that_replaced_it_was_recalled_unsent(connection, tmp_path, sent_between):
    stage(connection)
    assert write_outbox(connection, NIGHT, tmp_path, Channel(FILLED)).sent == 1
    for version in (2, 3):
        stage(connection, version=version, replaces_version=version - 1, night=NEXT)
        recall(connection, version=version - 1, reason="replaced", replaced_by=version, night=NEXT)
    if sent_between:
        assert write_outbox(connection, NEXT, tmp_path, Channel(FILLED)).sent == 1
    recall(connection, version=3, reason="withhold", night=AFTER)
    assert waiting_nights(connection, "VT09", Channel(FILLED), NIGHT) == [AFTER]
    made = write_outbox(connection, AFTER, tmp_path, Channel(FILLED), only_new=True)
    assert (made.sent, made.withdrawn) == (0, 1)
    told = rows(connection, "SELECT version FROM intake.message WHERE purpose = 'recall'")
    assert told == [(3 if sent_between else 1,)]
    assert waiting_nights(connection, "VT09", Channel(FILLED), NIGHT) == []


def test_what_came_of_a_night_long_ago_waits_from_when_it_came(connection, tmp_path):
    night, since = date(2026, 6, 1), date(2026, 11, 1)  # released, run or judged again months later
    stage(connection, night=night)
    stage(connection, "PL0600-2026000002", night=night, loaded_at="2026-06-02T04:00:00+00:00")
    assert waiting_nights(connection, "VT09", Channel(FILLED), since) == [night]
    write_outbox(connection, night, tmp_path, Channel(FILLED))
    assert waiting_nights(connection, "VT09", Channel(FILLED), since) == []
    recall(connection, night=night)
    assert waiting_nights(connection, "VT09", Channel(FILLED), since) == [night]
    assert waiting_nights(connection, "VT09", Channel(FILLED), date(2026, 12, 1)) == []


def test_a_demonstration_is_not_withdrawn_for_real(connection, tmp_path):
    stage(connection)
    write_outbox(connection, NIGHT, tmp_path, Channel(SHIPPED, demonstration=True))
    recall(connection, night=NEXT)
    assert write_outbox(connection, NEXT, tmp_path, Channel(FILLED)).withdrawn == 0
    assert write_outbox(connection, NEXT, tmp_path, Channel(SHIPPED, demonstration=True)).withdrawn == 1


def test_nothing_that_is_not_staged_can_be_sent(connection, tmp_path):
    stage(connection, whole=True)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vt_09.person SET secret_address = true, " + ", ".join(f"{name} = NULL" for name in NO_ADDRESS)
        )
        cursor.execute("UPDATE vt_09.report SET street = NULL, postcode = NULL, place = NULL, house_number = NULL")
    write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))
    assert b"Voorbeeldstraat" not in next(iter(files(tmp_path).values()))


def test_a_night_to_come_is_no_reason_to_keep_a_message_back(connection, tmp_path):
    later = date(2027, 5, 1)
    stage(connection, night=later, known_at="2027-05-01T20:00:00+00:00", committed_from=None)
    assert write_outbox(connection, later, tmp_path, Channel(FILLED)).complete


def test_a_refusal_of_the_database_names_no_row(connection, tmp_path):
    stage(connection)
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE intake.message CASCADE")
    with pytest.raises(LoadError, match="outbox of VT"):
        write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))


def add_to(connection, number, at):
    """Let a report get what a later registration of the same event adds."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vt_09.report SET also_registered_as = also_registered_as || '{PL0600-2026000099}', loaded_at = %s"
            " WHERE registration_number = %s",
            (at, number),
        )


def test_what_is_added_after_sending_goes_out_whole_under_a_number_of_its_own(connection, tmp_path, schemas):
    stage(connection, whole=True)
    write_outbox(connection, NIGHT, tmp_path, Channel(FILLED), schemas)
    add_to(connection, "PL0600-2026000001", "2026-11-24T04:00:00+00:00")
    since = date(2026, 11, 1)
    assert waiting_nights(connection, "VT09", Channel(FILLED), since) == [NIGHT]
    for only_new in (True, False):  # twice is once
        made = write_outbox(connection, NIGHT, tmp_path, Channel(FILLED), schemas, only_new=only_new)
        assert (made.sent, made.amended, made.complete) == (0, 1, True)
    assert waiting_nights(connection, "VT09", Channel(FILLED), since) == []
    add_to(connection, "PL0600-2026000001", "2026-11-25T04:00:00+00:00")
    write_outbox(connection, NIGHT, tmp_path, Channel(FILLED), schemas)
    names = [name.split(".1.VT09")[1] for name in files(tmp_path)]
    assert names == [".A1.xml", ".A2.xml", ".xml"]
    whole = files(tmp_path)["VT09/2026-11-22/RE06.PL0600-2026000001.1.VT09.A2.xml"].decode()
    assert "AANVULLING" in whole
    assert "Voorbeeld1" in whole


def test_only_what_is_new_is_written(connection, tmp_path):
    stage(connection)
    channel = Channel(FILLED)
    assert waiting_nights(connection, "VT09", channel, NIGHT) == [NIGHT]
    write_outbox(connection, NIGHT, tmp_path / "a", channel)
    stage(connection, "PL0600-2026000002")
    recall(connection, night=NIGHT)
    made = write_outbox(connection, NIGHT, tmp_path / "b", channel, only_new=True)
    assert (made.sent, made.withdrawn) == (1, 1)
    assert len(files(tmp_path / "b")) == 2
    assert waiting_nights(connection, "VT09", channel, NIGHT) == []
    assert write_outbox(connection, NIGHT, tmp_path / "c", channel, only_new=True).regions == {}


def test_agreements_say_who_sends_and_takes_what(connection, tmp_path):
    stage(connection)
    stage(connection, "PL0600-2026000002", kind="youth_concern")
    stage(connection, "PL0700-2026000003", unit="RE07")
    parties = {**FILLED.parties, "VT09": replace(FILLED.parties["VT09"], takes=frozenset({"domestic_violence"}))}
    known = read_agreements()
    silent = replace(known.latest("RE07", NIGHT), outbox=False)
    agreements = Agreements({**known.by_unit, "RE07": (silent,)})
    channel = Channel(Identities(parties, "mine.csv"), agreements)
    made = write_outbox(connection, NIGHT, tmp_path, channel)
    assert (made.sent, made.tables_only) == (1, {"VT09": 2})
    found = reconcile(connection, (NIGHT, NIGHT), channel, NIGHT)
    assert found.sentences == []
    (counts,) = found.regions.rows(named=True)
    assert (counts["staged"], counts["tables_only"], counts["sent"]) == (3, 2, 1)


def test_what_answered_a_demonstration_says_nothing_of_the_real_message(connection, tmp_path):
    stage(connection)
    write_outbox(connection, NIGHT, tmp_path, Channel(SHIPPED, demonstration=True))
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake.acknowledgement SELECT reference, region, 'Bv03', NULL, now(), 'f', now() FROM intake.message"
        )
    write_outbox(connection, NIGHT, tmp_path, Channel(FILLED))
    assert rows(connection, "SELECT count(*) FROM intake.acknowledgement") == [(0,)]
