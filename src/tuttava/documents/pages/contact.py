"""Documents from where one looks at a contact, customer or vendor: new ones, and those being worked on (B-91)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.documents.models import Area, Document, DocumentType
from tuttava.documents.names import title_of
from tuttava.documents.pages.kinds import Kind, document_url
from tuttava.documents.pages.stories import newest_documents
from tuttava.documents.quotes import create_quote
from tuttava.foundation.context import current, require, tell
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, FactBox, add_action, add_box
from tuttava.ui.values import show, show_number

MENU = _("New document")
SHOWN = 6


def _new_quote(area: Area) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        require("api.write", f"{area}Documents")
        contact = Contact.objects.filter(pk=pk).first()
        if contact is None or request.method != "POST":
            raise Http404

        def work() -> Answer:
            made = create_quote(contact, area)
            tell("record.created", gettext("%(record)s was created.") % {"record": title_of(made)})
            return Answer(redirect=document_url(made))

        return respond(request, work, home=contact_url(contact))

    return view


for _area in (Area.SALES, Area.PURCHASE):
    _kind = Kind(_area, DocumentType.QUOTE)
    registry.add_route(f"contacts/<uuid:pk>/{_area}-quote", _new_quote(_area), f"contact-{_area}-quote")
    add_action(
        "contact",
        Action(
            f"{_area}-quote",
            _kind.new_label,
            partial(lambda area, contact: reverse(f"contact-{area}-quote", kwargs={"pk": contact.pk}), _area),
            "post",
            _kind.icon,
            partial(lambda kind, contact: kind.may_write, _kind),
            menu=MENU,
        ),
    )


def _start_url(kind: Kind, record: Any) -> str:
    return f"{reverse(kind.start)}?{urlencode({'account': record.no})}"


def _offer(card: str, *kinds: Kind) -> None:
    """Begin documents on the card of a customer or vendor."""
    for kind in kinds:
        add_action(
            card,
            Action(
                f"new-{kind.name}",
                kind.new_label,
                partial(_start_url, kind),
                "dialog",
                kind.icon,
                partial(lambda kind, record: kind.may_write, kind),
                menu=MENU,
                section=str(kind.area),
            ),
        )


_SOLD = (DocumentType.QUOTE, DocumentType.ORDER, DocumentType.INVOICE, DocumentType.CREDIT_MEMO)
_offer(
    "customer",
    *(Kind(Area.SALES, each) for each in _SOLD),
    *(Kind(Area.SERVICE, each) for each in (DocumentType.QUOTE, DocumentType.ORDER)),
)
_offer("vendor", *(Kind(Area.PURCHASE, each) for each in _SOLD))


for _name, _label, _set, _icon in (
    ("reminders", _("New reminder"), "reminders", "bell-alert"),
    ("service-contracts", _("New service contract"), "serviceContracts", "wrench-screwdriver"),
):
    add_action(
        "customer",
        Action(
            f"new-{_name}",
            _label,
            partial(lambda name, record: f"{reverse(f'{name}-start')}?{urlencode({'account': record.no})}", _name),
            "dialog",
            _icon,
            partial(lambda set_name, record: current().may("api.write", set_name), _set),
            menu=MENU,
            section="others",
        ),
    )


def _readable() -> list[str]:
    return [str(area) for area in Area if current().may("api.read", f"{area}Documents")]


def _of_contact(contact: Any) -> Iterable[Document]:
    return newest_documents(contact)[:SHOWN]


def _of_party(name: str, record: Any) -> Iterable[Document]:
    rows = Document.objects.filter(**{name: record.pk}, area__in=_readable())
    return rows.order_by("-document_date", "-id")[:SHOWN]


def _box(newest: Callable[[Any], Iterable[Document]], record: Any) -> dict[str, Any]:
    """The newest documents that are being worked on."""
    return {
        "documents": [
            {
                "title": title_of(each),
                "url": document_url(each),
                "detail": " · ".join(
                    (show(each.document_date), f"{show_number(each.amount, 2)} {each.currency_code or ''}".strip())
                ),
                "status": each.get_status_display(),
            }
            for each in newest(record)
        ]
    }


_NEWEST: dict[str, Callable[[Any], Iterable[Document]]] = {
    "contact": _of_contact,
    "customer": partial(_of_party, "customer"),
    "vendor": partial(_of_party, "vendor"),
}
for _card, _newest in _NEWEST.items():
    add_box(
        _card,
        FactBox(
            "documents",
            _("Documents"),
            "documents/documents_box.html",
            partial(_box, _newest),
            lambda record: bool(_readable()),
        ),
    )
