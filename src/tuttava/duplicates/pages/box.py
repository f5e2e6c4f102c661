"""The fact box *Possible duplicates* of the contact card (D-21): pairs on either side, with score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import is_hidden, masked
from tuttava.duplicates.pages.parties import queue_url
from tuttava.duplicates.pages.words import Likelihood, likelihood
from tuttava.duplicates.queries import pairs_of
from tuttava.ui.cards import FactBox, add_box

SHOWN = 4
NAME = "duplicates"


@dataclass(frozen=True)
class Alike:
    """Another contact that may be the same party."""

    contact: Contact
    url: str
    compare_url: str
    likelihood: Likelihood


def alike(contact: Contact) -> dict[str, Any]:
    """The likeliest contacts first; one question."""
    unseen = [f"{side}__{name}" for side in ("contact", "duplicate") for name in ("search_tokens", "search_text")]
    pairs = list(pairs_of([contact.pk]).select_related("contact", "duplicate").defer(*unseen)[: SHOWN + 1])
    rows = []
    for pair in pairs[:SHOWN]:
        other = pair.duplicate if pair.contact_id == contact.pk else pair.contact
        rows.append(Alike(masked(other), contact_url(other), queue_url(pair.pk), likelihood(pair.score)))
    return {"rows": rows, "more": len(pairs) > SHOWN, "no": contact.no}


add_box(
    "contact",
    FactBox(
        NAME, _("Possible duplicates"), "duplicates/box.html", alike, lambda contact: not is_hidden(contact), first=True
    ),
)
