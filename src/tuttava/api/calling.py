"""Bound actions and functions: parameters in, results out (A-64 to A-66)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from tuttava.api import values
from tuttava.api.declare import Action, Entities, EntitySet, File, Parameter
from tuttava.api.edm import Kind
from tuttava.api.errors import ApiError, bad_request, from_domain, not_allowed
from tuttava.api.frame import Frame, remember_address
from tuttava.api.options import Options
from tuttava.api.paths import Place, unquoted
from tuttava.api.request import Answer, Call
from tuttava.api.shaping import Shape, etag_of
from tuttava.api.writing import check_tags, locked, required_tags
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job
from tuttava.foundation.spelling import snake


def call_action(call: Call, place: Place) -> Answer:
    """Run the action of a place: on one record, or on the set."""
    action = place.action
    assert action is not None
    if call.method not in (("GET", "HEAD") if action.function else ("POST",)):
        raise not_allowed(["GET"] if action.function else ["POST"])
    sent = _sent(call, action, place.arguments)
    positional: list[Any] = []
    record = None
    if not action.on_set:
        record = place.record() if action.function or action.long else locked(place)
        if call.header("if-match"):
            check_tags(place.entity_set, record, required_tags(call))
        positional = [record]
    arguments = _arguments(action, sent)
    if action.long:
        arguments["wait"] = "respond-async" not in call.preferences
    remember_address(place.frame)
    try:
        result = action.run(*positional, **arguments)
    except DomainError as error:
        raise from_domain(error, place.entity_set) from error
    if action.long and isinstance(result, Job):
        call.applied.append("respond-async")
        return accepted(result, place.frame, record if isinstance(record, Company) else None)
    return answer_of(action, result, place.frame)


def accepted(job: Job, frame: Frame, company: Company | None = None) -> Answer:
    """The work goes on in the background: where to look at it (A-67). ``company``: whose job it is, if told."""
    place = f"companies({company.pk})/" if company and not frame.company else ""
    return Answer(202, None, {"Location": f"{frame.base}{place}jobs({job.pk})"})


def call_function(call: Call, function: Action, raw: Mapping[str, str], frame: Frame) -> Answer:
    """Run a function of the company."""
    if call.method not in ("GET", "HEAD"):
        raise not_allowed(["GET"])
    try:
        result = function.run(**_arguments(function, _sent(call, function, raw)))
    except DomainError as error:
        raise from_domain(error, None) from error
    return answer_of(function, result, frame)


def _sent(call: Call, action: Action, raw: Mapping[str, str]) -> Mapping[str, Any]:
    """What was sent for the parameters: in the address of a function, in the body of an action."""
    return _from_address(call, action, raw) if action.function else _from_body(call)


def _arguments(action: Action, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by Python name."""
    known = {parameter.name: parameter for parameter in action.parameters}
    for name in sent:
        if name not in known and "@" not in name:
            raise bad_request(
                _("%(action)s has no parameter “%(name)s”.") % {"action": action.name, "name": name[:60]}, name[:60]
            )
    return {snake(name): _argument(action, parameter, sent) for name, parameter in known.items()}


def _from_body(call: Call) -> dict[str, Any]:
    return call.json() if call.body.strip() else {}


def _from_address(call: Call, action: Action, raw: Mapping[str, str]) -> dict[str, Any]:
    """A function's parameters stand in parentheses; ``@p`` stands for the query option of that name."""
    aliases = {name: value for name, value in call.query if name.startswith("@")}
    types = {parameter.name: parameter.type for parameter in action.parameters}
    found: dict[str, Any] = {}
    for name, text in raw.items():
        plain = unquoted(aliases.get(text, text))
        wanted = types.get(name)
        if wanted is not None and wanted.kind is Kind.BOOLEAN and plain in ("true", "false"):
            found[name] = plain == "true"
        elif plain != "null":
            found[name] = plain
    return found


def _argument(action: Action, parameter: Parameter, sent: Mapping[str, Any]) -> Any:
    if sent.get(parameter.name) is None:
        if parameter.required:
            raise ApiError(
                400,
                "BadRequest_RequiredParamNotProvided",
                _("%(action)s needs the parameter %(name)s.") % {"action": action.name, "name": parameter.name},
                parameter.name,
            )
        return parameter.default
    return values.read(sent[parameter.name], parameter.type, parameter.name)


def answer_of(action: Action, result: Any, frame: Frame) -> Answer:
    """What an action's result looks like (A-65)."""
    if isinstance(result, File):
        return file_answer(result)
    if result is None:
        return Answer(204)
    target = frame.service.sets.get(action.set_of(result) if action.set_of is not None else action.returns)
    if target is None:
        return Answer(200, _told(result, frame) if isinstance(result, dict) else {"value": result})
    if action.returns_many:
        return _collection(result, target, frame)
    return _entity(action, result, target, frame)


def _entity(action: Action, record: Model, target: EntitySet, frame: Frame) -> Answer:
    shape = Shape(frame, target, Options())
    raw = shape.read(target.queryset().filter(pk=record.pk)[:1])
    address = shape.address(record.pk)
    if frame.service.name == "standard":
        return Answer(204, None, {"Location": address})
    shown = f"{frame.company if not target.outside else ''}{target.name}"
    headers = {"Location": address} if action.created else {}
    if target.version and raw:
        headers["ETag"] = etag_of(record.pk, raw[0][target.version])
    return Answer(200, {"@odata.context": shape.context(shown, entity=True), **shape.entities(raw)[0]}, headers)


def _collection(result: Sequence[Model] | QuerySet[Any], target: EntitySet, frame: Frame) -> Answer:
    """Records in the order the action gave them."""
    shape = Shape(frame, target, Options())
    shown = f"{frame.company if not target.outside else ''}{target.name}"
    return Answer(200, {"@odata.context": shape.context(shown), "value": _in_order(shape, result)})


def _in_order(shape: Shape, records: Sequence[Model] | QuerySet[Any]) -> list[dict[str, Any]]:
    """Records as their set writes them, as far as it shows them."""
    ids = [record.pk for record in records]
    raw = shape.read(shape.entity_set.queryset().filter(pk__in=ids))
    by_id = dict(zip([shape.key_of(row) for row in raw], shape.entities(raw), strict=True))
    return [by_id[key] for key in ids if key in by_id]


def _told(answer: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
    """An object with the records in it written out."""

    def value(found: Any) -> Any:
        if not isinstance(found, Entities):
            return found
        return _in_order(Shape(frame, frame.service.sets[found.name], Options()), found.records)

    return {name: value(found) for name, found in answer.items()}


def file_answer(file: File, *, inline: bool = False) -> Answer:
    """A file as it goes to the caller: never anything that a browser would run (A-88)."""
    headers = {"Content-Type": file.media_type, "X-Content-Type-Options": "nosniff"}
    if file.name and not inline:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return Answer(200, file.content, headers)
