"""What can be done with documents in the CRM service (17.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Parameter
from tuttava.api.reading import LARGEST_PAGE
from tuttava.contacts.models import Contact
from tuttava.contacts.resolving import contacts_to_choose
from tuttava.documents import archiving, converting, lifecycle
from tuttava.documents.entities.crm import KINDS
from tuttava.documents.models import Area, Document
from tuttava.documents.printing.actions import post_and_leave
from tuttava.foundation.errors import DomainError
from tuttava.foundation.spelling import snake
from tuttava.relations.queries import hub_of
from tuttava.trade.models import PostedDocument

_SETS = {kind.area: kind.set_name for kind in KINDS}


def _release(document: Document, create_customer: bool | None = None) -> Document:
    """I-133, B-93."""
    return lifecycle.release(document, create_customer=create_customer)


def _make_order(document: Document, close: Mapping[str, Any] | None = None) -> Document:
    """I-134."""
    return converting.make_order(document, **_closing(close))


def _make_invoice(document: Document, close: Mapping[str, Any] | None = None) -> Document:
    """I-134."""
    return converting.make_invoice(document, **_closing(close))


def _closing(close: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields to close an open opportunity with, by their own names."""
    if close is not None and not isinstance(close, Mapping):
        raise DomainError("value_invalid", _("close is an object: the fields to close with."), field="close")
    return {snake(name): value for name, value in (close or {}).items()}


def _post(
    document: Document, ship: bool | None = None, receive: bool | None = None, **sent: bool
) -> list[PostedDocument]:
    """I-120, I-135; goods move under the name of the area."""
    wanted = [each for each in (ship, receive) if each is not None]
    made, _printed = post_and_leave(
        document,
        ship=wanted[0] if wanted else True,
        invoice=sent["invoice"],
        printing=sent["print"],
        sending=sent["send"],
    )
    return made


def _choices(document: Document) -> QuerySet[Contact]:
    """Contacts in the order offered, the primary contact first (C-68)."""
    account = document.account
    hub = hub_of(account) if account is not None else None
    found = contacts_to_choose(contact=document.account_contact, party_contact=hub)
    primary = account.primary_contact_id if account is not None else document.account_contact_id
    first = Case(When(pk=primary, then=Value(0)), default=Value(1))
    return found.order_by(first, "type", "name", "pk")[:LARGEST_PAGE]


_CLOSE = (Parameter("close", edm.UNTYPED),)


def _of_documents(area: Area) -> tuple[Action, ...]:
    name = _SETS[area]
    moved = Parameter("receive" if area == Area.PURCHASE else "ship", edm.BOOLEAN)
    return (
        Action("release", _release, (Parameter("createCustomer", edm.BOOLEAN),), returns=name),
        Action("reopen", lifecycle.reopen, returns=name),
        Action("archive", archiving.archive, returns="documentArchives", created=True),
        Action("makeOrder", _make_order, _CLOSE, returns=name, created=True),
        Action("makeInvoice", _make_invoice, _CLOSE, returns=name, created=True),
        Action(
            "post",
            _post,
            (
                moved,
                Parameter("invoice", edm.BOOLEAN, default=True),
                Parameter("print", edm.BOOLEAN, default=False),
                Parameter("send", edm.BOOLEAN, default=False),
            ),
            returns="postedDocuments",
            returns_many=True,
        ),
        Action("contactChoices", _choices, function=True, returns="contacts", returns_many=True),
    )


for _area, _name in _SETS.items():
    CRM.extend(_name, actions=_of_documents(_area))


def _set_of(document: Document) -> str:
    return _SETS[Area(document.area)]


CRM.extend("documentArchives", actions=[Action("restore", archiving.restore, set_of=_set_of)])
