"""People of customers in the standard service (16.3)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import existing
from tuttava.api.declare import STANDARD, EntitySet, Expression, Property, Row, Wanted
from tuttava.contacts.entities.masks import NEEDED, mask
from tuttava.contacts.models import Contact, ContactBusinessRelation, ContactType, RelationStatus
from tuttava.contacts.privacy import RIGHT, mask_of
from tuttava.contacts.relations import insert_relation, move_relation
from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.partners.models import Customer
from tuttava.relations.entities.common import text


def _people(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(type=ContactType.PERSON, contact_business_relation=RelationStatus.CUSTOMER)


def _customer_id() -> Expression:
    """The customer linked to the person's company, or to the independent person."""
    owner = Q(contact_id=OuterRef("company_id")) | Q(contact_id=OuterRef("pk"))
    rows = ContactBusinessRelation.objects.filter(owner, link_to_table=Customer.table)
    return Subquery(rows.order_by("linked_id").values("linked_id")[:1])


def _customer_name() -> Expression:
    owner = Q(contact_id=OuterRef(OuterRef("company_id"))) | Q(contact_id=OuterRef(OuterRef("pk")))
    rows = ContactBusinessRelation.objects.filter(owner, link_to_table=Customer.table)
    linked = rows.order_by("linked_id").values("linked_id")[:1]
    return Subquery(Customer.objects.filter(pk=Subquery(linked)).values("name")[:1])


def change_person(person: Contact, values: Mapping[str, Any], version: int | None) -> Contact:
    """Change a person by the rules of contacts; another customer moves the company's link (16.3)."""
    own = {name: value for name, value in values.items() if name != "customer_id"}
    with unit_of_work("change contact"):
        changed = records.change(person, own, version=version, in_order=True)
        if "customer_id" in values:
            _move(changed, values["customer_id"])
    return changed


def _move(person: Contact, customer_id: uuid.UUID | None) -> None:
    rules = records.rules_of(ContactBusinessRelation)
    require(rules.write_right, rules.set_name)
    if customer_id is None:
        raise DomainError(
            "field_required",
            _("%(no)s: name the customer that the link is moved to. To end the link, delete the business relation.")
            % {"no": person.no},
            field="customer_id",
        )
    customer = Customer.objects.get(pk=customer_id)
    hub = person.company or person
    relation = ContactBusinessRelation.objects.filter(contact=hub, link_to_table=Customer.table).first()
    if relation is None:
        insert_relation(hub, customer)
    elif relation.linked_id != customer.pk:
        move_relation(relation, customer)


def _mask(rows: Sequence[Row], wanted: Wanted) -> None:
    """What is hidden of the person; and the name of an independent person's customer, which is the person's (C-72)."""
    mask(rows, wanted)
    if not current().may(RIGHT):
        for row in rows:
            if row["privacy_blocked"] and row["company_id"] is None and row.get("customerName"):
                row["customerName"] = mask_of(row["customerName"])


STANDARD.register(
    EntitySet(
        name="customerContacts",
        entity="customerContact",
        model=Contact,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            text("email", 80, "email"),
            text("firstName", 30, "first_name"),
            text("lastName", 30, "surname"),
            text("professionalTitle", 30, "job_title"),
            Property(
                "customerId",
                edm.GUID,
                expression=_customer_id,
                write="customer_id",
                convert=existing(Customer),
                nullable=True,
            ),
            Property("customerName", edm.text(100), expression=_customer_name, read_only=True, nullable=True),
            text("primaryPhoneNumber", 30, "phone_no"),
            Property("lastModifiedDateTime", edm.INSTANT, "last_modified_at", read_only=True),
        ),
        rows=_people,
        methods=frozenset({"GET", "PATCH", "DELETE"}),
        change=change_person,
        finish=_mask,
        always=(*NEEDED, "company_id"),
        delete_right="contacts.delete",
        tracked=True,
        caption=gettext_lazy("contact of a customer"),
        caption_plural=gettext_lazy("contacts of customers"),
    )
)
