"""One request from its path to its answer: route, company, right, work, errors (A-60)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tuttava.api import calling, reading, repeating, writing
from tuttava.api.answering import answered
from tuttava.api.batch import answer_batch
from tuttava.api.companies import company_of_request, split_company
from tuttava.api.declare import RUNTIME, EntitySet
from tuttava.api.errors import ApiError, bad_request, no_segment, not_allowed, permission_denied
from tuttava.api.frame import Frame
from tuttava.api.merged import moved_to
from tuttava.api.metadata import entity_definitions, metadata_document, service_document
from tuttava.api.negotiation import (
    answers_of,
    asked_language,
    check_acceptable,
    check_intent,
    check_json,
    form_of,
    has_already,
    language_of,
    metadata_level,
    schema_version,
    wants_messages,
    work_date_of,
)
from tuttava.api.openapi import openapi_document
from tuttava.api.options import check_characters, check_names
from tuttava.api.paths import Place, Segment, arguments_of, locate, segments_of
from tuttava.api.request import Answer, Call
from tuttava.api.retrying import retried
from tuttava.api.setup import api_setup
from tuttava.api.streaming import delete_stream, read_stream, write_stream
from tuttava.api.webhooks import resources
from tuttava.foundation.context import Context, acting, current
from tuttava.foundation.directory.models import Company
from tuttava.foundation.directory.permissions import rights_of
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import UserPreference
from tuttava.foundation.schemas import in_schema


def handle(call: Call) -> Answer:
    """Answer one request."""
    return answered(call, _routed)


def _routed(call: Call) -> Answer:
    check_intent(call)
    check_acceptable(call)
    schema_version(call)
    check_characters(call)
    check_names(call.query)
    if call.service is RUNTIME:
        return resources.answer(call)
    segments = segments_of(call.path)
    if not segments or segments[0].name in _ROOT:
        return _of_service(call, segments)
    company, rest = split_company(call, segments)
    if company is not None and rest[0].name in _ROOT:
        return _of_service(call, rest, company)
    entity_set = call.service.sets.get(rest[0].name)
    if company is None and entity_set is not None and entity_set.outside:
        return _outside(call, segments)
    if entity_set is None and (company is None or not rest[0].name.split(".")[-1]):
        raise no_segment(rest[0].name)
    company = company or company_of_request(call)
    with _inside(call, company):
        return _in_company(call, rest, company)


def _of_service(call: Call, segments: list[Segment], company: Company | None = None) -> Answer:
    """The service document, ``$metadata``, ``entityDefinitions``, ``$batch``."""
    name = segments[0].name if segments else ""
    if len(segments) > 1 or (segments and segments[0].key is not None):
        raise no_segment(segments[-1].name)
    methods = ["POST"] if name == "$batch" else ["GET", "HEAD"]
    if call.method not in methods:
        raise not_allowed(methods)
    return _ROOT[name](call, company)


def _document(call: Call, company: Company | None) -> Answer:
    check_json(call)
    return Answer(200, service_document(call.service, call.root, metadata_level(call)))


def _metadata(call: Call, company: Company | None) -> Answer:
    content, tag = metadata_document(call.service, captions=form_of(call).captions)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if has_already(call, tag):
        return Answer(304, None, headers)
    return Answer(200, content, {**headers, "Content-Type": "application/xml; charset=utf-8"})


def _openapi(call: Call, company: Company | None) -> Answer:
    content, tag = openapi_document(call.service, call.root)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
    if has_already(call, tag):
        return Answer(304, None, headers)
    return Answer(200, content, {**headers, "Content-Type": "application/json; charset=utf-8"})


def _definitions(call: Call, company: Company | None) -> Answer:
    check_json(call)
    context = f"{call.root}/$metadata#entityDefinitions"
    return Answer(200, {"@odata.context": context, "value": entity_definitions(call.service)})


def _batch(call: Call, company: Company | None) -> Answer:
    if call.in_batch:
        raise bad_request(_("A batch cannot be part of a batch."), "$batch")
    return repeating.once_outside(call, lambda: answer_batch(call, company, handle))


_ROOT: dict[str, Callable[[Call, Company | None], Answer]] = {
    "": _document,
    "$batch": _batch,
    "$metadata": _metadata,
    "entityDefinitions": _definitions,
    "openapi.json": _openapi,
}


def _outside(call: Call, segments: list[Segment]) -> Answer:
    """Sets that no company owns."""
    context = _context(call, rights_of(call.user, None), None)
    with acting(context):
        return _dispatch(call, segments, _frame(call, ""))


@contextmanager
def _inside(call: Call, company: Company) -> Iterator[None]:
    """Work in the company's schema, as its user, in his language and time zone."""
    rights = rights_of(call.user, company)
    with in_schema(company.schema):
        preference = UserPreference.objects.filter(user_name=call.user.username).first()
        context = _context(call, rights, preference)
        language = language_of(call, preference.language if preference else "")
        zone = preference.time_zone if preference and preference.time_zone else None
        with translation.override(language), timezone.override(zone), acting(context):
            yield


def _context(call: Call, rights: frozenset[str], preference: UserPreference | None) -> Context:
    work_date = work_date_of(call)
    if work_date is not None and not rights & {"*", "api.set_work_date"}:
        raise ApiError(
            403,
            "Authorization_WorkDateDenied",
            _("You need the right “api.set_work_date” for this."),
            "Tuttava-Work-Date",
            domain_code="permission.denied",
        )
    answers, asking = answers_of(call)
    return Context(
        user_id=str(call.user.pk),
        user_name=call.user.get_username(),
        rights=rights,
        door="api",
        work_date=work_date or (preference.work_date if preference else None),
        interactive=asking,
        answers=answers,
        language=asked_language(call),
    )


def _frame(call: Call, company: str) -> Frame:
    return Frame(call.service, call.root, company, metadata_level(call), form_of(call), dict(call.query))


def _in_company(call: Call, segments: list[Segment], company: Company) -> Answer:
    frame = _frame(call, f"companies({company.pk})/")
    if segments[0].name in call.service.sets:
        return _dispatch(call, segments, frame)
    name = segments[0].name.rpartition(".")[2].casefold()
    function = next((each for each in call.service.functions if each.name.casefold() == name), None)
    if function is None or len(segments) > 1:
        raise no_segment(segments[0].name)
    _check_right(function.right or "api.read", function.name)
    return _with_messages(call, calling.call_function(call, function, arguments_of(segments[0].key), frame))


def _check_right(right: str, target: str) -> None:
    if right and not current().may(right, target):
        raise permission_denied(right, target)


def _dispatch(call: Call, segments: list[Segment], frame: Frame) -> Answer:
    """Find the place and do there what the method says."""
    first = call.service.sets[segments[0].name]
    _check_right(first.read_right, first.name)
    if first.needs_parent:
        reading.check_listable(first, ())
    if call.method in ("GET", "HEAD"):
        return _found(call, segments, frame)
    if call.method == "POST" and segments[-1].name not in call.service.sets:
        place = locate(frame, segments)
        if place.action is not None and place.action.long:
            return repeating.once_outside(call, lambda: _with_messages(call, _write(call, place)))
    return _in_transaction(call, first, lambda: _write(call, locate(frame, segments)))


def _found(call: Call, segments: list[Segment], frame: Frame) -> Answer:
    """What a GET asks for; an old number leads to the record that the one which had it was folded into (M-41)."""
    try:
        place = locate(frame, segments)
        _check_right(place.entity_set.read_right, place.entity_set.name)
        return _with_messages(call, _read(call, place))
    except ApiError as error:
        moved = moved_to(call, frame, segments[0]) if error.status == 404 else None
        if moved is None:
            raise
        return Answer(301, None, {"Location": moved, "Cache-Control": "no-store"})


def _in_transaction(call: Call, entity_set: EntitySet, work: Callable[[], Answer]) -> Answer:
    """One transaction and one unit of work; a deadlock is tried again unless a batch holds the transaction (A-61)."""
    action = f"{call.method.lower()} {entity_set.entity}"

    def begun() -> Answer:
        with transaction.atomic() if entity_set.outside else unit_of_work(action):
            return _with_messages(call, work())

    def once() -> Answer:
        current().messages.clear()
        current().cache.clear()
        call.applied.clear()
        return repeating.once(call, begun)

    try:
        return once() if call.held else retried(once)
    except IntegrityError as error:
        raise ApiError(400, "Application_DialogException", _("This cannot be stored.")) from error


def _read(call: Call, place: Place) -> Answer:
    if place.tail == "action" and place.action is not None:
        _check_right(place.action.right, place.action.name)
        return calling.call_action(call, place)
    if place.tail == "stream":
        return read_stream(call, place)
    if "GET" not in place.entity_set.methods:
        raise not_allowed(sorted(place.entity_set.methods))
    if place.tail == "$count":
        return reading.count(call, place)
    if place.tail == "$value":
        return reading.read_property(place, bare=True)
    check_json(call)
    if place.tail == "property":
        return reading.read_property(place, bare=False)
    if place.single:
        return reading.read_entity(call, place)
    return reading.read_collection(call, place, api_setup().max_page_size)


def _write(call: Call, place: Place) -> Answer:
    entity_set, method = place.entity_set, call.method
    if place.tail == "action" and place.action is not None:
        _check_right(place.action.right or entity_set.write_right, place.action.name)
        return calling.call_action(call, place)
    if place.tail == "stream":
        _check_right(entity_set.write_right, entity_set.name)
        if method in ("PATCH", "PUT"):
            return write_stream(call, place)
        if method == "DELETE":
            return delete_stream(call, place)
        raise not_allowed(["GET", "PATCH", "PUT", "DELETE"])
    offered = _offered(place)
    if method not in offered:
        raise not_allowed(offered)
    _check_right(entity_set.delete_right if method == "DELETE" else entity_set.write_right, entity_set.name)
    if method != "DELETE":
        check_json(call)
    if method == "POST":
        return writing.post(call, place)
    return writing.patch(call, place) if method == "PATCH" else writing.delete(call, place)


def _offered(place: Place) -> list[str]:
    """The methods of an entity or a collection that the set offers."""
    if place.tail:
        return ["GET"]
    possible = ("GET", "PATCH", "DELETE") if place.single else ("GET", "POST")
    return [method for method in possible if method in place.entity_set.methods]


def _with_messages(call: Call, answer: Answer) -> Answer:
    """What the rules told, when the caller wants to know (A-42)."""
    told = current().messages
    if not told or not wants_messages(call) or answer.status >= 400:
        return answer
    messages: list[dict[str, Any]] = [
        {"code": each.code, "severity": each.severity, "message": str(each.text), "target": each.target}
        for each in told
    ]
    call.applied.append('odata.include-annotations="tuttava.*"')
    if isinstance(answer.body, dict):
        answer.body["@tuttava.messages"] = messages
    else:
        answer.headers["Tuttava-Messages"] = quote(json.dumps(messages, ensure_ascii=False))
    return answer
