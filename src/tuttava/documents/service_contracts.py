"""Service contracts and contract quotes on paper and by mail (I-122, I-136)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.documents.errors import email_address_missing
from tuttava.documents.models import ContractType, ServiceContract, ServiceContractLine
from tuttava.documents.names import contract_title
from tuttava.documents.printing.actions import MOST, Printed, departure_of, zipped
from tuttava.documents.printing.dues import region_of
from tuttava.documents.printing.mails import About, Letter, require_addresses, send_paper
from tuttava.documents.printing.papers import words
from tuttava.documents.printing.region import Region, region_for
from tuttava.documents.printing.sender import block_of, sender
from tuttava.documents.printing.typesetting import Column, Paper, Row, Total, pdf
from tuttava.documents.recording import is_logged
from tuttava.foundation import mail, records
from tuttava.foundation.bulk import update_many
from tuttava.foundation.company import company_information
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.interactions.recording import Account, record_document

SET = "serviceContracts"
_EVENTS = {
    ContractType.QUOTE: Event.SERVICE_CONTRACT_QUOTE,
    ContractType.CONTRACT: Event.SERVICE_CONTRACT,
}
_OWN_WORDS = Letter()


def preview_contracts(found: Sequence[ServiceContract]) -> Printed:
    """What printing them would hand out; records and counts nothing (I-120)."""
    require("api.read", SET)
    files = [_file(contract) for contract in _checked(found)]
    return files[0] if len(files) == 1 else zipped(files, _("Service contracts"))


def print_contracts(found: Sequence[ServiceContract], *, log_interaction: bool | None = None) -> Printed:
    """Print contracts: one PDF, a zip for several; an entry each."""
    with unit_of_work("print service contracts"):
        files = [_leave(contract, log_interaction, CorrespondenceType.HARD_COPY) for contract in _checked(found)]
    return files[0] if len(files) == 1 else zipped(files, _("Service contracts"))


def mail_contract(
    contract: ServiceContract, letter: Letter = _OWN_WORDS, *, log_interaction: bool | None = None
) -> None:
    """Send a contract to its contact, else its customer; the mail leaves once that is stored.

    Raises ``email_address_missing``, ``mail_account_missing``, ``mail.address_invalid``, where the mail is handed over
    at once ``mail.not_sent``.
    """
    mail.require_account()
    letter = replace(letter, to=letter.to.strip() or address_of(contract))
    if not letter.to:
        raise email_address_missing(contract_title(contract), "")
    require_addresses(letter)
    region = region_of_contract(contract)
    with unit_of_work("send service contract", contract.no):
        file = _leave(contract, log_interaction, CorrespondenceType.EMAIL)
        with region.speaking():
            about = About(SET, contract.pk, contract_title(contract), file.entry_no)
        person = contract.salesperson
        send_paper(file.attachment, letter, about, region, reply_to=person.email if person else "")


def address_of(contract: ServiceContract) -> str:
    """Where a contract's mail goes; blank: nowhere."""
    contact, customer = contract.contact, contract.customer
    return (contact.email if contact else "") or (customer.email if customer else "")


def region_of_contract(contract: ServiceContract) -> Region:
    """How to write to whom the contract is for; its amounts are in own currency."""
    if contract.customer is not None:
        return region_of(contract.customer)
    return region_for(contract.contact.language_code if contract.contact else None)


def _checked(found: Sequence[ServiceContract]) -> Sequence[ServiceContract]:
    if not 0 < len(found) <= MOST:
        raise DomainError("too_many_rows", _("Choose between 1 and %(most)s contracts.") % {"most": MOST}, field="ids")
    return found


def _file(contract: ServiceContract) -> Printed:
    with region_of_contract(contract).speaking():
        return Printed(f"{contract_title(contract)}.pdf", pdf([contract_paper(contract)]))


def _leave(contract: ServiceContract, log_interaction: bool | None, left_by: str) -> Printed:
    """A contract leaves the house: counted, kept, logged."""
    require("api.write", SET)
    held = records.lock(contract)
    file = _file(held)
    event = _EVENTS[ContractType(held.contract_type)]
    if log_interaction is not False and is_logged(event):
        file = replace(file, entry_no=_logged(held, event, file, left_by))
    held.no_printed += 1
    update_many([held], ("no_printed",))
    return file


def _logged(contract: ServiceContract, event: Event, file: Printed, left_by: str) -> int:
    """The entry is about the contact, else the customer, in the words of the template."""
    departure = departure_of(file, left_by)
    account, number = Account.CONTACT, contract.contact.no if contract.contact else ""
    if not number and contract.customer is not None:
        account, number = Account.CUSTOMER, contract.customer.no
    return record_document(
        event, contract.no, account, number,
        occurrence=1, salesperson_code=contract.salesperson_code or "",
        left_by=departure.left_by, content=departure.content,
    )  # fmt: skip


def contract_paper(contract: ServiceContract) -> Paper:
    """The paper of a contract: what it covers, from when, and what that costs a year."""
    region = region_of_contract(contract)
    lines = list(ServiceContractLine.objects.filter(contract=contract).order_by("line_no"))
    customer, person = contract.customer, contract.salesperson
    with region.speaking():
        facts = [
            (_("Date"), region.date(current().date)),
            (_("Customer number"), customer.no if customer else ""),
            (_("Starting date"), region.date(contract.starting_date)),
            (_("Our contact") if person else "", person.name if person else ""),
            (_("E-mail") if person else "", person.email if person else ""),
        ]
        return Paper(
            sender=sender(),
            locale=region.locale,
            heading=contract_title(contract),
            address=_address(contract),
            facts=[(label, value) for label, value in facts if value],
            columns=[
                Column(_("Service item")),
                Column(_("Description"), width="1fr"),
                Column(_("Annual amount"), align="end"),
            ],
            rows=[Row([line.service_item_no, line.description, _amount(line.line_amount, region)]) for line in lines],
            words=words(),
            intro=contract.description,
            totals=[_total(contract, region)],
            signatures=_signatures(contract),
        )


def _signatures(contract: ServiceContract) -> list[tuple[str, str]]:
    """Both parties sign."""
    party = contract.customer or contract.contact
    names = [company_information().name, party.name if party is not None else ""]
    return [(name, _("Place, date and signature")) for name in names]


def _address(contract: ServiceContract) -> str:
    contact = contract.contact
    party = contract.customer or (contact.company or contact if contact else None)
    name = contact.name if contact is not None and not contact.is_company else ""
    return block_of(party, person=name) if party is not None else ""


def _amount(value: Decimal, region: Region) -> str:
    return region.money(value) if value else ""


def _total(contract: ServiceContract, region: Region) -> Total:
    label = _("Annual amount in %(currency)s") % {"currency": region.currency_code}
    return Total(label, region.money(contract.annual_amount), True)
