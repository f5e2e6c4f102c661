"""Delta links: what changed in a set since it was read (A-80 to A-84).

A link's token is signed; it holds the position in the journal from which to go on, the request that it continues and,
between pages of one delta, the position at which that delta ends. Positions are taken before the data is read, so a
change can be told twice, but is never left out.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import quote

from django.core import signing
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from tuttava.api.changes import departed, feed_of
from tuttava.api.errors import ApiError, bad_request
from tuttava.api.negotiation import form_of, metadata_level
from tuttava.api.options import Options, read_options
from tuttava.api.paths import Place
from tuttava.api.request import Answer, Call
from tuttava.api.setup import api_setup
from tuttava.api.shaping import Shape, narrowed
from tuttava.foundation import feed
from tuttava.foundation.feed import Change, PositionLost, Window, first_number, written_in
from tuttava.foundation.models import FieldChange

OPTION = "deltaToken"
PREFERENCE = "track-changes"
_SALT = "tuttava.api.delta"
_DAY = 24 * 3600
#: Characters of a query value and of a path that need no escape.
PLAIN_VALUE, PLAIN_PATH = "(),'$/:*@", "/()',$=:@-"
_PAGING = frozenset({"$skiptoken", OPTION})


@dataclass(frozen=True)
class Token:
    """Where a delta goes on. ``until`` and ``after``: between two pages of one delta; ``made``: seconds since 1970."""

    shown: str
    query: tuple[tuple[str, str], ...]
    since: str
    made: int
    until: str = ""
    after: str = ""

    def text(self) -> str:
        """The token as it stands in a link."""
        parts = [self.shown, self.query, self.since, self.made, self.until, self.after]
        return signing.dumps(parts, salt=_SALT, compress=True)


def is_wanted(call: Call, place: Place, options: Options) -> bool:
    """Whether the result is to end with a delta link; 501 for a set that is not tracked (A-80)."""
    if PREFERENCE not in call.preferences:
        return False
    entity_set = place.entity_set
    if not entity_set.tracked:
        raise ApiError(
            501,
            "BadRequest_MethodNotImplemented",
            _("Changes of %(set)s are not tracked.") % {"set": entity_set.name},
            entity_set.name,
        )
    return not (options.top is not None or options.skip or options.orderby or options.expand or options.search)


def link(call: Call, place: Place, since: str) -> str:
    """The delta link of a result that was read after the position ``since``."""
    call.applied.append(f"odata.{PREFERENCE}")
    query = tuple((name, value) for name, value in call.query if name not in _PAGING)
    return _address(call, place, Token(place.shown, query, since, int(time.time())))


def _address(call: Call, place: Place, token: Token) -> str:
    return f"{_path(call, place)}?{OPTION}={token.text()}"


def _path(call: Call, place: Place) -> str:
    """The absolute address of the collection, its company included."""
    inside = call.path if call.path.startswith("companies(") else f"{place.frame.company}{call.path}"
    return f"{call.root}/{quote(inside, safe=PLAIN_PATH)}"


def read_changes(call: Call, place: Place, size: int) -> Answer:
    """One page of what changed since a delta link was given out (A-81)."""
    if any(name.startswith("$") for name, _value in call.query):
        raise bad_request(_("Options cannot be added to a delta link."), OPTION)
    token = _read_token(call, place)
    call.query = list(token.query)
    frame = replace(place.frame, form=form_of(call), metadata=metadata_level(call), calculation=dict(call.query))
    options = read_options(call.query, frame.service, place.entity_set)
    until = token.until or feed.position()
    try:
        window = Window(token.since, until)
    except PositionLost as error:
        raise _expired(call, place, token.query) from error
    shape = Shape(frame, place.entity_set, replace(options, count=False))
    rows = narrowed(frame.service, place.entity_set, place.rows, options)
    if issubclass(place.entity_set.model, FieldChange):
        value, after = _journaled(shape, rows, window, token.after, size)
    else:
        changes, after = feed_of(place.entity_set).page(window, token.after, size)
        value = _told(shape, rows, window, changes, partial(_removed, call, place))
    body: dict[str, Any] = {}
    if frame.metadata != "none":
        body["@odata.context"] = f"{shape.context(place.shown)}/$delta"
    body["value"] = value
    now = int(time.time())
    if after:
        body["@odata.nextLink"] = _address(call, place, replace(token, until=until, after=after))
    else:
        body["@odata.deltaLink"] = _address(call, place, Token(token.shown, token.query, until, now))
    return Answer(200, body)


def _told(
    shape: Shape,
    rows: QuerySet[Any],
    window: Window,
    changes: Sequence[Change],
    removed: Callable[[uuid.UUID, str], dict[str, Any]],
) -> list[dict[str, Any]]:
    """Entities as they are now and removed ones, in the order of their last change."""
    if not changes:
        return []
    raw = shape.read(rows.filter(pk__in=[change.id for change in changes]))
    entities = dict(zip((shape.key_of(row) for row in raw), shape.entities(raw), strict=True))
    gone = {key: removed(key, reason) for key, reason in departed(rows, window, changes, set(entities)).items()}
    told = entities | gone
    return [told[change.id] for change in changes if change.id in told]


def _journaled(
    shape: Shape, rows: QuerySet[Any], window: Window, after: str, size: int
) -> tuple[list[dict[str, Any]], str]:
    """The journal's own entries of the window, which never change: in the order in which they were written."""
    number, _dot, column = after.partition(".")
    rows = rows.filter(written_in(window))
    if number:
        rows = rows.filter(change_no__gte=int(number)).exclude(change_no=int(number), column_name__lte=column)
    else:
        rows = rows.filter(change_no__gte=first_number(window))
    order = {"change_no": F("change_no"), "column_name": F("column_name")}
    raw = shape.read(rows.order_by(*order)[: size + 1], order)
    more, raw = len(raw) > size, raw[:size]
    return shape.entities(raw), f"{raw[-1]['change_no']}.{raw[-1]['column_name']}" if more else ""


def _removed(call: Call, place: Place, key: uuid.UUID, reason: str) -> dict[str, Any]:
    """How a removed entity is told, in the form that the client's version of the protocol knows."""
    if call.header("odata-maxversion").strip() == "4.01":
        return {"@removed": {"reason": reason}, "id": str(key)}
    context = f"{place.frame.root}/$metadata#{place.shown}/$deletedEntity"
    return {"@odata.context": context, "id": str(key), "reason": reason}


def _read_token(call: Call, place: Place) -> Token:
    """The token of the request; 410 when it is unreadable, of another collection, or too old (A-84)."""
    try:
        shown, query, since, made, until, after = signing.loads(call.option(OPTION) or "", salt=_SALT)
        token = Token(shown, tuple((name, value) for name, value in query), since, made, until, after)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise _expired(call, place, ()) from error
    days = api_setup().delta_retention_days
    too_old = bool(days) and time.time() - token.made > days * _DAY
    if token.shown != place.shown or too_old or not feed.is_position(token.since):
        raise _expired(call, place, token.query)
    return token


def _expired(call: Call, place: Place, query: tuple[tuple[str, str], ...]) -> ApiError:
    """Start again, with the request that the link continued (A-84)."""
    options = "&".join(f"{name}={quote(value, safe=PLAIN_VALUE)}" for name, value in query)
    return ApiError(
        410,
        "BadRequest_DeltaTokenExpired",
        _("This link to changes is no longer valid. Read the whole set again."),
        OPTION,
        headers=(("Location", f"{_path(call, place)}{'?' if options else ''}{options}"),),
    )
