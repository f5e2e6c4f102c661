"""Setup pages of interactions: groups, and templates with their languages (2.2 to 2.4)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.context import require
from tuttava.interactions.models import (
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
    WordTemplate,
)
from tuttava.interactions.pages.files import VARIANT, at, variant_box
from tuttava.interactions.pages.statistics import log_url, statistics_url
from tuttava.interactions.templates_actions import attachments_by_template
from tuttava.ui.cards import Action, CardField, CardPage, FactBox, Group, register_card
from tuttava.ui.cards.lookups import LIMIT, Candidate, register_lookup
from tuttava.ui.cards.sublists import Line, SubList
from tuttava.ui.lists.codes import code_table, count_column
from tuttava.ui.lists.declare import Column

F_ = CardField
GROUP = _("Interactions and letters")
TEMPLATE = "interaction-template"


def opening(card: str) -> Column:
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
        opening(TEMPLATE),
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
