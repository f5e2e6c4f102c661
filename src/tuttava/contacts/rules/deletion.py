"""Deleting a contact: what stands in the way, and what goes with it (C-83 to C-86)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.blockers import Blocker, Situation, blockers, in_order
from tuttava.contacts.errors import refer
from tuttava.contacts.models import (
    Contact,
    ContactAffiliation,
    ContactAltAddress,
    ContactAltAddressPeriod,
    ContactBusinessRelation,
    ContactEmail,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactType,
    ContactWebSource,
    TaxNumberCheck,
)
from tuttava.contacts.rules.company import forget_companies, set_company
from tuttava.contacts.signals import Removal, contacts_deleting
from tuttava.foundation.attachments import remove_attachments
from tuttava.foundation.context import ask
from tuttava.foundation.models import AttachmentParent, CommentLine, OwnerKind, PictureParent
from tuttava.foundation.pictures import remove_pictures
from tuttava.foundation.records import Edit, Record, refuse_all, rules_of, save_many

#: What hangs on a contact by its ``contact`` field and goes with it, what refers to others of them first.
DEPENDENTS: tuple[type[Record], ...] = (
    ContactAltAddressPeriod,
    ContactAltAddress,
    ContactEmail,
    ContactIndustryGroup,
    ContactMailingGroup,
    ContactJobResponsibility,
    ContactWebSource,
    ContactBusinessRelation,
    ContactAffiliation,
    TaxNumberCheck,
)


def remove_dependents(contact: Contact) -> None:
    """Everything that happens before the row itself goes; refuses with all blockers in one list."""
    people = _locked_people(contact)
    independent = bool(people) and _become_independent(contact, people)
    removed = [contact] if independent else [contact, *people]
    found = in_order(
        [
            *blockers(Situation.DELETE, [each.pk for each in removed]),
            *(blockers(Situation.CHANGE_COMPANY, [person.pk for person in people]) if independent else ()),
        ]
    )
    refuse_all(
        "contact.delete",
        _("%(contact)s cannot be deleted: %(reasons)s")
        % {"contact": refer(contact), "reasons": " ".join(str(blocker.message) for blocker in found)},
        [blocker.detail() for blocker in found],
        rule="C-83",
    )
    if independent:
        _release(people)
    _remove(removed)
    if len(removed) > 1:
        _erase(Contact.objects.filter(pk__in=[person.pk for person in people]))
        forget_companies(people)


def _locked_people(contact: Contact) -> list[Contact]:
    """The people of a company, locked in the order of their ids."""
    if not contact.is_company:
        return []
    people = Contact.objects.filter(company_id=contact.pk, type=ContactType.PERSON)
    return list(people.select_for_update(of=("self",)).order_by("pk"))


def _become_independent(contact: Contact, people: Sequence[Contact]) -> bool:
    text = ngettext(
        "%(company)s has %(count)d person. Keep this person, without a company, instead of deleting it too?",
        "%(company)s has %(count)d people. Keep them, without a company, instead of deleting them too?",
        len(people),
    ) % {"company": refer(contact), "count": len(people)}
    return ask("q_people_independent", text, default=False)


def _release(people: Sequence[Contact]) -> None:
    """Make the people independent by the rules of leaving a company (C-23)."""
    edits = [Edit(person, rules_of(Contact)) for person in people]
    for edit in edits:
        set_company(edit, None, "company_no")
    save_many(edits)


def _remove(contacts: Sequence[Contact]) -> None:
    """Tell the rooms above, then remove what hangs on the contacts, one statement a table."""
    ids = [contact.pk for contact in contacts]
    removals = [Removal(contact.pk, contact.is_company, _heir(contact, ids)) for contact in contacts]
    contacts_deleting.send(sender=Contact, removals=removals)
    for model in DEPENDENTS:
        _erase(model._default_manager.filter(**{"contact_id__in": ids}))
    _erase(ContactAffiliation.objects.filter(company_id__in=ids))
    _erase(CommentLine.objects.filter(owner_kind=OwnerKind.CONTACT, owner_id__in=ids))
    remove_attachments(AttachmentParent.CONTACT, ids)
    remove_pictures(PictureParent.CONTACT, ids)


def _heir(contact: Contact, removed: Sequence[uuid.UUID]) -> uuid.UUID | None:
    """The company that a person's history goes to (C-85)."""
    return None if contact.is_company or contact.company_id in removed else contact.company_id


def _erase(rows: QuerySet[Model]) -> None:
    """Delete without looking for what refers to the rows: the rules above did."""
    rows._raw_delete(rows.db)


def deletion_blockers(contact: Contact) -> list[Blocker]:
    """What keeps ``contact`` and its people from being deleted."""
    ids = [contact.pk]
    if contact.is_company:
        people = Contact.objects.filter(company_id=contact.pk, type=ContactType.PERSON)
        ids += people.order_by("pk").values_list("pk", flat=True)
    return blockers(Situation.DELETE, ids)
