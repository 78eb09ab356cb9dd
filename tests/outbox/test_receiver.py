from datetime import UTC, datetime

import pytest

from pipeline.outbox.message import message, withdrawal
from pipeline.outbox.receiver import acknowledge, answer, play, receive
from pipeline.policy.stuf.codes import read_codes
from tests.outbox.rows import NIGHT, NUMBER, delivery, recall

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_its_answers_are_the_standards(kind, broken_rules):
    received = receive(message(delivery({"kind": kind})))
    assert (received.reference, received.registration_number) == (f"RE06.{NUMBER}.1.VT09", NUMBER)
    assert broken_rules(acknowledge(received, AT)) == []
    assert broken_rules(acknowledge(received, AT, "StUF016")) == []
    for each in read_codes().answers:
        if each.code != "VT-01" or kind == "youth_concern":  # the generic answer has no code for it
            assert broken_rules(answer(received, each.code, AT)) == []


def test_it_plays_the_same_twice(tmp_path):
    folder = tmp_path / "out" / "VT09" / NIGHT.isoformat()
    folder.mkdir(parents=True)
    made = delivery()
    (folder / f"RE06.{NUMBER}.1.VT09.xml").write_bytes(message(made))
    (folder / f"RE06.{NUMBER}.1.VT09.R.xml").write_bytes(withdrawal(made, recall()))
    written = play(tmp_path / "out", tmp_path / "a", AT)
    assert written == play(tmp_path / "out", tmp_path / "b", AT) >= 3  # a withdrawal is acknowledged and no more

    def read(name):
        return {file.relative_to(tmp_path / name): file.read_bytes() for file in (tmp_path / name).rglob("*.xml")}

    assert read("a") == read("b")
