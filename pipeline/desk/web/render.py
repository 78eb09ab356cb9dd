"""Pages out of templates: language, headers, and how times and codes are written."""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.desk.labels import label
from pipeline.desk.value_words import evidence_words, triage_words
from pipeline.desk.web.guard import SESSION, Person, form_token, new_session
from pipeline.desk.written import moment, shown, waiting
from pipeline.policy.words import Language, Words

LANGUAGE: Final = "desk_lang"
HEADERS: Final = {
    # Nothing of anybody else, nothing inline; shown in Airflow's own frame and in no other.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self';"
        " frame-ancestors 'self'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # With no-referrer a browser would call the origin of our own forms null.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


def language_of(request: Request) -> Language:
    """Return the language that was asked for, now or earlier; else Dutch."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE)
    return "en" if asked == "en" else "nl"


def page(
    request: Request,
    template: str,
    person: Person | None,
    status: int = 200,
    **context: Any,  # noqa: ANN401 - what a template shows
) -> HTMLResponse:
    """Return one page, with the cookies it needs."""
    lang = language_of(request)
    session = request.cookies.get(SESSION) or new_session()
    secret = request.app.state.secret
    html = (
        _environment(lang)
        .get_template(template)
        .render(
            lang=lang,
            root=request.scope.get("root_path", ""),
            person=person,
            called=request.app.state.called,
            path=str(request.url.path),
            switch=_switch(request, lang),
            login=f"/api/v2/auth/login?{urlencode({'next': str(request.url)})}",
            token=form_token(secret, session, person.account) if person else "",
            **context,
        )
    )
    response = HTMLResponse(html, status_code=status)
    if person is not None:
        _keep(request, response, SESSION, session, http_only=True)
    if request.query_params.get("lang"):
        _keep(request, response, LANGUAGE, lang, http_only=False, again=True)
    return response


def _keep(request: Request, response: Response, name: str, value: str, *, http_only: bool, again: bool = False) -> None:
    if again or request.cookies.get(name) != value:
        path = request.scope.get("root_path") or "/"
        secure = request.url.scheme == "https"
        response.set_cookie(name, value, path=path, httponly=http_only, secure=secure, samesite="lax")


def _switch(request: Request, lang: str) -> str:
    """Return the address of this page in the other language; of a form's answer, of the page that it was on."""
    address = request.url.path.removesuffix("/preview").removesuffix("/decide")
    kept = {name: value for name, value in request.query_params.items() if name not in {"lang", "done"}}
    return f"{address}?{urlencode({**kept, 'lang': 'en' if lang == 'nl' else 'nl'})}"


@cache
def _environment(lang: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.desk.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def say(dutch: str, english: str) -> str:
        return dutch if lang == "nl" else english

    def worded(words: Words) -> str:
        return words.say(lang)

    environment.globals["say"] = say
    environment.filters["w"] = worded
    environment.filters["label"] = lambda code, group: worded(label(group, code))
    environment.filters["moment"] = lambda at: moment(at, lang)
    environment.filters["wait"] = lambda left: waiting(left, lang)
    environment.filters["value"] = lambda value, column="": shown(value, lang, column)
    environment.filters["evidence"] = lambda code: worded(evidence_words(code))
    environment.filters["triage"] = lambda entry: worded(triage_words(entry))
    environment.filters["percent"] = lambda share: f"{share:.0%}".replace("%", "\u00a0%" if lang == "nl" else "%")
    return environment
