"""What the duplicate search stored of a contact that is merged away: derived rows go, the user's word stays (M-36)."""

from __future__ import annotations

import uuid

from django.db.models import Q

from tuttava.duplicates.models import ContactDuplicate, ContactMatchKey, ContactSearchString
from tuttava.foundation.merge_rules import Clash, Sides, refers


def declare() -> None:
    """Name every column. Both columns of a pair are looked at together (M-16)."""
    refers("contact", ContactDuplicate, "contact_id", clash=Clash.FORGET, mover=_move_pairs)
    refers("contact", ContactDuplicate, "duplicate_id", clash=Clash.FORGET, mover=_nothing)
    refers("contact", ContactSearchString, "contact_id", clash=Clash.FORGET, set_name="contactSearchStrings")
    refers("contact", ContactMatchKey, "contact_id", clash=Clash.FORGET, hidden=True)


def _nothing(_sides: Sides) -> list[uuid.UUID]:
    """Pairs are moved by their other column."""
    return []


def _move_pairs(sides: Sides) -> list[uuid.UUID]:
    """Open pairs vanish, and so does the pair of both; separate ones move, once for each other contact."""
    of_duplicate = Q(contact_id=sides.duplicate_id) | Q(duplicate_id=sides.duplicate_id)
    of_current = Q(contact_id=sides.current_id) | Q(duplicate_id=sides.current_id)
    gone = ContactDuplicate.objects.filter(of_duplicate & (of_current | Q(separate_contacts=False)))
    gone._raw_delete(gone.db)
    separate = list(ContactDuplicate.objects.filter(of_duplicate).order_by("pk"))
    by_other = {other_of(pair, sides.duplicate_id): pair.pk for pair in separate}
    known = ContactDuplicate.objects.filter(
        Q(contact_id=sides.current_id, duplicate_id__in=by_other)
        | Q(duplicate_id=sides.current_id, contact_id__in=by_other)
    )
    told = {other_of(pair, sides.current_id) for pair in known.filter(separate_contacts=True)}
    known.filter(separate_contacts=False).delete()
    ContactDuplicate.objects.filter(pk__in=[pk for other, pk in by_other.items() if other in told]).delete()
    moved = [pk for other, pk in by_other.items() if other not in told]
    for name in ("contact_id", "duplicate_id"):
        rows = ContactDuplicate.objects.filter(**{"pk__in": moved, name: sides.duplicate_id})
        rows.update(**{name: sides.current_id})
    return moved


def other_of(pair: ContactDuplicate, contact_id: uuid.UUID) -> uuid.UUID:
    """The contact of the pair that is not this one."""
    return pair.duplicate_id if pair.contact_id == contact_id else pair.contact_id
