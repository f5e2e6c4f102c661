"""What the buttons on a document do; the rules are in the room itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.documents import archiving, converting, lifecycle, posting
from tuttava.documents.models import ORDERS, PROMISES, RETURNS, Area, Document, DocumentStatus, DocumentType
from tuttava.documents.names import title_of
from tuttava.documents.pages.document_papers import DOCUMENT
from tuttava.documents.pages.kinds import document_url, kind_of, may_write
from tuttava.documents.pages.paper import MENU, paper_actions, printed
from tuttava.documents.printing.actions import post_and_leave
from tuttava.documents.recording import event_of, posted_event
from tuttava.foundation import records
from tuttava.foundation.context import ask, choose, current, require, tell
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.trade.models import PostedDocument
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, views_of
from tuttava.ui.undo import register_undo, undo_address

register_undo(posting.ACTION, None)

Work = Callable[[HttpRequest, Document], Answer]


def found(pk: uuid.UUID) -> Document:
    """The document, with the right to see it checked; 404 when there is none."""
    document = Document.objects.filter(pk=pk).first()
    if document is None:
        raise Http404
    require("api.read", kind_of(document).set_name)
    return document


def whole_card(request: HttpRequest, document: Document) -> Answer:
    """The card rendered anew."""
    views = views_of("document")
    fresh = views.load(document.pk)
    return Answer(parts=views.whole(request, fresh), version=fresh.version)


def _posts(work: Work) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    """A view of a button: only a POST does anything."""

    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        document = found(pk)
        if request.method != "POST":
            raise Http404
        return respond(request, lambda: work(request, document), home=document_url(document))

    return view


def _release(request: HttpRequest, document: Document) -> Answer:
    released = lifecycle.release(document)
    tell("document.released", _("%(document)s is released.") % {"document": title_of(released)})
    return whole_card(request, released)


def _reopen(request: HttpRequest, document: Document) -> Answer:
    return whole_card(request, lifecycle.reopen(document))


def _archive(request: HttpRequest, document: Document) -> Answer:
    version = archiving.archive(document)
    words = _("Version %(version)s of %(document)s is kept.")
    tell("document.archived", words % {"version": version.version_no, "document": title_of(document)})
    return whole_card(request, document)


def _make_order(_request: HttpRequest, document: Document) -> Answer:
    return _made(converting.make_order(document))


def _make_invoice(_request: HttpRequest, document: Document) -> Answer:
    return _made(converting.make_invoice(document))


def _made(document: Document) -> Answer:
    tell("record.created", _("%(record)s was created.") % {"record": title_of(document)})
    return Answer(redirect=document_url(document))


def _posting(*, printing: bool = False, sending: bool = False) -> Work:
    """Post; what was made of it is printed or sent as well, if that is asked (I-120)."""

    def work(request: HttpRequest, document: Document) -> Answer:
        wanted = _asked_steps(document)
        if wanted is None:
            return whole_card(request, document)
        ship, invoice = wanted
        made, file = post_and_leave(document, ship=ship, invoice=invoice, printing=printing, sending=sending)
        tell_posted(made)
        answer = printed(file) if file is not None else Answer()
        if Document.objects.filter(pk=document.pk).exists():
            card = whole_card(request, document)
            answer.parts, answer.version = card.parts, card.version
        else:
            answer.redirect = posted_url(made[-1])
        return answer

    return work


def _asked_steps(document: Document) -> tuple[bool, bool] | None:
    """Whether to ship and to invoice; it is asked, because it is final. None: the person thought better of it."""
    if document.document_type not in ORDERS:
        text = _("%(document)s is posted. This cannot be undone. Go on?") % {"document": title_of(document)}
        return (True, True) if ask("q_post", text, default=True) else None
    what = choose("posting", _("What do you want to post?"), _steps(document))
    return None if what is None else (what in ("both", "ship"), what in ("both", "invoice"))


def _steps(document: Document) -> list[tuple[str, str]]:
    back, buying = document.document_type in RETURNS, document.area == Area.PURCHASE
    moves = {
        (False, False): _("Ship"),
        (False, True): _("Receive"),
        (True, False): _("Receive the return"),
        (True, True): _("Ship the return"),
    }[back, buying]
    bills = _("Credit memo") if back else _("Invoice")
    both = _("%(move)s and %(bill)s") % {"move": moves, "bill": bills.lower()}
    return [("both", both), ("ship", moves), ("invoice", bills)]


def tell_posted(made: list[PostedDocument]) -> None:
    """Say what was made."""
    words = ", ".join(f"{each.get_kind_display()} {each.no}" for each in made)
    tell("document.posted", _("Posted: %(documents)s.") % {"documents": words})


def posted_url(posted: PostedDocument) -> str:
    """The card of a posted document."""
    return reverse("posted-document", kwargs={"pk": posted.pk})


def _delete(_request: HttpRequest, document: Document) -> Answer:
    with unit_of_work("delete document", title_of(document)) as unit:
        records.delete(document)
    tell("record.deleted", _("%(record)s was deleted.") % {"record": title_of(document)})
    return Answer(redirect=reverse(kind_of(document).name), undo=undo_address(unit))


_ROUTES: dict[str, Work] = {
    "release": _release,
    "reopen": _reopen,
    "archive": _archive,
    "make-order": _make_order,
    "make-invoice": _make_invoice,
    "post": _posting(),
    "post-print": _posting(printing=True),
    "post-send": _posting(sending=True),
    "delete": _delete,
}
for _name, _work in _ROUTES.items():
    registry.add_route(f"documents/<uuid:pk>/{_name}", _posts(_work), f"document-{_name}")


def _at(name: str) -> Callable[[Any], str]:
    return lambda document: reverse(f"document-{name}", kwargs={"pk": document.pk})


def _if(*types: DocumentType, status: DocumentStatus | None = None) -> Callable[[Any], bool]:
    def visible(document: Any) -> bool:
        fits = not types or document.document_type in types
        return fits and status in (None, document.status) and may_write(document)

    return visible


def _makes_order(document: Any) -> bool:
    return document.document_type in PROMISES and may_write(document)


def _postable(document: Any) -> bool:
    return document.document_type not in PROMISES and may_write(document)


def events_of(record: Any) -> list[Event]:
    """What the entries of a document or posted document are called in the log."""
    if isinstance(record, PostedDocument):
        return [posted_event(record)]
    found = [event] if (event := event_of(record)) is not None else []
    if (record.area, record.document_type) == (Area.SERVICE, DocumentType.ORDER):
        found += [Event.SERVICE_ORDER_CREATE, Event.SERVICE_ORDER_POST]
    return found


def interactions_url(no: str, events: Sequence[Event], contact: Any = None) -> str:
    """The log of what was said about a document, with whoever it was said to, if that is known (I-130)."""
    chips = [("f", f"document:is:{no}")]
    if events:
        chips.append(("f", f"event:is:{'|'.join(events)}"))
    if contact is not None:
        chips.append(("f", f"contact:is:{contact.no}"))
    return f"{reverse('interactions')}?{urlencode(chips)}"


def _interactions(document: Any) -> str:
    return interactions_url(document.no, events_of(document), document.paying_contact)


def _versions_url(document: Any) -> str:
    """The versions of a document."""
    return f"{reverse('document-versions')}?{urlencode([('f', f'no:is:{document.no}')])}"


def _logged(_record: Any) -> bool:
    return current().may("interaction_log.read", "interactionLogEntries")


def _keeps_versions(document: Any) -> bool:
    return document.document_type in PROMISES | ORDERS


def _writable_versions(document: Any) -> bool:
    return _keeps_versions(document) and may_write(document)


_READING, _POSTING = "reading", "posting"
ACTIONS = (
    Action("release", gettext_lazy("Release"), _at("release"), "post", "lock-closed", _if(status=DocumentStatus.OPEN)),
    Action("reopen", gettext_lazy("Reopen"), _at("reopen"), "post", "lock-open", _if(status=DocumentStatus.RELEASED)),
    Action("make-order", gettext_lazy("Make order"), _at("make-order"), "post", "arrow-right-circle", _makes_order),
    Action(
        "make-invoice", gettext_lazy("Make invoice"), _at("make-invoice"), "post", "banknotes", _if(DocumentType.QUOTE)
    ),
    Action("post", gettext_lazy("Post"), _at("post"), "post", "check-circle", _postable),
    *paper_actions(DOCUMENT),
    Action(
        "post-print", gettext_lazy("Post and print"), _at("post-print"), "post", "printer", _postable,
        menu=MENU, section=_POSTING,
    ),
    Action(
        "post-send", gettext_lazy("Post and send"), _at("post-send"), "post", "paper-airplane", _postable,
        menu=MENU, section=_POSTING,
    ),
    Action(
        "interactions", gettext_lazy("Interactions"),
        _interactions, "link", "chat-bubble-left-right", _logged,
    ),
    Action(
        "archive", gettext_lazy("Keep a version"), _at("archive"), "post", "archive-box", _writable_versions,
        menu=gettext_lazy("Versions"),
    ),
    Action(
        "versions", gettext_lazy("All versions"), _versions_url, "link", "clock", _keeps_versions,
        menu=gettext_lazy("Versions"), section=_READING,
    ),
    Action(
        "delete", gettext_lazy("Delete"), _at("delete"), "post", "trash", _if(status=DocumentStatus.OPEN), danger=True
    ),
)  # fmt: skip
