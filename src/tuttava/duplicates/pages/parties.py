"""What is told of a party beside its fields: what it is to us, what hangs on it, when it was last busy."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.models import Contact, ContactBusinessRelation, ContactType
from tuttava.contacts.pages.links import contact_url, record_of
from tuttava.contacts.privacy import masked
from tuttava.contacts.queries import figures
from tuttava.foundation.models import CommentLine, OwnerKind
from tuttava.ui.cards import Badge
from tuttava.ui.registry import has_route


@dataclass
class Party:
    """One side of a pair. ``counts`` are words such as "3 people"; ``weight`` is how much hangs on it."""

    contact: Contact
    url: str
    badges: list[Badge] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    weight: int = 0

    @property
    def name(self) -> str:
        return self.contact.name or self.contact.no


def parties(contacts: Sequence[Contact]) -> list[Party]:
    """The contacts with what is known of them, in a fixed number of questions and one for each one's figures."""
    ids = [contact.pk for contact in contacts]
    badges, people, comments = _badges(ids), _people(ids), _comments(ids)
    found = []
    for contact in contacts:
        party = Party(masked(contact), contact_url(contact), badges[contact.pk])
        if contact.privacy_blocked:
            party.badges.append(Badge(_("Privacy blocked"), "danger"))
        _tell(party, people[contact.pk], comments[contact.pk])
        found.append(party)
    return found


def _tell(party: Party, people: int, comments: int) -> None:
    known = figures(party.contact)
    numbers = (
        (people, ngettext("%(count)d person", "%(count)d people", people)),
        (
            known.no_of_interactions,
            ngettext("%(count)d interaction", "%(count)d interactions", known.no_of_interactions),
        ),
        (
            known.no_of_opportunities,
            ngettext("%(count)d opportunity", "%(count)d opportunities", known.no_of_opportunities),
        ),
        (
            known.no_of_mailing_groups,
            ngettext("%(count)d mailing group", "%(count)d mailing groups", known.no_of_mailing_groups),
        ),
        (
            known.no_of_industry_groups,
            ngettext("%(count)d industry group", "%(count)d industry groups", known.no_of_industry_groups),
        ),
        (comments, ngettext("%(count)d comment", "%(count)d comments", comments)),
    )
    party.counts = [words % {"count": count} for count, words in numbers if count]
    party.weight = sum(count for count, _words in numbers) + 10 * len(party.badges)


def _badges(ids: Sequence[uuid.UUID]) -> defaultdict[uuid.UUID, list[Badge]]:
    """The customers, vendors and others that the contacts are linked with."""
    found: defaultdict[uuid.UUID, list[Badge]] = defaultdict(list)
    rows = ContactBusinessRelation.objects.filter(contact_id__in=ids, linked_id__isnull=False)
    for row in rows.order_by("link_to_table", "linked_no"):
        words = f"{row.get_link_to_table_display()} {row.linked_no}"
        found[row.contact_id].append(Badge(words, "accent", record_of(row)))
    return found


def _people(ids: Sequence[uuid.UUID]) -> defaultdict[uuid.UUID, int]:
    rows = Contact.objects.filter(company_id__in=ids, type=ContactType.PERSON).order_by().values_list("company_id")
    return defaultdict(int, {company: count for company, count in rows.annotate(number=Count("pk")) if company})


def _comments(ids: Sequence[uuid.UUID]) -> defaultdict[uuid.UUID, int]:
    rows = CommentLine.objects.filter(owner_kind=OwnerKind.CONTACT, owner_id__in=ids).order_by().values_list("owner_id")
    return defaultdict(int, dict(rows.annotate(number=Count("pk"))))


def queue_url(pair_id: uuid.UUID) -> str:
    """Where a pair is looked at and decided: the queue, or its details where no room merges."""
    if has_route("duplicates"):
        return f"{reverse('duplicates')}?pair={pair_id}"
    return reverse("duplicate-details", kwargs={"pk": pair_id})
