"""Documents in timelines: what was made for a contact, and what was said of a document (section 5, I-130)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.documents.models import Area, Document
from tuttava.documents.names import title_of
from tuttava.documents.pages.actions import events_of, posted_url
from tuttava.documents.pages.kinds import document_url
from tuttava.foundation.context import current
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.pages.timeline import told
from tuttava.trade.models import PostedDocument
from tuttava.ui.cards import add_source
from tuttava.ui.cards.timeline import SHOWN, Asked, Happening, Source
from tuttava.ui.values import show_number

#: Posted documents of one day that may lie after the moment a page of the timeline goes on from.
DAY_OF_DOCUMENTS = 100
_NEWEST = "newest_documents"
#: Thousandths of a second until the year 9000: ids of others may say anything.
_LATEST = 221_845_392_000_000


# --- of a contact -----------------------------------------------------------------------------------------------------


def documents(asked: Asked) -> list[Happening]:
    """Documents begun for the contact, or posted; those of a company's people are the company's too."""
    found = [*_begun(asked), *_posted(asked)]
    return sorted(found, key=lambda happening: happening.at, reverse=True)[: asked.limit]


def newest_documents(contact: Contact) -> list[Document]:
    """The newest documents that are being worked on for a contact; read once for the card it stands on."""
    known = vars(contact)
    if _NEWEST not in known:
        known[_NEWEST] = list(_of(Asked(contact))[: SHOWN + 1])
    found: list[Document] = known[_NEWEST]
    return found


def _of(asked: Asked) -> QuerySet[Document]:
    areas = [area for area in Area if current().may("api.read", f"{area}Documents")]
    return Document.objects.filter(account_contact__in=_people(asked), area__in=areas).order_by("-pk")


def _people(asked: Asked) -> Any:
    """The contacts asked about, and the people of those that are companies."""
    if not any(contact.is_company for contact in (asked.record, *asked.others)):
        return asked.ids
    return Contact.objects.filter(Q(pk__in=asked.ids) | Q(company_id__in=asked.ids)).values("pk")


def _begun(asked: Asked) -> list[Happening]:
    if asked.before is None and not asked.others:
        rows = newest_documents(asked.record)[: asked.limit]
    else:
        older = {} if asked.before is None else {"pk__lt": _first_id(asked.before)}
        rows = list(_of(asked).filter(**older)[: asked.limit])
    return [
        Happening(
            _moment(document.pk),
            "document",
            title_of(document),
            document.salesperson_code or document.created_by,
            [" · ".join([str(document.get_status_display()), _sum(document.amount_including_vat, document)])],
            document_url(document),
            **asked.whom(document.account_contact_id),
        )
        for document in rows
    ]


def _posted(asked: Asked) -> list[Happening]:
    if not current().may("api.read", "postedDocuments"):
        return []
    rows = PostedDocument.objects.filter(main_contact__in=_people(asked)).select_related("header")
    if asked.before is not None:
        rows = rows.filter(posting_date__lte=timezone.localtime(asked.before).date())
    # A whole day is read on, because the time of day within it decides only here.
    newest = list(rows.order_by("-posting_date", "-pk")[: asked.limit + DAY_OF_DOCUMENTS])
    found = []
    for posted in newest:
        at = _posted_at(posted)
        if asked.before is None or at < asked.before:
            header = getattr(posted, "header", None)
            found.append(
                Happening(
                    at,
                    "document",
                    f"{posted.get_kind_display()} {posted.no}",
                    posted.salesperson_code or posted.user_id,
                    [_sum(posted.amount_including_vat, header)],
                    posted_url(posted),
                    **asked.whom(posted.main_contact_id),
                )
            )
    return found[: asked.limit]


def _sum(amount: Any, header: Any) -> str:
    currency = (header.currency_code if header is not None else "") or ""
    return f"{show_number(amount, 2)} {currency}".strip()


def _posted_at(posted: PostedDocument) -> dt.datetime:
    """The day of posting; the time of day is that of its making, so that those of one day have an order."""
    made = timezone.localtime(_moment(posted.pk))
    time = made.time() if made.date() == posted.posting_date else dt.time(microsecond=posted.pk.int % 1_000_000)
    return timezone.make_aware(dt.datetime.combine(posted.posting_date, time))


def _moment(pk: uuid.UUID) -> dt.datetime:
    """When a record was made: its id says so, to a thousandth of a second (RFC 9562)."""
    # What follows in the id tells two of one thousandth apart.
    thousandths, rest = min(pk.int >> 80, _LATEST), pk.int >> 64 & 0xFFF
    made = dt.datetime.fromtimestamp(thousandths // 1000, tz=dt.UTC)
    return made + dt.timedelta(milliseconds=thousandths % 1000, microseconds=rest % 1000)


def _first_id(moment: dt.datetime) -> uuid.UUID:
    """The lowest id of what was made in the thousandth of a second of ``moment``."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def _labels(*models: type[Any]) -> frozenset[str]:
    return frozenset(model._meta.label_lower for model in models)


add_source("contact", Source("document", _("Documents"), "document-text", documents, _labels(Document, PostedDocument)))


# --- of a document ----------------------------------------------------------------------------------------------------


def entries_of(record: Any) -> QuerySet[InteractionLogEntry]:
    """What the log says of a document; not of an earlier one with the same number."""
    entries = InteractionLogEntry.objects.filter(
        document_no=record.no, document_type__in=events_of(record), postponed=False
    )
    if isinstance(record, Document):
        entries = entries.filter(doc_no_occurrence__in=(0, record.doc_no_occurrence))
    return entries


def _said(asked: Asked) -> list[Happening]:
    return told(asked, entries_of(asked.record))


for _card in ("document", "posted-document"):
    add_source(
        _card,
        Source("interaction", _("Interactions"), "chat-bubble-left-right", _said, _labels(InteractionLogEntry)),
    )
