"""What the buttons on a segment do; the rules are in the room itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuttava.contacts.models import ContactMailingGroup
from tuttava.foundation import records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.segments.mailing_groups import apply_mailing_group
from tuttava.segments.models import Segment, SegmentLine
from tuttava.segments.pages.finding import CARD, found, may_write, posts, segment_url, title_of
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, CardField, add_action
from tuttava.ui.lists.declare import Filter
from tuttava.ui.lists.known import page_named
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards import dialog, form_fields

#: The menu of what is done with the contacts of a segment.
MENU = gettext_lazy("Contacts")
#: The list that can be narrowed to the contacts of a segment.
_LIST = "contacts"
_GROUP = CardField("mailing_group_code", wide=True)


def _delete(_request: HttpRequest, segment: Segment) -> Answer:
    """Everything of it goes without a question (S-3), and comes back with Undo."""
    with unit_of_work("delete segment", title_of(segment)) as unit:
        records.delete(segment)
    tell("record.deleted", _("%(record)s was deleted.") % {"record": title_of(segment)})
    return Answer(redirect=reverse("segments"), undo=undo_address(unit))


def mailing_group(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put everybody on the segment into a mailing group (S-85)."""
    segment = found(pk)
    require("api.write", "contactMailingGroups")
    if request.method != "POST":
        return _group_form(request, segment)
    return respond(
        request,
        lambda: _apply(request, segment),
        home=segment_url(segment),
        refused=lambda error: _group_form(request, segment, error),
    )


def _apply(request: HttpRequest, segment: Segment) -> Answer:
    code, anew = request.POST.get("mailing_group_code", ""), bool(request.POST.get("anew"))
    try:
        with unit_of_work("apply mailing group", title_of(segment)) as unit:
            added = apply_mailing_group(segment, code, delete_old_assignments=anew)
    except DomainError as error:
        error.field = "mailing_group_code" if error.field == "code" else error.field
        raise
    words = ngettext("%(count)d contact was added to %(group)s.", "%(count)d contacts were added to %(group)s.", added)
    tell("mailing_group.applied", words % {"count": added, "group": as_code(code)})
    return Answer(close=True, undo=undo_address(unit))


def _group_form(request: HttpRequest, segment: Segment, error: DomainError | None = None) -> HttpResponse:
    typed = request.POST.dict() if error is not None else None
    fields = form_fields(ContactMailingGroup, (_GROUP,), typed=typed, error=error)
    context = {
        "title": _("Put everybody into a mailing group"),
        "fields": fields,
        "anew": bool(request.POST.get("anew")),
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
        "home": segment_url(segment),
    }
    return dialog(request, "segments/mailing_group.html", context, status=422 if error else 200)


def _on_segment(_operator: str, values: Sequence[str]) -> Q:
    """Contacts with a line in one of these segments."""
    lines = SegmentLine.objects.filter(segment__no__in=[as_code(value) for value in values], contact__isnull=False)
    return Q(pk__in=lines.order_by().values("contact_id"))


def contacts_url(segment: Any) -> str:
    """The list of contacts narrowed to those of the segment, to be exported, mailed or changed together."""
    return f"{reverse(_LIST)}?{urlencode({'f': f'segment:is:{segment.no}'})}"


def _may_group(_segment: Any) -> bool:
    return current().may("api.write", "contactMailingGroups")


_contacts = page_named(_LIST)
_contacts.filters = [
    *_contacts.filters,
    Filter("segment", gettext_lazy("On segment"), condition=_on_segment, operators=("is",)),
]
registry.add_route("segments/<uuid:pk>/delete", posts(_delete), "segment-delete")
registry.add_route("segments/<uuid:pk>/mailing-group", mailing_group, "segment-mailing-group")
for _action in (
    Action("contacts", gettext_lazy("Show in the contact list"), contacts_url, "link", "users", menu=MENU),
    Action(
        "mailing-group", gettext_lazy("Put into a mailing group"),
        lambda segment: reverse("segment-mailing-group", kwargs={"pk": segment.pk}),
        "dialog", "user-group", _may_group, menu=MENU,
    ),
    Action(
        "delete", gettext_lazy("Delete"), lambda segment: reverse("segment-delete", kwargs={"pk": segment.pk}),
        "post", "trash", may_write, danger=True,
    ),
):  # fmt: skip
    add_action(CARD, _action)
