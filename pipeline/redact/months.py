"""The months and feasts of police prose, in small letters, as patterns that stand in others."""

from typing import Final

MONTH_STEM: Final = r"(?:jan|feb|mrt|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec)"
"""How one begins, for where the word goes on as it likes: `sept.`, `januarie`."""
MONTH: Final = (
    r"(?:jan(?:uari)?|feb(?:r(?:uari)?)?|mrt|maart|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?"
    r"|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
"""A whole one: `mei`, not `meisje`."""
FEAST_DAY: Final = r"(?:kerst|paas|pinkster)dag"
"""What `1e` and `2e` count."""
