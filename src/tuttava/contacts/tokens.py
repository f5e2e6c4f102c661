"""What a contact can be found by: its search tokens and its folded name.

Tokens live in a ``tsvector`` without positions under a GIN index, which finds them whole or by their beginning. A mark
in front says what a token is:

* ``^anna``: a whole word of any field, so that ``^an…`` means “a word begins with an”;
* ``kraft``: the rest of a word of the name from its second letter on, at least three letters, so that any part of a
  name is the beginning of a token;
* ``=ct000123``: a key without blanks and signs: number, tax number, e-mail address, national phone number;
* ``~03020155…``: a phone number backwards, so that its last digits find it however the front was typed;
* ``@fjordkraft.no``: the domain of an e-mail address or home page.

Pure functions: the same for one save, an import and the generator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from tuttava.foundation.text import digits, fold, folded_words, plain, spellings, words

#: Fields whose change makes the tokens change.
SEARCHED = (
    *("no", "external_id", "company_name", "name", "name_2", "first_name", "middle_name", "surname", "initials"),
    *("job_title", "search_name", "post_code", "city", "county", "address", "address_2", "phone_no"),
    *("phone_no_normalised", "mobile_phone_no", "mobile_phone_no_normalised", "fax_no", "extension_no", "pager"),
    *("telex_no", "telex_answer_back", "email", "email_2", "home_page", "registration_number", "vat_registration_no"),
)
SHORTEST_PART = 3
# Chinese, Japanese and Korean names are short and have no blanks.
_IDEOGRAPHS = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_JOINTS = re.compile(r"[.&'’`/]")
_KEY = re.compile(r"[\W_]+")
_UNSAFE = re.compile(r"[\s'\\]+")
_HOST = re.compile(r"^(?:\w+://)?(?:[^/@]*@)?(?:www\.)?([^/:?#]+)")
_CALLING_CODES = frozenset(str(code) for code in COUNTRY_CODE_TO_REGION_CODE)


class Searchable(Protocol):
    """Anything with the fields of a contact that are searched."""

    no: str
    external_id: str
    company_name: str
    name: str
    name_2: str
    first_name: str
    middle_name: str
    surname: str
    initials: str
    job_title: str
    search_name: str
    post_code: str
    city: str
    county: str
    address: str
    address_2: str
    phone_no: str
    phone_no_normalised: str
    mobile_phone_no: str
    mobile_phone_no_normalised: str
    fax_no: str
    extension_no: str
    pager: str
    telex_no: str
    telex_answer_back: str
    email: str
    email_2: str
    home_page: str
    registration_number: str
    vat_registration_no: str


def tokens_of(contact: Searchable) -> list[str]:
    """All tokens of ``contact``, sorted; call it after the phone numbers were normalised."""
    found: set[str] = set()
    _names(found, contact)
    _other_words(found, contact)
    for key in (contact.no, contact.external_id):
        found.update(_key_tokens(key))
    for key in (contact.vat_registration_no, contact.registration_number):
        found.update(_key_tokens(key))
        found.update(_digits_of_key(key))
    _phones(found, contact)
    _addresses(found, contact)
    return sorted(found)


def search_text_of(contact: Searchable) -> str:
    """The folded words of the name, for “the name begins with” and its order; at most 400 characters."""
    return " ".join(folded_words(contact.name))[:400]


def is_ideographic(word: str) -> bool:
    """Whether ``word`` is written in a script in which one letter is a good part of a name."""
    return _IDEOGRAPHS.search(word) is not None


@lru_cache(maxsize=65536)
def _name_word(word: str) -> tuple[str, ...]:
    """A word of a name: whole in each spelling, and every rest of its first spelling that is long enough."""
    shortest = 1 if is_ideographic(word) else SHORTEST_PART
    folded = spellings(word)
    parts = [folded[0][start:] for start in range(1, len(folded[0]) - shortest + 1)] if folded else []
    return (*(f"^{spelling}" for spelling in folded), *parts)


@lru_cache(maxsize=65536)
def _whole_words(text: str) -> tuple[str, ...]:
    """The words of a longer text, whole only, to keep the index small."""
    return tuple(f"^{spelling}" for word in words(text) for spelling in spellings(word))


def _names(found: set[str], contact: Searchable) -> None:
    for text in (contact.name, contact.name_2, contact.first_name, contact.middle_name, contact.surname):
        if text:
            for word in words(text):
                found.update(_name_word(word))
    if contact.search_name and contact.search_name.lower() != contact.name.lower():
        for word in words(contact.search_name):
            found.update(_name_word(word))
    for text in (contact.name, contact.company_name):
        if _JOINTS.search(text):
            found.update(_joined(text))


def _joined(text: str) -> Iterable[str]:
    """“A.B.C.”, “AT&T”, “A/S” and “O’Brien” also as one word."""
    for part in text.split():
        if _JOINTS.search(part.strip(".'’`")):
            yield from (token for word in words(_JOINTS.sub("", part)) for token in _name_word(word)[:1])


def _other_words(found: set[str], contact: Searchable) -> None:
    if contact.company_name != contact.name:
        found.update(_whole_words(contact.company_name))
    for text in (contact.city, contact.county, contact.post_code, contact.job_title, contact.address):
        if text:
            found.update(_whole_words(text))
    for text in (contact.initials, contact.address_2, contact.telex_no, contact.telex_answer_back):
        if text:
            found.update(_whole_words(text))


def key_of(text: str) -> str:
    """A key as it is compared: folded letters and digits only."""
    return _KEY.sub("", fold(text))


def _key_tokens(text: str) -> list[str]:
    key = key_of(text) if text else ""
    return [f"={key}"] if key else []


def _digits_of_key(text: str) -> list[str]:
    """The digits of “NO 987 654 321 MVA” alone."""
    only = digits(text) if text else ""
    return [f"={only}"] if len(only) >= SHORTEST_PART else []


def national(number: str) -> str:
    """The digits of an international number behind its calling code; ``number`` begins with ``+``."""
    international = number[1:]
    for length in (1, 2, 3):
        if international[:length] in _CALLING_CODES:
            return international[length:]
    return international


def _phones(found: set[str], contact: Searchable) -> None:
    for typed, normalised in (
        (contact.phone_no, contact.phone_no_normalised),
        (contact.mobile_phone_no, contact.mobile_phone_no_normalised),
        (contact.fax_no, ""),
        (contact.pager, ""),
    ):
        if typed:
            found.update(_phone_tokens(typed, normalised))
    if contact.extension_no:
        found.update(_key_tokens(contact.extension_no))


def _phone_tokens(typed: str, normalised: str) -> list[str]:
    whole = normalised[1:] if normalised.startswith("+") else digits(typed).lstrip("0")
    if not whole:
        return []
    front = national(normalised) if normalised.startswith("+") else whole
    return [f"={front.lstrip('0')}", f"~{whole[::-1]}"]


def email_key(address: str) -> str:
    """An e-mail address as it is compared."""
    return _UNSAFE.sub("", plain(address))


def _addresses(found: set[str], contact: Searchable) -> None:
    for field in (contact.email, contact.email_2):
        for address in field.split(";") if field else ():
            key = email_key(address)
            local, at, domain = key.rpartition("@")
            if at and local and domain:
                found.update((f"={key}", f"@{domain}"))
                found.update(_whole_words(local))
                found.update(_whole_words(domain.rpartition(".")[0]))
    if contact.home_page:
        host = _HOST.match(_UNSAFE.sub("", plain(contact.home_page)))
        if host:
            found.add(f"@{host[1]}")
            found.update(_whole_words(host[1].rpartition(".")[0]))
