"""A terminal that cannot show all that the program prints of a finished night."""

import io
import json
import sys

import pytest

from pipeline import cli
from pipeline.commands.options import print_json
from pipeline.settings import as_environ
from tests.night.conftest import NIGHT


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_utf8_is_no_error(ran, monkeypatch, encoding):
    for name, value in as_environ(ran[0]).items():
        monkeypatch.setenv(name, value)
    for more in ([], ["--json"]):
        out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "argv", ["meldstroom", "status", "--night", str(NIGHT), *more])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0
    print_json({"naam": "Zoë €"})
    out.flush()
    assert json.loads(out.buffer.getvalue().splitlines()[-1])["naam"] == "Zoë €"
