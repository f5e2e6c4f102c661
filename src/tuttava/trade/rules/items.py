"""Rules of items (16.7)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum import ean

from tuttava.foundation.attachments import remove_attachments
from tuttava.foundation.context import tell
from tuttava.foundation.models import AttachmentParent, PictureParent
from tuttava.foundation.numbered import Numbered
from tuttava.foundation.pictures import remove_pictures
from tuttava.foundation.records import Edit, register
from tuttava.foundation.search import refresh_search
from tuttava.foundation.search_tokens import set_search
from tuttava.partners.dimensions import remove_dimensions
from tuttava.partners.models import DimensionParent, SalesSetup
from tuttava.partners.setups import setup_of
from tuttava.trade.models import Item, ValueEntry


@register
class ItemRules(Numbered[Item]):
    model = Item
    set_name = "items"
    series_field = "item_nos"

    def series_code(self) -> str:
        return setup_of(SalesSetup).item_nos_code or ""

    def series_hint(self) -> str:
        return _("Fill in “item numbers” in the sales setup, or give the new item a number by hand.")

    def enter_gtin(self, edit: Edit[Item], value: str) -> None:
        """The check digit of a bar code number tells slips of typing; other programs' own numbers are kept."""
        plain = value.replace(" ", "").replace("-", "")
        if plain and not ean.is_valid(plain):
            tell(
                "item.gtin_unusual",
                _("“%(value)s” is not a GTIN: it has 8, 12, 13 or 14 digits, the last of which checks the others.")
                % {"value": value},
                severity="warning",
                target="gtin",
            )
        edit.put("gtin", plain)

    def before_save(self, edit: Edit[Item]) -> None:
        self.before_save_many([edit])

    def before_save_many(self, edits: Sequence[Edit[Item]]) -> None:
        due = [edit for edit in edits if edit.is_new or edit.changed_fields()]
        self.number_new(due)
        now = timezone.now()
        for edit in due:
            edit.copy("last_modified_at", now)
            if not edit.is_new and edit.changed(*Item.searched.fields):
                set_search(edit.record)

    def complete(self, record: Item) -> None:
        """What a new item is found by; nothing else reads it."""
        set_search(record)

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        refresh_search(Item, ids)

    def after_save(self, edits: Sequence[Edit[Item]]) -> None:
        """What was sold of an item follows its new number."""
        for edit in edits:
            if not edit.is_new and edit.changed("no"):
                ValueEntry.objects.filter(item_no=edit.old("no")).update(item_no=edit.get("no"))

    def before_delete(self, record: Item) -> None:
        """What hangs on the item goes with it; what was sold of it stays, under its number."""
        remove_dimensions(DimensionParent.ITEM, [record.pk])
        remove_attachments(AttachmentParent.ITEM, [record.pk])
        remove_pictures(PictureParent.ITEM, [record.pk])
