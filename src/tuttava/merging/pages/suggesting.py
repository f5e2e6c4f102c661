"""After two customers or vendors were merged: the contacts behind them are probably the same party too (M-35)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.models import ContactBusinessRelation
from tuttava.merging.models import MergeTable
from tuttava.merging.pages.parties import may_merge, merge_url, shown
from tuttava.ui.banners import Banner, Way
from tuttava.ui.cards.declare import add_banner


def suggest(record: Any) -> Banner | None:
    """The suggestion on the card of a record with two contacts; the one that synchronises would stay."""
    if not may_merge():
        return None
    rows = ContactBusinessRelation.objects.filter(linked_id=record.pk).select_related("contact")
    contacts = [row.contact for row in rows.order_by("secondary", "pk")[:2]]
    if len(contacts) < 2 or contacts[0].type != contacts[1].type:
        return None
    first, second = (shown(MergeTable.CONTACT, contact) for contact in contacts)
    text = _("Two contacts stand behind this record since it was merged: %(first)s and %(second)s.") % {
        "first": f"{first.name} ({first.no})",
        "second": f"{second.name} ({second.no})",
    }
    address = f"{merge_url(MergeTable.CONTACT, contacts[0].pk)}?with={second.no}"
    return Banner(text, [Way(_("Merge the contacts too"), address, "link", "arrows-pointing-in")])


for _table in (MergeTable.CUSTOMER, MergeTable.VENDOR):
    add_banner(_table, suggest)
