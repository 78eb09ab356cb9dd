"""The page that advises on a draft: for everybody who is signed in, and nothing of the draft is kept or logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile

from pipeline import clock
from pipeline.check.advice import Advice
from pipeline.check.draft import LARGEST, PASTED, Whose, unit_of
from pipeline.check.judge import check_draft
from pipeline.check.words import guessed, read_words, verdict_of
from pipeline.desk.web.guard import SESSION, Person, check_forged, signed_in
from pipeline.desk.web.render import language_of, page
from pipeline.errors import ExportRefused, UsageError
from pipeline.installation import agreements

router = APIRouter()
Anybody = Annotated[Person, Depends(signed_in)]


@router.get("/check")
def ask(request: Request, person: Anybody) -> Response:
    """Show the empty form."""
    return _page(request, person)


@router.post("/check")
def advise(
    request: Request,
    person: Anybody,
    token: Annotated[str, Form()] = "",
    unit: Annotated[str, Form()] = "",
    draft: Annotated[str, Form()] = "",
    files: Annotated[list[UploadFile] | None, Form()] = None,
) -> Response:
    """Show what would become of the draft that was sent."""
    check_forged(request.app.state.secret, request.headers, request.cookies.get(SESSION), person.account, token)
    known, given = agreements(request.app.state.settings), _given(draft, files or ())
    whose = Whose(unit, told=True) if unit else unit_of(given, known.units)
    try:
        found = check_draft(given, known, clock.today(), whose.unit)
    except (ExportRefused, UsageError) as refusal:
        language = language_of(request)
        problem = refusal.say_of_draft(language) if isinstance(refusal, ExportRefused) else refusal.say(language)
        read_as = whose if given else None  # nothing was read with anybody's agreement
        return _page(request, person, unit=unit, draft=draft, whose=read_as, problem=problem, status=400)
    return _page(request, person, unit=unit, draft=draft, whose=whose, found=found)


def _given(draft: str, files: Sequence[UploadFile]) -> dict[str, bytes]:
    """Return what was uploaded, or else what was pasted; a table is pasted from a file in the dump's own encoding."""
    uploaded = {file.filename: file.file.read(LARGEST + 1) for file in files if file.filename}
    if uploaded or not draft.strip():
        return uploaded
    nested = draft.lstrip()[:1] in "{[<"
    return {PASTED: draft.encode("utf-8" if nested else "cp1252", "replace")}


def _page(
    request: Request,
    person: Person,
    *,
    unit: str = "",
    draft: str = "",
    whose: Whose | None = None,
    found: Sequence[Advice] = (),
    problem: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "check.html",
        person,
        status,
        units=agreements(request.app.state.settings).units,
        unit=unit,
        draft=draft,
        found=[(advice, verdict_of(advice)) for advice in found],
        words=read_words(),
        guessed=guessed(whose) if whose and (found or problem) else None,
        problem=problem,
    )
