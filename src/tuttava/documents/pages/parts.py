"""What belongs to a document beside its lines: comments, and the items that a service document is about."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models import Area, DocumentComment, DocumentType, ServiceItemLine
from tuttava.foundation.context import current
from tuttava.ui.cards import CardField
from tuttava.ui.cards.sublists import Line, SubList
from tuttava.ui.values import show

_SERVED = frozenset({DocumentType.QUOTE, DocumentType.ORDER})


def _served(document: Any) -> bool:
    return document.area == Area.SERVICE and document.document_type in _SERVED


def _item(row: ServiceItemLine) -> Line:
    words = row.description or row.service_item_no
    detail = row.service_item_no if row.description else ""
    return Line(words or gettext("Item without a name"), detail, badge=row.repair_status)


def _comment(row: DocumentComment) -> Line:
    about = gettext("Line %(line)s") % {"line": row.document_line_no} if row.document_line_no else ""
    return Line(
        row.comment or gettext("(blank)"), " · ".join(part for part in (show(row.date), about) if part), badge=row.code
    )


SERVICE_ITEMS = SubList(
    "service-items",
    _("Items to service"),
    ServiceItemLine,
    (CardField("service_item_no"), CardField("repair_status"), CardField("description", wide=True)),
    _item,
    owner="document",
    order_by=("line_no",),
    visible=_served,
    label_new=_("Add item to service"),
    empty=_("What is repaired or looked after stands here."),
    refreshes=("timeline",),
    main=True,
)
COMMENTS = SubList(
    "comments",
    _("Comments"),
    DocumentComment,
    (CardField("comment", wide=True), CardField("date"), CardField("code")),
    _comment,
    owner="document",
    order_by=("document_line_no", "line_no"),
    label_new=_("Add comment"),
    empty=_("Comments stay in the house."),
    prefill=lambda document: {"date": current().date},
    refreshes=("timeline",),
)
