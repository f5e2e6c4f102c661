"""Contacts as the columns that the matching library compares (D-26, D-27).

The same columns whether they come from the database, a contact in hand or something being typed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString

import numpy as np
import polars as pl
from django.db import connection
from psycopg import sql

from tuttava.contacts.models import Contact, ContactType
from tuttava.duplicates.smart.many import Ids, Places, as_bytes, literal, of_texts
from tuttava.foundation.communication import normalised_phone
from tuttava.foundation.company import company_information, country_iso
from tuttava.matching.layout import ROLES as LIBRARY_ROLES
from tuttava.matching.records import Records

#: The column of a contact behind each role of the library, where it is read as it is.
PLAIN: Mapping[str, str] = {
    "kind": "type",
    "name": "name",
    "name_2": "name_2",
    "first_name": "first_name",
    "middle_name": "middle_name",
    "surname": "surname",
    "company_name": "company_name",
    "address": "address",
    "address_2": "address_2",
    "post_code": "post_code",
    "city": "city",
    "county": "county",
    "home_page": "home_page",
    "vat_number": "vat_registration_no",
    "registration_no": "registration_number",
    "external_id": "external_id",
}
#: Telephone numbers are compared in international form, where they can be read.
PHONES: Mapping[str, str] = {"phone": "phone_no", "mobile_phone": "mobile_phone_no"}
ROLES: tuple[str, ...] = (*PLAIN, *PHONES, "country", "email")
#: Attributes of a contact whose change makes it worth comparing again.
WATCHED: tuple[str, ...] = (*PLAIN.values(), *PHONES.values(), "country_code", "email", "email_2")
#: More contacts than this are read as columns.
FEW = 200
#: Between several addresses in one column.
SEPARATOR = ";"
_EMAIL = LIBRARY_ROLES.index("email")

# What people have from their company (k) tells the company, not the person: it is left out.
_SELECTED: LiteralString = (
    "c.type, c.name, c.name_2, c.first_name, c.middle_name, c.surname, c.company_name,"
    " nullif(c.address, k.address), nullif(c.address_2, k.address_2), c.post_code, c.city, c.county,"
    " nullif(c.home_page, k.home_page), c.vat_registration_no, c.registration_number, c.external_id,"
    " nullif(coalesce(nullif(c.phone_no_normalised, ''), c.phone_no),"
    " coalesce(nullif(k.phone_no_normalised, ''), k.phone_no)),"
    " nullif(coalesce(nullif(c.mobile_phone_no_normalised, ''), c.mobile_phone_no),"
    " coalesce(nullif(k.mobile_phone_no_normalised, ''), k.mobile_phone_no)),"
    " coalesce(nullif(c.country_code, ''), (SELECT i.country_code FROM foundation_companyinformation i"
    " ORDER BY i.id LIMIT 1), ''),"
    " concat_ws(';', nullif(nullif(c.email, ''), k.email), nullif(c.email_2, ''), e.emails)"
)
_FROM: LiteralString = (
    "contacts_contact c LEFT JOIN contacts_contact k ON k.id = CASE WHEN c.type = 'person' THEN c.company_id END"
)
_EMAILS: LiteralString = "string_agg(m.email, ';' ORDER BY m.line_no) AS emails FROM contacts_contactemail m"
_PARTS = {"selected": sql.SQL(_SELECTED), "contacts": sql.SQL(_FROM), "emails": sql.SQL(_EMAILS)}
_SOME = sql.SQL(
    "SELECT c.id, {selected} FROM {contacts}"
    " LEFT JOIN LATERAL (SELECT {emails} WHERE m.contact_id = c.id) e ON true WHERE c.id = ANY (%s::uuid[])"
).format(**_PARTS)
# The first and last column take the parentheses.
_EDGES = ("opened", "closed")
_TEXT = sql.SQL(
    "SELECT string_agg(ROW(0, c.id, {selected}, 0)::text, chr(10)) FROM {contacts}"
    " LEFT JOIN LATERAL (SELECT {emails} WHERE m.contact_id = c.id) e ON true WHERE c.id = ANY (%s::uuid[])"
).format(**_PARTS)
_ALL = sql.SQL(
    "COPY (SELECT c.id, {selected} FROM {contacts}"
    " LEFT JOIN (SELECT m.contact_id, {emails} GROUP BY 1) e ON e.contact_id = c.id) TO STDOUT (FORMAT csv)"
).format(**_PARTS)


def own_country() -> str:
    """The country of a contact that names none: the organisation's own."""
    return str(company_information().country_code or "")


def whole_base() -> sql.Composed:
    """The statement that sends every contact as CSV: its id, then :data:`ROLES` in order."""
    return _ALL


def columns_of(rows: Sequence[Sequence[str | None]]) -> dict[str, list[str | None]]:
    """Rows of :data:`ROLES` turned into columns."""
    if not rows:
        return {role: [] for role in ROLES}
    return {role: list(column) for role, column in zip(ROLES, zip(*rows, strict=True), strict=True)}


def stored(ids: Ids) -> tuple[Ids, Records]:
    """The stored contacts among ``ids`` and their records, in the same order; the order is the database's."""
    wanted = [literal(ids)]
    with connection.cursor() as cursor:
        if len(ids) > FEW:
            return _in_one_value(cursor, wanted)
        cursor.execute(_SOME, wanted)
        rows = cursor.fetchall()
    return as_bytes(row[0] for row in rows), Records.of(columns_of([row[1:] for row in rows]))


def _in_one_value(cursor: Any, wanted: list[str]) -> tuple[Ids, Records]:
    """The same of many: all rows in one value, as the server writes rows, which is CSV but for doubled backslashes."""
    cursor.execute(_TEXT, wanted)
    text: str | None = cursor.fetchone()[0]
    if text is None:
        return as_bytes([]), Records.of(columns_of([]))
    frame = frame_of(text.replace("\\\\", "\\").encode(), _EDGES)
    return ids_of(frame), Records.of({role: frame[role] for role in ROLES})


def frame_of(text: bytes, edges: tuple[str, ...] = ()) -> pl.DataFrame:
    """Whole lines of what the server sends as CSV, id and :data:`ROLES`, as columns of text.

    ``edges``: names of a first and a last column beside these.
    """
    names = [*edges[:1], "id", *ROLES, *edges[1:]]
    return pl.read_csv(text, has_header=False, new_columns=names, schema=dict.fromkeys(names, pl.String))


def ids_of(frame: pl.DataFrame) -> Ids:
    """Its ids."""
    return of_texts(str(frame.get_column("id").str.join("").item()))


def in_order(ids: Sequence[uuid.UUID]) -> tuple[list[uuid.UUID], Records]:
    """The same in the order of ``ids``; those that are gone are left out."""
    wanted = as_bytes(ids)
    found, records = stored(wanted)
    places = Places(found).of(wanted)
    kept = [pk for pk, place in zip(ids, places.tolist(), strict=True) if place >= 0]
    return kept, records.take(places[places >= 0])


def of_values(values: Mapping[str, Any]) -> Records:
    """One record of something not saved yet: values by attribute name, missing ones blank, telephones as typed."""
    return Records.of(columns_of([list(_entered(values))]))


def _entered(values: Mapping[str, Any]) -> Iterator[str | None]:
    kind = str(values.get("type") or _kind_of(values))
    for role, name in PLAIN.items():
        yield kind if role == "kind" else _text(values.get(name))
    country = _text(values.get("country_code"))
    for name in PHONES.values():
        typed = _text(values.get(name))
        yield normalised_phone(typed, country_iso(country)) or typed
    yield country or own_country()
    yield SEPARATOR.join(text for name in ("email", "email_2") if (text := _text(values.get(name))))


def _kind_of(values: Mapping[str, Any]) -> str:
    """A record that has parts of a person's name is a person; everything else a company, as new contacts are."""
    person = any(values.get(name) for name in ("first_name", "middle_name", "surname"))
    return ContactType.PERSON if person else ContactType.COMPANY


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def further_mails(records: Records) -> tuple[list[int], Records]:
    """The addresses beyond a contact's first, each as a record of its own, and the rows of the contacts (C-42)."""
    found = [(row, mail) for row in with_several_mails(records) for mail in mails_of(records, row)[1:]]
    kinds: list[str | None] = [records.value(row, "kind") for row, _mail in found]
    mails: list[str | None] = [mail for _row, mail in found]
    return [row for row, _mail in found], Records.of({"kind": kinds, "email": mails})


def with_several_mails(records: Records) -> list[int]:
    """The rows of contacts that have several addresses, in ascending order."""
    edges = records.raw_at[_EMAIL]
    signs = np.flatnonzero(records.raw[edges[0] : edges[-1]] == ord(SEPARATOR)) + edges[0]
    rows: list[int] = np.unique(np.searchsorted(edges, signs, side="right") - 1).tolist()
    return rows


def mails_of(records: Records, row: int) -> list[str]:
    """All addresses of a contact."""
    value = records.value(row, "email")
    return [mail for part in value.split(SEPARATOR) if (mail := part.strip())] if SEPARATOR in value else [value]


def with_mail(records: Records, row: int, mail: str) -> list[str | None]:
    """The values of a contact with one of its addresses as the only one."""
    return [mail if role == "email" else records.value(row, role) for role in ROLES]


assert all(hasattr(Contact, name) for name in WATCHED)
