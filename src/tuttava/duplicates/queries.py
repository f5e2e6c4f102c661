"""The questions about pairs: which of them a list shows, which of them the queue asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.models import ContactDuplicate


def listed_pairs() -> QuerySet[ContactDuplicate]:
    """The pairs of the list of duplicate contacts, separate ones included (D-22, D-24)."""
    return listed(ContactDuplicate.objects.all())


def listed(rows: QuerySet[ContactDuplicate]) -> QuerySet[ContactDuplicate]:
    """Those of the pairs that the list shows.

    Those that search strings found; of those found by likeness alone, companies where the setup says
    *tolerant duplicate search* and persons where it says *search duplicate persons*.
    """
    setup = marketing_setup()
    shown = Q(classic=True)
    if setup.tolerant_duplicate_search:
        shown |= Q(contact__type=ContactType.COMPANY)
    if setup.search_duplicate_persons:
        shown |= Q(contact__type=ContactType.PERSON)
    return rows.filter(shown)


def open_pairs() -> QuerySet[ContactDuplicate]:
    """Pairs of which nobody has said that they are separate, whoever found them."""
    return ContactDuplicate.objects.filter(separate_contacts=False)


def queue_pairs() -> QuerySet[ContactDuplicate]:
    """The open pairs in the order in which they are asked: surest first, unscored after them, put-off ones last."""
    return open_pairs().order_by(F("put_off_at").asc(nulls_first=True), F("score").desc(nulls_last=True), "id")


def pairs_of(contact_ids: Collection[UUID]) -> QuerySet[ContactDuplicate]:
    """The open pairs in which one of the contacts stands on either side (D-20, D-21), surest first."""
    ids = list(contact_ids)
    either = Q(contact_id__in=ids) | Q(duplicate_id__in=ids)
    return open_pairs().filter(either).order_by(F("score").desc(nulls_last=True), "id")


def open_listed_pairs() -> QuerySet[ContactDuplicate]:
    """The open pairs of the list: what is counted on the home page (D-24)."""
    return listed_pairs().filter(separate_contacts=False)


def in_open_pairs(contact_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the contacts that stand on either side of an open pair of the list (D-20, B-52)."""
    ids = list(contact_ids)
    pairs = open_listed_pairs()
    left = pairs.filter(contact_id__in=ids).values_list("contact_id", flat=True)
    right = pairs.filter(duplicate_id__in=ids).values_list("duplicate_id", flat=True)
    return set(left.union(right))


def duplicate_exists(contact: Contact) -> bool:
    """Whether the contact is in an open pair and duplicates are searched automatically (D-20)."""
    return marketing_setup().autosearch_for_duplicates and bool(in_open_pairs([contact.pk]))
