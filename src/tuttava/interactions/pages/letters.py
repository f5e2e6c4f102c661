"""Setup pages of what is sent: Word templates and e-mail layouts (2.10)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.interactions import merge_fields
from tuttava.interactions.models import EmailLayout, WordTemplate
from tuttava.interactions.pages.files import LAYOUT, WORD, at, may_write, word_box
from tuttava.interactions.pages.vocabulary import GROUP, opening
from tuttava.ui.cards import Action, CardField, CardPage, FactBox, Group, register_card
from tuttava.ui.lists.codes import code_table

F_ = CardField


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
    extra=(opening(WORD),),
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
    extra=(opening(LAYOUT),),
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
