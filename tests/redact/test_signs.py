"""What a text is looked through for first, and the names of the net: each in the turns of phrase that are its own."""

import re
import tomllib
from importlib.resources import files

import pytest

from pipeline.policy.redaction.parts import filled
from pipeline.policy.redaction.signs import sign_policy
from pipeline.redact.codes import accounts, screen_names

RAW = tomllib.loads((files("pipeline.policy.redaction") / "signs.toml").read_text(encoding="utf-8"))
PARTS = sign_policy(RAW).net_parts()
TURNS = {
    "account": (accounts.ACCOUNT, "{name}: zorvek_77"),
    "quoted": (accounts.QUOTED, "heeft {name} 'zorvek qim'"),
    "letters": (accounts.LETTERS, "op {name} zorvekqim"),
    "colon": (accounts.BEFORE_COLON, "zijn {name} v. ve: zorvek.qim"),
    "colon_whole": (accounts.BEFORE_COLON, "zijn {name} v. ve: zorvek.qim"),
    "owned": (accounts.OWNED, "zorvekqim is zijn {name}"),
    "named": (accounts.RUN_OF_NAMES, "{name}naam is Zorvek Qim"),
    "dash": (accounts.DASHED, "{name} - Z. Zorvek -"),
    "screen": (screen_names.LEADS, "via {name} als zorvek"),
    "numbered": (accounts.NUMBERED, "{name}-id zorvek77"),
    "short": (accounts.SHORT_FOR, "{name}: zorvek"),
}
NAMED = [(turn, name) for entry in RAW["net"] for turn in entry["turns"] if turn in TURNS for name in entry["names"]]


def _matches(turn, name):
    expression, example = TURNS[turn]
    return re.search(filled(expression, PARTS), example.format(name=name))


def test_every_sign_says_what_it_is_for():
    assert all(sign["tells"] and sign["words"] for sign in RAW["sign"])
    assert len({sign["kind"] for sign in RAW["sign"]}) == len(RAW["sign"])


def test_a_name_stands_once():
    names = [name.lower() for entry in RAW["net"] for name in entry["names"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("turn", "name"), NAMED, ids=["-".join(one) for one in NAMED])
def test_a_name_is_looked_for_in_its_turns(turn, name):
    assert _matches(turn, name if turn == "dash" else name.lower())


@pytest.mark.parametrize("turn", TURNS)
def test_another_word_is_not(turn):
    assert not _matches(turn, "fiets")


def test_a_name_opens_the_search_only_where_it_says_so():
    raw = {
        "sign": [
            {"kind": "screen", "tells": "nothing", "words": ["s"]},
            {"kind": "platform", "tells": "an account", "words": ["profiel"]},
        ],
        "net": [
            {"names": ["Zorvek"], "turns": ["platform", "dash"]},
            {"names": ["Qim"], "turns": ["account", "screen"]},
        ],
    }
    policy = sign_policy(raw)
    assert policy.literals == {"screen": ("s",), "platform": ("profiel", "zorvek")}
    assert policy.net_parts()["dash"] == ["Zorvek"]
    assert policy.net_parts()["account"] == ["qim"]
    with pytest.raises(KeyError):
        sign_policy({**raw, "net": [{"names": ["Qim"], "turns": ["nowhere"]}]})
