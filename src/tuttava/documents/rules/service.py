"""Entering service contracts and their lines; what a finished service order sets off (2.12, I-131, I-143)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.documents.models import (
    STEP,
    Area,
    ContractType,
    ServiceContract,
    ServiceContractLine,
    ServiceEmail,
)
from tuttava.documents.names import contract_title
from tuttava.documents.parties import party_behind, require_related
from tuttava.documents.setups import series_for
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.numbered import Numbered
from tuttava.foundation.records import Edit, Rules, register
from tuttava.partners.models import Customer
from tuttava.partners.own import own_salesperson
from tuttava.relations.errors import privacy_blocked
from tuttava.relations.queries import main_contact


@register
class ServiceContractRules(Numbered[ServiceContract]):
    model = ServiceContract
    set_name = "serviceContracts"
    series_field = "service_contract_nos"
    number_rule = "I-132"

    def series_code(self) -> str:
        """The series of the document setup; raises ``setup.missing``."""
        return series_for("service_contract")

    def describe(self, record: ServiceContract) -> str:
        return contract_title(record)

    def enter_contract_type(self, edit: Edit[ServiceContract], value: str) -> None:
        """A quote may become a contract, not the other way round."""
        if not edit.is_new and edit.old("contract_type") == ContractType.CONTRACT != value:
            raise DomainError(
                "read_only",
                _("%(contract)s is a contract and cannot become a quote again.")
                % {"contract": contract_title(edit.record)},
                rule="I-122",
            )
        edit.put("contract_type", value)

    def enter_customer_id(self, edit: Edit[ServiceContract], value: uuid.UUID | None) -> None:
        """A customer brings its contact, payer and salesperson (I-131)."""
        if value == edit.get("customer_id"):
            return
        edit.copy("customer_id", value)
        party = _customer(value)
        if party is None:
            return
        contact = main_contact(party)
        edit.derive("contact_id", contact.pk if contact else None)
        edit.derive("bill_to_customer_id", party.bill_to_customer_id or party.pk)
        edit.derive("salesperson_code", party.salesperson_code or edit.get("salesperson_code"))

    def enter_contact_id(self, edit: Edit[ServiceContract], value: uuid.UUID | None) -> None:
        """A contact brings its company's customer (I-131, B-94)."""
        edit.copy("contact_id", value)
        contact = Contact.objects.filter(pk=value).first() if value else None
        if contact is None:
            return
        if contact.privacy_blocked:
            raise privacy_blocked(contact)
        party = _customer(edit.get("customer_id")) or party_behind(contact, Area.SERVICE)
        if party is None:
            edit.derive("salesperson_code", contact.salesperson_code or edit.get("salesperson_code"))
            return
        require_related(contact, party)
        if edit.get("customer_id") is None and "customer_id" not in edit.typed:
            self.enter_customer_id(edit, party.pk)
            edit.copy("contact_id", contact.pk)

    def before_save_many(self, edits: Sequence[Edit[ServiceContract]]) -> None:
        for edit in edits:
            if edit.get("customer_id") is None and edit.get("contact_id") is None:
                raise DomainError(
                    "account_required",
                    _("A service contract needs a customer or a contact. Choose one."),
                    field="customer_id",
                    rule="I-131",
                )
            if edit.is_new:
                _begin(edit)
        self.number_new(edits)

    def before_save(self, edit: Edit[ServiceContract]) -> None:
        self.before_save_many([edit])

    def before_delete(self, record: ServiceContract) -> None:
        ServiceContractLine.objects.filter(contract=record).delete()


def _begin(edit: Edit[ServiceContract]) -> None:
    if edit.get("starting_date") is None and "starting_date" not in edit.typed:
        edit.put("starting_date", current().date)
    if not edit.get("salesperson_code") and "salesperson_code" not in edit.typed:
        edit.put("salesperson_code", own_salesperson() or None)


def _customer(pk: uuid.UUID | None) -> Customer | None:
    return Customer.objects.filter(pk=pk).first() if pk else None


@register
class ServiceContractLineRules(Rules[ServiceContractLine]):
    model = ServiceContractLine
    set_name = "serviceContractLines"

    def before_save(self, edit: Edit[ServiceContractLine]) -> None:
        """A line belongs to a contract; without a number it goes to the end."""
        owner: Any = edit.get("contract_id")
        if owner is None:
            raise DomainError(
                "field_required", _("A line needs the service contract it belongs to."), field="contract_id"
            )
        if edit.is_new and not edit.get("line_no"):
            ServiceContract.objects.select_for_update(of=("self",)).filter(pk=owner).first()
            last = ServiceContractLine.objects.filter(contract=owner).aggregate(last=Max("line_no"))["last"] or 0
            edit.put("line_no", last + STEP)


@register
class ServiceEmailRules(Rules[ServiceEmail]):
    """The queue is written by what happens to service orders."""

    model = ServiceEmail
    set_name = "serviceEmailQueue"
