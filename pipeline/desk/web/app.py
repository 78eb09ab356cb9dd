"""The desk's pages: who may see which, and what a form does. Airflow mounts it (`dags/plugins`)."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Form, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException as AnyHTTPException

from pipeline import desk_steps
from pipeline.check import web as check
from pipeline.desk import story
from pipeline.desk.decisions import Decision, require_regions
from pipeline.desk.item_view import show_item, shown_as
from pipeline.desk.labels import decision_done, read_labels, span_words
from pipeline.desk.masks import read_mask
from pipeline.desk.overruled import median_wait, read_overruled
from pipeline.desk.queue import Choice, place_of
from pipeline.desk.web.guard import SESSION, Person, check_forged, needs, signed_in
from pipeline.desk.web.queue_page import read_queue
from pipeline.desk.web.render import HEADERS, language_of, page
from pipeline.errors import DecisionOvertaken, DecisionRefused, LoadError, MeldstroomError, UsageError
from pipeline.installation import agreements, database
from pipeline.load.database import now, transaction
from pipeline.policy.reference import read_reference
from pipeline.policy.rules import read_rules
from pipeline.redact import read_redactor
from pipeline.schema import REGIONS
from pipeline.settings import Settings, read_key

LOG: Final = logging.getLogger("meldstroom.desk")
STATIC: Final = {"desk.css": "text/css", "desk.js": "text/javascript", "icon.svg": "image/svg+xml"}
PERIODS: Final = {"30": 30, "90": 90, "365": 365}
"""Days that the page of overruled reasons looks back."""
DECIDED_MEANWHILE: Final = 409
GONE: Final = 410

Lister = Annotated[Person, Depends(needs("list"))]
Opener = Annotated[Person, Depends(needs("open"))]
Decider = Annotated[Person, Depends(needs("decide"))]


class Sent:
    """What the form of an item sends."""

    def __init__(
        self,
        lock: Annotated[int, Form(ge=0)],  # below nought is the terminal's: as the item is now, whatever was seen
        token: Annotated[str, Form()] = "",
        shown: Annotated[str, Form()] = "",
        comment: Annotated[str, Form(max_length=4000)] = "",
        kind: Annotated[str, Form()] = "",
        region: Annotated[list[str] | None, Form()] = None,
        mask: Annotated[list[str] | None, Form()] = None,
    ) -> None:
        """Read the fields. Raises DecisionRefused for a region or stretch that cannot be."""
        self.lock, self.token, self.shown, self.kind = lock, token, shown, kind
        self.comment = comment.replace("\0", " ").strip()  # PostgreSQL has no place for it
        self.regions = tuple(dict.fromkeys(one for one in region or () if one))
        require_regions(self.regions)
        self.masks = tuple(dict.fromkeys(read_mask(one) for one in mask or ()))


def make_app(settings: Settings, who: Callable[..., Any]) -> FastAPI:
    """Return the app.

    Args:
        settings: of the installation.
        who: a dependency that returns the `Person` who is signed in, and answers 401 to a stranger.
    """
    app = FastAPI(title="Meldstroom, loket", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.settings, app.state.secret = settings, read_key(settings)
    app.state.called = lambda unit: agreements(settings).called(unit)
    app.dependency_overrides[signed_in] = who
    app.middleware("http")(_shield)
    app.exception_handler(AnyHTTPException)(_answer_http)
    app.exception_handler(MeldstroomError)(_answer_error)
    app.exception_handler(RequestValidationError)(_answer_wrong)
    app.get("/")(queue)
    app.get("/overruled")(overruled)
    app.get("/item/{name}")(item)
    app.post("/item/{name}/preview")(preview)
    app.post("/item/{name}/decide")(decide)
    app.get("/static/{name}")(static)
    app.include_router(check.router)
    Thread(target=_warm, daemon=True).start()
    return app


def _warm() -> None:
    """Read what the first item's page would wait two seconds for: word lists, addresses, rules."""
    read_redactor()
    read_reference()
    span_words()
    read_rules()


def queue(
    request: Request,
    person: Lister,
    unit: str = "",
    reason: str = "",
    danger: str = "",
    late: str = "",
    page_number: Annotated[int, Query(alias="page")] = 1,
) -> Response:
    """Show what waits."""
    choice = Choice(unit or None, reason or None, {"1": True, "0": False}.get(danger), late == "1")
    with transaction(database(request.app.state.settings), "desk") as given:
        context = read_queue(given, choice, page_number, read_rules())
    done = request.query_params.get("done", "")
    return page(request, "queue.html", person, done=done if done in read_labels()["done"] else "", **context)


def overruled(request: Request, person: Lister, days: str = "90") -> Response:
    """Show which reasons persons overrule most."""
    chosen = days if days in PERIODS else "90"
    with transaction(database(request.app.state.settings), "desk") as given:
        since = now(given) - timedelta(days=PERIODS[chosen])
        lines, waits = read_overruled(given, read_rules(), since), median_wait(given, since)
    return page(request, "overruled.html", person, lines=lines, waits=waits, days=chosen, rules=read_rules())


def item(request: Request, name: str, person: Opener) -> Response:
    """Open an item."""
    return _item_page(request, name, person)


def preview(request: Request, name: str, person: Opener, sent: Annotated[Sent, Depends()]) -> Response:
    """Show the item with what would go if this were released."""
    _check(request, person, sent)
    return _item_page(request, name, person, sent)


def decide(request: Request, name: str, person: Decider, sent: Annotated[Sent, Depends()]) -> Response:
    """Take a decision, and return to the queue."""
    _check(request, person, sent)
    if sent.kind == "release" and shown_as(sent.regions, sent.masks) != sent.shown:
        return _item_page(request, name, person, sent, notice="changed")
    decision = Decision(sent.kind, person.account, sent.lock, sent.comment or None, sent.regions, sent.masks)
    try:
        done = desk_steps.decide_at_desk(name, None, decision, request.app.state.settings)
    except DecisionOvertaken:
        return _overtaken(request, name, person, DECIDED_MEANWHILE)
    except DecisionRefused as refusal:
        problem = refusal.say(language_of(request))
        return _item_page(request, name, person, sent, problem=problem, status=400)
    result = decision_done(sent.kind, effective=done)
    return RedirectResponse(f"{request.scope.get('root_path', '')}/?done={result}", status_code=303)


def static(name: str) -> Response:
    """Return the style sheet or the script."""
    if name not in STATIC:
        raise HTTPException(404)
    return Response(files(__package__).joinpath("static", name).read_bytes(), media_type=STATIC[name])


def _check(request: Request, person: Person, sent: Sent) -> None:
    check_forged(request.app.state.secret, request.headers, request.cookies.get(SESSION), person.account, sent.token)


def _item_page(
    request: Request,
    name: str,
    person: Person,
    sent: Sent | None = None,
    *,
    problem: str = "",
    notice: str = "",
    status: int = 200,
) -> Response:
    chosen: dict[str, Any] = {} if sent is None else {"regions": sent.regions, "masks": sent.masks}
    try:
        opened = desk_steps.open_item(name, None, person.account, request.app.state.settings, **chosen)
    except UsageError:
        return _overtaken(request, name, person, GONE)
    if sent is not None and sent.lock != opened.item.lock:
        notice = "overtaken"
    names = dict(read_reference().regions.select("region", "name").iter_rows())
    return page(
        request,
        "item.html",
        person,
        status,
        **show_item(opened, read_rules(), person.account),
        region_names={region: names[region] for region in REGIONS},
        kinds=span_words(),
        comment=sent.comment if sent else "",
        problem=problem,
        notice=notice,
    )


def _overtaken(request: Request, name: str, person: Person, status: int) -> Response:
    """Say who was first, and what became of it: of what is gone (410) who took it off the desk, if a person did."""
    place = place_of(name)
    if place is None:
        raise HTTPException(404)
    with transaction(database(request.app.state.settings), "desk") as given:
        last = story.last_decision(given, place, effective=True)
        if last is None and status == DECIDED_MEANWHILE:
            last = story.last_decision(given, place, effective=False)
        lay_here = story.lay_here(given, place)
    if last is None:
        raise HTTPException(status if lay_here else 404)
    return page(request, "overtaken.html", person, status, last=last, name=name, lost=status == DECIDED_MEANWHILE)


async def _shield(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Put our headers on every answer, and let no error's text get out: libraries quote values in theirs."""
    try:
        # no name or choice of ours has it, and PostgreSQL cannot be asked for it
        wrong = "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]
        response = _answer_wrong(request, ValueError()) if wrong else await go_on(request)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        LOG.error("%s at %s, line %s, in %s", type(error).__name__, Path(place.filename).name, place.lineno, place.name)
        response = page(request, "message.html", None, 500, code=500, detail="")
    response.headers.update(HEADERS)
    return response


def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, AnyHTTPException)
    return page(request, "message.html", None, error.status_code, code=error.status_code, detail=str(error.detail))


def _answer_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MeldstroomError)
    code = 503 if isinstance(error, LoadError) else 400
    return page(request, "message.html", None, code, code=code, detail=error.say(language_of(request)))


def _answer_wrong(request: Request, error: Exception) -> Response:
    """A form or an address that is none of ours; the library's own answer would repeat what was sent."""
    del error
    return page(request, "message.html", None, 400, code=400, detail="")
