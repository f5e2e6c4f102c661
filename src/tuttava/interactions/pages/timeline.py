"""Interactions in the timeline of contacts: newest first, a company's with those of its people (section 5, I-79)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Func, IntegerField, Q, QuerySet, TimeField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Mod
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked
from tuttava.foundation.context import current
from tuttava.interactions.confidential import is_hidden, shown
from tuttava.interactions.models import Evaluation, InteractionComment, InteractionDraft, InteractionLogEntry
from tuttava.interactions.titles import titles
from tuttava.ui.cards import add_source
from tuttava.ui.cards.timeline import Asked, Happening, Source, Whom

READ, WRITE, SET = "interaction_log.read", "interaction_log.write", "interactionLogEntries"
_MILLION = 1_000_000
_UNSEEN = ("search_tokens", "search_text", "pinned_fields")


class _Seconds(Func):
    """A time of day without parts of seconds."""

    template = "date_trunc('second', %(expressions)s::interval)::time"
    output_field = TimeField()


def _time() -> Combinable:
    return _Seconds(Coalesce(F("time_of_interaction"), Value(dt.time())))


def _place() -> Combinable:
    """What tells entries of one second apart: stands in the moment as its millionths."""
    return Mod(F("entry_no"), Value(_MILLION), output_field=IntegerField())


def interactions(asked: Asked) -> list[Happening]:
    """A page of the stream: two queries, and those of the titles, however many entries a contact has."""
    return told(asked, _of(asked.record))


def told(asked: Asked, entries: QuerySet[InteractionLogEntry]) -> list[Happening]:
    """A page of the stream made of ``entries``; none for whoever may not read the log."""
    if not current().may(READ, SET):
        return []
    shown_entries = list(_entries(asked, entries)[: asked.limit])
    named = titles(shown_entries)
    return [_happening(asked, entry, named[entry.pk]) for entry in shown_entries]


def _entries(asked: Asked, entries: QuerySet[InteractionLogEntry]) -> QuerySet[InteractionLogEntry]:
    rows = entries.annotate(second=_time(), place=_place())
    if asked.before is not None:
        moment = timezone.localtime(asked.before)
        day, second = moment.date(), moment.time().replace(microsecond=0)
        rows = rows.filter(date__lte=day).filter(
            Q(date__lt=day) | Q(second__lt=second) | Q(second=second, place__lt=moment.microsecond)
        )
    unseen = [f"contact__{name}" for name in _UNSEEN]
    return rows.select_related("contact").defer(*unseen).order_by("-date", "-second", "-place")


def _of(contact: Contact) -> QuerySet[InteractionLogEntry]:
    if contact.is_company:
        return InteractionLogEntry.objects.filter(contact_company_id=contact.pk)
    return InteractionLogEntry.objects.filter(contact_id=contact.pk)


def _happening(asked: Asked, entry: InteractionLogEntry, title: str) -> Happening:
    resumes = entry.postponed and current().may(WRITE, SET)
    time = (entry.time_of_interaction or dt.time()).replace(microsecond=entry.entry_no % _MILLION)
    return Happening(
        timezone.make_aware(dt.datetime.combine(entry.date, time)),
        "interaction",
        title or shown(entry, "description") or _("Interaction %(entry)s") % {"entry": entry.entry_no},
        entry.salesperson_code or entry.user_name,
        _lines(entry, title),
        reverse("interaction", kwargs={"pk": entry.pk}),
        muted=entry.canceled or entry.postponed,
        step=_("Resume") if resumes else "",
        step_url=reverse("interaction-resume", kwargs={"pk": entry.pk}) if resumes else "",
        **_whom(asked, entry),
    )


def _lines(entry: InteractionLogEntry, title: str) -> list[str]:
    """What was said, then what became of it."""
    states = [
        (entry.postponed, _("Postponed")),
        (entry.canceled, _("Canceled")),
        (entry.attempt_failed, _("Attempt failed")),
        (entry.delivery_status == "error", _("Not delivered")),
        (entry.evaluation != Evaluation.NONE, entry.get_evaluation_display()),
        (bool(entry.private_for), _("Private")),
        (bool(entry.attachment_id) and not is_hidden(entry), _("Attachment")),
        (bool(entry.campaign_no), _("Campaign %(no)s") % {"no": entry.campaign_no}),
        (bool(entry.opportunity_no), _("Opportunity %(no)s") % {"no": entry.opportunity_no}),
    ]
    marks = " · ".join(str(words) for shown, words in states if shown)
    return [line for line in (shown(entry, "description") if title else "", marks) if line]


def _whom(asked: Asked, entry: InteractionLogEntry) -> Whom:
    contact = entry.contact
    if contact is None or contact.pk == asked.record.pk:
        return {}
    return {"whom": masked(contact).name or contact.no, "whom_url": contact_url(contact)}


def _labels(*models: type[Any]) -> frozenset[str]:
    return frozenset(model._meta.label_lower for model in models)


add_source(
    "contact",
    Source(
        "interaction",
        gettext_lazy("Interactions"),
        "chat-bubble-left-right",
        interactions,
        _labels(InteractionLogEntry, InteractionComment, InteractionDraft),
    ),
)
