"""Setup page: which template each event is recorded with (2.5, I-16, I-18)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.context import require
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateLanguage, InteractionTemplateSetup
from tuttava.interactions.pages.vocabulary import GROUP
from tuttava.interactions.template_setup import DOCUMENTS, EVENTS, GENERAL, template_setup
from tuttava.ui import registry
from tuttava.ui.cards import CardField, CardPage, Group, register_card
from tuttava.ui.cards.lookups import LIMIT, Candidate, register_lookup
from tuttava.ui.registry import SetupEntry

F_ = CardField
SETUP = "interaction-template-setup"


def _fitting(documents: bool) -> Any:
    """The look-up of templates that the setup does not refuse (I-16, I-18)."""
    variants = InteractionTemplateLanguage.objects.filter(interaction_template=OuterRef("code"))
    default = Q(language=F("interaction_template__default_language"))
    blank = Q(language=None, interaction_template__default_language=None)
    own = variants.filter(default | blank, attachment__isnull=False)

    def search(text: str, request: HttpRequest) -> list[Candidate]:
        require("api.read", "interactionTemplates")
        rows = InteractionTemplate.objects.filter(
            Q(code__startswith=text.strip().upper()) | Q(description__icontains=text.strip())
        )
        rows = rows.filter(~Exists(variants)) if documents else rows.filter(~Exists(own))
        return [Candidate(row.code, row.code, row.description) for row in rows.order_by("code")[:LIMIT]]

    return search


register_lookup("template-of-documents", _fitting(documents=True))
register_lookup("template-without-file", _fitting(documents=False))


def _events(*names: str) -> list[CardField]:
    def lookup(name: str) -> str:
        if name == "meeting_invitation":
            return ""
        return "template-of-documents" if name in DOCUMENTS else "template-without-file"

    return [F_(f"{name}_code", lookup=lookup(name)) for name in names]


register_card(
    CardPage(
        name=SETUP,
        path="setup/interaction-template-setup",
        model=InteractionTemplateSetup,
        single=template_setup,
        title=lambda setup: gettext("Interaction template setup"),
        parent=lambda: (reverse("setup"), _("Setup")),
        select_related=(),
        groups=(
            Group(
                "general",
                _("General"),
                _events(*GENERAL),
                note=_("Which template each event records with. Blank: the event is not recorded."),
            ),
            Group("sales", _("Sales"), _events(*(name for name in EVENTS if name.startswith("sales_")))),
            Group("purchases", _("Purchases"), _events(*(name for name in EVENTS if name.startswith("purchase_")))),
            Group(
                "service",
                pgettext_lazy("area of documents", "Service"),
                _events(*(name for name in EVENTS if name.startswith("service_"))),
            ),
        ),
    )
)
registry.add_setup(
    SetupEntry(
        SETUP,
        _("Interaction template setup"),
        SETUP,
        icon="adjustments-horizontal",
        order=630,
        group=GROUP,
        description=_("Which template e-mails, calls and documents are recorded with."),
    )
)
