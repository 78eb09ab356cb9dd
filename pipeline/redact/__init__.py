"""Free text in, free text out without what must not leave: pure functions over texts and tables.

`Redactor` judges one text with the persons of its registration; `redact_tables` does so for a whole part of an export.
"""

from pipeline.redact.people import Address, Subject
from pipeline.redact.redactor import Redactor
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import FIELD, Redacted, Span
from pipeline.redact.tables import RedactedTables, redact_tables

__all__ = [
    "FIELD",
    "Address",
    "Redacted",
    "RedactedTables",
    "Redactor",
    "ReportMasks",
    "Span",
    "Subject",
    "redact_tables",
]
