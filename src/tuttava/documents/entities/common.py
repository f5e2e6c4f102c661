"""What the sets of documents have in common: owners of lines, properties that several sets share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.build import code_behind
from tuttava.api.declare import Property
from tuttava.documents.models import Area, Document, DocumentType
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Record
from tuttava.trade.models import LineType, Location, UnitOfMeasure

Rows = Callable[[QuerySet[Any]], QuerySet[Any]]


def of_area(area: Area, prefix: str = "") -> Rows:
    """Narrows rows to those of an area."""
    condition = Q(**{f"{prefix}area": area})
    return lambda rows: rows.filter(condition)


def of_type(area: Area, kind: DocumentType, prefix: str = "") -> Rows:
    """Narrows rows to those of one type."""
    condition = Q(**{f"{prefix}area": area, f"{prefix}document_type": kind})
    return lambda rows: rows.filter(condition)


def of_bills(area: Area, kind: DocumentType) -> Rows:
    """Narrows bills to those of one type: drafts by the columns, posted ones by the kind that have an index."""
    drafts = Q(is_posted=True) | Q(area=area, document_type=kind)
    posted = Q(is_posted=False) | Q(bill_kind=f"{area.value}_{kind.value}")
    return lambda rows: rows.filter(drafts, posted)


def existing_among(model: type[Record], **narrowed: Any) -> Callable[[uuid.UUID | None], uuid.UUID | None]:
    """Lets an id pass if one of the narrowed records has it."""

    def check(value: uuid.UUID | None) -> uuid.UUID | None:
        if value is not None and not model._default_manager.filter(pk=value, **narrowed).exists():
            name = str(model._meta.verbose_name)
            raise DomainError("not_found", _("There is no %(name)s “%(value)s”.") % {"name": name, "value": value})
        return value

    return check


def without_account(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a line but its account: accounts have numbers only, none has an id (A-99)."""
    entered = dict(values)
    account = entered.pop("account_id", None)
    if account is not None and entered.get("item_id") is not None:
        raise DomainError(
            "api.item_and_account", _("A line has an item or an account. Send itemId or accountId."), field="account_id"
        )
    if account is not None:
        raise DomainError(
            "not_found",
            _("There is no account “%(value)s”. Send lineType Account and the number as lineObjectNumber.")
            % {"value": account},
            field="account_id",
        )
    return entered


def create_line(model: type[Record], values: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """Create a line, comment or service item below its document, named by id or by type and number."""
    entered = without_account(values)
    kind, number = entered.pop("document_type", None), entered.pop("document_no", None)
    area = entered.pop("area", None)
    owner = dict(given)
    if "document_id" in entered:
        owner.setdefault("document_id", entered.pop("document_id"))
    if owner.get("document_id") is None and number:
        named = Document.objects.filter(area=area, document_type=kind, no=number).values_list("pk", flat=True)
        owner["document_id"] = named.first()
        if owner["document_id"] is None:
            raise DomainError(
                "not_found", _("There is no document “%(no)s”.") % {"no": number}, field="document_no", rule="A-111"
            )
    if owner.get("document_id") is None:
        raise DomainError(
            "field_required", _("A line needs the document it belongs to."), field="document_id", rule="I-132"
        )
    if entered.get("item_id") is not None and entered.get("line_type", LineType.ITEM) != LineType.ITEM:
        raise DomainError(
            "api.item_and_account",
            _("A line with an item has the type Item. Leave the type out, or the item."),
            field="line_type",
            rule="A-99",
        )
    return records.create(model, entered, given=owner, in_order=True)


def discount_again(record: Document, values: Mapping[str, Any]) -> None:
    """The discount of a document posted with its lines: only with all of them is there enough to take it off."""
    wanted = values.get("invoice_discount_amount")
    if wanted:
        records.change(Document.objects.get(pk=record.pk), {"invoice_discount_amount": wanted})


def _behind(model: type[Record], column: str) -> Callable[[], Combinable]:
    return lambda: Subquery(model._default_manager.filter(Q(code=OuterRef(column))).values("id")[:1])


def unit_id() -> Property:
    """The id of the unit of measure that a line names by code."""
    return Property(
        "unitOfMeasureId",
        edm.GUID,
        expression=_behind(UnitOfMeasure, "unit_of_measure_code"),
        write="unit_of_measure_code",
        convert=code_behind(UnitOfMeasure),
        nullable=True,
    )


def location_id(column: str = "location_code") -> Property:
    """The id of the location that a line names by code."""
    return Property(
        "locationId",
        edm.GUID,
        expression=_behind(Location, column),
        write=column,
        convert=code_behind(Location),
        nullable=True,
    )
