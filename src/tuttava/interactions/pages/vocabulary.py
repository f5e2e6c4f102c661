"""Setup pages of interactions: groups, templates with their languages, what uses which, Word templates, layouts."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.context import require
from tuttava.interactions import merge_fields
from tuttava.interactions.models import (
    EmailLayout,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
    InteractionTemplateSetup,
    WordTemplate,
)
from tuttava.interactions.pages.files import LAYOUT, VARIANT, WORD, at, may_write, variant_box, word_box
from tuttava.interactions.pages.statistics import log_url, statistics_url
from tuttava.interactions.template_setup import DOCUMENTS, EVENTS, GENERAL, template_setup
from tuttava.interactions.templates_actions import attachments_by_template
from tuttava.ui import registry
from tuttava.ui.cards import Action, CardField, CardPage, FactBox, Group, register_card
from tuttava.ui.cards.lookups import LIMIT, Candidate, register_lookup
from tuttava.ui.cards.sublists import Line, SubList
from tuttava.ui.lists.codes import code_table, count_column
from tuttava.ui.lists.declare import Column
from tuttava.ui.registry import SetupEntry

F_ = CardField
GROUP = _("Interactions and letters")
TEMPLATE = "interaction-template"
SETUP = "interaction-template-setup"


def _open(card: str) -> Column:
    """A column that opens the card of a row."""

    def cell(row: Any) -> str:
        return format_html('<a href="{}">{}</a>', at(card, row), gettext("Open"))

    return Column("card", _("card"), 90, cell=cell, value=lambda row: "")


def _statistics(kind: str) -> Column:
    def cell(row: Any) -> str:
        return format_html('<a href="{}" data-dialog>{}</a>', statistics_url(kind, row.pk), gettext("Statistics"))

    return Column("statistics", _("statistics"), 110, cell=cell, value=lambda row: "", hidden=False)


# -- groups -----------------------------------------------------------------------------------------------------------


def _templates_of(code: str) -> str:
    return f"{reverse('setup-interaction-templates')}?f=interaction_group_code:is:{code}"


_counted, _count = count_column(InteractionTemplate, "interaction_group_code", _templates_of, _("templates"))
code_table(
    InteractionGroup,
    path="interaction-groups",
    group=GROUP,
    icon="rectangle-stack",
    order=610,
    fields=("code", "description"),
    extra=(_counted, _statistics("group")),
    prepare=_count,
    description=_("Headings under which interactions are counted: letters, calls, meetings."),
)

# -- templates --------------------------------------------------------------------------------------------------------


def _prepare_templates(rows: list[Any]) -> None:
    found = attachments_by_template(rows)
    for row in rows:
        row.held = found.get(row.code)


def _language_of(variant: InteractionTemplateLanguage) -> str:
    return variant.language_code or gettext("Any language")


def _attachment(row: Any) -> str:
    words = gettext("Yes") if row.held else gettext("No")
    return format_html('<a href="{}#box-languages">{}</a>', at(TEMPLATE, row), words)


_templates = code_table(
    InteractionTemplate,
    path="interaction-templates",
    group=GROUP,
    icon="document-duplicate",
    order=620,
    fields=(
        *("code", "description", "interaction_group_code", "unit_cost_lcy", "unit_duration_min", "information_flow"),
        *("initiated_by", "correspondence_type_default", "ignore_contact_correspondence_type"),
        *("default_language_code", "wizard_action", "word_template_code", "campaign_no"),
        *("campaign_target", "campaign_response"),
    ),
    extra=(
        Column("attachment", _("attachment"), 110, cell=_attachment, value=lambda row: bool(row.held), kind="flag"),
        _statistics("template"),
        _open(TEMPLATE),
    ),
    prepare=_prepare_templates,
    description=_("Kinds of interactions, with the values that each new one starts from."),
)


#: Columns that wait in the chooser: the card shows them, too.
_SELDOM = frozenset(
    {"ignore_contact_correspondence_type", "campaign_no", "campaign_target", "campaign_response", "word_template_code"}
)
_first, *_others = (replace(column, hidden=column.name in _SELDOM) for column in _templates.columns)
_templates.columns = [_first, *sorted(_others, key=lambda column: column.name != "card")]


def _language_line(variant: Any) -> Line:
    held = variant.attachment
    parts = (
        variant.description,
        variant.word_template_code and gettext("Word template %(code)s") % {"code": variant.word_template_code},
        variant.email_layout_code and gettext("Layout %(code)s") % {"code": variant.email_layout_code},
        held and not variant.email_layout_code and (held.file_name or f".{held.file_extension}"),
    )
    main = _language_of(variant)
    return Line(main, " · ".join(part for part in parts if part), at(VARIANT, variant))


LANGUAGES = SubList(
    "languages",
    _("Languages"),
    InteractionTemplateLanguage,
    (F_("language_code"), F_("description"), F_("email_layout_code"), F_("word_template_code")),
    _language_line,
    owner="interaction_template",
    order_by=["language"],
    select_related=("attachment",),
    main=True,
    label_new=_("New language"),
    empty=_("Without a language the template has no file of its own."),
)

register_card(
    CardPage(
        name=TEMPLATE,
        path="setup/interaction-templates",
        model=InteractionTemplate,
        caption=_("Interaction template"),
        parent=lambda: (reverse("setup-interaction-templates"), _("Interaction templates")),
        title=lambda template: template.description or template.code,
        subtitle=lambda template: template.code,
        select_related=("interaction_group", "default_language", "word_template"),
        reload_on=frozenset({"default_language_code", "word_template_code", "wizard_action"}),
        lists=(LANGUAGES,),
        actions=(
            Action(
                "statistics",
                _("Statistics"),
                lambda template: statistics_url("template", template.pk),
                "dialog",
                "chart-bar",
            ),
            Action(
                "log",
                _("Interactions"),
                lambda template: log_url("template", template.code),
                "link",
                "chat-bubble-left-right",
                lambda template: bool(log_url("template", template.code)),
            ),
        ),
        groups=(
            Group("general", _("General"), [F_("code"), F_("description"), F_("interaction_group_code")]),
            Group(
                "start",
                _("New interactions start with"),
                [
                    *(F_("unit_cost_lcy"), F_("unit_duration_min"), F_("information_flow"), F_("initiated_by")),
                    *(F_("correspondence_type_default"), F_("ignore_contact_correspondence_type")),
                ],
            ),
            Group(
                "content",
                _("What is sent"),
                [F_("default_language_code"), F_("wizard_action"), F_("word_template_code")],
                note=_("The language decides which file, layout or Word template an interaction gets."),
            ),
            Group(
                "campaign",
                _("Campaign"),
                [F_("campaign_no"), F_("campaign_target"), F_("campaign_response")],
                open=False,
            ),
        ),
    )
)

register_card(
    CardPage(
        name=VARIANT,
        path="setup/interaction-template-languages",
        model=InteractionTemplateLanguage,
        caption=_("Template language"),
        parent=lambda: (reverse("setup-interaction-templates"), _("Interaction templates")),
        title=lambda variant: (
            f"{variant.interaction_template_code} · {variant.language_code or gettext('Any language')}"
        ),
        subtitle=lambda variant: variant.description,
        select_related=("language", "email_layout", "word_template", "attachment", "interaction_template"),
        reload_on=frozenset({"email_layout_code", "word_template_code", "language_code"}),
        boxes=(FactBox("file", _("File"), "interactions/file_box.html", variant_box),),
        groups=(
            Group(
                "general",
                _("General"),
                [
                    F_(
                        "interaction_template_code",
                        editable=lambda variant: False,
                        link=lambda variant: at(TEMPLATE, variant.interaction_template),
                    ),
                    *(F_("language_code"), F_("description"), F_("email_layout_code")),
                    F_("word_template_code", lookup="word-template-of-language"),
                ],
            ),
        ),
    )
)


def _word_templates(text: str, request: HttpRequest) -> list[Candidate]:
    """Open Word templates in the language of the variant that the card shows (2.4)."""
    require("api.read", "wordTemplates")
    rows = WordTemplate.objects.filter(closed=False).filter(
        Q(code__startswith=text.strip().upper()) | Q(description__icontains=text.strip())
    )
    variant = _variant(request.GET.get("of", ""))
    if variant is not None:
        rows = rows.filter(**{"language_code": variant.language_code})
    return [Candidate(row.code, row.code, row.description) for row in rows.order_by("code")[:LIMIT]]


def _variant(text: str) -> InteractionTemplateLanguage | None:
    try:
        wanted = uuid.UUID(text)
    except ValueError:
        return None
    return InteractionTemplateLanguage.objects.filter(pk=wanted).first()


register_lookup("word-template-of-language", _word_templates)

# -- which event uses which -------------------------------------------------------------------------------------------


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
            Group("service", _("Service"), _events(*(name for name in EVENTS if name.startswith("service_")))),
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

# -- Word templates and layouts ---------------------------------------------------------------------------------------


def _merge_fields(layout: bool) -> Any:
    """The merge fields one can write, in words of the reader."""

    def context(record: Any) -> dict[str, Any]:
        sources: list[dict[str, Any]] = [
            {
                "title": title,
                "fields": [
                    {"code": f"{{{{ {source}.{name} }}}}", "words": words}
                    for name, words in merge_fields.FIELDS[source].items()
                ],
            }
            for source, title in merge_fields.SOURCES.items()
        ]
        if layout:
            own = [
                {"code": "{{ layout.content }}", "words": gettext("the text of the e-mail")},
                {"code": "{{ layout.logo }}", "words": gettext("the logo of your company")},
            ]
            sources.insert(0, {"title": gettext("Layout"), "fields": own})
        return {"sources": sources}

    return context


code_table(
    WordTemplate,
    path="word-templates",
    group=GROUP,
    icon="document-text",
    order=640,
    fields=("code", "description", "language_code", "closed"),
    extra=(_open(WORD),),
    description=_("Letters in Word with merge fields that are filled in for each contact."),
)
register_card(
    CardPage(
        name=WORD,
        path="setup/word-templates",
        model=WordTemplate,
        caption=_("Word template"),
        parent=lambda: (reverse("setup-word-templates"), _("Word templates")),
        title=lambda template: template.description or template.code,
        subtitle=lambda template: template.code,
        select_related=("language",),
        actions=(
            Action(
                "fields",
                _("Create document"),
                lambda template: at(f"{WORD}-fields", template),
                "dialog",
                "document-plus",
                may_write,
            ),
        ),
        boxes=(
            FactBox("document", _("Document"), "interactions/file_box.html", word_box),
            FactBox("fields", _("Merge fields"), "interactions/merge_field_box.html", _merge_fields(layout=False)),
        ),
        groups=(Group("general", _("General"), [F_("code"), F_("description"), F_("language_code"), F_("closed")]),),
    )
)

code_table(
    EmailLayout,
    path="email-layouts",
    group=GROUP,
    icon="envelope-open",
    order=650,
    fields=("code", "description", "closed"),
    extra=(_open(LAYOUT),),
    description=_("Frames for e-mails: what stands around the text."),
)
register_card(
    CardPage(
        name=LAYOUT,
        path="setup/email-layouts",
        model=EmailLayout,
        caption=_("E-mail layout"),
        parent=lambda: (reverse("setup-email-layouts"), _("E-mail layouts")),
        title=lambda layout: layout.description or layout.code,
        subtitle=lambda layout: layout.code,
        actions=(
            Action(
                "preview",
                _("Preview"),
                lambda layout: at(f"{LAYOUT}-preview", layout),
                "external",
                "eye",
                lambda layout: bool(layout.html),
            ),
        ),
        boxes=(FactBox("fields", _("Merge fields"), "interactions/merge_field_box.html", _merge_fields(layout=True)),),
        groups=(
            Group("general", _("General"), [F_("code"), F_("description"), F_("closed")]),
            Group(
                "frame",
                _("Frame"),
                [F_("html", kind="lines", wide=True)],
                note=_("HTML with merge fields and {{ layout.content }} exactly once."),
            ),
        ),
    )
)
