"""The advice in a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from pipeline.check.advice import Advice
from pipeline.check.draft import Whose
from pipeline.check.words import guessed, read_words, verdict_of
from pipeline.policy.reason_words import InWords
from pipeline.policy.words import Words


def print_advice(listed: Iterable[Advice], whose: Whose, language: str) -> None:
    """Print advice on each registration of a draft, in `nl` or `en`."""
    console = Console(highlight=False)

    def say(words: Words) -> str:
        return words.say(language)

    heading = {name: say(words) for name, words in read_words()["heading"].items()}

    def print_told(title: str, told: Iterable[InWords], *, advice: bool) -> None:
        told = list(told)
        if told:
            console.print(f"\n{title}:")
        for one in told:
            said = f"{say(one.words)}. {say(one.advice)}" if advice and one.advice else say(one.words)
            console.print(f"  · {said}" + (f" [dim]({one.source})[/dim]" if one.source else ""), soft_wrap=True)

    if unsure := guessed(whose):
        console.print(f"{say(unsure)} (--unit).", soft_wrap=True)
    for one in listed:
        name = f"{one.registration_number or '?'} ({one.version or '?'}, {one.unit})"
        console.print(f"[bold]{name}[/bold]: {say(verdict_of(one))}", soft_wrap=True)
        print_told(heading["why"], (told for told in one.reasons if told.code != "well_founded"), advice=True)
        print_told(heading["blocking"], one.blocking, advice=True)
        print_told(heading["missing"], one.missing, advice=True)
        print_told(heading["withheld"], (InWords(w.kind, w.words, w.source) for w in one.withheld), advice=False)
        if one.danger:
            signals = ", ".join(say(read_words()["signal"][signal]) for signal in one.danger)
            console.print(f"\n{heading['danger']}: {signals}")
        if one.score is not None:
            console.print(f"\n{heading['score']}: {one.score}/100")
    console.print(f"\n{heading['kept']}", soft_wrap=True)
