"""Documents from where one looks at a contact, and what is started from a document, in the CRM service (17.1, 17.9)."""

from __future__ import annotations

from functools import partial
from typing import Any

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import CRM, Action, Navigation, Parameter
from tuttava.contacts.models import Contact
from tuttava.documents import starting
from tuttava.documents.entities.crm import ARCHIVED_PARTIES, KINDS, NAMES, read_only
from tuttava.documents.entities.masks import OF_DOCUMENT, mask_parties
from tuttava.documents.models import Area, Document
from tuttava.documents.quotes import create_quote
from tuttava.foundation.context import require
from tuttava.interactions.drafting import RIGHT
from tuttava.interactions.entities.log import OF_TASK, as_unsupported
from tuttava.partners.models import Customer, Vendor

#: All documents that are worked on, of all areas: what a contact's ``documents`` leads to; a company's are those of its
#: people, too.
SET = "documents"

_PROPERTIES = read_only(
    properties_of(
        Document,
        "document",
        exclude=("no_series_code", "last_modified_at"),
        names=NAMES,
        replace=ARCHIVED_PARTIES,
    )
)
crm_set(
    Document,
    SET,
    "document",
    natural_key=("area", "documentType", "no"),
    properties=_PROPERTIES,
    finish=mask_parties(_PROPERTIES),
    always=OF_DOCUMENT,
    navigations=(
        Navigation("accountContact", Contact, many=False, ours="account_contact_id"),
        Navigation("payingContact", Contact, many=False, ours="paying_contact_id"),
        Navigation("customer", Customer, many=False, ours="customer_id"),
        Navigation("vendor", Vendor, many=False, ours="vendor_id"),
    ),
    references=False,
    modified="last_modified_at",
    methods=frozenset({"GET"}),
)


def _quote(area: Area, contact: Contact, template_code: str) -> Document:
    """B-91, B-92."""
    require("api.write", f"{area}Documents")
    return create_quote(contact, area, template_code=template_code)


def _create(name: str, area: Area) -> Action:
    return Action(
        name,
        partial(_quote, area),
        (Parameter("templateCode", edm.code(20), default=""),),
        returns=f"{area}Documents",
        created=True,
    )


def _create_task(document: Document, **sent: Any) -> dict[str, list[dict[str, str]]]:
    """What was left out comes from the document."""
    values = {name: value for name, value in sent.items() if value is not None}
    with as_unsupported("createTask"):
        return {"value": [{"no": starting.create_task(document, values)}]}


CRM.extend(
    "contacts",
    navigations=[Navigation(SET, SET, theirs="account_contact_id", also="account_contact__company_id")],
    actions=[_create("createSalesQuote", Area.SALES), _create("createPurchaseQuote", Area.PURCHASE)],
)
for _kind in KINDS:
    CRM.extend(
        _kind.set_name,
        actions=[
            Action(
                "createInteraction",
                starting.start_interaction,
                returns="interactionDrafts",
                right=RIGHT,
                created=True,
            ),
            Action("createTask", _create_task, OF_TASK),
        ],
    )
for _kind in KINDS:
    if _kind.area == Area.SALES:
        CRM.extend(
            _kind.set_name,
            actions=[
                Action(
                    "assignOpportunity",
                    starting.assign_opportunity,
                    (Parameter("opportunityNo", edm.code(20), required=True),),
                    returns=_kind.set_name,
                )
            ],
        )
