"""Free text in, free text out without what must not leave: pure functions over texts and tables.

`Redactor` judges one text with the persons of its registration; `redact_tables` does so for a whole part of an export.
What is looked for stands in a folder a subject: `clauses`, `codes`, `names`, `places`; beside them what each of those
asks of a text (`scan`, `lexicon`), of its registration (`report`, `people`), and what it answers (`spans`).
"""

from pipeline.redact.people import Address, Subject
from pipeline.redact.redactor import Redactor, read_redactor
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import FIELD, Redacted, Span
from pipeline.redact.tables import UNREAD, RedactedTables, TextKey, read_texts, redact_tables, with_texts

__all__ = [
    "FIELD",
    "UNREAD",
    "Address",
    "Redacted",
    "RedactedTables",
    "Redactor",
    "ReportMasks",
    "Span",
    "Subject",
    "TextKey",
    "read_redactor",
    "read_texts",
    "redact_tables",
    "with_texts",
]
