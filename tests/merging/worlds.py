"""Small random bases around two records that are merged: made by bulk statements, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from tuttava.contacts.models import (
    BusinessRelation,
    Contact,
    ContactAffiliation,
    ContactAltAddress,
    ContactAltAddressPeriod,
    ContactBusinessRelation,
    ContactEmail,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactWebSource,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    PersonalDataAccess,
    TaxNumberCheck,
    WebSource,
)
from tuttava.contacts.rules.derived import refresh_status
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.merge_rules import TARGETS, references_of
from tuttava.foundation.models import CommentLine, DocumentAttachment, Picture
from tuttava.foundation.search_tokens import set_search
from tuttava.foundation.triggers import journaled_models
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerBankAccount,
    DefaultDimension,
    Dimension,
    DimensionValue,
    Employee,
    OrderAddress,
    RegisterEntry,
    ShipToAddress,
    Vendor,
    VendorBankAccount,
)
from tuttava.trade.models import CustomerLedgerEntry, PostedDocument, ValueEntry, VendorLedgerEntry

WORDS = ("", "", "Fjord", "Berg", "Elv")
CODES = ("A", "B", "C")
DAYS = (dt.date(2026, 1, 1), dt.date(2026, 2, 1))
FIELDS = ("name", "name_2", "city", "address", "home_page", "search_name")


@dataclass
class World:
    """The records of one base; ``current`` and ``duplicate`` are to be merged, in ``table``."""

    table: str
    current: Any
    duplicate: Any
    contacts: list[Contact] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    vendors: list[Vendor] = field(default_factory=list)


def codes() -> None:
    """The code tables that the worlds name; once for all."""
    for model in (IndustryGroup, MailingGroup, JobResponsibility, WebSource, BusinessRelation):
        model._default_manager.bulk_create([model(code=code) for code in CODES], ignore_conflicts=True)
    Dimension.objects.bulk_create([Dimension(code=code) for code in CODES], ignore_conflicts=True)
    for code in CODES:
        DimensionValue.objects.get_or_create(dimension_code=code, code="V")


class Store:
    """Rows of many worlds, inserted together: one statement a table."""

    def __init__(self) -> None:
        self.rows: dict[type[Model], list[Any]] = defaultdict(list)

    def add(self, rows: Iterable[Any]) -> None:
        for row in rows:
            self.rows[type(row)].append(row)

    def flush(self) -> None:
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(rows)
        refresh_status([row.pk for row in self.rows[Contact]])


class Builder:
    """Makes the rows of one world into ``store``."""

    def __init__(self, seed: int, store: Store) -> None:
        self.chance = random.Random(seed)
        self.seed, self.count = seed, 0
        self.made = store.add

    def build(self) -> World:
        table = self.chance.choice(["contact", "contact", "contact", "customer", "vendor"])
        firms = [self._contact("company") for _each in range(4)]
        self.made(firms)
        people = [self._contact("person", self.chance.choice([*firms[:3], None])) for _each in range(4)]
        self.made(people)
        contacts = firms + people
        customers = [self._party(Customer, people) for _each in range(3)]
        vendors = [self._party(Vendor, people) for _each in range(3)]
        others: list[Any] = [self._party(BankAccount, ()), self._employee()]
        for rows in (customers, vendors, others[:1], others[1:]):
            self.made(rows)
        if self._maybe():
            self._some(customers).bill_to_customer = self._some(customers)
        self._links(firms, people, [customers, vendors, others[:1], others[1:]])
        self._of_contacts(contacts, people, firms)
        self._of_parties(customers, vendors, people)
        sides = {"customer": customers, "vendor": vendors, "contact": self.chance.choice([firms, people])}[table]
        return World(table, sides[0], sides[1], contacts, customers, vendors)

    def _maybe(self, share: float = 0.5) -> bool:
        return self.chance.random() < share

    def _some(self, rows: Sequence[Any]) -> Any:
        return self.chance.choice(rows)

    def _number(self) -> str:
        self.count += 1
        return f"W{self.seed}-{self.count}"

    def _values(self) -> dict[str, str]:
        values = {name: self.chance.choice(WORDS) for name in FIELDS}
        phone, email = self.chance.choice(["", "22334455", "99887766"]), self.chance.choice(["", "a@b.no", "c@d.no"])
        return {**values, "phone_no": phone, "email": email}

    def _contact(self, kind: str, company: Contact | None = None) -> Contact:
        row = Contact(no=self._number(), type=kind, **self._values())
        row.search_name = row.search_name.upper()
        row.search_email = row.email.upper()
        row.minor = kind == "person" and self._maybe(0.1)
        row.privacy_blocked = row.minor or self._maybe(0.1)
        if kind == "company":
            row.company_id, row.company_no, row.company_name = row.pk, row.no, row.name
            row.vat_registration_no = self.chance.choice(["", "NO1", "NO2"])
        else:
            row.lookup_contact_no = row.no
            if company is not None:
                row.company_id, row.company_no, row.company_name = company.pk, company.no, company.name
        set_search(row)
        return row

    def _party(self, model: Any, people: Sequence[Contact]) -> Any:
        row = model(no=self._number(), **self._values())
        row.search_name = row.search_name.upper()
        if people and self._maybe():
            person = self._some(people)
            row.primary_contact_id, row.contact = person.pk, person.name
        set_search(row)
        return row

    def _employee(self) -> Employee:
        row = Employee(no=self._number(), first_name="Anna", last_name=self.chance.choice(WORDS))
        set_search(row)
        return row

    def _links(self, firms: Sequence[Contact], people: Sequence[Contact], registers: Sequence[Sequence[Any]]) -> None:
        rows, taken = [], set()
        for register in registers:
            for record in register:
                owner = self._some(people if isinstance(record, Employee) else [*firms, people[0]])
                code = {"customer": "CUST", "vendor": "VEND", "bank_account": "BANK", "employee": "EMP"}[record.table]
                if self._maybe(0.7) and (owner.pk, code) not in taken:
                    taken.add((owner.pk, code))
                    rows.append(
                        ContactBusinessRelation(
                            contact=owner,
                            business_relation_code=code,
                            link_to_table=record.table,
                            linked_no=record.no,
                            linked_id=record.pk,
                        )
                    )
        labels = [(owner, code) for owner in firms for code in CODES if self._maybe(0.3)]
        self.made([*rows, *(ContactBusinessRelation(contact=o, business_relation_code=c) for o, c in labels)])

    def _of_contacts(self, contacts: Sequence[Contact], people: Sequence[Contact], firms: Sequence[Contact]) -> None:
        addresses = [
            ContactAltAddress(contact=owner, code=code, city=self.chance.choice(WORDS))
            for owner in contacts
            for code in CODES
            if self._maybe(0.3)
        ]
        self.made(addresses)
        self.made(
            ContactAltAddressPeriod(contact_id=address.contact_id, alt_address=address, starting_date=day)
            for address, day in {
                (a.contact_id, d): (a, d) for a in addresses for d in DAYS if self._maybe(0.3)
            }.values()
        )
        for model, name in (
            (ContactIndustryGroup, "industry_group_code"),
            (ContactMailingGroup, "mailing_group_code"),
            (ContactJobResponsibility, "job_responsibility_code"),
            (ContactWebSource, "web_source_code"),
        ):
            self.made(model(contact=o, **{name: code}) for o in contacts for code in CODES if self._maybe(0.2))
        self.made(
            ContactEmail(contact=o, line_no=n, email="a@b.no")
            for o in contacts
            for n in (10000, 25000)
            if self._maybe(0.3)
        )
        self.made(ContactAffiliation(contact=p, company=f) for p in people for f in firms if self._maybe(0.2))
        self.made(
            TaxNumberCheck(contact=o, at=timezone.now(), vat_registration_no="NO1", outcome="valid")
            for o in firms
            if self._maybe(0.3)
        )
        for owner in contacts[:5]:
            if self._maybe(0.2):
                self.made([PersonalDataAccess(contact_id=owner.pk, contact_no=owner.no, action="look")])
        self._hanging("contact", contacts)
        pairs = [(a, b) for place, a in enumerate(contacts) for b in contacts[place + 1 :] if self._maybe(0.2)]
        self.made(
            ContactDuplicate(contact=a, duplicate=b, separate_contacts=self._maybe(), smart=True, score=80)
            for a, b in pairs
        )

    def _hanging(self, kind: str, owners: Sequence[Any]) -> None:
        self.made(
            CommentLine(owner_kind=kind, owner_id=o.pk, sub_no=s, line_no=n, comment="said")
            for o in owners
            for s in (0, 1)
            for n in (10000, 15000)
            if self._maybe(0.25)
        )
        self.made(
            DocumentAttachment(parent_kind=kind, parent_id=o.pk, line_no=n, file_name="a.txt")
            for o in owners
            for n in (10000, 20000)
            if self._maybe(0.2)
        )
        self.made(
            Picture(
                parent_kind=kind,
                parent_id=o.pk,
                content_type="image/png",
                width=1,
                height=1,
                content=b"1",
                thumbnail=b"2",
            )
            for o in owners
            if self._maybe(0.2)
        )

    def _of_parties(self, customers: Sequence[Customer], vendors: Sequence[Vendor], people: Sequence[Contact]) -> None:
        self.made(
            ShipToAddress(customer=o, code=c, city=self.chance.choice(WORDS))
            for o in customers
            for c in CODES
            if self._maybe(0.3)
        )
        self.made(CustomerBankAccount(customer=o, code=c) for o in customers for c in CODES if self._maybe(0.3))
        self.made(OrderAddress(vendor=o, code=c) for o in vendors for c in CODES if self._maybe(0.3))
        self.made(VendorBankAccount(vendor=o, code=c) for o in vendors for c in CODES if self._maybe(0.3))
        for kind, owners in (("customer", customers), ("vendor", vendors)):
            self.made(
                DefaultDimension(parent_type=kind, parent_id=o.pk, dimension_code=c, dimension_value_code="V")
                for o in owners
                for c in CODES
                if self._maybe(0.3)
            )
            self._hanging(kind, owners)
        day = DAYS[0]
        entries = random.Random(self.chance.random())
        self.made(
            CustomerLedgerEntry(customer=o, entry_no=entries.randrange(10**12), posting_date=day)
            for o in customers
            if self._maybe()
        )
        self.made(
            VendorLedgerEntry(vendor=o, entry_no=entries.randrange(10**12), posting_date=day)
            for o in vendors
            if self._maybe()
        )
        self.made(
            ValueEntry(source_type="customer", customer=o, entry_no=entries.randrange(10**12), posting_date=day)
            for o in customers
            if self._maybe()
        )
        self.made(
            PostedDocument(
                kind="sales_invoice",
                no=f"D{entries.randrange(10**12)}",
                customer=o,
                main_contact=self._some(people),
                posting_date=day,
            )
            for o in customers
            if self._maybe()
        )


Snapshot = dict[tuple[str, uuid.UUID | None], str]

#: What may differ: bookkeeping of versions and times.
LEFT_OUT = ("version", "last_modified_at")


def snapshot() -> Snapshot:
    """Every row of every journaled table, without versions and times of change; tables of codes as a whole.

    Of pairs those that a user marked: the others are found anew (M-36).
    """
    named = {reference.model for target in TARGETS for reference in references_of(target)}
    parts = []
    for model in journaled_models():
        label, table = model._meta.label_lower, model._meta.db_table
        row = f"(to_jsonb(t) - ARRAY{list(LEFT_OUT)})::text"
        if model in named or issubclass(model, Contact | RegisterEntry):
            told = row.replace(")::text", f" - ARRAY{sorted(model.derived)})::text") if model.incidental else row
            only = " WHERE t.separate_contacts" if model is ContactDuplicate else ""
            parts.append(f"SELECT '{label}', t.id, {told} FROM {table} t{only}")
        else:
            parts.append(
                f"SELECT '{label}', NULL, to_json(md5(string_agg({row}, '' ORDER BY t.id)))::text FROM {table} t"
            )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {(label, identity): row for label, identity, row in cursor.fetchall()}
