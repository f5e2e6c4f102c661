"""Templates, people and stand-ins that tests of the wizards need."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.interactions.making import vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.models import Language
from tuttava.interactions import related
from tuttava.interactions.models import (
    EmailLayout,
    InteractionDraft,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
    InteractionTemplateSetup,
    WordTemplate,
)
from tuttava.interactions.storing import NewContent, store_attachments


def template(code: str = "MEET", **values: Any) -> InteractionTemplate:
    """A template of the group TALKS with values of its own, made or changed; without correspondence by default."""
    vocabulary()
    given = {"correspondence_type_default": "none", "description": f"About {code}"} | values
    InteractionTemplate.objects.update_or_create(code=code, defaults={"interaction_group_code": "TALKS", **given})
    return InteractionTemplate.objects.get(code=code)


def variant(code: str, language: str | None, text: str = "", **values: Any) -> InteractionTemplateLanguage:
    """A variant of a template, with a text file of this content if one is given."""
    if language:
        Language.objects.get_or_create(code=language, defaults={"name": language})
    file = NewContent(data=text.encode(), file_name="letter.txt", extension="txt", read_only=False)
    attachment = store_attachments([file])[0] if text else None
    return InteractionTemplateLanguage.objects.create(
        interaction_template_code=code, language_code=language, attachment=attachment, **values
    )


def layout_variant(code: str, language: str | None = None) -> InteractionTemplateLanguage:
    """A variant with an e-mail layout to type into."""
    EmailLayout.objects.get_or_create(code="PLAIN", defaults={"html": "<html>{{ layout.content }}</html>"})
    file = NewContent(extension="html", email_layout_code="PLAIN", read_only=False)
    attachment = store_attachments([file])[0]
    return InteractionTemplateLanguage.objects.create(
        interaction_template_code=code, language_code=language, attachment=attachment, email_layout_code="PLAIN"
    )


def word_template(code: str = "LETTER") -> WordTemplate:
    return WordTemplate.objects.get_or_create(code=code)[0]


def outgoing(code: str | None) -> None:
    """Choose the template of outgoing calls."""
    InteractionTemplateSetup.objects.update_or_create(only_row=True, defaults={"outgoing_calls_code": code})


def changed(draft: InteractionDraft, **values: Any) -> InteractionDraft:
    """The draft with fields entered as a user does."""
    return records.change(draft, values, in_order=True)


class Pretended:
    """Records of a room that is not there: numbers with descriptions; remembers what was asked of it."""

    def __init__(self, **known: str) -> None:
        self.known = {number.upper(): words for number, words in known.items()}
        self.created: list[Mapping[str, Any]] = []
        self.logged_entries: list[int] = []
        self.asked: tuple[uuid.UUID | None, str] | None = None

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        return {number: self.known[number] for number in numbers if number in self.known}

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        self.logged_entries += [entry.entry_no for entry in entries]

    def choices(self, company_id: uuid.UUID | None, salesperson_code: str) -> Sequence[tuple[str, str]]:
        self.asked = (company_id, salesperson_code)
        return list(self.known.items())

    def create(self, values: Mapping[str, Any]) -> str:
        self.created.append(values)
        self.known["OP0009"] = "New"
        return "OP0009"


@contextmanager
def pretended(kind: str, **known: str) -> Iterator[Pretended]:
    """Let records of a kind exist inside the block."""
    stand_in = Pretended(**known)
    related.provides(kind, stand_in)
    try:
        yield stand_in
    finally:
        related.unplug(kind)


def speaks(contact: Contact, language: str) -> Contact:
    """The contact with a language of its own."""
    Language.objects.get_or_create(code=language, defaults={"name": language})
    return records.change(contact, {"language_code": language})
