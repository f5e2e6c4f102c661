"""Telling whoever saved a contact that others look like it (D-20, D-21)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.models import Contact
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.queries import in_open_pairs
from tuttava.foundation.context import ask, current, tell

QUESTION = "duplicates.found"


def tell_of_pairs(contacts: Sequence[Contact]) -> None:
    """During interactive work, with automatic search on: say that saved contacts look like others.

    In the browser it is a notice, never a question in the way (D-21); other doors that can answer are asked (D-20).
    """
    if not current().interactive or not marketing_setup().autosearch_for_duplicates:
        return
    found = in_open_pairs(contact.pk for contact in contacts)
    named = [contact for contact in contacts if contact.pk in found]
    if not named:
        return
    text = words_of(named)
    question = _("%(found)s Process the duplicates?") % {"found": text}
    if current().door == "browser" or ask(QUESTION, question, default=True, unattended=False):
        tell(QUESTION, text, severity="warning", target=named[0].no)


def words_of(contacts: Sequence[Contact]) -> str:
    """That these contacts look like others."""
    return ngettext(
        "%(contact)s looks like another contact.", "%(count)d contacts look like other contacts.", len(contacts)
    ) % {"contact": f"{contacts[0].no} {contacts[0].name}", "count": len(contacts)}


def tell_of_likeness(contacts: Sequence[Contact]) -> None:
    """In the browser, with automatic search on: the same of what was found by likeness, unless it was said already."""
    context = current()
    told = any(message.code == QUESTION for message in context.messages)
    if not contacts or told or context.door != "browser" or not context.interactive:
        return
    if marketing_setup().autosearch_for_duplicates:
        tell(QUESTION, words_of(contacts), severity="warning", target=contacts[0].no)


def tell_of_many(cut_off: Sequence[uuid.UUID]) -> None:
    """Say that not all pairs of a contact are listed, because it is like so many others."""
    if cut_off:
        text = ngettext(
            "%(count)d contact is like more others than are listed. Look at what it has in common with them.",
            "%(count)d contacts are like more others than are listed. Look at what they have in common.",
            len(cut_off),
        )
        tell("duplicates.many", text % {"count": len(cut_off)}, severity="warning")
