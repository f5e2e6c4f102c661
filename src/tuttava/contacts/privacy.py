"""What may be seen of and done with contacts whose personal data is locked (C-72, C-74)."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, PersonalDataAccess
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError

RIGHT = "privacy.manage"
MASK = "•••"

#: Fields classed as personal, and as sensitive (C-74).
PERSONAL = (
    *("name", "name_2", "search_name", "first_name", "middle_name", "surname", "address", "address_2", "city"),
    *("post_code", "county", "phone_no", "mobile_phone_no", "extension_no", "fax_no", "pager", "telex_no"),
    *("telex_answer_back", "email", "email_2", "search_email", "home_page"),
)
SENSITIVE = ("vat_registration_no",)
#: Copies and neighbours of personal fields that would give them away.
DERIVED = (
    *("phone_no_normalised", "mobile_phone_no_normalised", "search_text", "search_tokens", "initials", "job_title"),
    *("registration_number", "external_id"),
)
HIDDEN = (*PERSONAL, *SENSITIVE, *DERIVED)


def is_hidden(contact: Contact) -> bool:
    """Whether the contact's personal data is hidden from the current user."""
    return contact.privacy_blocked and not current().may(RIGHT)


def hidden_ids(ids: Collection[uuid.UUID]) -> Collection[uuid.UUID]:
    """Those contacts whose personal data is hidden from the current user; who may see it leaves a note (C-72)."""
    blocked = list(Contact.objects.filter(pk__in=ids, privacy_blocked=True).only("no", "privacy_blocked"))
    log_looks(blocked)
    return [contact.pk for contact in blocked if is_hidden(contact)]


def masked(contact: Contact) -> Contact:
    """``contact`` itself, or a copy with masked personal fields when the current user may not see them (C-72).

    The copy is for showing only; lists, cards, search and exports pass every contact through here.
    """
    if not is_hidden(contact):
        return contact
    shown = copy.copy(contact)
    shown.__dict__.update({name: mask_of(value) for name, value in vars(contact).items() if name in HIDDEN})
    if contact.is_company and "company_name" in vars(contact):
        shown.company_name = mask_of(contact.company_name)
    return shown


def masked_row(row: Mapping[str, Any], *, blocked: bool) -> dict[str, Any]:
    """The same for a row of values; ``blocked``: its contact's ``privacy_blocked``."""
    if not blocked or current().may(RIGHT):
        return dict(row)
    return {name: mask_of(value) if name in HIDDEN else value for name, value in row.items()}


def mask_of(value: Any) -> Any:
    """The mask in place of a text; blanks stay blank, so that nothing is invented."""
    return (MASK if value else "") if isinstance(value, str) else None


def use_contact_for_new_work(contact: Contact) -> Contact:
    """The guard in front of all new work: refuses a blocked contact (``contact.privacy_blocked``, C-72)."""
    if contact.privacy_blocked:
        raise DomainError(
            "contact.privacy_blocked",
            _("Contact %(no)s is privacy-blocked and cannot be used for new work. Lift the block first.")
            % {"no": contact.no},
            field="privacy_blocked",
            rule="C-72",
        )
    return contact


def without_blocked(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """What segments, mailings, exports and label runs take (C-72)."""
    return contacts.filter(privacy_blocked=False)


def require_profiles_allowed(contact: Contact) -> None:
    """Profile questionnaires are closed for minors (``contact.minor_profiles``, C-73)."""
    if contact.minor:
        raise DomainError(
            "contact.minor_profiles",
            _("Contact %(no)s is a minor: profiles cannot be opened.") % {"no": contact.no},
            field="minor",
            rule="C-73",
        )


def log_looks(contacts: Iterable[Contact]) -> None:
    """Write down that blocked contacts were looked at in clear; others cost nothing (C-72)."""
    seen = [contact for contact in contacts if contact.privacy_blocked and not is_hidden(contact)]
    _log(seen, "look", "")


def log_access(contact: Contact, action: str, reason: str) -> None:
    """Write down an export or an erasure."""
    _log([contact], action, reason)


def accesses(contact_id: uuid.UUID) -> QuerySet[PersonalDataAccess]:
    """Who looked at, exported or erased a contact's personal data, latest first."""
    return PersonalDataAccess.objects.filter(contact_id=contact_id).order_by("-at", "-id")


def _log(contacts: Sequence[Contact], action: str, reason: str) -> None:
    if contacts:
        PersonalDataAccess.objects.bulk_create(
            [
                PersonalDataAccess(
                    user_name=current().user_name,
                    action=action,
                    reason=reason[:250],
                    contact_id=contact.pk,
                    contact_no=contact.no,
                )
                for contact in contacts
            ]
        )
