"""Sales, purchase and service documents, their versions and setup in the CRM service (17.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Max, Model, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import crm_set, one_row_set, properties_of, references_of
from tuttava.api.declare import CRM, Navigation, Property
from tuttava.contacts.models import Contact
from tuttava.documents.entities.common import create_line, discount_again, existing_among, of_area
from tuttava.documents.entities.masks import OF_DOCUMENT, mask_parties
from tuttava.documents.models import (
    TYPES,
    Area,
    Document,
    DocumentArchive,
    DocumentArchiveComment,
    DocumentArchiveLine,
    DocumentComment,
    DocumentLine,
    DocumentSetup,
    ServiceItemLine,
)
from tuttava.documents.setups import document_setup
from tuttava.foundation import records
from tuttava.foundation.records import Record
from tuttava.foundation.spelling import camel
from tuttava.partners.models import Customer, Vendor
from tuttava.relations.entities.register import numbered

_SALES_ONLY = ("customer_template_code", "opportunity_no", "valid_until_date", "accepted_date", "promised_pay_date")
_PURCHASE_ONLY = ("vendor_template_code", "vendor_order_no", "vendor_shipment_no")
_SERVICE_ONLY = ("service_status", "notify_customer", "description")
NAMES = {
    "country_code": "countryRegionCode",
    "bill_to_country_code": "billToCountryRegionCode",
    "ship_to_country_code": "shipToCountryRegionCode",
}


@dataclass(frozen=True)
class Kind:
    """How documents of an area are called, and which columns they do not have."""

    area: Area
    set_name: str
    entity: str
    account: str
    contact: str
    payer: str
    paying_contact: str
    party: type[Customer] | type[Vendor]
    left_out: tuple[str, ...]
    names: Mapping[str, str]


KINDS = (
    Kind(
        Area.SALES, "salesDocuments", "salesDocument", "sellToCustomer", "sellToContact", "billToCustomer",
        "billToContact", Customer, (*_PURCHASE_ONLY, *_SERVICE_ONLY), {"requested_date": "requestedDeliveryDate"},
    ),
    Kind(
        Area.PURCHASE, "purchaseDocuments", "purchaseDocument", "buyFromVendor", "buyFromContact", "payToVendor",
        "payToContact", Vendor, (*_SALES_ONLY, *_SERVICE_ONLY),
        {"requested_date": "requestedReceiptDate", "salesperson_code": "purchaserCode"},
    ),
    Kind(
        Area.SERVICE, "serviceDocuments", "serviceDocument", "customer", "contact", "billToCustomer",
        "billToContact", Customer, (*_PURCHASE_ONLY, *_SALES_ONLY, "campaign_no"),
        {"requested_date": "requestedDeliveryDate"},
    ),
)  # fmt: skip


def _type_enum(area: Area, entity: str) -> edm.Type:
    return edm.crm_enum(f"{entity}DocumentType", [(str(each.value), each.label) for each in TYPES[area]])


def _archived_version() -> Combinable:
    """The highest version of the document's occurrence."""
    versions = DocumentArchive.objects.filter(
        area=OuterRef("area"),
        document_type=OuterRef("document_type"),
        no=OuterRef("no"),
        doc_no_occurrence=OuterRef("doc_no_occurrence"),
    ).order_by()
    return Coalesce(Subquery(versions.values("no").annotate(last=Max("version_no")).values("last")), Value(0))


def _parties(kind: Kind) -> dict[str, Sequence[Property]]:
    """Account, payer and contacts under the names of the area; the columns of the other register are left out."""
    ours, others = ("vendor", "customer") if kind.party is Vendor else ("customer", "vendor")
    return {
        f"{ours}_id": numbered(kind.account, ours, kind.party),
        f"{others}_id": (),
        "account_contact_id": numbered(kind.contact, "account_contact", Contact),
        f"paying_{ours}_id": numbered(kind.payer, f"paying_{ours}", kind.party),
        f"paying_{others}_id": (),
        "paying_contact_id": numbered(kind.paying_contact, "paying_contact", Contact),
    }


def _create(area: Area) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Document]:
    def create(values: Mapping[str, Any], given: Mapping[str, Any]) -> Document:
        entered = dict(values)
        owner = {**given, "area": area, "document_type": entered.pop("document_type")}
        return records.create(Document, entered, given=owner, in_order=True)

    return create


def _one(name: str, model: type[Model], ours: str) -> Navigation:
    return Navigation(name, model, many=False, ours=ours)


def _below(set_name: str, partner: str) -> Navigation:
    return Navigation(
        set_name, set_name, theirs="document_id", contained=True, partner=partner, fills=(("document_id", "id"),)
    )


def _names(kind: Kind) -> dict[str, str]:
    return {**NAMES, **kind.names}


def _register(kind: Kind) -> None:
    names = _names(kind)
    plain = properties_of(
        Document,
        kind.entity,
        exclude=("area", "no_series_code", "last_modified_at", *kind.left_out),
        names=names,
        replace={
            **_parties(kind),
            "document_type": (
                Property(
                    "documentType", _type_enum(kind.area, kind.entity), "document_type", required=True, immutable=True
                ),
            ),
        },
    )
    ours = "vendor" if kind.party is Vendor else "customer"
    codes = [each for each in references_of(Document, names) if each.ours not in ("no_series_code", *kind.left_out)]
    navigations = [
        _one(kind.account, kind.party, f"{ours}_id"),
        _one(kind.contact, Contact, "account_contact_id"),
        _one(kind.payer, kind.party, f"paying_{ours}_id"),
        _one(kind.paying_contact, Contact, "paying_contact_id"),
        _below(f"{kind.entity}Lines", kind.entity),
        _below(f"{kind.entity}Comments", kind.entity),
        Navigation("documentArchives", "documentArchives", theirs="source_id"),
        *codes,
    ]
    if kind.area == Area.SERVICE:
        navigations.insert(-1, _below("serviceItemLines", kind.entity))
    crm_set(
        Document,
        kind.set_name,
        kind.entity,
        natural_key=("documentType", "no"),
        properties=(
            *plain,
            Property(
                "archivedVersionNo",
                edm.INT,
                expression=_archived_version,
                read_only=True,
                caption=gettext_lazy("archived versions"),
            ),
        ),
        navigations=navigations,
        references=False,
        modified="last_modified_at",
        rows=of_area(kind.area),
        create=_create(kind.area),
        completed=discount_again,
        finish=mask_parties(plain),
        always=OF_DOCUMENT,
        tracked=True,
        webhooks=True,
    )
    _part(kind, DocumentLine, f"{kind.entity}Lines", f"{kind.entity}Line", ("lineNo",))
    _part(kind, DocumentComment, f"{kind.entity}Comments", f"{kind.entity}Comment", ("documentLineNo", "lineNo"))
    if kind.area == Area.SERVICE:
        _part(kind, ServiceItemLine, "serviceItemLines", "serviceItemLine", ("lineNo",))


def _owner(kind: Kind, entity: str) -> tuple[Property, ...]:
    """The document of a line: by type and number, or by id."""
    return (
        Property(
            "documentType",
            _type_enum(kind.area, kind.entity),
            "document__document_type",
            write="document_type",
            immutable=True,
        ),
        Property("documentNo", edm.code(20), "document__no", write="document_no", immutable=True),
        Property(
            "documentId",
            edm.GUID,
            "document_id",
            immutable=True,
            convert=existing_among(Document, area=kind.area),
        ),
    )


def _part(kind: Kind, model: type[Record], set_name: str, entity: str, key: tuple[str, ...]) -> None:
    own, *rest = properties_of(
        model,
        entity,
        exclude=("document_id",),
        immutable=("line_no",),
        replace={"item_id": (Property("itemId", edm.GUID, "item_id", nullable=True),)},
    )

    def create(values: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        return create_line(model, {**values, "area": kind.area}, given)

    crm_set(
        model,
        set_name,
        entity,
        natural_key=("documentType", "documentNo", *key),
        properties=(own, *_owner(kind, entity), *rest),
        navigations=(Navigation(kind.entity, kind.set_name, many=False, ours="document_id", partner=set_name),),
        rows=of_area(kind.area, "document__"),
        create=create,
        tracked=model is DocumentLine,
    )


for _kind in KINDS:
    _register(_kind)


# -- versions --------------------------------------------------------------------------------------------------------


def _either(column: str) -> Callable[[], Combinable]:
    """The number of the customer or vendor, whichever there is."""
    return lambda: Coalesce(F(f"{column}customer__no"), F(f"{column}vendor__no"), Value(""))


def _number(name: str, expression: Callable[[], Combinable]) -> Property:
    return Property(name, edm.code(20), expression=expression, read_only=True)


def _source_no(path: str) -> Callable[[], Combinable]:
    return lambda: Coalesce(F(path), Value(""))


ARCHIVED_PARTIES: dict[str, Sequence[Property]] = {
    "customer_id": (
        _number("accountNo", _either("")),
        Property("customerId", edm.GUID, "customer_id", nullable=True),
    ),
    "vendor_id": (Property("vendorId", edm.GUID, "vendor_id", nullable=True),),
    "account_contact_id": (
        _number("accountContactNo", _source_no("account_contact__no")),
        Property("accountContactId", edm.GUID, "account_contact_id", nullable=True),
    ),
    "paying_customer_id": (
        _number("payingAccountNo", _either("paying_")),
        Property("payingCustomerId", edm.GUID, "paying_customer_id", nullable=True),
    ),
    "paying_vendor_id": (Property("payingVendorId", edm.GUID, "paying_vendor_id", nullable=True),),
    "paying_contact_id": (
        _number("payingContactNo", _source_no("paying_contact__no")),
        Property("payingContactId", edm.GUID, "paying_contact_id", nullable=True),
    ),
}


def read_only(properties: Sequence[Property]) -> tuple[Property, ...]:
    return tuple(replace(each, read_only=True) for each in properties)


def _archive_part(model: type[Record], set_name: str, entity: str) -> None:
    crm_set(
        model,
        set_name,
        entity,
        natural_key=("archiveId", *(("documentLineNo",) if model is DocumentArchiveComment else ()), "lineNo"),
        properties=read_only(properties_of(model, entity)),
        navigations=(Navigation("documentArchive", DocumentArchive, many=False, ours="archive_id", partner=set_name),),
        methods=frozenset({"GET"}),
    )


_ARCHIVED = read_only(properties_of(DocumentArchive, "documentArchive", names=NAMES, replace=ARCHIVED_PARTIES))
crm_set(
    DocumentArchive,
    "documentArchives",
    "documentArchive",
    natural_key=("area", "documentType", "no", "docNoOccurrence", "versionNo"),
    properties=_ARCHIVED,
    navigations=(
        Navigation(
            "documentArchiveLines",
            "documentArchiveLines",
            theirs="archive_id",
            contained=True,
            partner="documentArchive",
        ),
        Navigation(
            "documentArchiveComments",
            "documentArchiveComments",
            theirs="archive_id",
            contained=True,
            partner="documentArchive",
        ),
        _one("accountContact", Contact, "account_contact_id"),
        _one("payingContact", Contact, "paying_contact_id"),
        *references_of(DocumentArchive, NAMES),
    ),
    references=False,
    finish=mask_parties(_ARCHIVED),
    always=OF_DOCUMENT,
    methods=frozenset({"GET"}),
)
_archive_part(DocumentArchiveLine, "documentArchiveLines", "documentArchiveLine")
_archive_part(DocumentArchiveComment, "documentArchiveComments", "documentArchiveComment")


# -- setup and where documents are found -----------------------------------------------------------------------------


def _series_names() -> dict[str, str]:
    """``sales_quote_nos_code`` is ``salesQuoteNos`` (I-138)."""
    columns = [field.attname for field in DocumentSetup._meta.concrete_fields if field.attname.endswith("_nos_code")]
    return {name: camel(name.removesuffix("_code")) for name in columns}


one_row_set(
    DocumentSetup,
    "documentSetup",
    ensure=document_setup,
    properties=properties_of(DocumentSetup, "documentSetup", exclude=["only_row"], names=_series_names()),
)

for _kind in KINDS:
    _column = "vendor_id" if _kind.party is Vendor else "customer_id"
    CRM.extend(
        "vendors" if _kind.party is Vendor else "customers",
        navigations=[Navigation(_kind.set_name, _kind.set_name, theirs=_column)],
    )
