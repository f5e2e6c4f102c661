"""The fields that a contact and the records linked to it share (B.3): one table, used in every direction.

A pair says which field of the contact is which field of a record of each register, and whether a change of the
record reaches the contact. Everything else - creating, linking, synchronising, comparing, merging - reads this table,
so two unlike fields cannot be paired by accident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from tuttava.contacts.models import LinkToTable

CUSTOMER, VENDOR = LinkToTable.CUSTOMER.value, LinkToTable.VENDOR.value
BANK_ACCOUNT, EMPLOYEE = LinkToTable.BANK_ACCOUNT.value, LinkToTable.EMPLOYEE.value
#: Registers whose records have the name and the address of their contact; employees have a column of their own.
PARTIES = (CUSTOMER, VENDOR, BANK_ACCOUNT)
TABLES = (*PARTIES, EMPLOYEE)


@dataclass(frozen=True)
class Shared:
    """One row of the table. ``names``: the record's field by register, where it differs from ``contact``.

    ``upward`` is false for what the contact alone decides. ``latch``: setting it reaches the other side, clearing it
    never does (B-67).
    """

    contact: str
    tables: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    upward: bool = True
    latch: bool = False

    def name_in(self, table: str) -> str:
        """What the register calls the field."""
        return self.names.get(table, self.contact)


def _all(*names: str) -> Iterator[Shared]:
    return (Shared(name, TABLES) for name in names)


def _parties(*names: str) -> Iterator[Shared]:
    return (Shared(name, PARTIES) for name in names)


def _employees(*names: str) -> Iterator[Shared]:
    return (Shared(name, (EMPLOYEE,)) for name in names)


#: In the order in which values are entered on a contact.
SHARED: tuple[Shared, ...] = (
    Shared("type", (CUSTOMER,), {CUSTOMER: "contact_type"}, upward=False),
    *_parties("name", "name_2"),
    *_employees("first_name", "middle_name"),
    Shared("surname", (EMPLOYEE,), {EMPLOYEE: "last_name"}),
    *_employees("initials", "job_title"),
    *_parties("search_name"),
    *_all("country_code", "post_code", "city", "county", "address", "address_2"),
    *_all("phone_no", "mobile_phone_no", "fax_no"),
    *_employees("pager"),
    *_parties("telex_no", "telex_answer_back"),
    *_all("email"),
    *_parties("home_page", "language_code", "format_region", "currency_code", "territory_code"),
    # A vendor keeps its purchaser and a bank account our person responsible (B-33, B-57, B-63).
    Shared("salesperson_code", (CUSTOMER,)),
    Shared("registration_number", (CUSTOMER, VENDOR)),
    Shared("vat_registration_no", (CUSTOMER, VENDOR)),
    Shared("privacy_blocked", (CUSTOMER, VENDOR), latch=True),
)

#: Where a new contact's salesperson comes from, by register: only at creation (B-46).
RESPONSIBLE: Mapping[str, str] = MappingProxyType(
    {CUSTOMER: "salesperson_code", VENDOR: "purchaser_code", BANK_ACCOUNT: "our_contact_code"}
)


@lru_cache(maxsize=8)
def shared_with(table: str) -> tuple[Shared, ...]:
    """The rows of the table that a register has."""
    return tuple(shared for shared in SHARED if table in shared.tables)


@lru_cache(maxsize=1)
def contact_fields() -> frozenset[str]:
    """Fields of a contact whose change concerns some record."""
    return frozenset(shared.contact for shared in SHARED)


@lru_cache(maxsize=8)
def upward_fields(table: str) -> Mapping[str, Shared]:
    """The register's fields whose change reaches the contact, by the register's name for them."""
    return {shared.name_in(table): shared for shared in shared_with(table) if shared.upward}
