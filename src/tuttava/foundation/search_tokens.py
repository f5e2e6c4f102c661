"""What a record can be found by: its search tokens and its folded name.

A model says with a :class:`Searched` which of its fields are searched and how, and stores the outcome in two columns,
``search_tokens`` and ``search_text``. Tokens live in a ``tsvector`` without positions under a GIN index, which finds
them whole or by their beginning. A mark in front says what a token is:

* ``^anna``: a whole word of any field, so that ``^an…`` means “a word begins with an”;
* ``kraft``: the rest of a word of the name from its second letter on, at least three letters, so that any part of a
  name is the beginning of a token;
* ``=ct000123``: a key without blanks and signs: number, tax number, e-mail address, national phone number;
* ``~03020155…``: a phone number backwards, so that its last digits find it however the front was typed;
* ``@fjordkraft.no``: the domain of an e-mail address or home page.

The same for one save, an import and the generator; only a country's dialling code may have to be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, ClassVar, Protocol

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from tuttava.foundation.communication import normalised_phone
from tuttava.foundation.company import country_iso
from tuttava.foundation.text import digits, fold, folded_words, plain, spellings, words

SHORTEST_PART = 3
# Chinese, Japanese and Korean names are short and have no blanks.
_IDEOGRAPHS = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_JOINTS = re.compile(r"[.&'’`/]")
_KEY = re.compile(r"[\W_]+")
_UNSAFE = re.compile(r"[\s'\\]+")
_HOST = re.compile(r"^(?:\w+://)?(?:[^/@]*@)?(?:www\.)?([^/:?#]+)")
_CALLING_CODES = frozenset(str(code) for code in COUNTRY_CODE_TO_REGION_CODE)


def _reader(names: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    """A function that reads these attributes of a record, all at once."""
    if not names:
        return lambda record: ()
    read: Callable[[Any], Any] = attrgetter(*names)
    return read if len(names) > 1 else lambda record: (read(record),)


@dataclass(frozen=True)
class Searched:
    """Which fields of a model are searched, and how.

    ``name`` is what the record is called and sorted by, a field or a property. Any part of a word of ``names`` and of
    ``search_name`` finds the record; whole words and their beginnings of ``words``, and of ``company``, the name of the
    party the record belongs to. ``keys`` and ``tax_numbers`` are found whole, signs aside; ``phones`` are pairs of a
    number as typed and the field with its international form (blank: there is none, and the country in
    ``dialled_from``, if there is one, decides how the number is read). ``ranked_by`` is a field whose order decides
    between equally good hits; ``locked_by`` the flag of records that are found by their number only (C-72).
    """

    name: str
    names: tuple[str, ...]
    words: tuple[str, ...] = ()
    keys: tuple[str, ...] = ("no",)
    tax_numbers: tuple[str, ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    emails: tuple[str, ...] = ("email",)
    home_page: str = ""
    search_name: str = "search_name"
    company: str = ""
    dialled_from: str = ""
    ranked_by: str = ""
    locked_by: str = ""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields whose change makes the tokens change."""
        phones = [field for pair in self.phones for field in pair]
        single = (self.search_name, self.company, self.home_page, self.dialled_from)
        found = (*self.keys, *self.names, *self.words, *self.tax_numbers, *phones, *self.emails, *single)
        return tuple(dict.fromkeys(filter(None, found)))

    @cached_property
    def read_names(self) -> Callable[[Any], tuple[str, ...]]:
        return _reader(self.names)

    @cached_property
    def read_words(self) -> Callable[[Any], tuple[str, ...]]:
        return _reader(self.words)

    @cached_property
    def read_keys(self) -> Callable[[Any], tuple[str, ...]]:
        return _reader((*self.keys, *self.tax_numbers))

    @cached_property
    def read_tax_numbers(self) -> Callable[[Any], tuple[str, ...]]:
        return _reader(self.tax_numbers)

    @cached_property
    def read_emails(self) -> Callable[[Any], tuple[str, ...]]:
        return _reader(self.emails)


class Searchable(Protocol):
    """A record that is found by what is typed; it has the fields ``search_tokens`` and ``search_text``."""

    searched: ClassVar[Searched]


def tokens_of(record: Searchable) -> list[str]:
    """All tokens of ``record``, sorted; call it after the phone numbers were normalised."""
    found: set[str] = set()
    searched = record.searched
    _names(found, searched, record)
    for text in searched.read_words(record):
        if text:
            found.update(_whole_words(text))
    for key in searched.read_keys(record):
        found.update(_key_tokens(key))
    for key in searched.read_tax_numbers(record):
        found.update(_digits_of_key(key))
    _phones(found, searched, record)
    _addresses(found, searched, record)
    return sorted(found)


def search_text_of(record: Searchable) -> str:
    """The folded words of the name, for “the name begins with” and its order; at most 400 characters."""
    return " ".join(folded_words(getattr(record, record.searched.name)))[:400]


def set_search(record: Searchable) -> None:
    """Renew what the record is found by; storing it is the caller's."""
    record.__dict__.update(search_tokens=tokens_of(record), search_text=search_text_of(record))


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


def _names(found: set[str], searched: Searched, record: Searchable) -> None:
    for text in searched.read_names(record):
        if text:
            for word in words(text):
                found.update(_name_word(word))
    name = getattr(record, searched.name)
    search_name = getattr(record, searched.search_name)
    if search_name and search_name.lower() != name.lower():
        for word in words(search_name):
            found.update(_name_word(word))
    company = getattr(record, searched.company) if searched.company else name
    if company != name:
        found.update(_whole_words(company))
        if _JOINTS.search(company):
            found.update(_joined(company))
    if _JOINTS.search(name):
        found.update(_joined(name))


def _joined(text: str) -> Iterable[str]:
    """“A.B.C.”, “AT&T”, “A/S” and “O’Brien” also as one word."""
    for part in text.split():
        if _JOINTS.search(part.strip(".'’`")):
            yield from (token for word in words(_JOINTS.sub("", part)) for token in _name_word(word)[:1])


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


def _phones(found: set[str], searched: Searched, record: Searchable) -> None:
    for field, form in searched.phones:
        typed = getattr(record, field)
        if typed:
            found.update(_phone_tokens(typed, getattr(record, form) if form else _international(typed, record)))


def _international(typed: str, record: Searchable) -> str:
    """The international form of a number that is not stored, or blank."""
    country = record.searched.dialled_from
    return normalised_phone(typed, country_iso(getattr(record, country))) if country else ""


def _phone_tokens(typed: str, normalised: str) -> list[str]:
    whole = normalised[1:] if normalised.startswith("+") else digits(typed).lstrip("0")
    if not whole:
        return []
    front = national(normalised) if normalised.startswith("+") else whole
    return [f"={front.lstrip('0')}", f"~{whole[::-1]}"]


def email_key(address: str) -> str:
    """An e-mail address as it is compared."""
    return _UNSAFE.sub("", plain(address))


def _addresses(found: set[str], searched: Searched, record: Searchable) -> None:
    for field in searched.read_emails(record):
        for address in field.split(";") if field else ():
            key = email_key(address)
            local, at, domain = key.rpartition("@")
            if at and local and domain:
                found.update((f"={key}", f"@{domain}"))
                found.update(_whole_words(local))
                found.update(_whole_words(domain.rpartition(".")[0]))
    home_page = getattr(record, searched.home_page) if searched.home_page else ""
    if home_page:
        host = _HOST.match(_UNSAFE.sub("", plain(home_page)))
        if host:
            found.add(f"@{host[1]}")
            found.update(_whole_words(host[1].rpartition(".")[0]))
