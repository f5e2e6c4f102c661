"""What a caller's headers ask for: form of the JSON, language, working date, answers to questions."""

from __future__ import annotations

import datetime as dt
import re

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from tuttava.api.errors import ApiError, bad_request
from tuttava.api.request import Call
from tuttava.api.values import Form

_LEVELS = ("none", "minimal", "full")
_ANY_JSON = ("*/*", "application/*", "application/json")
_SCHEMA_VERSIONS = ("1.0", "2.0", "2.1")


def metadata_level(call: Call) -> str:
    """How much metadata the caller wants (A-30)."""
    return _json_level(call) or "minimal"


def check_json(call: Call) -> None:
    """406 when JSON is not acceptable, for an answer that is JSON (A-30)."""
    if _json_level(call) is None:
        raise ApiError(406, "BadRequest", _("Only JSON can be answered here."), "Accept")


def has_already(call: Call, tag: str) -> bool:
    """Whether the caller has what bears this tag (``If-None-Match``, A-56)."""
    known = [each.strip() for each in call.header("if-none-match").split(",")]
    return call.method in ("GET", "HEAD") and (tag in known or "*" in known)


def _json_level(call: Call) -> str | None:
    """The level of metadata in the first kind of JSON that is accepted; None: none is."""
    wanted = call.option("$format") or call.header("accept")
    if not wanted.strip():
        return "minimal"
    for part in wanted.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if media in _ANY_JSON or media in ("json", "text/json"):
            for parameter in parameters:
                name, _sign, level = parameter.partition("=")
                if name.strip() in ("odata.metadata", "metadata") and level.strip() in _LEVELS:
                    return level.strip()
            return "minimal"
    return None


def check_acceptable(call: Call) -> None:
    """``$format=atom`` and the like: 406, whatever the resource (A-30)."""
    wanted = call.option("$format")
    if wanted is not None and "json" not in wanted.lower():
        raise ApiError(406, "BadRequest", _("Only JSON can be answered here."), "$format")


def schema_version(call: Call) -> str:
    """``$schemaversion`` (A-23)."""
    found = call.option("$schemaversion") or "2.1"
    if found not in _SCHEMA_VERSIONS:
        raise bad_request(_("$schemaversion is 1.0, 2.0 or 2.1."), "$schemaversion")
    return found


def wants_numbers_as_text(call: Call) -> bool:
    """``IEEE754Compatible=true``: numbers that JSON would round are texts (A-30)."""
    return "ieee754compatible=true" in (call.option("$format") or call.header("accept")).lower().replace(" ", "")


def form_of(call: Call) -> Form:
    """How values are written for this caller."""
    return Form(
        numbers_as_text=wants_numbers_as_text(call),
        captions=call.service.name == "standard" and schema_version(call) == "1.0",
    )


def language_of(call: Call, preferred: str = "") -> str:
    """The language of messages and captions: asked for, else the user's, else English (A-38)."""
    known = dict(settings.LANGUAGES)
    theirs = (asked_language(call), preferred, getattr(call.user, "language", ""))
    return next((code for code in theirs if code in known), "en")


def asked_language(call: Call) -> str:
    """The first language of ``Accept-Language`` that we speak; blank: none."""
    for code, _weight in parse_accept_lang_header(call.header("accept-language").lower()):
        if code == "*":
            break
        try:
            return get_supported_language_variant("nb" if code.split("-")[0] == "no" else code)
        except LookupError:
            continue
    return ""


def work_date_of(call: Call) -> dt.date | None:
    """``Tuttava-Work-Date`` (A-40); whether the caller may set it is checked where rights are known."""
    text = call.header("tuttava-work-date")
    if not text:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise bad_request(_("Tuttava-Work-Date is a date: YYYY-MM-DD."), "Tuttava-Work-Date") from error


def answers_of(call: Call) -> tuple[dict[str, str], bool]:
    """Answers to questions, and whether unanswered ones stop the request (A-41)."""
    answers: dict[str, str] = {}
    asking = False
    for part in call.header("tuttava-answers").split(";"):
        code, sign, answer = (piece.strip() for piece in part.partition("="))
        if code == "ask" and not sign:
            asking = True
        elif code:
            answers[code] = answer
    return answers, asking


def check_intent(call: Call) -> None:
    """``Data-Access-Intent`` (A-39); that of a batch is for its parts (A-73)."""
    intent = call.header("data-access-intent")
    if not intent:
        return
    reading = call.method in ("GET", "HEAD") or call.path.endswith("$batch")
    if intent.lower() not in ("readonly", "readwrite") or (intent.lower() == "readonly" and not reading):
        raise bad_request(_("Data-Access-Intent does not fit this request."), "Data-Access-Intent")


def wants_messages(call: Call) -> bool:
    """Whether messages shall be part of the answer (A-42)."""
    wanted = call.preferences.get("include-annotations", "")
    return any(name.strip() in ("*", "tuttava.*", "tuttava.messages") for name in wanted.split(","))
