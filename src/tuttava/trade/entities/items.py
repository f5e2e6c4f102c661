"""Items in the standard service (16.7)."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.build import code_behind
from tuttava.api.declare import STANDARD, EntitySet, Navigation, Property
from tuttava.api.sets.attachments import attachments_navigation, owns_attachments
from tuttava.api.sets.pictures import owns_pictures, picture_navigation
from tuttava.foundation import attachments, pictures, records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent, PictureParent
from tuttava.trade.models import Item, ItemCategory, ItemType, TaxGroup, UnitOfMeasure


def create_item(values: Mapping[str, Any], given: Mapping[str, Any]) -> Item:
    """Create an item. Stock comes with goods, not with the item."""
    if values.get("inventory", decimal.Decimal(0)) != 0:
        raise DomainError(
            "value_invalid", _("A new item has no inventory. Leave inventory out, or send 0."), field="inventory"
        )
    entered = {name: value for name, value in values.items() if name != "inventory"}
    return records.create(Item, entered, given=given, in_order=True)


def _pair(stem: str, attribute: str, model: type[Model], length: int) -> tuple[Property, Property]:
    """A reference by id and by code, in the order in which the contract names them."""
    return (
        Property(
            f"{stem}Id",
            edm.GUID,
            f"{attribute}__id",
            write=f"{attribute}_code",
            convert=code_behind(model),
            nullable=True,
        ),
        Property(f"{stem}Code", edm.code(length), f"{attribute}_code", nullable=True),
    )


STANDARD.register(
    EntitySet(
        name="items",
        entity="item",
        model=Item,
        properties=(
            Property("id", edm.GUID, "id", immutable=True),
            Property("number", edm.code(20), "no"),
            Property("displayName", edm.text(100), "description"),
            Property("displayName2", edm.text(50), "description_2"),
            Property(
                "type",
                edm.standard_enum("itemType", ItemType, {"non_inventory": "Non-Inventory"}),
                "type",
            ),
            *_pair("itemCategory", "item_category", ItemCategory, 20),
            Property("blocked", edm.BOOLEAN, "blocked"),
            Property("gtin", edm.code(14), "gtin"),
            Property("inventory", edm.DECIMAL, "inventory", immutable=True),
            Property("unitPrice", edm.DECIMAL, "unit_price"),
            Property("priceIncludesTax", edm.BOOLEAN, "price_includes_vat"),
            Property("unitCost", edm.DECIMAL, "unit_cost"),
            *_pair("taxGroup", "tax_group", TaxGroup, 20),
            Property("generalProductPostingGroupId", edm.GUID, "gen_prod_posting_group_ref", nullable=True),
            Property("generalProductPostingGroupCode", edm.code(20), "gen_prod_posting_group"),
            Property("inventoryPostingGroupId", edm.GUID, "inventory_posting_group_ref", nullable=True),
            Property("inventoryPostingGroupCode", edm.code(20), "inventory_posting_group"),
            *_pair("baseUnitOfMeasure", "base_unit_of_measure", UnitOfMeasure, 10),
            Property("lastModifiedDateTime", edm.INSTANT, "last_modified_at", read_only=True),
        ),
        navigations=(
            Navigation("unitOfMeasure", UnitOfMeasure, many=False, theirs="code", ours="base_unit_of_measure_code"),
            Navigation("itemCategory", ItemCategory, many=False, theirs="code", ours="item_category_code"),
            attachments_navigation(AttachmentParent.ITEM, partner="item"),
            picture_navigation(PictureParent.ITEM, partner="item"),
        ),
        natural_key=("number",),
        create=create_item,
        tracked=True,
        webhooks=True,
    )
)
owns_attachments(AttachmentParent.ITEM, attachments.Parent(Item), "item")
owns_pictures(
    PictureParent.ITEM, pictures.Parent(Item, named=lambda item: f"{item.no} {item.description}"), "item", "items"
)
