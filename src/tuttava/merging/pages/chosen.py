"""Rows ticked in a list of contacts, customers or vendors go to the merge page together (M-3)."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.merging.models import MergeTable
from tuttava.merging.pages.merge import MOST_AT_ONCE, MergePage
from tuttava.merging.pages.parties import merge_url, set_of
from tuttava.merging.preparing import RIGHT
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.lists.declare import BulkLink
from tuttava.ui.lists.mount import add_link
from tuttava.ui.lists.selected import selected_rows
from tuttava.ui.notices import notify

#: The list of each table; its address is the same.
LISTS = {MergeTable.CONTACT: "contacts", MergeTable.CUSTOMER: "customers", MergeTable.VENDOR: "vendors"}


@require_POST
def merge_chosen(request: HttpRequest, table: str) -> HttpResponse:
    """The merge page of the oldest of the rows, which stays unless the user swaps, with the others beside it."""
    require("api.read", set_of(table))
    require(RIGHT)
    home = reverse(LISTS[MergeTable(table)])

    def refused(error: DomainError) -> HttpResponse:
        notify(request, str(error), severity="error")
        return HttpResponseRedirect(home)

    return respond(request, partial(_begun, request, table), home=home, refused=refused)


def _begun(request: HttpRequest, table: str) -> Answer:
    found = list(selected_rows(request, LISTS[MergeTable(table)]).order_by("pk")[: MOST_AT_ONCE + 2])
    if not 2 <= len(found) <= MOST_AT_ONCE + 1:
        raise DomainError(
            "merge.choose_rows",
            _("Tick two to %(count)d rows that stand for the same party.") % {"count": MOST_AT_ONCE + 1},
            rule="M-3",
        )
    stays, *folded = found
    page = MergePage(table)
    with transaction.atomic():
        for record in folded:
            page.begin(stays, record.no)
    return Answer(redirect=merge_url(table, stays.pk))


for _table, _list in LISTS.items():
    registry.add_route(f"{_list}/merge-chosen", partial(merge_chosen, table=_table.value), f"{_list}-merge-chosen")
    add_link(
        _list,
        BulkLink("merge", gettext_lazy("Merge"), f"{_list}-merge-chosen", icon="arrows-pointing-in", right=RIGHT),
    )
