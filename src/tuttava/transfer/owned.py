"""Rows that hang on contacts which exist: the contact of each is found by number, external ID or name."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation.errors import DomainError
from tuttava.transfer.contact_matching import ContactMatching
from tuttava.transfer.old_numbers import follow_merges
from tuttava.transfer.plans import Plan

KEYS = ("no", "external_id", "name")


def find_owners(plans: Sequence[Plan], match_by: Sequence[str]) -> None:
    """Set ``match_id`` to the contact of each row: a person of that name comes before a company."""
    matching = ContactMatching()
    wanted = [key for key in KEYS if key in match_by or key == "name"]
    if "no" in wanted:
        follow_merges(plans, Contact)
    for is_person in (True, False):
        rest = [plan for plan in plans if plan.match_id is None]
        for plan in rest:
            plan.is_person = is_person
        matching.match(rest, wanted)
    for plan in plans:
        if plan.match_id is None:
            plan.refuse(
                DomainError(
                    "import.contact_unknown",
                    _("No contact has this number, external ID or name. Import the contact first."),
                )
            )


def owner_gone() -> DomainError:
    """The refusal of a row whose contact was there a moment ago."""
    return DomainError("record_gone", _("The contact was deleted meanwhile. Import the row again."))


def owners_of(plans: Sequence[Plan]) -> dict[object, Contact]:
    """The contacts of the rows by id."""
    return dict(Contact.objects.only("pk", "no", "type").in_bulk({plan.match_id for plan in plans}))
