"""What several screens say is said in one place, in two languages."""

from __future__ import annotations

import pytest

from pipeline.errors import PolicyError
from pipeline.policy import words
from pipeline.policy.danger import SIGNALS
from pipeline.policy.rules import OUTCOMES
from pipeline.policy.words import Words, read_words, shared_words


def test_every_outcome_and_signal_has_words():
    assert tuple(shared_words()["outcome"]) == tuple(shared_words()["outcome_brief"]) == OUTCOMES
    assert set(shared_words()["signal"]) == SIGNALS


@pytest.mark.parametrize("package", ["pipeline.check", "pipeline.explain", "pipeline.feedback"])
def test_nothing_is_said_again_that_is_shared(package):
    own = words._groups(package, "words.toml")
    assert own.keys().isdisjoint(shared_words())
    assert read_words(package) == own | shared_words()


@pytest.mark.parametrize("written", ['[a]\nb = ["een"]', '[a]\nb = ["een", "one", "un"]', "a = 1", "[a"])
def test_words_that_lack_a_language_are_refused(tmp_path, monkeypatch, written):
    (tmp_path / "words.toml").write_text(written)
    monkeypatch.setattr(words.resources, "files", lambda _: tmp_path)
    with pytest.raises(PolicyError):
        words._groups("pipeline.check", "words.toml")


def test_words_are_said_in_a_language():
    assert Words("een", "one").say("en") == Words("een", "one").by_language["en"] == "one"
