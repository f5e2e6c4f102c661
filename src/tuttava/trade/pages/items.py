"""The list and the card of items, and items in the palette (16.7)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tuttava.foundation import records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.search import search_ids
from tuttava.partners.models import DimensionParent
from tuttava.partners.pages.dimensions import dimension_list
from tuttava.relations.pages.bulk import DELETE
from tuttava.trade.models import Item, ItemCategory, ItemType
from tuttava.trade.pages.entries import money
from tuttava.trade.pages.panels import buyers, together_of_item
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import (
    CHANGES,
    PICTURE,
    Action,
    Badge,
    CardField,
    CardPage,
    FactBox,
    Group,
    add_source,
    card,
    register_card,
)
from tuttava.ui.cards.views import timeline_context
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards import dialog, form_fields, read_form

SET = "items"
BOX_LINES = 6
C, F = Column, Filter


def item_url(item: Item) -> str:
    """The card of an item."""
    return reverse("item", kwargs={"pk": item.pk})


def _name(item: Item) -> str:
    return str(item.description or item.no)


def _rows() -> QuerySet[Any]:
    return Item.objects.defer("search_tokens", "search_text")


def _search(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    return search_ids(text, rows, limit=limit)


def _shown(item: Item) -> str:
    return format_html('<span class="row-name"><span class="row-words">{}</span></span>', _name(item))


def _blocked(item: Item) -> str:
    return format_html('<span class="badge danger">{}</span>', _("Blocked")) if item.blocked else ""


register_list(
    ListPage(
        name="items",
        path="items",
        title=_("Items"),
        model=Item,
        columns=[
            C("description", width=280, sort="description", cell=_shown),
            C("no", width=110, sort="no"),
            C("item_category_code", _("category"), 130),
            C("base_unit_of_measure_code", _("unit of measure"), 110),
            money("unit_price"),
            C("type", width=130),
            C("blocked", width=100, cell=_blocked),
            C("description_2", width=180, hidden=True),
            C("gtin", width=150, hidden=True),
            money("unit_cost", hidden=True),
            C("inventory", width=110, hidden=True),
            C("tax_group_code", _("tax group"), 110, hidden=True),
            C("last_modified_at", width=170, kind="moment", hidden=True, sort="changed"),
        ],
        sorts=[
            Sort("description", (Lower("description"), "id")),
            Sort("no", ("no",)),
            Sort("changed", ("last_modified_at", "id")),
        ],
        filters=[
            F("category", _("Category"), "code", "item_category_code", model=ItemCategory, quick=True),
            F("type", _("Type"), "choice", choices=ItemType.choices, quick=True),
            F("blocked", _("Blocked"), "flag", quick=True),
            F("changed", _("Changed"), "moment", "last_modified_at", quick=True),
            F("no", _("Number"), operators=("is", "begins")),
            F("gtin", "GTIN", operators=("is", "begins")),
        ],
        rows=_rows,
        search=_search,
        href=item_url,
        row_class=lambda item: "is-blocked" if item.blocked else "",
        new="item-new",
        new_label=_("New item"),
        start=Start(
            _("No items yet"),
            _("What you sell and buy stands here."),
            _("New item"),
            "item-new",
            "archive-box",
        ),
        set_name=SET,
        bulk=(DELETE,),
    )
)
registry.add_nav(registry.Entry("items", _("Items"), "items", icon="archive-box", order=20))


def _hits(text: str, limit: int) -> list[registry.Hit]:
    rows = _rows()
    ids = search_ids(text, rows, limit=limit)
    found = {item.pk: item for item in rows.filter(pk__in=ids)}
    return [
        registry.Hit(_name(found[pk]), item_url(found[pk]), found[pk].no, "archive-box") for pk in ids if pk in found
    ]


registry.add_search(registry.RecordSearch("items", _("Item"), _hits))


def _may_write(_item: Item) -> bool:
    return current().may("api.write", SET)


def _badges(item: Item) -> Sequence[Badge]:
    return [Badge(_("Blocked"), "danger")] if item.blocked else []


def _timeline(item: Item) -> dict[str, Any]:
    return timeline_context(card("item"), item, limit=BOX_LINES)


def delete_item(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Delete at once and offer Undo."""
    require("api.write", SET)
    item = Item.objects.filter(pk=pk).first()
    if item is None or request.method != "POST":
        raise Http404

    def work() -> Answer:
        with unit_of_work("delete item") as unit:
            records.delete(item)
        tell("record.deleted", _("%(record)s was deleted.") % {"record": f"{item.no} {item.description}"})
        return Answer(redirect=reverse("items"), undo=undo_address(unit))

    return respond(request, work, home=item_url(item))


G = CardField
register_card(
    CardPage(
        name="item",
        path="items",
        model=Item,
        caption=_("Item"),
        title=_name,
        subtitle=lambda item: " · ".join((str(_("Item")), item.no)),
        badges=_badges,
        groups=(
            Group(
                "general",
                _("General"),
                [
                    *(G("no"), G("type"), G("description"), G("description_2"), G("item_category_code")),
                    *(G("base_unit_of_measure_code"), G("gtin"), G("blocked"), G("last_modified_at")),
                ],
                summary=("no", "item_category_code"),
            ),
            Group(
                "prices",
                _("Prices"),
                [G("unit_price"), G("price_includes_vat"), G("unit_cost"), G("inventory"), G("tax_group_code")],
                summary=("unit_price",),
            ),
            Group(
                "posting",
                _("Posting"),
                [G("gen_prod_posting_group"), G("inventory_posting_group")],
                open=False,
            ),
        ),
        parent=lambda: (reverse("items"), _("Items")),
        actions=[
            Action(
                "delete",
                _("Delete"),
                lambda item: reverse("item-delete", kwargs={"pk": item.pk}),
                "post",
                "trash",
                _may_write,
                danger=True,
            )
        ],
        lists=(dimension_list(DimensionParent.ITEM),),
        boxes=(
            FactBox("buyers", _("Bought by"), "trade/buyers_box.html", buyers),
            FactBox("together", _("Bought together with"), "trade/together_box.html", together_of_item),
            PICTURE,
            FactBox("timeline", _("Timeline"), "ui/cards/timeline_box.html", _timeline),
        ),
        select_related=("item_category", "base_unit_of_measure", "tax_group"),
        reload_on=frozenset({"blocked"}),
        refresh_boxes=lambda changed: ("timeline",),
    )
)
add_source("item", CHANGES)
registry.add_route("items/<uuid:pk>/delete", delete_item, "item-delete")

FIELDS: Sequence[CardField] = (
    G("description", wide=True),
    *(G("type"), G("item_category_code"), G("base_unit_of_measure_code"), G("unit_price")),
)


def new_item(request: HttpRequest) -> HttpResponse:
    """The dialog of a new item; a POST creates it and opens its card."""
    require("api.write", SET)
    if request.method != "POST":
        return _form(request)
    return respond(
        request,
        lambda: _create(request),
        home=reverse("items"),
        refused=lambda error: _form(request, error),
    )


def _create(request: HttpRequest) -> Answer:
    typed = {name: value for name, value in read_form(Item, FIELDS, request.POST.dict()).items() if value}
    if not typed.get("description"):
        raise DomainError("field_required", _("A name is needed. Type one."), field="description")
    made = records.create(Item, typed)
    tell("record.created", _("%(record)s was created.") % {"record": f"{made.no} {made.description}"})
    return Answer(redirect=item_url(made))


def _form(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    typed = request.POST.dict() if error is not None else None
    start = {"description": request.GET.get("name", "")}
    fields = form_fields(Item, FIELDS, values_now=start, typed=typed, error=error)
    context = {
        "title": _("New item"),
        "fields": fields,
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
        "submit": _("Create"),
        "home": reverse("items"),
        "draft": "item.new",
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


registry.add_route("items/new", new_item, "item-new")
registry.add_command(
    registry.Command(
        "new-item",
        _("New item"),
        "item-new",
        icon="plus",
        order=45,
        right="api.write",
        words=_("article product service"),
    )
)
