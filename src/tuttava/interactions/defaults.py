"""What a new company starts with: groups, templates, which event uses which, letters and a plain e-mail (section 6).

Codes are the same everywhere, words are in the company's language. Rows that exist already stay.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from tuttava.foundation.attachments import store_content
from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Language
from tuttava.interactions import letters
from tuttava.interactions.attachments import new_attachment
from tuttava.interactions.models import (
    EmailLayout,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
    InteractionTemplateSetup,
    WordTemplate,
)
from tuttava.interactions.storing import NewContent

#: Languages that descriptions and letters are shipped in; others get English.
DESCRIBED = ("en", "nb", "nl", "fi")
LAYOUT = "PLAIN"
LETTER = "LETTER"
#: Codes of the templates whose variant is a Word document.
DOCUMENTS = {"MINUTES": letters.minutes, "BUSLETTER": letters.business_letter}
INVITATION = "INVITATION"


def connect() -> None:
    """Listen to new companies."""
    company_created.connect(fill_new_company, dispatch_uid="interactions.defaults")


def fill_new_company(*, setup_data: str, language: str, **_signal: Any) -> None:
    """Fill the room's tables of a new company; ``empty`` leaves them blank."""
    if setup_data == "empty":
        return
    words = language if language in DESCRIBED else "en"
    spoken = language.upper() if Language.objects.filter(code=language.upper()).exists() else None
    with unit_of_work("set up company"):
        _fill_groups(words)
        _fill_content(words, spoken)
        _fill_templates(words, spoken)
        _fill_setup()


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files("tuttava.interactions") / "data" / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def letter_words(language: str) -> dict[str, str]:
    """The words of the shipped letters in a language of :data:`DESCRIBED`."""
    return {row["key"]: row[language] for row in _rows("letter_texts.csv")}


@lru_cache(maxsize=16)
def shipped_document(code: str, language: str) -> bytes:
    """The Word document of a shipped template."""
    return DOCUMENTS[code](letter_words(language))


def _fill_groups(words: str) -> None:
    groups = [InteractionGroup(code=row["code"], description=row[words]) for row in _rows("groups.csv")]
    InteractionGroup.objects.bulk_create(groups, ignore_conflicts=True)


def _fill_content(words: str, spoken: str | None) -> None:
    """One plain e-mail layout, and the Word template “letter”."""
    texts = letter_words(words)
    EmailLayout.objects.bulk_create(
        [EmailLayout(code=LAYOUT, description=texts["plain"], html=letters.plain_layout(texts))], ignore_conflicts=True
    )
    if not WordTemplate.objects.filter(code=LETTER).exists():
        letter = WordTemplate(
            code=LETTER,
            description=texts["letter"],
            language_code=spoken,
            fields=letters.LETTER_FIELDS,
            file_name=f"{texts['letter']}.docx",
        )
        letter.content_id = store_content(letter.pk, shipped_document("BUSLETTER", words))
        letter.save(force_insert=True)


def _fill_templates(words: str, spoken: str | None) -> None:
    there = set(InteractionTemplate.objects.values_list("code", flat=True))
    new = [row for row in _rows("templates.csv") if row["code"] not in there]
    with_variant = {*DOCUMENTS, INVITATION}
    InteractionTemplate.objects.bulk_create(
        InteractionTemplate(
            code=row["code"],
            interaction_group_code=row["group"],
            description=row[words],
            unit_cost_lcy=Decimal(row["cost"]),
            unit_duration_min=Decimal(row["minutes"]),
            information_flow=row["flow"],
            initiated_by=row["by"],
            correspondence_type_default=row["correspondence"],
            ignore_contact_correspondence_type=bool(row["ignore"]),
            wizard_action=row["action"],
            default_language_code=spoken if row["code"] in with_variant else None,
        )
        for row in new
    )
    for row in new:
        if row["code"] in with_variant:
            _add_variant(row["code"], row[words], words, spoken)


def _add_variant(code: str, description: str, words: str, spoken: str | None) -> None:
    if code == INVITATION:
        content = NewContent(extension="html", email_layout_code=LAYOUT, read_only=False)
    else:
        document = shipped_document(code, words)
        content = NewContent(data=document, file_name=f"{description}.docx", extension="docx", read_only=False)
    InteractionTemplateLanguage.objects.create(
        interaction_template_code=code,
        language_code=spoken,
        description=description,
        attachment=new_attachment(content),
        email_layout_code=content.email_layout_code,
    )


def _fill_setup() -> None:
    """Events that have no template yet get the one shipped for them."""
    setup = InteractionTemplateSetup.objects.first() or InteractionTemplateSetup()
    for row in _rows("templates.csv"):
        if row["event"] and not getattr(setup, f"{row['event']}_code"):
            setattr(setup, f"{row['event']}_code", row["code"])
    setup.save()
