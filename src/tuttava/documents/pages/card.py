"""The card of a document: its header in groups, its lines, what was made of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.documents.masking import secret, shown
from tuttava.documents.models import (
    ORDERS,
    PROMISES,
    Area,
    Document,
    DocumentStatus,
    DocumentType,
)
from tuttava.documents.names import title_of
from tuttava.documents.pages.actions import ACTIONS
from tuttava.documents.pages.kinds import kind_of
from tuttava.documents.pages.lines import box as lines_box
from tuttava.documents.pages.parties import contact_field, party_field
from tuttava.documents.pages.parts import COMMENTS, SERVICE_ITEMS
from tuttava.documents.pages.timelines import timeline_box
from tuttava.foundation.context import current
from tuttava.ui.cards import CHANGES, Badge, CardField, CardPage, FactBox, Group, add_source, register_card

#: Fields that alter what the whole card shows.
_PARTIES = frozenset(
    {
        *("customer_id", "vendor_id", "paying_customer_id", "paying_vendor_id", "account_contact_id"),
        *("customer_template_code", "vendor_template_code", "status"),
    }
)
#: Fields that alter the amounts of the lines.
_COUNTING = frozenset({"currency_code", "prices_including_vat", "invoice_discount_amount"})


def _open(document: Any) -> bool:
    return bool(document.status == DocumentStatus.OPEN)


def _in(*areas: Area) -> Any:
    return lambda document: document.area in areas


def _of(*types: DocumentType) -> Any:
    return lambda document: document.document_type in types


def _always_free(_document: Any) -> bool:
    """Fields that a released document lets change."""
    return True


G = partial(CardField, editable=_open)
_SELLS = _in(Area.SALES, Area.SERVICE)
_BUYS = _in(Area.PURCHASE)
_SERVES = _in(Area.SERVICE)


def _without_party(area: Area) -> Any:
    """A quote for somebody who is no customer or vendor yet is made from a template."""
    return lambda document: (
        document.area == area and document.document_type == DocumentType.QUOTE and document.account is None
    )


def _posts(document: Any) -> bool:
    return document.document_type not in PROMISES


def _filled(name: str) -> Any:
    return lambda document: bool(getattr(document, name))


def _place(prefix: str) -> list[CardField]:
    names = ("name", "name_2", "address", "address_2", "post_code", "city", "county", "country_code")
    return [G(f"{prefix}{name}") for name in names]


_GENERAL = [
    party_field("customer_id", visible=_SELLS, editable=_open),
    party_field("vendor_id", visible=_BUYS, editable=_open),
    contact_field("account_contact_id", editable=_open),
    G("customer_template_code", visible=_without_party(Area.SALES)),
    G("vendor_template_code", visible=_without_party(Area.PURCHASE)),
    G("description", visible=_SERVES),
    G("document_date"),
    G("valid_until_date", visible=_of(DocumentType.QUOTE)),
    G("requested_date", visible=_of(DocumentType.ORDER, DocumentType.BLANKET_ORDER)),
    G("posting_date", visible=_posts),
    G("due_date", visible=_posts),
    G("your_reference"),
    G("external_document_no"),
    G("vendor_order_no", visible=_BUYS),
    G("salesperson_code", visible=_SELLS),
    G("salesperson_code", label=_("purchaser"), visible=_BUYS),
    CardField("service_status", visible=_SERVES, editable=_always_free),
    CardField("notify_customer", visible=_SERVES, editable=_always_free),
]

_BILLING = [
    party_field("paying_customer_id", visible=_SELLS, editable=_open),
    party_field("paying_vendor_id", visible=_BUYS, editable=_open),
    contact_field("paying_contact_id", editable=_open),
    *_place("bill_to_"),
    G("currency_code"),
    G("payment_terms_code"),
    G("prices_including_vat"),
    G("invoice_discount_amount"),
    G("promised_pay_date", visible=_of(DocumentType.INVOICE)),
]

_BELONGS = [
    G("no"),
    G("campaign_no", visible=_in(Area.SALES, Area.PURCHASE)),
    CardField("opportunity_no", visible=_in(Area.SALES), editable=_always_free),
    G("order_date"),
    G("posting_description"),
    G("quote_no", editable=lambda document: False, visible=_filled("quote_no")),
    G("blanket_order_no", editable=lambda document: False, visible=_filled("blanket_order_no")),
    G("return_reason_code", visible=_of(DocumentType.RETURN_ORDER, DocumentType.CREDIT_MEMO)),
    G("last_shipment_no", visible=_filled("last_shipment_no")),
    G("last_posting_no", visible=_filled("last_posting_no")),
    G("last_return_receipt_no", visible=_filled("last_return_receipt_no")),
    G("no_printed"),
    G("created_by"),
    G("last_modified_at"),
]


def _is_late(document: Any) -> bool:
    """Whether a quote's validity is over."""
    return bool(document.valid_until_date and document.valid_until_date < current().date)


def badges(document: Any) -> Sequence[Badge]:
    """Where the document is in its life."""
    found = [Badge(document.get_status_display(), "accent" if not _open(document) else "plain")]
    if document.document_type == DocumentType.QUOTE and _is_late(document):
        found.append(Badge(gettext("No longer valid"), "warning"))
    if document.account is None:
        words = gettext("No vendor yet") if document.area == Area.PURCHASE else gettext("No customer yet")
        found.append(Badge(words, "warning"))
    if document.document_type in ORDERS and (document.last_shipment_no or document.last_posting_no):
        found.append(Badge(gettext("Partly posted"), "plain"))
    if document.no_printed:
        found.append(Badge(gettext("Printed or sent: %(count)s") % {"count": document.no_printed}, "plain"))
    return found


def _subtitle(document: Any) -> str:
    name, contact = shown(document, "name"), shown(document, "contact_name")
    return " · ".join(part for part in (name, shown(document, "city"), contact if contact != name else "") if part)


def _parent() -> tuple[str, Any]:
    return reverse("documents"), _("Documents")


def _kind_link(document: Any) -> Any:
    return kind_of(document).title


register_card(
    CardPage(
        name="document",
        path="documents",
        model=Document,
        caption=_("Document"),
        title=title_of,
        subtitle=_subtitle,
        badges=badges,
        eyebrow=_kind_link,
        groups=(
            Group("general", _("General"), _GENERAL, summary=("document_date", "salesperson_code")),
            Group("billing", _("Billing"), _BILLING, summary=("payment_terms_code", "currency_code"), open=False),
            Group(
                "shipping",
                _("Address and delivery"),
                [
                    *_place(""),
                    G("contact_name"),
                    G("phone_no"),
                    G("e_mail"),
                    G("language_code"),
                    *_place("ship_to_"),
                    G("ship_to_contact"),
                    G("shipment_method_code"),
                    G("location_code"),
                ],
                summary=("ship_to_city", "e_mail"),
                open=False,
            ),
            Group("belongs", _("More"), _BELONGS, summary=("campaign_no", "opportunity_no"), open=False),
        ),
        parent=_parent,
        actions=ACTIONS,
        boxes=(
            FactBox("lines", _("Lines"), "documents/lines.html", lines_box, main=True),
            FactBox("timeline", _("Timeline"), "ui/cards/timeline_box.html", timeline_box("document")),
        ),
        lists=(SERVICE_ITEMS, COMMENTS),
        select_related=(
            *("customer", "vendor", "paying_customer", "paying_vendor", "salesperson", "currency", "payment_terms"),
            *("customer_template", "vendor_template", "country", "language"),
        ),
        masked=secret,
        reload_on=_PARTIES,
        refresh_boxes=lambda changed: ("lines", "timeline") if changed & _COUNTING else ("timeline",),
    )
)
add_source("document", CHANGES)
