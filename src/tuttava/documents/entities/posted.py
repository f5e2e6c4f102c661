"""What posted documents of ours say beyond those of the feed: their whole header (17.9, 2.12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tuttava.api.build import properties_of
from tuttava.api.declare import CRM, Property, Row, Wanted
from tuttava.documents.entities.crm import NAMES
from tuttava.documents.entities.masks import HEADER, OF_HEADER, mask_parties
from tuttava.documents.models import PostedHeader
from tuttava.partners.models import Customer, Vendor
from tuttava.relations.entities.register import numbered

#: What the posted document itself says under these or other names.
_SAID = (
    "id", "posted_id", "area", "document_type", "doc_no_occurrence", "no", "paying_customer_id", "paying_vendor_id",
    "paying_contact_id", "account_contact_id",
    "salesperson_code", "document_date", "posting_date", "due_date", "posting_description", "external_document_no",
    "your_reference", "amount", "amount_including_vat",
)  # fmt: skip
_WORDS = {**NAMES, "description": "documentDescription", "requested_date": "requestedDeliveryDate"}


def _behind(prop: Property) -> Property:
    """The property as it is reached from the posted document; rows of the feed have none."""
    return replace(prop, source=f"header__{prop.source}", read_only=True, immutable=False, nullable=True)


def _header() -> Sequence[Property]:
    plain = properties_of(
        PostedHeader,
        "postedDocument",
        exclude=_SAID,
        names=_WORDS,
        replace={
            "customer_id": numbered("sellToCustomer", "customer", Customer),
            "vendor_id": numbered("buyFromVendor", "vendor", Vendor),
        },
    )
    return [_behind(each) for each in plain]


_HEADER = _header()
CRM.extend("postedDocuments", properties=_HEADER)
_mask = mask_parties(_HEADER, HEADER)
_plain = CRM.sets["postedDocuments"]


def _finish(rows: Sequence[Row], wanted: Wanted) -> None:
    if _plain.finish is not None:
        _plain.finish(rows, wanted)
    _mask(rows, wanted)


CRM.sets["postedDocuments"] = replace(_plain, finish=_finish, always=(*_plain.always, *OF_HEADER))
