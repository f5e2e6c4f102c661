"""Rows become alternative addresses of contacts that exist: several rows a contact, codes made where none is given."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactAltAddress, ContactAltAddressPeriod
from tuttava.foundation.cleaning import same
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.records import Edit, rules_of, save_many
from tuttava.transfer.belongings import entered
from tuttava.transfer.halving import save_by_halves
from tuttava.transfer.headings import normalise
from tuttava.transfer.models import OnMatch, Outcome
from tuttava.transfer.options import Options
from tuttava.transfer.owned import find_owners, owner_gone, owners_of
from tuttava.transfer.plans import Note, Plan
from tuttava.transfer.writing import unchanged

#: Fields of an address, in the order in which they are entered.
ADDRESS_FIELDS = [
    "code",
    "company_name_2",
    "country_code",
    "post_code",
    "city",
    "county",
    "address",
    "address_2",
    "phone_no",
    "mobile_phone_no",
    "extension_no",
    "pager",
    "fax_no",
    "telex_no",
    "telex_answer_back",
    "email",
    "home_page",
]
SAME_PLACE = ("address", "address_2", "post_code", "city")
CODE_LENGTH = 10

Found = dict[tuple[uuid.UUID, str], ContactAltAddress]


class AddressWriter:
    """Writes alternative addresses chunk by chunk, through their rules."""

    companies_created = 0

    def __init__(self, options: Options, *, dry: bool) -> None:
        self.options = options
        self.dry = dry

    def write(self, plans: Sequence[Plan]) -> None:
        find_owners([plan for plan in plans if not plan.errors], self.options.match_by)
        due = [plan for plan in plans if not plan.errors]
        if due:
            rules_of(ContactAltAddress).prepare([plan.values for plan in due])
            save_by_halves(due, self._save)

    def _save(self, plans: Sequence[Plan]) -> None:
        contacts = owners_of(plans)
        stored = ContactAltAddress.objects.filter(contact__in=list(contacts))
        found: Found = {(row.contact_id, row.code): row for row in stored}
        edits: list[tuple[Plan, Edit[ContactAltAddress]]] = []
        for plan in plans:
            if plan.match_id not in contacts:
                plan.refuse(owner_gone())
                continue
            edit = self._edit(plan, contacts[plan.match_id], found)
            if edit is not None and not plan.errors:
                edits.append((plan, edit))
        if not self.dry:
            save_many([edit for plan, edit in edits if edit.is_new or edit.changed_fields()])
            _save_periods(edits)

    def _edit(self, plan: Plan, contact: Contact, found: Found) -> Edit[ContactAltAddress] | None:
        """The row entered into a new address or the one it means; None: nothing to do."""
        existing = _existing(plan, contact, found)
        plan.outcome = self._outcome(plan, existing)
        if plan.outcome in (Outcome.SKIP, Outcome.FAIL):
            return None
        if existing is not None and plan.outcome == Outcome.UPDATE:
            record = existing
        else:
            code = _free_code(plan, contact, found)
            record = ContactAltAddress(contact=contact)
            plan.values["code"] = code
            found[contact.pk, code] = record
        values = {name: plan.values[name] for name in (*ADDRESS_FIELDS, "company_name") if name in plan.values}
        edit = Edit(record, rules_of(ContactAltAddress), typed=values)
        for name, value in values.items():
            if edit.is_new or not same(edit.get(name), value):
                try:
                    edit.enter(name, value)
                except DomainError as error:
                    plan.refuse(error, name)
        if plan.errors and edit.is_new:
            found.pop((contact.pk, str(plan.values["code"])), None)
        plan.entity_id = record.pk
        if not edit.is_new and not edit.changed_fields() and not plan.errors and "starting_date" not in plan.values:
            plan.outcome = Outcome.SKIP
            plan.notes.append(unchanged())
        return edit

    def _outcome(self, plan: Plan, existing: ContactAltAddress | None) -> str:
        if plan.decision:
            return plan.decision if existing is not None or plan.decision == Outcome.SKIP else Outcome.CREATE
        if existing is None or self.options.on_match == OnMatch.CREATE:
            return Outcome.CREATE
        if self.options.on_match == OnMatch.ASK:
            plan.errors.append(
                Note(
                    "import.decision_needed",
                    _("The contact has this address already. Decide whether to update it or to skip the row."),
                )
            )
            return Outcome.FAIL
        return Outcome.UPDATE if self.options.on_match == OnMatch.UPDATE else Outcome.SKIP


def _existing(plan: Plan, contact: Contact, found: Found) -> ContactAltAddress | None:
    """The stored address that the row means: by its code, else by the same place (C-59)."""
    code = as_code(plan.values.get("code", ""))
    if code:
        row = found.get((contact.pk, code))
        return row if row is not None and not row._state.adding else None
    mine = [row for (owner, _code), row in found.items() if owner == contact.pk and not row._state.adding]
    for row in mine:
        if all(normalise(getattr(row, name)) == normalise(str(plan.values.get(name, ""))) for name in SAME_PLACE):
            return row
    return None


def _free_code(plan: Plan, contact: Contact, found: Found) -> str:
    """The code given, or one made of the city (``CULLMAN``, ``CULLMAN-2``) that the contact does not have yet."""
    given = as_code(plan.values.get("code", ""))
    if given and (contact.pk, given) not in found:
        return given
    base = given or re.sub(r"[^\w]", "", as_code(plan.values.get("city", ""))) or "ADDRESS"
    for number in range(1, 10_000):
        tail = "" if number == 1 else f"-{number}"
        code = base[: CODE_LENGTH - len(tail)] + tail
        if (contact.pk, code) not in found:
            return code
    raise DomainError("already_exists", _("The contact has too many addresses with this code."), field="code")


def _save_periods(edits: Sequence[tuple[Plan, Edit[ContactAltAddress]]]) -> None:
    """The period in which an address applies, where the row gives one (C-53)."""
    wanted = [(plan, edit.record) for plan, edit in edits if plan.values.get("starting_date")]
    owners = [record.contact_id for _plan, record in wanted]
    there = set(
        ContactAltAddressPeriod.objects.filter(contact__in=owners).values_list(
            "contact_id", "starting_date", "alt_address_id"
        )
    )
    periods = []
    for plan, record in wanted:
        start = plan.values["starting_date"]
        if (record.contact_id, start, record.pk) not in there:
            period = ContactAltAddressPeriod(contact_id=record.contact_id, alt_address=record)
            values = {"starting_date": start, "ending_date": plan.values.get("ending_date")}
            periods.append(entered(period, values))
    save_many(periods)
