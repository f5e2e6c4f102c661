"""Service contracts and the queue of service e-mails in the CRM service (17.9, I-143)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import CRM, Action, File, Navigation, Property
from tuttava.contacts.models import Contact
from tuttava.documents import service_contracts, service_emails
from tuttava.documents.entities.common import existing_among
from tuttava.documents.entities.leaving import IDS, LETTER, LOGGED, PREVIEW, as_file, letter_of, named
from tuttava.documents.models import ServiceContract, ServiceContractLine, ServiceEmail
from tuttava.foundation import records
from tuttava.foundation.models import Job
from tuttava.partners.models import Customer
from tuttava.relations.entities.register import numbered

_LINES = "serviceContractLines"


def _create_line(values: Mapping[str, Any], given: Mapping[str, Any]) -> ServiceContractLine:
    """A line below its contract."""
    entered = dict(values)
    owner = {"contract_id": entered.pop("contract_id", None), **given}
    return records.create(ServiceContractLine, entered, given=owner, in_order=True)


def _print(found: Sequence[ServiceContract], log_interaction: bool | None, preview: bool) -> File:
    if preview:
        return as_file(service_contracts.preview_contracts(found))
    return as_file(service_contracts.print_contracts(found, log_interaction=log_interaction))


def _print_one(contract: ServiceContract, log_interaction: bool | None, preview: bool) -> File:
    """I-122."""
    return _print([contract], log_interaction, preview)


def _print_several(ids: Sequence[str], log_interaction: bool | None, preview: bool) -> File:
    return _print(named(ServiceContract, ids), log_interaction, preview)


def _mail(
    contract: ServiceContract, to: str | None, subject: str | None, body: str | None, log_interaction: bool | None
) -> None:
    """I-122, I-136."""
    service_contracts.mail_contract(contract, letter_of(to, subject, body), log_interaction=log_interaction)


crm_set(
    ServiceContract,
    "serviceContracts",
    "serviceContract",
    natural_key=("contractType", "contractNo"),
    properties=properties_of(
        ServiceContract,
        "serviceContract",
        exclude=("no_series_code",),
        names={"no": "contractNo"},
        replace={
            "customer_id": numbered("customer", "customer", Customer),
            "contact_id": numbered("contact", "contact", Contact),
            "bill_to_customer_id": numbered("billToCustomer", "bill_to_customer", Customer),
        },
    ),
    navigations=(
        Navigation("customer", Customer, many=False, ours="customer_id"),
        Navigation("contact", Contact, many=False, ours="contact_id"),
        Navigation("billToCustomer", Customer, many=False, ours="bill_to_customer_id"),
        Navigation(
            _LINES,
            _LINES,
            theirs="contract_id",
            contained=True,
            partner="serviceContract",
            fills=(("contract_id", "id"),),
        ),
    ),
    left_out=("no_series_code",),
    actions=(
        Action("print", _print_one, (LOGGED, PREVIEW)),
        Action("print", _print_several, (IDS, LOGGED, PREVIEW), on_set=True),
        Action("sendByEmail", _mail, (*LETTER, LOGGED)),
    ),
)
crm_set(
    ServiceContractLine,
    _LINES,
    "serviceContractLine",
    natural_key=("contractId", "lineNo"),
    properties=properties_of(
        ServiceContractLine,
        "serviceContractLine",
        immutable=("line_no",),
        replace={
            "contract_id": (
                Property("contractNo", edm.code(20), "contract__no", read_only=True),
                Property(
                    "contractId", edm.GUID, "contract_id", immutable=True, convert=existing_among(ServiceContract)
                ),
            )
        },
    ),
    navigations=(Navigation("serviceContract", "serviceContracts", many=False, ours="contract_id", partner=_LINES),),
    create=_create_line,
)
CRM.extend("customers", navigations=[Navigation("serviceContracts", ServiceContract, theirs="customer_id")])
CRM.extend("contacts", navigations=[Navigation("serviceContracts", ServiceContract, theirs="contact_id")])


def _later(at_once: Callable[[], dict[str, int]], later: Callable[[], Job]) -> Callable[..., Any]:
    return lambda wait: at_once() if wait else later()


crm_set(
    ServiceEmail,
    service_emails.SET,
    "serviceEmail",
    natural_key=("entryNo",),
    properties=tuple(replace(each, read_only=True) for each in properties_of(ServiceEmail, "serviceEmail")),
    methods=frozenset({"GET"}),
    actions=(
        Action("send", _later(service_emails.send_queue, service_emails.send_queue_later), on_set=True, long=True),
        Action("purge", _later(service_emails.purge_queue, service_emails.purge_queue_later), on_set=True, long=True),
    ),
)
