"""Rows of the trade feed as they come in JSON: values by the properties of the set, errors that name row and field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from tuttava.api import values
from tuttava.api.declare import CRM, EntitySet, Property
from tuttava.api.errors import ApiError, bad_request, from_domain
from tuttava.api.options import unknown_property
from tuttava.foundation.errors import DomainError, Text
from tuttava.trade import feed

#: The name under which a posted document carries its lines.
LINES = "postedDocumentLines"


def put_into(model: type[Model], set_name: str) -> Callable[[Mapping[str, Any]], tuple[Model, bool]]:
    """What POST to a set of the feed does: create, or replace what has the key (17.11)."""

    def put(body: Mapping[str, Any]) -> tuple[Model, bool]:
        return feed.put(model, row_of(CRM.sets[set_name], body))

    return put


def load_into(model: type[Model], set_name: str) -> Callable[..., dict[str, int]]:
    """The action ``load`` of a set of the feed."""

    def load(rows: Any) -> dict[str, int]:
        if not isinstance(rows, list):
            raise bad_request(_("%(name)s must be %(expected)s.") % {"name": "rows", "expected": _("a list")}, "rows")
        entity_set = CRM.sets[set_name]
        sent = [_numbered(place, entity_set, body) for place, body in enumerate(rows[: feed.MOST_ROWS])]
        try:
            done = feed.load(model, [*sent, *rows[feed.MOST_ROWS :]])
        except feed.RowRefused as error:
            raise _of_row(error.row, from_domain(error, entity_set)) from error
        return {"inserted": done.inserted, "replaced": done.replaced, "unchanged": done.unchanged}

    return load


def _numbered(place: int, entity_set: EntitySet, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise bad_request(_("Row %(row)d is not an object.") % {"row": place + 1}, f"rows[{place}]")
    try:
        return row_of(entity_set, body)
    except ApiError as error:
        raise _of_row(place, error) from error


def _of_row(place: int, error: ApiError) -> ApiError:
    """The refusal of one row of many: rows count from 1 in words, from 0 in the target, as JSON does."""
    words: Text = _("Row %(row)d: %(message)s") % {"row": place + 1, "message": error.message}
    error.message = words
    error.target = f"rows[{place}]/{error.target}" if error.target else f"rows[{place}]"
    return error


def row_of(entity_set: EntitySet, body: Mapping[str, Any]) -> dict[str, Any]:
    """A sent object as the feed reads it: null means "not given", what is read-only is ignored (A-34)."""
    row: dict[str, Any] = {}
    for name, value in body.items():
        if value is None or "@" in name:
            continue
        if name == LINES and name in entity_set.navigation_by_name:
            row["lines"] = _lines_of(value)
            continue
        prop = entity_set.by_name.get(name)
        if prop is None:
            raise unknown_property(entity_set, name)
        if prop.attribute:
            _enter(row, prop, value)
    return row


def _enter(row: dict[str, Any], prop: Property, value: Any) -> None:
    read = values.read(value, prop.type, prop.name)
    if read is None:
        return
    if prop.convert is None or prop.name in _FED_AS or prop.source == prop.attribute:
        row[_FED_AS.get(prop.name, prop.attribute)] = read
        return
    # The id of a code: the feed wants the code; both may be sent.
    try:
        code = prop.convert(read)
    except DomainError as error:
        raise from_domain(error, None, prop.name) from error
    if row.get(prop.attribute, code) != code:
        raise bad_request(_("%(name)s does not agree with the code.") % {"name": prop.name}, prop.name)
    row[prop.attribute] = code


#: Numbers of parties: the feed looks them up for a whole batch at once.
_FED_AS = {
    "customerNo": "customer_no",
    "vendorNo": "vendor_no",
    "sourceNo": "source_no",
    "accountNo": "account_no",
    "mainContactNo": "main_contact_no",
    "billingContactNo": "billing_contact_no",
}


def _lines_of(sent: Any) -> Sequence[dict[str, Any]]:
    if not isinstance(sent, list) or not all(isinstance(line, dict) for line in sent):
        raise bad_request(_("%(name)s cannot be sent like this.") % {"name": LINES}, LINES)
    lines = []
    for place, line in enumerate(sent):
        try:
            lines.append(row_of(CRM.sets[LINES], line))
        except ApiError as error:
            error.target = f"{LINES}[{place}]/{error.target}"
            raise
    return lines
