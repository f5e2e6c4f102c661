"""What we sell and buy (16.7): as much of an item as documents and statistics need."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField, CodeRef, TokensField
from tuttava.foundation.models import NumberSeries
from tuttava.foundation.records import Record
from tuttava.foundation.search_tokens import Searched
from tuttava.partners.models.heads import text
from tuttava.trade.models.codes import ItemCategory, TaxGroup, UnitOfMeasure


class ItemType(models.TextChoices):
    INVENTORY = "inventory", _("Inventory")
    SERVICE = "service", _("Service")
    NON_INVENTORY = "non_inventory", _("Non-inventory")


def _price(label: Text) -> Any:
    return models.DecimalField(
        label, max_digits=20, decimal_places=5, default=0, validators=[MinValueValidator(0)], blank=True
    )


class Item(Record):
    """An article, a service, or something else that stands on document lines."""

    no = CodeField(_("number"), max_length=20, unique=True, help_text=_("Drawn from the series when left blank."))
    no_series = CodeRef(NumberSeries, verbose_name=_("number series"), editable=False, db_index=False)
    description = text(_("description"), 100)
    description_2 = text(_("description 2"), 50)
    type = models.CharField(_("type"), max_length=20, choices=ItemType.choices, default=ItemType.INVENTORY)
    item_category = CodeRef(ItemCategory, verbose_name=_("category"), db_index=False)
    blocked = models.BooleanField(_("blocked"), default=False, help_text=_("Blocked items cannot be traded."))
    gtin = CodeField("GTIN", max_length=14, help_text=_("The number under the bar code."))
    inventory = models.DecimalField(
        _("inventory"),
        max_digits=20,
        decimal_places=5,
        default=0,
        editable=False,
        help_text=_("How many lie in stock."),
    )
    base_unit_of_measure = CodeRef(UnitOfMeasure, verbose_name=_("unit of measure"), db_index=False)
    unit_price = _price(_("price"))
    price_includes_vat = models.BooleanField(_("price includes VAT"), default=False)
    unit_cost = _price(_("cost"))
    tax_group = CodeRef(TaxGroup, verbose_name=_("tax group"), db_index=False)
    # Posting groups are kept for programs that ask, without effect here; no table names their ids.
    gen_prod_posting_group = CodeField(_("product posting group"), max_length=20)
    gen_prod_posting_group_ref = models.UUIDField(null=True, blank=True)
    inventory_posting_group = CodeField(_("inventory posting group"), max_length=20)
    inventory_posting_group_ref = models.UUIDField(null=True, blank=True)
    last_modified_at = models.DateTimeField(_("last modified"), default=timezone.now, editable=False)
    search_tokens = TokensField(null=True, editable=False)
    search_text = models.CharField(max_length=400, blank=True, default="", editable=False, db_collation="C")

    key_field = "no"
    derived = frozenset({"no_series_code", "inventory", "last_modified_at", "search_tokens", "search_text"})
    searched: ClassVar[Searched] = Searched(
        name="description",
        names=("description",),
        keys=("no", "gtin"),
        emails=(),
        search_name="description_2",
    )

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["no"]
        indexes = [
            models.Index(Lower("description"), "id", name="item_by_description"),
            models.Index(fields=["item_category", "no"], name="item_by_category"),
            models.Index(fields=["last_modified_at", "id"], name="item_by_change"),
            models.Index(fields=["search_text", "id"], name="item_search_text"),
            GinIndex(fields=["search_tokens"], name="item_search", gin_pending_list_limit=256),
            models.Index(fields=["gtin"], name="item_gtin", condition=~models.Q(gtin="")),
            models.Index(fields=["base_unit_of_measure"], name="item_by_unit"),
            models.Index(fields=["tax_group"], name="item_by_tax_group"),
        ]

    def __str__(self) -> str:
        return str(self.no)
