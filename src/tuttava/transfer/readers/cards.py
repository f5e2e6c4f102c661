"""vCards 2.1, 3.0 and 4.0 as rows: one row a card, one column a field of the register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from vobject.base import ContentLine

from tuttava.transfer.readers.card_lines import Card, read_cards
from tuttava.transfer.readers.common import Layout, Row, Understanding
from tuttava.transfer.readers.guess import guess_encoding

COLUMNS = (
    "external_id",
    "type",
    "name",
    "first_name",
    "middle_name",
    "surname",
    "job_title",
    "company_name",
    "department",
    "address",
    "address_2",
    "post_code",
    "city",
    "county",
    "country_code",
    "phone_no",
    "mobile_phone_no",
    "fax_no",
    "extension_no",
    "pager",
    "email",
    "email_2",
    "home_page",
    "language_code",
    "comment",
    "categories",
)
ADDRESS = ("address", "address_2", "post_code", "city", "county", "country_code")
_PARTS = re.compile(r"(?<!\\);")
_COMPANY_KINDS = {"org", "organization", "group"}


def read_vcards(path: Path, layout: Layout) -> Iterator[Row]:
    """Every card as a row."""
    for number, card in enumerate(read_cards(path, layout.encoding), start=1):
        yield _row(number, card)


def understand_vcards(path: Path, wish: Layout | None = None) -> Understanding:
    layout = wish or Layout("vcard", encoding=guess_encoding(path), heading_row=0)
    samples: list[Row] = []
    for row in read_vcards(path, layout):
        samples.append(row)
        if len(samples) == 50:
            break
    return Understanding(layout, COLUMNS, tuple(samples))


def _row(number: int, card: Card) -> Row:
    values: dict[str, str] = {}
    further: list[dict[str, str]] = []
    if not card.problem:
        _names(card.properties, values)
        rest = _phones(card.properties, values) + _emails(card.properties, values)
        further = _addresses(card.properties, values)
        _others(card.properties, values, rest)
    extras = {"picture": card.picture, "alt_addresses": further, "notes": card.notes}
    cells = tuple(values.get(name, "") for name in COLUMNS)
    return Row(number, card.line, cells, card.problem, {name: value for name, value in extras.items() if value})


def unescape(value: str) -> str:
    """A text value without the escapes of the format."""
    text = re.sub(r"\\[nN]|\r\n?", "\n", str(value))
    return re.sub(r"\\(.)", r"\1", text).strip()


def _split(value: str, width: int) -> list[str]:
    parts = [re.sub(r"\s*(?<!\\),\s*", " ", part) for part in _PARTS.split(value)]
    parts = [unescape(part) for part in parts]
    return parts + [""] * (width - len(parts))


def _all(properties: Iterable[ContentLine], name: str) -> list[ContentLine]:
    found = [line for line in properties if line.name == name and str(line.value).strip(" ;")]
    return sorted(found, key=_preference)


def _types(line: ContentLine) -> set[str]:
    """Type words of a property in upper case, wherever the version puts them."""
    words = [*line.singletonparams, *line.params.get("TYPE", [])]
    return {word.strip().upper() for text in words for word in text.strip('"').split(",")}


def _preference(line: ContentLine) -> int:
    given = line.params.get("PREF", [""])[0]
    if given.isdigit():
        return int(given)
    return 0 if "PREF" in _types(line) else 100


def _first(properties: Iterable[ContentLine], name: str) -> str:
    found = _all(properties, name)
    return unescape(found[0].value) if found else ""


def _names(properties: list[ContentLine], values: dict[str, str]) -> None:
    structured = _all(properties, "N")
    family, given, additional, _prefix, _suffix = _split(structured[0].value, 5)[:5] if structured else ("",) * 5
    values["surname"], values["first_name"], values["middle_name"] = family, given, additional
    organisation = _all(properties, "ORG")
    units = _split(organisation[0].value, 2) if organisation else ["", ""]
    formatted = " ".join(_first(properties, "FN").split())
    kind = _first(properties, "KIND") or _first(properties, "X-ADDRESSBOOKSERVER-KIND")
    company_card = _first(properties, "X-ABSHOWAS").upper() == "COMPANY"
    is_company = kind.lower() in _COMPANY_KINDS or company_card or not (family or given or formatted)
    if is_company and (units[0] or formatted):
        values["type"], values["name"] = "company", units[0] or formatted
        return
    values["type"] = "person"
    values["name"] = formatted or _first(properties, "NICKNAME") or _first(properties, "EMAIL")
    values["company_name"], values["department"] = units[0], ", ".join(unit for unit in units[1:] if unit)
    values["job_title"] = _first(properties, "TITLE") or _first(properties, "ROLE")


def _phones(properties: list[ContentLine], values: dict[str, str]) -> list[str]:
    """Fill the phone columns; what finds no column comes back in words."""
    rest: list[str] = []
    lines = _all(properties, "TEL")
    lines.sort(key=lambda line: 0 if "WORK" in _types(line) else 1)
    for line in lines:
        types = _types(line)
        number, _semicolon, parameters = unescape(line.value).removeprefix("tel:").partition(";")
        extension = re.search(r"ext=(\d+)", parameters)
        if "FAX" in types:
            column = "fax_no"
        elif "PAGER" in types:
            column = "pager"
        elif "CELL" in types or "MOBILE" in types:
            column = "mobile_phone_no"
        else:
            column = "phone_no"
        if not values.get(column):
            values[column] = number
            if extension and column == "phone_no":
                values["extension_no"] = extension[1]
        elif values[column] != number:
            rest.append(f"{'/'.join(sorted(types - {'PREF', 'VOICE'})).title() or 'Tel'}: {number}")
    return rest


def _emails(properties: list[ContentLine], values: dict[str, str]) -> list[str]:
    addresses = list(dict.fromkeys(unescape(line.value).removeprefix("mailto:") for line in _all(properties, "EMAIL")))
    real = [address for address in addresses if "@" in address]
    values["email"], values["email_2"] = (real + ["", ""])[:2]
    return [f"E-mail: {address}" for address in addresses if address not in real[:2]]


def _addresses(properties: list[ContentLine], values: dict[str, str]) -> list[dict[str, str]]:
    """The main address into the columns (at work before at home), the others as alternative addresses."""
    further: list[dict[str, str]] = []
    lines = _all(properties, "ADR")
    lines.sort(key=lambda line: 0 if "WORK" in _types(line) else 1)
    for line in lines:
        box, extended, street, city, county, post_code, country = _split(line.value, 7)[:7]
        first, *more = [part.strip(" ,") for part in street.splitlines() if part.strip(" ,")] or [box or extended]
        second = ", ".join(dict.fromkeys(part for part in (*more, extended, box) if part and part != first))
        found = dict(zip(ADDRESS, (first, second, post_code, city, county, country), strict=True))
        if not any(values.get(name) for name in ADDRESS):
            values.update(found)
        else:
            found["code"] = next((word for word in ("HOME", "WORK") if word in _types(line)), "OTHER")
            further.append(found)
    return further


def _others(properties: list[ContentLine], values: dict[str, str], rest: list[str]) -> None:
    uid = _first(properties, "UID")
    values["external_id"] = uid if len(uid) <= 20 else ""
    values["home_page"] = _first(properties, "URL")
    values["language_code"] = _first(properties, "LANG")
    values["categories"] = _first(properties, "CATEGORIES")
    notes = [unescape(line.value) for line in _all(properties, "NOTE")]
    values["comment"] = "\n".join(dict.fromkeys([*notes, *rest]))
