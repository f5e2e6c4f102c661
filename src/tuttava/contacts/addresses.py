"""Which address applies on a date, and how it is printed (C-54, C-57 to C-59)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import Q

from tuttava.contacts.models import Contact, ContactAltAddress, ContactAltAddressPeriod
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.company import company_information, countries
from tuttava.foundation.context import current
from tuttava.foundation.models import AddressFormat, CompanyInformation, ContactAddressFormat, Country

MOST_LINES = 8
COMPARED = ("address", "address_2", "post_code", "city")

Layout = Country | CompanyInformation
Place = Contact | ContactAltAddress | CompanyInformation


@dataclass(frozen=True)
class Addressee:
    """What an address block is made of: up to two name lines, a contact person, and where."""

    name: str
    name_2: str
    person: str
    place: Place


def active_address(contact: Contact, date: dt.date | None = None) -> ContactAltAddress | None:
    """The alternative address that applies on ``date`` (the work date); None: the main address (C-54)."""
    return active_addresses([contact.pk], date).get(contact.pk)


def active_addresses(
    contact_ids: Iterable[uuid.UUID], date: dt.date | None = None
) -> dict[uuid.UUID, ContactAltAddress]:
    """The same for many contacts with one query; contacts whose main address applies are left out."""
    date = date or current().date
    periods = (
        ContactAltAddressPeriod.objects.filter(contact_id__in=list(contact_ids), starting_date__lte=date)
        .filter(Q(ending_date__isnull=True) | Q(ending_date__gte=date))
        .order_by("contact_id", "-starting_date")
        .distinct("contact_id")
        .select_related("alt_address")
    )
    return {period.contact_id: period.alt_address for period in periods if period.alt_address is not None}


def same_address(left: Place, right: Place) -> bool:
    """Whether two addresses are identical (C-59)."""
    return all(getattr(left, name) == getattr(right, name) for name in COMPARED)


def address_block(contact: Contact, date: dt.date | None = None) -> list[str]:
    """The lines to print for ``contact`` on ``date``, the work date if none is given (C-57)."""
    return address_blocks([contact], date)[contact.pk]


def address_blocks(contacts: Sequence[Contact], date: dt.date | None = None) -> dict[uuid.UUID, list[str]]:
    """The blocks of many contacts; three queries however many there are."""
    employers = {contact.company_id for contact in contacts if contact.is_person and contact.company_id}
    companies = cast("dict[uuid.UUID, Contact]", Contact.objects.in_bulk(list(employers)))
    active = active_addresses({contact.pk for contact in contacts} | set(companies), date)
    return {contact.pk: format_block(_addressee(contact, companies, active)) for contact in contacts}


def own_block() -> list[str]:
    """The organisation's own block for letterheads, without country name."""
    own = company_information()
    return format_block(Addressee(own.name, own.name_2, "", own), own)


def _addressee(
    contact: Contact, companies: dict[uuid.UUID, Contact], active: dict[uuid.UUID, ContactAltAddress]
) -> Addressee:
    """The first that applies of C-57."""
    own = active.get(contact.pk)
    if own is not None:
        return Addressee(own.company_name, own.company_name_2, contact.name, own)
    company = companies.get(contact.company_id) if contact.is_person and contact.company_id else None
    if company is None:
        return Addressee(contact.name, contact.name_2, "", contact)
    shared = active.get(company.pk)
    if shared is not None and marketing_setup().inherit_address_details and same_address(contact, company):
        return Addressee(shared.company_name or company.name, shared.company_name_2, contact.name, shared)
    return Addressee(company.name, company.name_2, contact.name, contact)


def format_block(addressee: Addressee, layout: Layout | None = None) -> list[str]:
    """At most eight lines in the order and layout of the country (C-58)."""
    place = addressee.place
    layout = layout or layout_of(place.country_code)
    names = [addressee.name, addressee.name_2]
    where = [place.address, place.address_2]
    post_line = [post_code_line(place, layout)]
    rest = ["" if holds_county(layout) else place.county, layout.name if isinstance(layout, Country) else ""]
    if layout.contact_address_format == ContactAddressFormat.FIRST:
        before, after = [addressee.person, *names], []
    elif layout.contact_address_format == ContactAddressFormat.LAST:
        before, after = names, [addressee.person]
    else:
        before, after = [*names, addressee.person], []
    above = [line for line in (*before, *where) if line]
    below = [line for line in (*post_line, *rest, *after) if line]
    spaced = layout.address_format == AddressFormat.BLANK_LINE_POST_CODE_CITY and post_line[0]
    gap = [""] if spaced and above and len(above) + len(below) < MOST_LINES else []
    return [*above, *gap, *below][:MOST_LINES]


def layout_of(country_code: str | None) -> Layout:
    """The layout of a country; the organisation's local one for a blank country."""
    return countries().get(country_code or "") or company_information()


def holds_county(layout: Layout) -> bool:
    """Whether the post code line names the county."""
    if layout.address_format == AddressFormat.CUSTOM:
        return "%3" in layout.custom_address_format
    return layout.address_format == AddressFormat.CITY_COUNTY_POST_CODE


def shows_county(country_code: str | None) -> bool:
    """Whether the county field is shown: only where the country's layout uses it (C-51)."""
    return holds_county(layout_of(country_code))


def county_label(country_code: str | None) -> str:
    """What the country calls a county; blank: use the field's own label."""
    country = countries().get(country_code or company_information().country_code or "")
    return country.county_name if country else ""


PATTERNS = {
    AddressFormat.CITY_POST_CODE: "%2, %1",
    AddressFormat.CITY_COUNTY_POST_CODE: "%2, %3 %1",
}


def post_code_line(place: Place, layout: Layout) -> str:
    """Post code and city, and where the layout says so the county, in one line without gaps for blank parts."""
    custom = layout.address_format == AddressFormat.CUSTOM
    pattern = layout.custom_address_format if custom else PATTERNS.get(AddressFormat(layout.address_format), "%1 %2")
    values = {"%1": place.post_code, "%2": place.city, "%3": place.county}
    if not any(values[sign] for sign in re.findall("%[123]", pattern)):
        return ""
    line = re.sub("%[123]", lambda found: values[found.group()], pattern)
    line = re.sub(r"\s+", " ", line)
    line = re.sub(r"\s+([,;])", r"\1", line)
    line = re.sub(r"([,;])(?:\s*[,;])+", r"\1", line)
    return line.strip(" ,;-")
