"""The reports behind a log-in: a list of them, and their files; whoever is signed in may read, nobody may write."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from pipeline.pages import page_environment
from pipeline.policy.dates import say_weekday
from pipeline.policy.words import Words
from pipeline.reports.period import period_of

NAMED: Final = re.compile(r"(night|week)-\d{4}-\d{2}-\d{2}|half-year-\d{4}-[12]")
FILE: Final = re.compile(r"(data_docs/)?[a-z0-9_-]+\.(html|csv)")
TITLES: Final = {
    "half-year": Words("Halfjaren", "Half years"),
    "week": Words("Weken", "Weeks"),
    "night": Words("Nachten", "Nights"),
}
HALVES: Final = {
    "1": Words("eerste halfjaar van", "first half of"),
    "2": Words("tweede halfjaar van", "second half of"),
}
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'self'"
_SHOWN = 60


def make_app(pages: Path, signed_in: Callable[..., Any]) -> FastAPI:
    """Return an app that serves the reports under `pages`.

    Args:
        pages: the folder that holds a folder a report.
        signed_in: a dependency that answers 401 to a stranger.
    """
    app = FastAPI(dependencies=[Depends(signed_in)], docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(HTTPException)
    def unknown(_: Request, refused: HTTPException) -> HTMLResponse:
        return HTMLResponse(list_page({}, known=False), refused.status_code, headers=_headers())

    @app.get("/")
    def overview() -> HTMLResponse:
        return HTMLResponse(list_page(report_names(pages)), headers=_headers())

    @app.get("/{report}/{file:path}")
    def read(report: str, file: str) -> Response:
        wanted = pages / report / file
        # both are spelled out: no path leads anywhere else
        if not (NAMED.fullmatch(report) and FILE.fullmatch(file)) or not wanted.is_file():
            return HTMLResponse(
                list_page(report_names(pages), "../" * f"{report}/{file}".count("/")), 404, headers=_headers()
            )
        kind = "text/html; charset=utf-8" if file.endswith(".html") else "text/csv; charset=utf-8"
        return FileResponse(wanted, media_type=kind, headers=_headers())

    return app


def _headers() -> dict[str, str]:
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def report_names(pages: Path) -> dict[str, list[str]]:
    """Return the reports that are there, by kind, the newest first."""
    folders = (folder for folder in pages.glob("*") if NAMED.fullmatch(folder.name))
    found = sorted((folder.name for folder in folders if (folder / "index.html").exists()), reverse=True)
    return {kind: [name for name in found if name.startswith(f"{kind}-")][:_SHOWN] for kind in TITLES}


def list_page(names: dict[str, list[str]], up: str = "", *, known: bool = True) -> str:
    """Return the list of reports as a page.

    With the way `up` to it, in the place of a file that is not there; not `known`, for who is not signed in.
    """
    environment = page_environment("pipeline.reports")
    css = environment.loader.get_source(environment, "report.css")[0] if environment.loader else ""
    titles = {name: report_title(name) for found in names.values() for name in found}
    return environment.get_template("list.html").render(
        css=css, names=names, kinds=TITLES, titles=titles, up=up, known=known
    )


def report_title(name: str) -> Words:
    """Return what a report is about, out of the name of its folder: a night, seven nights, a half year."""
    kind, about = next((kind, name.removeprefix(f"{kind}-")) for kind in TITLES if name.startswith(f"{kind}-"))
    if kind == "half-year":
        year, _, half = about.partition("-")
        return Words(f"{HALVES[half].nl} {year}", f"{HALVES[half].en} {year}")
    night = date.fromisoformat(about)
    if kind == "week":
        return period_of(kind, night).words
    return Words(say_weekday(night, "nl"), say_weekday(night, "en"))
