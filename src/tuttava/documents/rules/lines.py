"""Rules of document lines: items bring their words and prices, quantities what is to ship and to invoice (2.12)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from tuttava.documents.errors import released
from tuttava.documents.marks import BY_LIFECYCLE, ITEMS
from tuttava.documents.models import (
    ORDERS,
    STEP,
    Area,
    Document,
    DocumentComment,
    DocumentLine,
    DocumentStatus,
    ServiceItemLine,
)
from tuttava.documents.money import CENT, precision_of, rate_of, rounded
from tuttava.documents.totals import discounted, refresh
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.former import id_by_number
from tuttava.foundation.records import Edit, Rules, register
from tuttava.trade.models import Item, LineType, TaxGroup

_HUNDRED = Decimal(100)
_NONE = Decimal(0)


def held(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Document]:
    """The documents of lines, locked in the order of their ids; remembered for one call."""
    found = Document.objects.filter(pk__in=set(ids)).order_by("pk").select_for_update(of=("self",))
    return {each.pk: each for each in found}


class _PartRules(Rules[Any]):
    """What belongs to a document is locked with it."""

    def set_for(self, values: Mapping[str, Any]) -> str:
        owner: Any = values.get("document_id")
        area = Document.objects.filter(pk=owner).values_list("area", flat=True).first()
        return f"{area or Area.SALES}DocumentLines"

    def before_save(self, edit: Edit[Any]) -> None:
        self.before_save_many([edit])

    def before_save_many(self, edits: Sequence[Edit[Any]]) -> None:
        due = [edit for edit in edits if edit.is_new or edit.changed_fields()]
        documents = held(edit.get("document_id") for edit in due)
        for edit in due:
            self._check_open(documents.get(edit.get("document_id")), edit)
        self._number(due)

    def _check_open(self, document: Document | None, edit: Edit[Any]) -> None:
        if document is None:
            raise DomainError(
                "field_required", _("A line needs the document it belongs to."), field="document_id", rule="I-132"
            )
        if document.status == DocumentStatus.RELEASED and BY_LIFECYCLE not in edit.memory:
            raise released(document)

    def _number(self, edits: Sequence[Edit[Any]]) -> None:
        """Line numbers in steps of 10000 where none is given."""
        wanting = [edit for edit in edits if edit.is_new and not edit.get("line_no")]
        rows = self.model._default_manager.filter(document__in={edit.get("document_id") for edit in wanting})
        last: dict[uuid.UUID, int] = defaultdict(int)
        if wanting:
            last.update(rows.values_list("document_id").annotate(last=Max("line_no")))
        for edit in wanting:
            last[edit.get("document_id")] += STEP
            edit.put("line_no", last[edit.get("document_id")])

    def before_delete(self, record: Any) -> None:
        document = held([record.document_id])[record.document_id]
        if document.status == DocumentStatus.RELEASED:
            raise released(document)


@register
class ServiceItemLineRules(_PartRules):
    model = ServiceItemLine
    set_name = "serviceItemLines"

    def after_save(self, edits: Sequence[Edit[ServiceItemLine]]) -> None:
        """The first item of a service order is recorded (I-123)."""
        from tuttava.documents.recording import service_order_created

        fresh = [edit.record for edit in edits if edit.is_new]
        if fresh:
            service_order_created(fresh)


@register
class DocumentCommentRules(_PartRules):
    """Comments may be written on released documents too."""

    model = DocumentComment
    set_name = "salesDocumentComments"

    def _check_open(self, document: Document | None, edit: Edit[Any]) -> None:
        if edit.get("date") is None and edit.is_new:
            edit.put("date", current().date)

    def before_delete(self, record: DocumentComment) -> None:
        """Nothing else hangs on a comment."""


@register
class DocumentLineRules(_PartRules):
    model = DocumentLine
    set_name = "salesDocumentLines"

    def enter_line_type(self, edit: Edit[DocumentLine], value: str) -> None:
        """Another type starts the line anew."""
        if value != edit.get("line_type") and not edit.is_new:
            _not_moved(edit)
            for name in ("no", "unit_of_measure_code", "tax_group_code"):
                edit.derive(name, "")
            for name in ("unit_price", "quantity", "vat_pct", "line_discount_pct", "line_discount_amount"):
                edit.derive(name, _NONE)
            edit.copy("item_id", None)
            self._counted(edit)
        edit.put("line_type", value)

    def enter_no(self, edit: Edit[DocumentLine], value: str) -> None:
        """The number of an item brings along what the item says; other numbers are kept as they are."""
        if value and edit.get("line_type") == LineType.ITEM:
            known: Mapping[str, Item] = edit.memory.get(ITEMS, {})
            pk = known[value].pk if value in known else id_by_number(Item, value)
            if pk is None:
                raise DomainError("not_found", _("There is no item “%(no)s”.") % {"no": value}, field="no")
            self._take_item(edit, known.get(value) or _item(pk))
            return
        edit.put("no", value)
        edit.copy("item_id", None)

    def enter_item_id(self, edit: Edit[DocumentLine], value: uuid.UUID | None) -> None:
        """Words, unit, price and tax of the item."""
        if value is None or value == edit.get("item_id"):
            edit.copy("item_id", value)
            return
        self._take_item(edit, _item(value))

    def _take_item(self, edit: Edit[DocumentLine], item: Item) -> None:
        if item.pk == edit.get("item_id"):
            return
        if item.blocked:
            raise DomainError(
                "item.blocked",
                _("Item %(no)s is blocked. Choose another one, or lift the block.") % {"no": item.no},
                field="no",
            )
        _not_moved(edit)
        edit.copy("item_id", item.pk)
        edit.copy("no", item.no)
        edit.put("line_type", LineType.ITEM)
        edit.derive("description", item.description)
        edit.derive("description_2", item.description_2)
        edit.derive("unit_of_measure_code", item.base_unit_of_measure_code or "")
        edit.derive("tax_group_code", item.tax_group_code or "")
        edit.derive("vat_pct", item.tax_group.vat_pct if item.tax_group else _NONE)
        edit.put("unit_cost", item.unit_cost)
        if "unit_price" not in edit.typed:
            edit.put("unit_price", _price(item, edit))
        self._counted(edit)

    def enter_tax_group_code(self, edit: Edit[DocumentLine], value: str) -> None:
        edit.put("tax_group_code", value)
        group = TaxGroup.objects.filter(code=edit.get("tax_group_code")).first()
        if group is not None:
            edit.derive("vat_pct", group.vat_pct)

    def enter_quantity(self, edit: Edit[DocumentLine], value: Decimal) -> None:
        """What is to ship and to invoice follows; less than what has moved is refused."""
        moved = max(edit.get("qty_shipped_or_received"), edit.get("qty_invoiced"), key=abs)
        if abs(value) < abs(moved) or value * moved < 0:
            raise DomainError(
                "value_invalid",
                _("%(moved)s were shipped or invoiced already. Enter that quantity at least.")
                % {"moved": moved.normalize()},
                field="quantity",
            )
        edit.put("quantity", value)
        if _document(edit).document_type in ORDERS:
            edit.derive("qty_to_ship_or_receive", value - edit.get("qty_shipped_or_received"))
            edit.derive("qty_to_invoice", value - edit.get("qty_invoiced"))
        self._counted(edit)

    def enter_qty_to_ship_or_receive(self, edit: Edit[DocumentLine], value: Decimal) -> None:
        """Not more than what is left."""
        _within(edit, value, edit.get("quantity") - edit.get("qty_shipped_or_received"), "qty_to_ship_or_receive")
        edit.put("qty_to_ship_or_receive", value)
        edit.derive("qty_to_invoice", value + edit.get("qty_shipped_or_received") - edit.get("qty_invoiced"))

    def enter_qty_to_invoice(self, edit: Edit[DocumentLine], value: Decimal) -> None:
        """Not more than what is left."""
        _within(edit, value, edit.get("quantity") - edit.get("qty_invoiced"), "qty_to_invoice")
        edit.put("qty_to_invoice", value)

    def enter_unit_price(self, edit: Edit[DocumentLine], value: Decimal) -> None:
        edit.put("unit_price", value)
        self._counted(edit)

    def enter_line_discount_pct(self, edit: Edit[DocumentLine], value: Decimal) -> None:
        edit.put("line_discount_pct", value)
        self._counted(edit)

    def enter_line_discount_amount(self, edit: Edit[DocumentLine], value: Decimal) -> None:
        """The percentage follows the amount."""
        gross = _gross(edit)
        if abs(value) > abs(gross) or value * gross < 0:
            raise DomainError(
                "value_invalid",
                _("The discount is higher than the amount of the line. Enter at most %(most)s.") % {"most": gross},
                field="line_discount_amount",
            )
        edit.put("line_discount_amount", value)
        edit.put("line_discount_pct", round(value * _HUNDRED / gross, 5) if gross else _NONE)
        edit.put("line_amount", gross - value)

    def enter_line_amount(self, edit: Edit[DocumentLine], value: Decimal) -> None:
        """An amount typed over the calculated one is a discount."""
        self.enter_line_discount_amount(edit, _gross(edit) - value)

    def _counted(self, edit: Edit[DocumentLine]) -> None:
        """Discount and amount follow quantity, price and percentage."""
        gross = _gross(edit)
        precision = precision_of(_document(edit).currency_code)
        edit.put("line_discount_amount", rounded(gross * edit.get("line_discount_pct") / _HUNDRED, precision))
        edit.put("line_amount", gross - edit.get("line_discount_amount"))

    def before_save_many(self, edits: Sequence[Edit[DocumentLine]]) -> None:
        super().before_save_many(edits)
        for edit in edits:
            if edit.changed("quantity", "unit_price", "line_discount_amount"):
                edit.put("line_amount", discounted(edit.record, _document(edit).currency_code))

    def after_save(self, edits: Sequence[Edit[DocumentLine]]) -> None:
        refresh(list(held(edit.get("document_id") for edit in edits).values()))

    def before_delete(self, record: DocumentLine) -> None:
        super().before_delete(record)
        if record.qty_shipped_or_received or record.qty_invoiced:
            raise DomainError(
                "partly_posted",
                _("Line %(line)s was shipped or invoiced in part and cannot be deleted.") % {"line": record.line_no},
                rule="I-140",
            )

    def after_delete(self, record: DocumentLine) -> None:
        refresh(list(held([record.document_id]).values()))


def _document(edit: Edit[DocumentLine]) -> Document:
    """The header of a line, read once for the line."""
    try:
        return edit.record.document
    except Document.DoesNotExist:
        raise DomainError(
            "field_required", _("A line needs the document it belongs to."), field="document_id", rule="I-132"
        ) from None


def items_by_no(numbers: Iterable[str]) -> dict[str, Item]:
    """Items with their tax groups, by number; unknown numbers are left out."""
    rows = Item.objects.select_related("tax_group").filter(no__in={number for number in numbers if number})
    return {str(item.no): item for item in rows}


def _item(pk: uuid.UUID) -> Item:
    found = Item.objects.select_related("tax_group").filter(pk=pk).first()
    if found is None:
        raise DomainError("not_found", _("There is no such item."), field="no")
    return found


def _gross(edit: Edit[DocumentLine]) -> Decimal:
    return rounded(edit.get("quantity") * edit.get("unit_price"), precision_of(_document(edit).currency_code))


def _price(item: Item, edit: Edit[DocumentLine]) -> Decimal:
    """The item's price as the document has its prices: with or without VAT, in its currency; purchases take the cost.

    Raises ``currency.rate_missing``.
    """
    document = _document(edit)
    if document.area == Area.PURCHASE:
        return _in_currency(Decimal(item.unit_cost), document)
    price, factor = Decimal(item.unit_price), 1 + edit.get("vat_pct") / _HUNDRED
    if item.price_includes_vat != document.prices_including_vat:
        price = Decimal(round(price / factor if item.price_includes_vat else price * factor, 5))
    return _in_currency(price, document)


def _in_currency(price: Decimal, document: Document) -> Decimal:
    """A price in own currency as the document's currency has it, with as many decimal places, two at least."""
    if not document.currency_code or not price:
        return price
    rate = rate_of(document.currency_code, document.posting_date or document.document_date or current().date)
    if rate == 1:
        return price
    return (price / rate).quantize(min(CENT, Decimal(1).scaleb(-_places(price))), ROUND_HALF_UP)


def _places(price: Decimal) -> int:
    exponent = price.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _within(edit: Edit[DocumentLine], value: Decimal, left: Decimal, field: str) -> None:
    if abs(value) > abs(left) or value * left < 0:
        raise DomainError(
            "value_invalid",
            _("Only %(left)s are left on this line. Enter at most that.") % {"left": left.normalize()},
            field=field,
        )


def _not_moved(edit: Edit[DocumentLine]) -> None:
    if edit.get("qty_shipped_or_received") or edit.get("qty_invoiced"):
        raise DomainError(
            "partly_posted",
            _("This line was shipped or invoiced in part. Add another line instead."),
            field="no",
            rule="I-140",
        )
