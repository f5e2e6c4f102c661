"""Who the addresses of a message belong to (I-152): salespeople and contacts, a few queries for any number."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from tuttava.foundation.search_tokens import email_key
from tuttava.partners.models import Salesperson

#: No stored address is longer: labelled ones have the most room (C-42).
LONGEST_ADDRESS = 254
#: Contacts of one address that are looked at; the first counts, the others are named in a comment.
MOST_SHARING = 20


@dataclass(frozen=True)
class Found:
    """A contact that has an address. ``alt_address_id``: it stands in that alternative address of the contact."""

    contact_id: uuid.UUID
    no: str
    name: str
    company_id: uuid.UUID | None
    alt_address_id: uuid.UUID | None
    blocked: bool


@dataclass(frozen=True)
class Party:
    """The contact that an address stands for, and those that share the address."""

    contact: Found
    others: tuple[Found, ...] = ()


@dataclass(frozen=True)
class People:
    """What is known about some addresses (in lower case): codes of salespeople, contacts, and blocked contacts only."""

    salespeople: Mapping[str, str]
    contacts: Mapping[str, Party]
    blocked: Mapping[str, Found]
    #: Addresses of salespeople whose e-mail is private, by code.
    private: Mapping[str, str] = field(default_factory=dict)

    def salesperson(self, address: str) -> str | None:
        return self.salespeople.get(address.lower())

    def contact(self, address: str) -> Party | None:
        return self.contacts.get(address.lower())

    def blocked_contact(self, address: str) -> Found | None:
        """The contact of an address that no other contact has but blocked ones."""
        return self.blocked.get(address.lower())


def people_of(addresses: Iterable[str]) -> People:
    """Who has these addresses; three queries. Contacts go by contact, then by alternative address; persons go first."""
    asked = {each.lower() for each in addresses if 3 <= len(each) <= LONGEST_ADDRESS}
    if not asked:
        return People({}, {}, {})
    contacts: dict[str, Party] = {}
    blocked: dict[str, Found] = {}
    for address, found in _contacts_of(sorted(asked)).items():
        free = [each for each in found if not each.blocked]
        if free:
            contacts[address] = Party(free[0], _besides(free))
        else:
            blocked[address] = found[0]
    ours = _salespeople_of(asked)
    private = {person.code: address for address, person in ours.items() if person.private_email}
    return People({address: person.code for address, person in ours.items()}, contacts, blocked, private)


def _besides(found: Sequence[Found]) -> tuple[Found, ...]:
    """The contacts after the first, each once."""
    others = {each.contact_id: each for each in reversed(found[1:]) if each.contact_id != found[0].contact_id}
    return tuple(reversed(others.values()))


def _salespeople_of(asked: Collection[str]) -> dict[str, Salesperson]:
    """Salespeople by address, the lowest code where several have it. They are few: the field needs no index."""
    rows = Salesperson.objects.filter(search_email__in=[address.upper() for address in asked]).order_by("-code")
    return {person.email.lower(): person for person in rows.only("code", "email", "private_email")}


# Each address by itself, so that the planner looks each up in the indexes whatever it thinks of their number.
_CONTACTS = """
SELECT a.address, f.id, f.no, f.name, f.company_id, f.alt_id, f.blocked
  FROM unnest(%s::text[], %s::text[], %s::text[]) AS a(address, token, code)
 CROSS JOIN LATERAL (
   SELECT c.id, c.no, c.name, coalesce(c.company_id, CASE WHEN c.type = 'company' THEN c.id END) AS company_id,
          m.alt_id, c.privacy_blocked OR coalesce(firm.privacy_blocked, false) AS blocked
     FROM (SELECT x.id, NULL::uuid AS alt_id FROM contacts_contact x
            WHERE x.search_tokens @@ a.token::tsquery
              AND a.code = ANY(string_to_array(upper(x.email || ';' || x.email_2), ';'))
           UNION
           SELECT e.contact_id, NULL FROM contacts_contactemail e WHERE upper(e.email) = a.code
           UNION
           SELECT t.contact_id, t.id FROM contacts_contactaltaddress t WHERE t.search_email = a.code) m
     JOIN contacts_contact c ON c.id = m.id
     LEFT JOIN contacts_contact firm ON firm.id = c.company_id
    ORDER BY (m.alt_id IS NOT NULL), (c.type <> 'person'), c.no
    LIMIT %s) f
"""


def _contacts_of(addresses: Sequence[str]) -> dict[str, list[Found]]:
    tokens = [f"'={email_key(address)}'" for address in addresses]
    codes = [address.upper() for address in addresses]
    found: dict[str, list[Found]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, [list(addresses), tokens, codes, MOST_SHARING])
        for address, *values in cursor.fetchall():
            found.setdefault(address, []).append(Found(*values))
    return found
