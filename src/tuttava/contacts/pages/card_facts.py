"""What the fact boxes of the contact card show."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.models import CommentLine, NumberSeries, OwnerKind
from tuttava.ui.cards import CHANGES, Happening, Source, add_source, card
from tuttava.ui.cards.views import timeline_context

PEOPLE_SHOWN = 8


def number_shown() -> bool:
    """C-4, as far as it is decided without drawing: hidden when numbers come from a series that takes no others."""
    code = marketing_setup().contact_nos_code
    if not code:
        return True
    series = NumberSeries.objects.filter(code=code).first()
    return series is None or series.manual_nos or not series.default_nos


def people(contact: Contact) -> dict[str, Any]:
    """The contact's company and its people (C-28), this contact left out."""
    if contact.company_id is None:
        return {"rows": [], "more": 0}
    first = Case(When(type=ContactType.COMPANY, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Contact.objects.filter(company_id=contact.company_id).exclude(pk=contact.pk).order_by(first, "name", "pk")
    found = list(
        rows.only("pk", "no", "name", "type", "job_title", "phone_no", "mobile_phone_no", "email")[: PEOPLE_SHOWN + 1]
    )
    return {"rows": found[:PEOPLE_SHOWN], "more": len(found) > PEOPLE_SHOWN, "contact": contact}


def comments_of(contact: Any, before: dt.datetime | None, limit: int) -> list[Happening]:
    """Comments as happenings of the timeline."""
    if getattr(contact, "has_comments", None) is False:
        return []
    lines = CommentLine.objects.filter(owner_kind=OwnerKind.CONTACT, owner_id=contact.pk)
    if before is not None:
        lines = lines.filter(date__lte=before.date())
    found = []
    for line in lines.order_by("-date", "-time", "-line_no")[:limit]:
        at = dt.datetime.combine(line.date or dt.date(1900, 1, 1), line.time or dt.time(), tzinfo=dt.UTC)
        if before is None or at < before:
            found.append(Happening(at, "comment", line.comment, line.author))
    return found


add_source("contact", Source("comment", gettext_lazy("Comments"), "chat-bubble-left", comments_of))
add_source("contact", CHANGES)


def timeline_box(contact: Contact) -> dict[str, Any]:
    """The first lines of the timeline."""
    return timeline_context(card("contact"), contact)
