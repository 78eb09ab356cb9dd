"""What a corrected report carries on of what its earlier version carried: minimised anew, or carried by nobody."""

from datetime import date

import polars as pl
import pytest

from pipeline import installation, stages
from pipeline.enrich.carried import CARRIED
from pipeline.load import archive
from pipeline.load.intake import ExportKey
from pipeline.policy.agreements import read_agreements
from pipeline.schema import ROW
from pipeline.settings import read_settings
from pipeline.settle import taken_along
from tests.builders import SUSPECT, VICTIM, tables

NIGHT = date(2026, 11, 22)
LINE = {
    **{"row": None, "unit": "RE06", "registration_number": "PL0600-2026000001", "version": 1},
    **{"carrier_row": 4, "carrier_unit": "RE06", "carrier_registration_number": "PL0600-2", "carrier_version": 2},
}
DOUBTFUL = "De huisarts zei dat de arm van Ada gebroken is."


@pytest.fixture
def taken(monkeypatch, tmp_path):
    """A function that returns what a report for some regions takes along of a registration in the archive."""
    policy = stages.policy_on(read_agreements(), "RE06", NIGHT)

    def take(kept, *lines, regions=("VT09",)):
        monkeypatch.setattr(taken_along, "export_of", lambda *_: (ExportKey("RE06", NIGHT, "e1"), 0))
        monkeypatch.setattr(archive, "read_row", lambda *_: kept)
        monkeypatch.setattr(installation, "policy_of", lambda *_: policy)
        carried = pl.DataFrame([line | {"carrier_regions": list(regions)} for line in lines or (LINE,)], schema=CARRIED)
        return taken_along.read_taken_along(None, read_settings({"MELDSTROOM_HOME": str(tmp_path)}), carried)

    return take


def test_what_is_taken_along_is_minimised_under_a_row_of_its_own(taken):
    given = tables(
        {"author_service_number": "123456"}, person=[VICTIM | {"religion": "x"}, SUSPECT], entry=[{"text": ""}]
    )
    along = taken(given, LINE, LINE | {"row": 3}, LINE | {"version": 2})
    assert along.lines.select("along_row", "version", "warned").rows() == [(-1, 1, False), (-2, 2, False)]
    assert [one.registration[ROW].to_list() for one in along.allowed] == [[-1], [-2]]
    assert [one.person[ROW].to_list() for one in along.allowed] == [[-1, -1], [-2, -2]]
    for one in along.allowed:
        assert one.registration["author_service_number"].to_list() == [None]
        assert one.person["religion"].to_list() == [None, None]
        assert one.person["family_name"].to_list() == ["Testman", "Testman"]


@pytest.mark.parametrize(
    ("regions", "count"), [(["VT09"], 1), (["VT09", "VT10"], 1), (["VT10"], 0), ([], 0)]
)  # fmt: skip
def test_nothing_goes_along_to_a_report_that_does_not_go_where_it_has_to(taken, regions, count):
    assert len(taken(tables(), regions=regions).lines) == count


def test_what_is_kept_no_more_or_cannot_be_read_is_carried_by_nobody(taken, break_redactor):
    assert taken(None).allowed == []
    text = "Ada had een bijzondere dag."
    break_redactor(text)
    assert taken(tables(entry=[{"source": "W", "text": text}])).allowed == []


def test_a_text_in_doubt_does_not_go_along_and_the_warning_does(taken):
    seen = "Wij zagen een blauw oog."
    texts = [{"source": "V", "text": DOUBTFUL}, {"source": "W", "text": seen}]
    along = taken(tables({"investigation_number": "26Koper"}, entry=texts))
    assert along.lines["warned"].to_list() == [True]
    told = " ".join(filter(None, along.allowed[0].entry["text"]))
    assert "gebroken" not in told
    assert "blauw oog" in told
