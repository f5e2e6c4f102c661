"""What can be done with a posted document: printed, mailed, corrected, canceled (section 14)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tuttava.documents import correcting
from tuttava.documents.models import Document, PostedHeader
from tuttava.documents.names import title_of
from tuttava.documents.pages.actions import events_of, interactions_url, posted_url, tell_posted
from tuttava.documents.pages.document_papers import POSTED
from tuttava.documents.pages.kinds import document_url
from tuttava.documents.pages.paper import paper_actions
from tuttava.foundation.context import ask, current, tell
from tuttava.trade.models import PURCHASES, PostedDocument, PostedKind
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action

_BILLS = frozenset(
    {
        PostedKind.SALES_INVOICE,
        PostedKind.SALES_CREDIT_MEMO,
        PostedKind.PURCHASE_INVOICE,
        PostedKind.PURCHASE_CREDIT_MEMO,
    }
)
Work = Callable[[PostedDocument], Answer]


def _posts(work: Work) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        posted = POSTED.find(pk)
        if request.method != "POST":
            return HttpResponse(status=405)
        return respond(request, lambda: work(posted), home=posted_url(posted))

    return view


def _correct(posted: PostedDocument) -> Answer:
    made = correcting.corrective(posted)
    tell("record.created", _("%(record)s was created.") % {"record": title_of(made)})
    return Answer(redirect=document_url(made))


def _cancel(posted: PostedDocument) -> Answer:
    """Cancel at once; it is asked before, because it is final."""
    words = {"document": POSTED.title(posted)}
    text = _("%(document)s is taken back by a document that is posted at once. This cannot be undone. Go on?") % words
    if not ask("q_cancel_posted", text, default=True):
        return Answer(redirect=posted_url(posted))
    made = correcting.cancel(posted)
    tell_posted([made])
    return Answer(redirect=posted_url(made))


for _name, _work in {"correct": _correct, "cancel": _cancel}.items():
    registry.add_route(f"documents/posted/<uuid:pk>/{_name}", _posts(_work), f"posted-document-{_name}")


def _at(name: str) -> Callable[[Any], str]:
    return lambda posted: reverse(f"posted-document-{name}", kwargs={"pk": posted.pk})


def _stands(posted: Any) -> bool:
    """Whether it was posted here, can be taken back and was not yet."""
    area = "purchase" if posted.kind in PURCHASES else "sales"
    if posted.kind not in _BILLS or not current().may("api.write", f"{area}Documents"):
        return False
    return PostedHeader.objects.filter(posted=posted.pk, canceled_by_id__isnull=True).exists()


def _logged(_posted: Any) -> bool:
    return current().may("interaction_log.read", "interactionLogEntries")


def _interactions(posted: Any) -> str:
    return interactions_url(posted.no, events_of(posted))


def _order(posted: Any) -> Document | None:
    """The order it came from, while that is still being worked on."""
    source = PostedHeader.objects.filter(posted=posted.pk).values_list("order_id", flat=True).first()
    return Document.objects.filter(pk=source).first() if source is not None else None


def _order_url(posted: Any) -> str:
    order = _order(posted)
    return document_url(order) if order is not None else ""


def _has_order(posted: Any) -> bool:
    return bool(posted.order_no) and _order(posted) is not None


_MENU = gettext_lazy("Take back")
POSTED_ACTIONS = (
    *paper_actions(POSTED),
    Action("interactions", gettext_lazy("Interactions"), _interactions, "link", "chat-bubble-left-right", _logged),
    Action("order", gettext_lazy("Open the order"), _order_url, "link", "clipboard-document-list", _has_order),
    Action("correct", gettext_lazy("Correct"), _at("correct"), "post", "pencil-square", _stands, menu=_MENU),
    Action(
        "cancel", pgettext_lazy("document", "Cancel it"), _at("cancel"), "post", "receipt-refund", _stands, menu=_MENU
    ),
)
