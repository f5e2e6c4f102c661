"""What the merge fields of a letter or mail hold, for each of many log entries (I-92, I-163)."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from tuttava.contacts.addresses import Addressee, address_blocks, format_block, own_block
from tuttava.contacts.models import Contact, ContactAltAddress, SalutationType
from tuttava.contacts.salutations import merge_salutation
from tuttava.foundation.company import company_information, languages
from tuttava.foundation.locales import language_tag
from tuttava.foundation.models import CompanyInformation
from tuttava.interactions.models import InteractionFields, InteractionLogEntry
from tuttava.interactions.unsubscribe_links import link_of
from tuttava.interactions.word_switches import Dated
from tuttava.partners.models import Salesperson

Values = Mapping[str, str]
#: What :func:`values_of` reads with its entries; without it each entry costs queries of its own.
RELATED = ("contact__country", "contact_alt_address", "salesperson", "attachment")


@dataclass(frozen=True)
class _Facts:
    """All that the fields of one entry are made of; ``block`` is the postal address of its date."""

    entry: InteractionLogEntry
    contact: Contact
    salesperson: Salesperson
    own: CompanyInformation
    own_block: Sequence[str]
    block: Sequence[str]
    language: str


def language_of(entry: InteractionLogEntry) -> str:
    """The language in which the addressee is written to: the entry's, else the contact's."""
    return entry.interaction_language_code or (entry.contact.language_code if entry.contact else "") or ""


def recipient_addresses(entry: InteractionLogEntry) -> list[str]:
    """Where its mail goes: the e-mail of the chosen alternative address, else of the contact (I-95, C-42)."""
    chosen = entry.contact_alt_address.email if entry.contact_alt_address else ""
    text = chosen or (entry.contact.email if entry.contact else "")
    return [part.strip() for part in text.split(";") if part.strip()]


def _greeting(facts: _Facts, kind: str) -> str:
    return merge_salutation(facts.contact, kind, facts.language)


def _long_date(facts: _Facts) -> str:
    """The date in words of the language, as its region writes it."""
    date: dt.date | None = facts.entry.date
    locale = _locale(facts)
    return Dated(format_date(date, "long", locale=locale), date, str(locale)) if date else ""


def _locale(facts: _Facts) -> Locale:
    language = languages().get(facts.language)
    same = (facts.contact.language_code or "") == facts.language
    wanted = (
        facts.contact.format_region if same else "",
        language.format_region if language else "",
        facts.language,
        facts.language.partition("-")[0],
    )
    for text in wanted:
        tag = language_tag(text.replace("_", "-")) if text else ""
        if tag:
            return Locale.parse(tag, sep="-")
    return _own_locale()


def _own_locale() -> Locale:
    from django.utils.translation import get_language, to_locale

    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _plain(source: str, *names: str) -> dict[str, Callable[[_Facts], str]]:
    """Fields that are called as the column they hold."""
    return {f"{source}.{name}": _column(source, name) for name in names}


def _column(source: str, name: str) -> Callable[[_Facts], str]:
    read = attrgetter(f"{'own' if source == 'company' else source}.{name}")
    return lambda facts: str(read(facts) or "")


#: Every merge field with what it holds; names are fixed, whatever the language (I-163).
FIELDS: Mapping[str, Callable[[_Facts], str]] = {
    **_plain("entry", "entry_no", "description", "subject", "campaign_no", "segment_no"),
    "entry.document_date": _long_date,
    "entry.unsubscribe_link": lambda facts: link_of(facts.entry.contact_id) if facts.entry.contact_id else "",
    "entry.recipient_address": lambda facts: "; ".join(recipient_addresses(facts.entry)),
    **_plain("contact", "no", "name", "name_2", "company_name", "address", "address_2", "post_code", "city", "county"),
    **_plain("contact", "job_title", "phone_no", "mobile_phone_no", "fax_no", "email", "vat_registration_no"),
    **_plain("contact", "home_page"),
    "contact.address_block": lambda facts: "\n".join(facts.block),
    "contact.country_name": lambda facts: facts.contact.country.name if facts.contact.country else "",
    "contact.formal_salutation": lambda facts: _greeting(facts, SalutationType.FORMAL),
    "contact.informal_salutation": lambda facts: _greeting(facts, SalutationType.INFORMAL),
    **_plain("salesperson", "code", "name", "job_title", "phone_no", "email"),
    **_plain("company", "name", "name_2", "vat_registration_no", "registration_number", "phone_no", "fax_no"),
    **_plain("company", "bank_name", "bank_branch_no", "bank_account_no", "giro_no"),
    "company.address_block": lambda facts: "\n".join(facts.own_block),
}


def is_field(name: str) -> bool:
    """Whether ``source.name`` is a merge field of letters."""
    return name in FIELDS


def values_of(entries: Sequence[InteractionLogEntry], names: Iterable[str] | None = None) -> list[Values]:
    """The values of all fields (or of ``names``) for each entry; a handful of queries however many there are.

    The entries come with what :data:`RELATED` names. Values frozen with an attachment of older data win (2.9).
    """
    wanted = [name for name in (FIELDS if names is None else names) if name in FIELDS]
    blocks = blocks_of(entries) if "contact.address_block" in wanted else {}
    own, own_lines = company_information(), own_block()
    nobody, no_contact = Salesperson(), Contact()
    answers: list[Values] = []
    for entry in entries:
        facts = _Facts(
            entry,
            entry.contact or no_contact,
            entry.salesperson or nobody,
            own,
            own_lines,
            blocks.get(entry.pk, ()),
            language_of(entry),
        )
        answers.append({name: FIELDS[name](facts) for name in wanted} | _frozen(entry))
    return answers


def blocks_of(entries: Sequence[InteractionFields]) -> dict[uuid.UUID, Sequence[str]]:
    """The address block of each entry or line of a segment: of its alternative address, else as on its date (C-57)."""
    found: dict[uuid.UUID, Sequence[str]] = {}
    by_date = attrgetter("date")
    dated = [entry for entry in entries if entry.contact]
    for date, some in groupby(sorted(dated, key=lambda each: each.date or dt.date.min), by_date):
        group = list(some)
        contacts = {entry.contact.pk: entry.contact for entry in group if entry.contact}
        blocks = address_blocks(list(contacts.values()), date)
        for entry in group:
            if entry.contact is not None:
                found[entry.pk] = _block_at(entry.contact, entry.contact_alt_address) or blocks[entry.contact.pk]
    return found


def _block_at(contact: Contact, chosen: ContactAltAddress | None) -> list[str]:
    if chosen is None:
        return []
    return format_block(Addressee(chosen.company_name, chosen.company_name_2, contact.name, chosen))


def _frozen(entry: InteractionLogEntry) -> dict[str, str]:
    """Values that came with older data: a JSON object of texts by field; anything else counts as none."""
    source = bytes(entry.attachment.merge_source or b"") if entry.attachment else b""
    if not source:
        return {}
    try:
        told = json.loads(source)
    except ValueError:
        return {}
    return {name: str(value) for name, value in told.items() if name in FIELDS} if isinstance(told, dict) else {}
