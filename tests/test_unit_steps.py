from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest

from pipeline import unit_steps
from pipeline.errors import ExportRefused
from pipeline.load.intake import ExportKey

KEY = ExportKey("RE06", date(2026, 11, 22), "RE06-2026-11-22-1")


@pytest.mark.parametrize(
    ("stops", "ends"),
    [
        (pl.exceptions.ComputeError("parquet: No space left on device (os error 28)"), pl.exceptions.ComputeError),
        (OSError(28, "x"), OSError),
        (pl.exceptions.ComputeError("x"), ExportRefused),
    ],
)
def test_what_our_disk_does_not_take_refuses_no_export_of_a_unit(monkeypatch, stops, ends):
    def stop(*_, **__):
        raise stops

    monkeypatch.setattr(unit_steps.installation, "database", lambda _: "")
    monkeypatch.setattr(unit_steps.intake, "ask_earlier_messages", lambda *_: [])
    monkeypatch.setattr(unit_steps, "receive_export", stop)
    delivery = SimpleNamespace(inbox=None, received=None)
    with pytest.raises(ends):
        unit_steps._read(delivery, KEY, None, None)
