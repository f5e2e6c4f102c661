"""The setup of documents: what is archived, and where numbers come from."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models import DocumentSetup
from tuttava.documents.setups import document_setup
from tuttava.partners.pages.terms import TRADE
from tuttava.ui import registry
from tuttava.ui.cards import CardField, CardPage, Group, register_card


def _numbers(prefix: str) -> list[CardField]:
    names = [field.attname for field in DocumentSetup._meta.concrete_fields]
    return [CardField(name) for name in names if name.startswith(prefix) and name.endswith("_nos_code")]


def _archiving(prefix: str) -> list[CardField]:
    names = [field.attname for field in DocumentSetup._meta.concrete_fields]
    return [CardField(name) for name in names if name.startswith(f"{prefix}_archive")]


register_card(
    CardPage(
        name="document-setup",
        path="setup/documents",
        model=DocumentSetup,
        single=document_setup,
        title=lambda setup: _("Document setup"),
        caption=_("Document setup"),
        parent=lambda: (reverse("setup"), _("Setup")),
        groups=(
            Group(
                "archiving",
                _("Archiving"),
                [
                    *_archiving("sales"),
                    *_archiving("purchase"),
                    *_archiving("service"),
                    CardField("store_printed_documents"),
                ],
                note=_("Versions are kept when a document is printed, sent, converted, posted or deleted."),
            ),
            Group("sales", _("Sales numbers"), _numbers("sales_")),
            Group("purchase", _("Purchase numbers"), _numbers("purchase_"), open=False),
            Group("service", _("Service numbers"), _numbers("service_"), open=False),
            Group(
                "posted",
                _("Numbers of what is posted and issued"),
                [
                    *_numbers("posted_"),
                    *_numbers("reminder"),
                    *_numbers("finance"),
                    *_numbers("issued_"),
                ],
                open=False,
            ),
        ),
    )
)
registry.add_setup(
    registry.SetupEntry(
        "document-setup",
        _("Document setup"),
        "document-setup",
        icon="document-text",
        order=353,
        group=TRADE,
        description=_("What is archived, and where documents get their numbers from."),
    )
)
