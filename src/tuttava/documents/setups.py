"""The setup of documents in force, and the series that numbers come from."""

from __future__ import annotations

from django.db.models.signals import post_save
from django.utils.translation import gettext as _

from tuttava.documents.models import DocumentSetup
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.partners.setups import setup_of

#: The series that a new company's setup names (section 8 of the contacts specification).
SERIES = {
    "sales_quote": "S-QUO",
    "sales_blanket_order": "S-BLK",
    "sales_order": "S-ORD",
    "sales_invoice": "S-INV",
    "sales_credit_memo": "S-CRM",
    "sales_return_order": "S-RET",
    "purchase_quote": "P-QUO",
    "purchase_blanket_order": "P-BLK",
    "purchase_order": "P-ORD",
    "purchase_invoice": "P-INV",
    "purchase_credit_memo": "P-CRM",
    "purchase_return_order": "P-RET",
    "service_quote": "V-QUO",
    "service_order": "V-ORD",
    "service_invoice": "V-INV",
    "service_credit_memo": "V-CRM",
    "service_contract": "V-CONT",
    "reminder": "REMI",
    "finance_charge_memo": "FINCH",
}


def document_setup() -> DocumentSetup:
    """The one row, read once a call."""
    return setup_of(DocumentSetup)


def series_for(kind: str) -> str:
    """The series of a kind of numbers: ``sales_quote``, ``posted_sales_invoice``, ``issued_reminder`` ...

    Raises ``setup.missing`` with the field when none is set up.
    """
    code = getattr(document_setup(), f"{kind}_nos_code") or ""
    if not code:
        field = DocumentSetup._meta.get_field(f"{kind}_nos")
        raise DomainError(
            "setup.missing",
            _("The document setup names no number series for “%(field)s”. Fill it in.")
            % {"field": getattr(field, "verbose_name", kind)},
            field=f"{kind}_nos",
            rule="I-132",
        )
    return str(code)


def _forget(**_signal: object) -> None:
    current().cache.pop(DocumentSetup, None)


def connect() -> None:
    """Read the setup anew once it was saved."""
    post_save.connect(_forget, sender=DocumentSetup, dispatch_uid="documents.setup")
