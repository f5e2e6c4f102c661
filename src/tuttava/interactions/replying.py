"""Answering an interaction: a wizard for a mail to the same contact, about the same things."""

from __future__ import annotations

from tuttava.contacts.models import CorrespondenceType
from tuttava.interactions import drafting
from tuttava.interactions.errors import contact_required
from tuttava.interactions.models import InteractionDraft, InteractionLogEntry
from tuttava.interactions.template_setup import emails_template

REPLY = "Re:"


def reply_to(entry: InteractionLogEntry) -> InteractionDraft:
    """A draft by the template of e-mails: contact, campaign and opportunity of the entry, its subject with "Re:" once.

    Raises ``contact_required``, ``contact.privacy_blocked`` and ``emails_template_required``.
    """
    if entry.contact is None:
        raise contact_required()
    values = {
        "interaction_template_code": emails_template().code,
        "description": subject_of_reply(entry.subject or entry.description),
        "correspondence_type": CorrespondenceType.EMAIL,
    }
    source = drafting.source_of(
        {"contact_no": entry.contact.no, "campaign_no": entry.campaign_no, "opportunity_no": entry.opportunity_no}
    )
    return drafting.start(source, values)


def subject_of_reply(subject: str) -> str:
    """The subject with "Re:" before it, once, cut to what a description holds."""
    plain = subject.strip()
    return plain if plain.casefold().startswith(REPLY.casefold()) else f"{REPLY} {plain}".strip()[:100]
