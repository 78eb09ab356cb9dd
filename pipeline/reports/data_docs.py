"""Great Expectations' own Data Docs of a night's suites, made out of counts: no value of anybody was ever in them.

The library's page is rendered from results that hold a whole percentage and nothing else; where fewer than five rows
fail, or fewer than five do not, there is none. Its page asks for style sheets, scripts and a logo from elsewhere:
those are taken out, and a few rules of our own stand in their place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipeline.policy.suites import SUITES, Rule, Suite, read_suite
from pipeline.reports.disclosure import SMALL

STYLE: Final = """<style>
body{font:15px/1.5 system-ui,sans-serif;color:#16202c;margin:1.5rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{border-top:1px solid #d6dde4;padding:.35rem .6rem;text-align:left;
vertical-align:top}h1,h2,h3,h4{line-height:1.2}.navbar,.modal,footer,#table-of-contents,button,input,label{display:none}
ul{padding-left:1.2rem}.failed{color:#a32020}.success{color:#1f6f54}
.fa-check-circle::before{content:"✓ "}.fa-times::before{content:"✗ "}
.badge{border:1px solid #b8c4ce;border-radius:.3rem;padding:0 .3rem;font-family:monospace}
@media(max-width:44rem){table{display:block;overflow-x:auto}}
</style>"""

_OUTSIDE: Final = (
    re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE),
    re.compile(r"<link\b[^>]*>", re.IGNORECASE),
    re.compile(r"<img\b[^>]*>", re.IGNORECASE),
    re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE),
    re.compile(r"""\s(?:href|src)=["'](?!#)[^"']*["']""", re.IGNORECASE),
    re.compile(r"https?://[^\s\"'<)]+", re.IGNORECASE),
)


def page_name(night: date, suite: str) -> str:
    """Return the file name of one suite's page."""
    return f"{night.isoformat()}_{suite}.html"


def write_docs(quality: pl.DataFrame, folder: Path, most: int = 7) -> int:
    """Write the pages of the latest nights that have none yet; return how many nights that were.

    Args:
        quality: night, suite, rule, evaluated, failed, unknown: over all units.
        folder: where the pages are kept.
        most: how many nights at once: a page takes a third of a second.
    """
    nights = sorted(set(quality["night"]), reverse=True)
    waiting = [night for night in nights if not (folder / page_name(night, SUITES[-1])).exists()][:most]
    for night in waiting:
        folder.mkdir(parents=True, exist_ok=True)
        for name in SUITES:
            suite = read_suite(name)
            rows = quality.filter((pl.col("night") == night) & (pl.col("suite") == name))
            text = docs_page(suite, night, rows.select("rule", "evaluated", "failed", "unknown").iter_rows())
            beside = folder / f"{page_name(night, name)}.part"
            beside.write_text(text, encoding="utf-8")
            beside.replace(folder / page_name(night, name))
    return len(waiting)


def docs_page(suite: Suite, night: date, counts: Iterable[tuple[str, int, int, int]]) -> str:
    """Return the library's page of one suite's night; `counts` are rule, evaluated, failed, unknown."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import: nothing leaves this machine
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    found = {rule: numbers for rule, *numbers in counts}
    results = [_result(rule, found[rule.name]) for rule in suite.rules if rule.name in found]
    passed = sum(result.success for result in results)
    answered = ExpectationSuiteValidationResult(
        success=passed == len(results),
        results=results,
        suite_name=suite.name,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": passed,
            "unsuccessful_expectations": len(results) - passed,
            "success_percent": 100 * passed / max(len(results), 1),
        },
        meta={"run_id": {"run_name": night.isoformat(), "run_time": f"{night.isoformat()}T00:00:00+00:00"}},
    )
    return _inward(DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(answered)), suite, night)


def _result(rule: Rule, numbers: Sequence[int]) -> Any:  # noqa: ANN401 - the library has no types
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    evaluated, failed, unknown = numbers
    said = f"{rule.words.nl} / {rule.words.en} ({rule.name}; {rule.source})"
    declared = ExpectationConfiguration(type=rule.type, kwargs=rule.kwargs, description=said)
    lacking = failed + unknown
    percent = whole_percent(lacking, evaluated)
    return ExpectationValidationResult(
        success=lacking == 0,
        expectation_config=declared,
        result={} if percent is None else {"unexpected_percent": percent},
        exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
    )


def whole_percent(part: int, whole: int) -> float | None:
    """Return a whole percentage, or None where either side of it is 1 to 4."""
    small = 0 < part < SMALL or 0 < whole - part < SMALL
    return None if small or not whole else float(round(100 * part / whole))


def _inward(page: str, suite: Suite, night: date) -> str:
    """Take out of a page whatever asks for something elsewhere, and give it a language and a name."""
    for outside in _OUTSIDE:
        page = outside.sub("", page)
    title = f"<title>{suite.name}, {night.isoformat()}</title>"
    page = re.sub(r"<title>.*?</title>", "", page, flags=re.DOTALL)
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    return page.replace("<html>", '<html lang="en">', 1).replace("<head>", f"<head>{policy}{title}{STYLE}", 1)
