"""GET: entities, collections with paging, counts, properties (sections 5 and 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.postgres.expressions import ArraySubquery
from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.api import delta, expressions
from tuttava.api.declare import EntitySet, Row
from tuttava.api.errors import ApiError, bad_request, no_record
from tuttava.api.negotiation import has_already
from tuttava.api.options import Options, read_options
from tuttava.api.paths import Place, key_text
from tuttava.api.request import Answer, Call
from tuttava.api.shaping import Shape, etag_of, narrowed
from tuttava.api.values import renderer
from tuttava.foundation import feed

#: Pages up to this size find their rows first and join what belongs to them afterwards.
SMALL_PAGE = 1000
#: Entities of one answer unless the operator lowers it (A-51).
LARGEST_PAGE = 20_000
_SALT = "tuttava.api.page"
_NOT_REPEATED = frozenset({"$top", "$skip", "$skiptoken"})


def read_collection(call: Call, place: Place, largest: int) -> Answer:
    """One page of a collection, with the link to the next (A-47 to A-53), or to later changes (A-80)."""
    if call.option(delta.OPTION) is not None:
        return delta.read_changes(call, place, _page_size(call, largest))
    options = read_options(call.query, place.frame.service, place.entity_set)
    check_reachable(place, options)
    rows = narrowed(place.frame.service, place.entity_set, place.rows, options)
    shape = Shape(place.frame, place.entity_set, options, place.address)
    body: dict[str, Any] = {}
    if place.frame.metadata != "none":
        body["@odata.context"] = shape.context(place.shown)
    if options.count:
        body["@odata.count"] = place.frame.number(rows.count())
    begun = _begin(call, place, options)
    raw, last = _page(shape, rows, begun, _page_size(call, largest))
    body["value"] = shape.entities(raw)
    if last is not None:
        body["@odata.nextLink"] = _next_link(call, last)
    elif begun.since:
        body["@odata.deltaLink"] = delta.link(call, place, begun.since)
    return Answer(200, body)


def check_reachable(place: Place, options: Options) -> None:
    """Sets that are reached through a parent only, or that need filters, say so."""
    if place.parent is None:
        check_listable(place.entity_set, options.filter)
        if place.entity_set.guard is not None:
            place.entity_set.guard(options)


def check_listable(entity_set: EntitySet, filters: Container[str]) -> None:
    """The same for a whole set; ``filters`` holds the names of the properties that are filtered by."""
    wanting = [code for name, code in entity_set.needs_filter if name not in filters]
    code = entity_set.needs_parent or (wanting[0] if wanting else "")
    if code:
        names = ", ".join(name for name, _code in entity_set.needs_filter) or entity_set.entity
        raise ApiError(
            400,
            "Application_DialogException",
            _("%(set)s is reached through the record it belongs to: give %(names)s.")
            % {"set": entity_set.name, "names": names},
            entity_set.name,
            domain_code=code,
        )


def _page_size(call: Call, largest: int) -> int:
    wanted = call.preferences.get("maxpagesize", "")
    if not wanted.isdecimal() or int(wanted) < 1:
        return largest
    size = min(int(wanted), largest)
    call.applied.append(f"odata.maxpagesize={size}")
    return size


@dataclass(frozen=True)
class Resume:
    """Where a page begins: behind the row with these key ``values`` (JSON; None: at the first row).

    ``remaining`` is what is left of ``$top``; ``since`` the position in the journal before the first page was read,
    for a result that ends with a delta link (A-80).
    """

    values: list[Any] | None
    remaining: int | None
    since: str = ""


def _begin(call: Call, place: Place, options: Options) -> Resume:
    """Where this page begins."""
    if options.token is not None:
        return _read_token(call, options.token)
    return Resume(None, options.top, feed.position() if delta.is_wanted(call, place, options) else "")


def walk(shape: Shape, rows: QuerySet[Any], size: int = LARGEST_PAGE) -> Iterator[list[Row]]:
    """All raw rows in the order of the set, page by page; none is kept, whatever their number."""
    begun: Resume | None = Resume(None, None)
    while begun is not None:
        raw, begun = _page(shape, rows, begun, size)
        yield raw


def _page(shape: Shape, rows: QuerySet[Any], begun: Resume, size: int) -> tuple[list[Row], Resume | None]:
    """The raw rows of this page, and where the next one begins (None: this was the last)."""
    keys = expressions.order_keys(shape.frame.service, shape.entity_set, shape.options.orderby)
    remaining, skip = begun.remaining, shape.options.skip
    if begun.values is not None:
        rows = rows.filter(expressions.after(keys, _key_values(keys, begun.values)))
        skip = 0
    wanted = size if remaining is None else min(size, remaining)
    rows = rows.order_by(*expressions.order_by(keys))
    extra = {f"sort_{position}": key.expression for position, key in enumerate(keys)}
    one_more = remaining is None or remaining > wanted
    page = rows[skip : skip + wanted + one_more]
    raw = shape.read(_found_first(shape, rows, page) if 0 < wanted <= SMALL_PAGE else page, extra)
    if len(raw) <= wanted or wanted == 0:
        return raw[:wanted], None
    raw = raw[:wanted]
    last = expressions.to_json([raw[-1][name] for name in extra])
    return raw, Resume(last, None if remaining is None else remaining - wanted, begun.since)


def _found_first(shape: Shape, rows: QuerySet[Any], page: QuerySet[Any]) -> QuerySet[Any]:
    """The same page, its rows found by their own table alone where only columns of others are joined to it.

    The database would plan the joins for all rows that fit, and prepare for millions of them.
    """
    meta, query = rows.model._meta, rows.query
    plain = meta.managed and len(meta.pk_fields) == 1 and not (query.annotations or query.distinct or query.combinator)
    if not shape.joins or not plain:
        return page
    everyone: QuerySet[Any] = rows.model._default_manager.all()
    return everyone.filter(pk__among=ArraySubquery(page.values("pk"))).order_by(*query.order_by)


def _digest(call: Call) -> str:
    """What a token belongs to: the path and every option that shapes the result."""
    options = sorted((name, value) for name, value in call.query if name not in _NOT_REPEATED)
    return hashlib.sha256(repr((call.path, options)).encode()).hexdigest()[:16]


def _next_link(call: Call, begin: Resume) -> str:
    payload = [begin.values, begin.remaining, _digest(call), begin.since]
    token = signing.dumps(payload, salt=_SALT, compress=True)
    kept = [(name, value) for name, value in call.query if name not in _NOT_REPEATED]
    query = "&".join(f"{name}={quote(value, safe=delta.PLAIN_VALUE)}" for name, value in [*kept, ("$skiptoken", token)])
    return f"{call.root}/{quote(call.path, safe=delta.PLAIN_PATH)}?{query}"


def _read_token(call: Call, token: str) -> Resume:
    try:
        values, remaining, digest, since = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise _unusable() from error
    if digest != _digest(call) or any(name in ("$top", "$skip") for name, _value in call.query):
        raise bad_request(_("Options cannot be added to or changed in a link to the next page."), "$skiptoken")
    return Resume(values, remaining, since)


def _key_values(keys: Sequence[expressions.SortKey], data: list[Any]) -> list[Any]:
    try:
        return expressions.from_json(keys, data)
    except (ValueError, TypeError) as error:
        raise _unusable() from error


def _unusable() -> ApiError:
    return bad_request(
        _("This link to the next page is no longer valid. Start again."), code="SkipTokenIsNoLongerValid"
    )


def count(call: Call, place: Place) -> Answer:
    """``/$count``: digits only (A-48)."""
    options = read_options(call.query, place.frame.service, place.entity_set)
    check_reachable(place, options)
    rows = narrowed(place.frame.service, place.entity_set, place.rows, options)
    return Answer(200, str(rows.count()).encode(), {"Content-Type": "text/plain; charset=utf-8"})


def read_entity(call: Call, place: Place) -> Answer:
    """One entity; 304 when the caller has it already (A-56)."""
    options = read_options([each for each in call.query if each[0] != "$top"], place.frame.service, place.entity_set)
    return entity_answer(call, place, place.rows, options)


def entity_answer(call: Call, place: Place, rows: QuerySet[Any], options: Options, status: int = 200) -> Answer:
    """The entity of ``rows`` as an answer with its tag."""
    shape = Shape(place.frame, place.entity_set, options, place.address)
    raw = shape.read(rows[:1])
    if not raw:
        if place.via is not None and not place.keyed:
            return Answer(204)
        raise no_record(place.entity_set)
    headers = {}
    if place.entity_set.version:
        headers["ETag"] = etag_of(shape.key_of(raw[0]), raw[0][place.entity_set.version])
        if has_already(call, headers["ETag"]):
            return Answer(304, None, headers)
    body = {} if place.frame.metadata == "none" else {"@odata.context": shape.context(place.shown, entity=True)}
    return Answer(status, {**body, **shape.entities(raw)[0]}, headers)


def read_property(place: Place, *, bare: bool) -> Answer:
    """One property: as JSON, or as plain text (``$value``)."""
    assert place.property is not None
    prop, frame = place.property, place.frame
    raw = Shape(frame, place.entity_set, Options(select=frozenset({prop.name}))).read(place.rows[:1])
    if not raw:
        raise no_record(place.entity_set)
    value = renderer(prop.type, frame.form)(raw[0].get(prop.key))
    if bare:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Answer(200, text.encode("utf-8"), {"Content-Type": "text/plain; charset=utf-8"})
    key = key_text(place.entity_set, Shape(frame, place.entity_set, Options()).key_of(raw[0]))
    context = {"@odata.context": f"{frame.root}/$metadata#{place.shown}{f'({key})' if place.keyed else ''}/{prop.name}"}
    return Answer(200, {**({} if frame.metadata == "none" else context), "value": value})


def refuse_expression(error: expressions.ExpressionError) -> ApiError:
    """A filter or order that cannot be read (A-46)."""
    return bad_request(error.message, error.target)
