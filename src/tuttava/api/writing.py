"""POST, PATCH, DELETE of entities (A-34 to A-37, A-54 to A-56, A-63)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.api.bodies import BodyReader, Sent, stored_row
from tuttava.api.declare import EntitySet, Navigation, Put, change_record, create_record, delete_record
from tuttava.api.errors import ApiError, from_domain, no_record
from tuttava.api.frame import Frame
from tuttava.api.options import Options, read_options
from tuttava.api.paths import Place
from tuttava.api.reading import entity_answer
from tuttava.api.request import Answer, Call
from tuttava.api.shaping import etag_of, tag_of
from tuttava.foundation.errors import Detail, DomainError
from tuttava.foundation.journal import JournalChange
from tuttava.foundation.records import Record, rules_of

#: How many versions back it is worth telling what changed.
_LOOK_BACK = 50
_TAG = re.compile(r'(?:W/)?"[^"]*"')


@dataclass(frozen=True)
class Under:
    """Where a new entity stands in a nested body: what its parent gives it, and its path for errors."""

    given: dict[str, Any]
    target: str = ""


def post(call: Call, place: Place) -> Answer:
    """Create an entity with its children; 201 with the entity (A-36, A-63), 200 where it replaced one (17.11)."""
    if place.entity_set.put is not None:
        return _put(call, place, place.entity_set.put)
    given = filled(place.via, place.parent) if place.via is not None else {}
    sent = BodyReader(place.frame, place.entity_set, call.references).for_post(call.json(), filled=given)
    record = _create(call, place.frame, place.entity_set, sent, Under(given))
    options = _answer_options(call, place)
    rows = place.entity_set.queryset().filter(pk=record.pk)
    return written(call, place, rows, options, 201)


def _put(call: Call, place: Place, put: Put) -> Answer:
    try:
        record, is_new = put(call.json())
    except DomainError as error:
        raise from_domain(error, place.entity_set) from error
    rows = place.entity_set.queryset().filter(pk=record.pk)
    return written(call, place, rows, _answer_options(call, place), 201 if is_new else 200)


def _answer_options(call: Call, place: Place) -> Options:
    """What the answer to a write shows."""
    shown = [each for each in call.query if each[0] in ("$expand", "$select")]
    return read_options(shown, place.frame.service, place.entity_set)


def filled(navigation: Navigation, parent: Any) -> dict[str, Any]:
    """What a child takes from the parent under which it is posted."""
    return {**{theirs: getattr(parent, ours) for theirs, ours in navigation.fills}, **dict(navigation.gives)}


def _create(call: Call, frame: Frame, entity_set: EntitySet, sent: Sent, place: Under) -> Any:
    """Create one entity, then its children in their order; the first failure fails all."""
    entered = {name: value for name, value in sent.entered.items() if name not in place.given}
    try:
        record = create_record(entity_set, entered, {**sent.given, **place.given})
    except DomainError as error:
        raise from_domain(error, entity_set, place.target) from error
    for child in sent.children:
        under = Under(filled(child.navigation, record), child.target)
        inner = BodyReader(frame, child.entity_set, call.references).for_post(child.body, child.target, under.given)
        _create(call, frame, child.entity_set, inner, under)
    if sent.children and entity_set.completed is not None:
        try:
            entity_set.completed(record, entered)
        except DomainError as error:
            raise from_domain(error, entity_set, place.target) from error
    return record


def written(call: Call, place: Place, rows: QuerySet[Any], options: Options, status: int) -> Answer:
    """The answer to a write: the entity as it is now, or only its address (``return=minimal``)."""
    answer = entity_answer(call, place, rows, options, status)
    address = place.address(rows.values_list(place.entity_set.key_property.source, flat=True)[0])
    if status == 201:
        answer.headers["Location"] = address
    if call.preferences.get("return") == "minimal" or "return-no-content" in call.preferences:
        call.applied.append("return=minimal")
        answer = Answer(204, None, {**answer.headers, "OData-EntityId": address})
    return answer


def patch(call: Call, place: Place) -> Answer:
    """Change what is sent; needs the current tag (A-35, A-55)."""
    body = call.json()
    tags = required_tags(call)
    record = locked(place)
    check_tags(place.entity_set, record, tags)
    reader = BodyReader(place.frame, place.entity_set, call.references)
    stored = stored_row(place.frame, place.entity_set, record.pk, frozenset(body))
    sent = reader.for_patch(body, stored)
    if sent.entered or place.entity_set.always_change:
        try:
            record = change_record(place.entity_set, record, sent.entered, version_of(place.entity_set, record))
        except DomainError as error:
            raise from_domain(error, place.entity_set) from error
    options = _answer_options(call, place)
    return written(call, place, place.entity_set.queryset().filter(pk=record.pk), options, 200)


def delete(call: Call, place: Place) -> Answer:
    """Delete an entity; the tag is checked when it is sent (A-56)."""
    record = locked(place)
    if call.header("if-match"):
        check_tags(place.entity_set, record, required_tags(call))
    try:
        delete_record(place.entity_set, record, version_of(place.entity_set, record))
    except DomainError as error:
        raise from_domain(error, place.entity_set) from error
    return Answer(204)


def version_of(entity_set: EntitySet, record: Any) -> int | None:
    return getattr(record, entity_set.version) if entity_set.version else None


def locked(place: Place) -> Any:
    """The one row of a place, locked until the transaction ends (a view's cannot be); 404 when there is none."""
    if not place.entity_set.model._meta.managed:
        return place.record()
    found = place.rows.values_list("pk", flat=True).first()
    if found and issubclass(place.entity_set.model, Record):
        rules_of(place.entity_set.model).hold([found])
    record = found and place.entity_set.queryset().select_for_update(of=("self",)).filter(pk=found).first()
    if record is None:
        raise no_record(place.entity_set)
    return record


def required_tags(call: Call) -> list[str]:
    """The tags of ``If-Match``; raises 400 when they are missing or malformed (A-55)."""
    text = call.header("if-match").strip()
    tags = ["*"] if text == "*" else _TAG.findall(text)
    if not tags or (text != "*" and not re.fullmatch(r"\s*,?\s*", _TAG.sub("", text).replace(",", ""))):
        raise ApiError(
            400,
            "BadRequest_InvalidToken",
            _("Send If-Match with the entity's current tag, or with *."),
            "If-Match",
        )
    return tags


def check_tags(entity_set: EntitySet, record: Any, tags: list[str]) -> None:
    """Refuse (409) when none of the tags is the record's current one, naming what changed since when known (A-55)."""
    if "*" in tags or not entity_set.version:
        return
    current = tag_of(entity_set, record)
    if current in tags or current.removeprefix("W/") in tags:
        return
    raise ApiError(
        409,
        "Request_EntityChanged",
        _("Somebody else changed this %(entity)s meanwhile. Read it again, then send your change.")
        % {"entity": entity_set.entity},
        details=_changed_since(entity_set, record, tags),
        domain_code="changed_meanwhile",
        rule="C-82",
    )


def _changed_since(entity_set: EntitySet, record: Any, tags: list[str]) -> list[Detail]:
    """The properties that changed since the caller's tag, by the journal: a row of it for each version since."""
    now = getattr(record, entity_set.version)
    if entity_set.outside or not isinstance(now, int):
        return []
    since = next((n for n in range(1, _LOOK_BACK) if n < now and etag_of(record.pk, now - n) in tags), 0)
    if not since:
        return []
    changes = JournalChange.objects.filter(record_id=record.pk, operation="U").order_by("-id")
    names = {name for new in changes.values_list("new", flat=True)[:since] for name in new or {}}
    found = {entity_set.by_attribute[name].name for name in names if name in entity_set.by_attribute}
    return [Detail("changed", name, name) for name in sorted(found - {"lastModifiedDateTime"})]
