"""Company or person: what a type brings along, and what stands in the way of changing it (C-8 to C-14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from tuttava.contacts.blockers import Blocker, Situation, blockers, in_order
from tuttava.contacts.errors import refer
from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.rules.names import NameParts, keeps_particles, split_name
from tuttava.contacts.setup import marketing_setup
from tuttava.contacts.signals import checked_fields, company_checked, company_unchecked
from tuttava.foundation.errors import Text
from tuttava.foundation.records import Edit, Rules, refuse_all

#: Changes of these fields make a company worth comparing with others again (C-81).
CHECKED = ("name", "name_2", "address", "address_2", "city", "post_code", "vat_registration_no", "phone_no")
PERSONAL = ("first_name", "middle_name", "surname", "initials", "job_title")


class TypeRules(Rules[Contact]):
    """The type of a contact."""

    def enter_type(self, edit: Edit[Contact], value: str) -> None:
        """C-10 to C-13: all that stands in the way is reported at once; the type rules run at once."""
        if value == edit.get("type"):
            return
        if edit.is_new:
            edit.copy("type", value)
            return
        found = type_change_blockers(edit.record)
        refuse_all(
            "contact.type",
            _("%(contact)s cannot change its type: %(reasons)s")
            % {"contact": refer(edit.record), "reasons": " ".join(str(blocker.message) for blocker in found)},
            [blocker.detail() for blocker in found],
            rule="C-11",
        )
        edit.copy("type", value)
        (become_company if value == ContactType.COMPANY else become_person)(edit)


def apply_type(edit: Edit[Contact]) -> None:
    """The type rules of a new contact, and the copies that every contact keeps of itself (C-8, C-9, C-18)."""
    if edit.is_new:
        (become_company if edit.record.is_company else start_person)(edit)
    if edit.record.is_company:
        edit.copy("company_no", edit.get("no"))
        edit.copy("company_name", edit.get("name"))
    else:
        edit.copy("lookup_contact_no", edit.get("no"))


def become_company(edit: Edit[Contact]) -> None:
    """What only persons have goes; the contact is its own company (C-8)."""
    for name in PERSONAL:
        edit.copy(name, "")
    edit.copy("organizational_level_code", None)
    edit.copy("pinned_fields", [])
    edit.copy("company_id", edit.record.pk)
    edit.copy("company_no", edit.get("no"))
    edit.copy("company_name", edit.get("name"))
    edit.copy("lookup_contact_no", "")
    setup = marketing_setup()
    replaced = (None, "", setup.default_person_salutation_code)
    if "salutation_code" not in edit.typed and edit.get("salutation_code") in replaced:
        edit.copy("salutation_code", setup.default_company_salutation_code)


def become_person(edit: Edit[Contact]) -> None:
    """A company that becomes a person stands alone, with its name in parts (C-9)."""
    edit.copy("lookup_contact_no", edit.get("no"))
    if edit.get("company_id") == edit.record.pk:
        edit.copy("company_id", None)
        edit.copy("company_no", "")
        edit.copy("company_name", "")
        if "salutation_code" not in edit.typed:
            edit.copy("salutation_code", marketing_setup().default_person_salutation_code)
        split(edit)


def start_person(edit: Edit[Contact]) -> None:
    """A new person never keeps a company's defaults (C-9, C-10)."""
    setup = marketing_setup()
    inherited = "salutation_code" not in edit.typed and edit.get("salutation_code")
    if inherited and inherited == setup.default_company_salutation_code:
        edit.copy("salutation_code", setup.default_person_salutation_code)
    if edit.get("name") and not any(edit.get(name) for name in NameParts._fields):
        split(edit)


def split(edit: Edit[Contact]) -> None:
    """Fill the name parts from the name, which stays as it is."""
    parts = split_name(edit.get("name"), keep_particles=keeps_particles())
    for name, part in zip(NameParts._fields, parts, strict=True):
        edit.copy(name, part)


def type_change_blockers(contact: Contact) -> list[Blocker]:
    """Everything that keeps ``contact`` from changing its type, in the order of the rules (C-11 to C-13)."""
    own = _company_blockers(contact) if contact.is_company else _person_blockers(contact)
    return in_order([*blockers(Situation.CHANGE_TYPE, [contact.pk]), *own])


def _person_blockers(contact: Contact) -> list[Blocker]:
    """C-12."""
    blocker = _blocker_of(contact)
    found = []
    if contact.organizational_level_code:
        found.append(blocker("has_org_level", _("It has an organizational level; clear it.")))
    responsibilities = contact.contactjobresponsibilitys.count()
    if responsibilities:
        text = _("It has job responsibilities (%(count)d); remove them.") % {"count": responsibilities}
        found.append(blocker("has_job_responsibilities", text, "contactJobResponsibilities"))
    return found


def _company_blockers(contact: Contact) -> list[Blocker]:
    """C-13."""
    blocker = _blocker_of(contact)
    people = Contact.objects.filter(company=contact, type=ContactType.PERSON)
    linked = (
        (people, "has_people", _("People belong to it (%(count)d); give them another company."), "contacts"),
        (
            contact.contactbusinessrelations,
            "has_business_relations",
            _("It has business relations (%(count)d); remove them."),
            "contactBusinessRelations",
        ),
        (
            contact.contactindustrygroups,
            "has_industry_groups",
            _("It has industry groups (%(count)d); remove them."),
            "contactIndustryGroups",
        ),
        (
            contact.contactwebsources,
            "has_web_sources",
            _("It has web sources (%(count)d); remove them."),
            "contactWebSources",
        ),
    )
    filled = (
        ("currency_code", "has_currency", _("It has a currency; clear it.")),
        ("vat_registration_no", "has_vat_no", _("It has a tax number; clear it.")),
        ("registration_number", "has_registration_no", _("It has a registration number; clear it.")),
    )
    counted = [(rows.count(), code, text, where) for rows, code, text, where in linked]
    found = [blocker(code, text % {"count": count}, where) for count, code, text, where in counted if count]
    return found + [blocker(code, text) for name, code, text in filled if getattr(contact, name)]


def _blocker_of(contact: Contact) -> Callable[..., Blocker]:
    def make(code: str, message: Text, record_set: str = "contacts") -> Blocker:
        return Blocker(f"contact.type.{code}", contact.pk, message, record_set, contact.no)

    return make


def tell_checks(edits: Sequence[Edit[Contact]]) -> None:
    """Companies worth comparing anew, and contacts that are companies no more (C-10, C-81). People never are."""
    due = [edit for edit in edits if edit.record.is_company]
    if due:
        watched = {name for names in checked_fields for name in names()} | set(CHECKED)
        due = [edit for edit in due if edit.changed(*watched) or (not edit.is_new and edit.changed("type"))]
    persons = [edit.record for edit in edits if edit.record.is_person and not edit.is_new and edit.changed("type")]
    if due:
        inserted = all(edit.is_new for edit in due)
        company_checked.send(sender=Contact, companies=[edit.record for edit in due], inserted=inserted)
    if persons:
        company_unchecked.send(sender=Contact, contacts=persons)
