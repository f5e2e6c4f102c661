"""Alternative addresses, their periods, and labelled e-mail addresses (C-42, C-43, C-53, C-56)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from tuttava.contacts.models import ContactAltAddress, ContactAltAddressPeriod, ContactEmail
from tuttava.contacts.rules.fields import PhoneRules, learn_places
from tuttava.contacts.rules.required import require_field
from tuttava.contacts.signals import alt_address_deleting, contact_emails_changed
from tuttava.contacts.touching import touch
from tuttava.foundation.communication import checked_email
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.places import PlaceRules, prepare_places
from tuttava.foundation.records import Edit, Rules, register


@register
class AltAddressRules(PhoneRules, PlaceRules, Rules[ContactAltAddress]):
    model = ContactAltAddress
    set_name = "contactAlternativeAddresses"

    def prepare(self, rows: Iterable[Mapping[str, Any]]) -> None:
        prepare_places((str(row.get("post_code") or ""), str(row.get("city") or "")) for row in rows)

    def enter_email(self, edit: Edit[ContactAltAddress], value: str) -> None:
        """One address (C-43)."""
        edit.put("email", checked_email(value, field="email"))

    def before_save(self, edit: Edit[ContactAltAddress]) -> None:
        require_field(edit, "code")
        edit.put("search_email", edit.get("email"))
        if not edit.is_new and edit.changed_fields():
            edit.put("last_date_modified", current().today)

    def after_save(self, edits: Sequence[Edit[ContactAltAddress]]) -> None:
        learn_places(edits)
        touch(edit.record.contact_id for edit in edits)

    def before_delete(self, record: ContactAltAddress) -> None:
        """Its periods go with it (C-56), and rooms above forget it."""
        alt_address_deleting.send(sender=ContactAltAddress, address=record)
        ContactAltAddressPeriod.objects.filter(alt_address=record).delete()

    def after_delete(self, record: ContactAltAddress) -> None:
        touch([record.contact_id])


@register
class AltAddressPeriodRules(Rules[ContactAltAddressPeriod]):
    model = ContactAltAddressPeriod
    set_name = "contactAddressPeriods"

    def before_save(self, edit: Edit[ContactAltAddressPeriod]) -> None:
        self.before_save_many([edit])

    def before_save_many(self, edits: Sequence[Edit[ContactAltAddressPeriod]]) -> None:
        for edit in edits:
            require_field(edit, "starting_date")
            _check_order(edit)
        _check_owners(edits)
        _check_starts(edits)

    def after_save(self, edits: Sequence[Edit[ContactAltAddressPeriod]]) -> None:
        touch(edit.record.contact_id for edit in edits)

    def after_delete(self, record: ContactAltAddressPeriod) -> None:
        touch([record.contact_id])


def _check_order(edit: Edit[ContactAltAddressPeriod]) -> None:
    start, end = edit.get("starting_date"), edit.get("ending_date")
    if end and start > end:
        raise DomainError(
            "alt_address.period_order",
            _("Contact %(no)s: the period starts on %(start)s, after its end on %(end)s. Change one of the dates.")
            % {"no": edit.record.contact.no, "start": start, "end": end},
            field="ending_date" if "ending_date" in edit.typed else "starting_date",
            rule="C-53",
        )


def _check_owners(edits: Sequence[Edit[ContactAltAddressPeriod]]) -> None:
    """The alternative address must be one of the contact's own; another contact's counts as unknown."""
    named = [edit for edit in edits if edit.get("alt_address_id") and edit.changed("alt_address_id", "contact_id")]
    if not named:
        return
    ids = {edit.get("alt_address_id") for edit in named}
    owners = dict(ContactAltAddress.objects.filter(pk__in=ids).values_list("pk", "contact_id"))
    for edit in named:
        if owners.get(edit.get("alt_address_id")) != edit.get("contact_id"):
            raise DomainError(
                "not_found",
                _("Contact %(no)s has no such alternative address.") % {"no": edit.record.contact.no},
                field="alt_address",
            )


def _check_starts(edits: Sequence[Edit[ContactAltAddressPeriod]]) -> None:
    moved = [edit for edit in edits if edit.is_new or edit.changed("starting_date", "contact_id")]
    if not moved:
        return
    wanted = Q()
    for edit in moved:
        wanted |= Q(contact_id=edit.get("contact_id"), starting_date=edit.get("starting_date"))
    others = ContactAltAddressPeriod.objects.filter(wanted).exclude(pk__in=[edit.record.pk for edit in edits])
    taken = set(others.values_list("contact_id", "starting_date"))
    for edit in moved:
        key = (edit.get("contact_id"), edit.get("starting_date"))
        if key in taken:
            raise DomainError(
                "alt_address.start_taken",
                _("Contact %(no)s has a period that starts on %(date)s already. Choose another start.")
                % {"no": edit.record.contact.no, "date": edit.get("starting_date")},
                field="starting_date",
                rule="C-53",
            )
        taken.add(key)


@register
class ContactEmailRules(Rules[ContactEmail]):
    """Labelled addresses of up to 254 characters beside the contact's own field (C-42)."""

    model = ContactEmail
    set_name = "contactEmailAddresses"

    def enter_email(self, edit: Edit[ContactEmail], value: str) -> None:
        """One address (C-43)."""
        edit.put("email", checked_email(value, field="email"))

    def before_save(self, edit: Edit[ContactEmail]) -> None:
        require_field(edit, "email")
        if not edit.get("line_no"):
            lines = ContactEmail.objects.filter(contact_id=edit.get("contact_id"))
            edit.put("line_no", (lines.aggregate(last=Max("line_no"))["last"] or 0) + LINE_STEP)

    def after_save(self, edits: Sequence[Edit[ContactEmail]]) -> None:
        self._follow({edit.record.contact_id for edit in edits})

    def after_delete(self, record: ContactEmail) -> None:
        self._follow({record.contact_id})

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        self._follow(set(ContactEmail.objects.filter(pk__in=ids).values_list("contact_id", flat=True)))

    def _follow(self, contact_ids: Collection[uuid.UUID]) -> None:
        touch(contact_ids)
        contact_emails_changed.send(sender=ContactEmail, ids=list(contact_ids))
