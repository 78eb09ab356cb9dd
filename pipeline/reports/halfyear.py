"""The period in the form of the national statistics: reports by kind, source, first or repeat, terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.policy.words import Words, shared_words
from pipeline.reports.counting import KINDS, SEQUENCES, STATES, SUSPICIONS
from pipeline.reports.disclosure import ALL
from pipeline.reports.names import Names
from pipeline.reports.service import TERM
from pipeline.reports.table import Cell, Column, Count, Table

KIND: Final = {
    "domestic_violence": Words("huiselijk geweld", "domestic violence"),
    "youth_concern": Words("zorgmelding jeugd", "youth concern"),
}
SEQUENCE: Final = {
    "first": Words("eerste melding", "first report"),
    "repeat": Words("herhaalde melding", "repeat"),
    "follow_up": Words("tijdens lopende zaak", "during an open case"),
    "": Words("niet bekend", "not known"),
}
SUSPICION: Final = shared_words()["suspicion"] | {"": Words("niet bekend", "not known")}
SOURCE: Final = Words("politie (01)", "police (01)")


def halfyear_tables(regions: Sequence[str], names: Names) -> list[Table]:
    """Return the tables of the national statistics: per region, and by suspected kind for the country."""
    return [_by_region(regions, names), _by_suspicion(), _terms(regions, names)]


def _by_region(regions: Sequence[str], names: Names) -> Table:
    rows: list[list[Cell]] = [
        [
            names.region(region),
            SOURCE,
            Count(("kind", region, ALL)),
            *(Count(("kind", region, kind)) for kind in KINDS),
            *(Count(("sequence", region, sequence)) for sequence in SEQUENCES),
            Count(("recalled", region, "yes")),
        ]
        for region in (*regions, ALL)
    ]
    columns = (
        Column("region", Words("regio", "region"), "name"),
        Column("source", Words("bron van de melding", "source of the report"), "text"),
        Column("reports", Words("meldingen", "reports")),
        *(Column(kind, words) for kind, words in KIND.items()),
        *(Column(sequence or "unknown", words) for sequence, words in SEQUENCE.items()),
        Column("recalled", Words("ingetrokken of vervangen", "recalled or replaced")),
    )
    note = Words(
        "Alleen meldingen van de politie: de andere bronnen van de landelijke statistiek gaan niet door dit systeem."
        " Een melding telt in elke regio waar zij heen ging.",
        "Reports of the police only: the other sources of the national statistics do not pass through this system."
        " A report counts in every region that it went to.",
    )
    title = Words("Meldingen per regio", "Reports per region")
    return Table("halfyear_reports", title, note, columns, rows, totals=1)


def _by_suspicion() -> Table:
    rows: list[list[Cell]] = [[code or "–", SUSPICION[code], Count(("suspicion", ALL, code))] for code in SUSPICIONS]
    rows.append([None, Words("Samen", "Together"), Count(("suspicion", ALL, ALL))])
    columns = (
        Column("code", Words("code", "code"), "code"),
        Column("suspicion", Words("aanleiding (CBS)", "suspected kind (CBS)"), "name"),
        Column("reports", Words("meldingen", "reports")),
    )
    title = Words("Naar aanleiding", "By suspected kind")
    note = Words("Landelijk, naar de codes van het CBS.", "For the country, by the codes of the CBS.")
    return Table("halfyear_suspicion", title, note, columns, rows, totals=1)


def _terms(regions: Sequence[str], names: Names) -> Table:
    rows: list[list[Cell]] = [
        [
            names.region(region),
            *(Count((f"answer:{term}", region, state)) for term in ("triage", "closed") for state in STATES),
        ]
        for region in (*regions, ALL)
    ]
    columns = (
        Column("region", Words("regio", "region"), "name"),
        *(
            Column(f"{term}_{state}", Words(f"{what.nl} {words.nl}", f"{what.en} {words.en}"))
            for term, what in (
                ("triage", Words("beoordeling", "assessment")),
                ("closed", Words("afgesloten", "closed")),
            )
            for state, words in TERM.items()
        ),
    )
    note = Words(
        "Eerste beoordeling binnen 5 werkdagen, afgesloten binnen 10 weken; uit de terugkoppeling van Veilig Thuis.",
        "First assessment within 5 working days, closed within 10 weeks; out of Veilig Thuis' feedback.",
    )
    return Table("halfyear_terms", Words("Termijnen", "Terms"), note, columns, rows, totals=1)
