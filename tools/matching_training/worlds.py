"""Whole made-up files: which columns they have, who is in them twice and how badly."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tools.matching_training import damage
from tools.matching_training.parties import Country, Party
from tools.matching_training.vocabulary import NICKNAMES, TONGUES, pattern

Row = dict[str, str | None]
COLUMNS = (
    "kind", "name", "name_2", "first_name", "middle_name", "surname", "company_name", "address", "house_no", "address_2",
    "post_code", "city", "county", "country", "phone", "mobile_phone", "email", "home_page", "vat_number",
    "registration_no", "national_id", "birth_date", "external_id",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """A file: its columns, and which true party each row is."""

    columns: dict[str, list[str | None]]
    truth: list[int]


@dataclass(frozen=True)
class Manner:
    """How one file is kept."""

    harm: float  # how likely each field of a second entry has changed
    hard: float  # how badly
    empty: float  # how likely a field is not filled
    whole_names: str  # "", "first last", "last, first"
    house_apart: bool
    date_form: str
    style: float  # how likely a value is only written otherwise
    legal: float  # how likely a company's legal form is written
    moved: float
    swapped: float
    replaced: float  # how likely a field holds a value that has nothing to do with the true one
    keep: frozenset[str]


def world(seed: int, size: int) -> World:
    """Return a world of about `size` rows."""
    chance = random.Random(seed)
    tongues = chance.sample(TONGUES, chance.choice((1, 1, 1, 2, 3)))
    variety = chance.choice((0.02, 0.1, 0.3, 0.6))
    countries = [Country(chance, tongue, size, variety) for tongue in tongues]
    persons = chance.choice((0.0, 0.3, 0.5, 0.6, 1.0, 1.0))
    twice = chance.choice((0.03, 0.1, 0.1, 0.3, 0.6, 1.0))
    copies = chance.choice(((1,), (1, 1, 1, 2), (1, 2, 3, 4, 5)))
    neighbours = chance.choice((0.0, 0.1, 0.25))
    manner = _manner(chance, persons)
    rows: list[tuple[Row, int]] = []
    strangers: dict[str, list[str]] = {}
    for country in countries:
        for _ in range(60):
            stranger = country.person() if chance.random() < persons else country.company()
            for name, value in _entry(chance, stranger, replace(manner, harm=0.0, replaced=0.0), {}).items():
                if value and name not in ("kind", "name", "country"):
                    strangers.setdefault(name, []).append(value)
    number = 0
    while len(rows) < size:
        for party in _group(chance, chance.choice(countries), persons, neighbours):
            first = replace(manner, harm=manner.harm * 0.15, replaced=0.0)
            original = _entry(chance, party, first, strangers)
            rows.append((original, number))
            if chance.random() < twice:
                for _ in range(chance.choice(copies)):
                    rows.append((_entry(chance, party, manner, strangers), number))
            number += 1
    chance.shuffle(rows)
    columns = {name: [row.get(name) for row, _ in rows] for name in COLUMNS if name in manner.keep}
    return World({name: values for name, values in columns.items() if any(values)}, [truth for _, truth in rows])


def _group(chance: random.Random, country: Country, persons: float, neighbours: float) -> list[Party]:
    """Return a party, at times with those who look like it."""
    if chance.random() < persons:
        one = country.person()
        return [one, *country.family(one)] if chance.random() < neighbours else [one]
    one = country.company()
    found = [one]
    if chance.random() < neighbours * 0.4:
        found += country.branches(one)
    if chance.random() < neighbours * 0.6:
        found += country.relatives(one)
    if persons and chance.random() < neighbours * 0.6:
        found += country.colleagues(one)
    return found


_GROUPS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("address", "house_no"), 0.8), (("address_2",), 0.5), (("post_code",), 0.75), (("city",), 0.8), (("county",), 0.3),
    (("country",), 0.4), (("phone",), 0.65), (("mobile_phone",), 0.45), (("email",), 0.6), (("home_page",), 0.35),
    (("vat_number",), 0.35), (("registration_no",), 0.25), (("national_id",), 0.4), (("birth_date",), 0.5),
    (("company_name",), 0.4), (("external_id",), 0.05), (("middle_name",), 0.4), (("name_2",), 0.1),
)  # fmt: skip


#: What a population register has of everybody.
_POPULATION = frozenset((
    "first_name", "surname", "house_no", "address", "address_2", "post_code", "city", "county", "birth_date",
    "national_id",
))  # fmt: skip


def _manner(chance: random.Random, persons: float) -> Manner:
    """Return how a file is kept; its columns are chosen at random, never so few that nothing can tell."""
    keep = {"name"}
    fullness = chance.choice((0.5, 0.8, 1.0, 1.4))
    for group, likely in _GROUPS:
        if chance.random() < likely * fullness:
            keep.update(group)
    if len(keep) < 4:
        keep.update(("address", "house_no", "city", *(("birth_date",) if persons == 1 else ("phone",))))
    whole = chance.choice(("first last", "first last", "last, first")) if chance.random() < 0.3 else ""
    if not whole and persons:
        keep.update(("first_name", "surname"))
    if chance.random() < (0.6 if 0 < persons < 1 else 0.3):
        keep.add("kind")
    if persons == 1.0 and chance.random() < 0.5:
        whole, keep = "", set(_POPULATION)
    return Manner(
        harm=chance.choice((0.03, 0.08, 0.15, 0.25, 0.4)), hard=chance.random(), empty=chance.choice((0.0, 0.03, 0.1, 0.3)),
        whole_names=whole, house_apart=keep == _POPULATION or chance.random() < 0.3,
        date_form=chance.choice(("{0:04}{1:02}{2:02}", "{0:04}-{1:02}-{2:02}", "{2:02}.{1:02}.{0:04}", "{2}/{1}/{0:04}")),
        style=chance.choice((0.0, 0.1, 0.3)), legal=chance.choice((0.5, 0.9, 1.0)), moved=chance.choice((0.0, 0.05, 0.15)),
        swapped=chance.choice((0.0, 0.02, 0.06)),
        replaced=chance.choice((0.0, 0.0, 0.02, 0.06, 0.12)), keep=frozenset(keep),
    )  # fmt: skip


def _entry(chance: random.Random, party: Party, manner: Manner, strangers: dict[str, list[str]]) -> Row:
    """Return one entry of a party as somebody may have typed it."""
    harm = manner.harm
    if chance.random() < manner.moved * harm * 6:
        country = Country.__new__(Country)
        country.chance, country.tongue, country.skew = chance, party.tongue, 1.0
        party = replace(
            party,
            place=_elsewhere(chance, party),
            phone=party.phone if chance.random() < 0.4 else pattern(chance, party.tongue.phone),
        )
    if chance.random() < harm * 0.3:
        party = replace(party, email=_other_mail(chance, party))
    if chance.random() < harm * 0.25:
        party = replace(party, mobile=pattern(chance, party.tongue.mobile))
    if chance.random() < harm * 0.2 and party.kind == "person":
        party = replace(party, employer="")
    row = _person(chance, party, manner) if party.kind == "person" else _company(chance, party, manner)
    row["kind"] = party.kind
    row.update(_address(chance, party, manner))
    row.update(_numbers(chance, party, manner))
    if chance.random() < manner.swapped and row.get("phone"):
        row["phone"], row["mobile_phone"] = row.get("mobile_phone"), row["phone"]
    if chance.random() < manner.swapped and row.get("vat_number"):
        row["registration_no"], row["vat_number"] = row["vat_number"], row.get("registration_no")
    if chance.random() < manner.swapped and row.get("address_2"):
        row["address"], row["address_2"] = row["address_2"], row["address"]
    for name, value in row.items():
        if name != "kind" and value:
            row[name] = _value(chance, name, value, manner, strangers)
    return row


_HARDLY_EMPTY = ("name", "surname", "first_name", "kind")
_CODES = ("phone", "mobile_phone", "email", "home_page", "vat_number", "registration_no", "national_id", "birth_date", "external_id", "post_code", "house_no")  # fmt: skip


def _value(chance: random.Random, name: str, value: str, manner: Manner, strangers: dict[str, list[str]]) -> str | None:
    """Return a value as entered: missing, misspelt, cut off or written otherwise."""
    if chance.random() < manner.empty * (0.15 if name in _HARDLY_EMPTY else 1.0):
        return None
    if name in strangers and chance.random() < manner.replaced:
        return chance.choice(strangers[name])
    likely = manner.harm * (0.5 if name in _CODES else 1.0)
    if chance.random() < likely:
        if chance.random() < 0.06 and len(value) > 8:
            return value[: chance.randint(4, len(value) - 2)]
        if chance.random() < 0.06:
            return None
        value = damage.misspelt(chance, value, manner.hard)
    if name not in _CODES and chance.random() < manner.style:
        value = damage.written(chance, value)
    return value


def _person(chance: random.Random, party: Party, manner: Manner) -> Row:
    given, middle, surname = party.given, party.middle, party.surname
    harm = manner.harm
    if chance.random() < harm * 0.5 and given in NICKNAMES:
        given = chance.choice(NICKNAMES[given])
    elif chance.random() < harm * 0.2:
        given = given[0] + chance.choice((".", ""))
    if middle and chance.random() < 0.2 + harm:
        middle = chance.choice(("", middle[0], middle[0] + "."))
    if chance.random() < harm * 0.1:
        surname = surname.split("-")[0] if "-" in surname else surname + "-" + chance.choice(party.tongue.surnames)
    if chance.random() < harm * 0.06 and given not in party.tongue.men:
        surname = chance.choice(party.tongue.surnames)
    if chance.random() < manner.swapped:
        given, surname = surname, given
    if party.generation and chance.random() < 0.7:
        surname = f"{surname} {party.generation}"
    if middle and ("middle_name" not in manner.keep):
        given = f"{given} {middle}" if chance.random() < 0.6 else given
    row: Row = {"company_name": party.employer or None}
    if manner.whole_names == "last, first":
        row["name"] = f"{surname}, {given}"
    elif manner.whole_names:
        title = chance.choice(("Mr ", "Dr. ", "Mrs ")) if chance.random() < harm * 0.1 else ""
        row["name"] = f"{title}{given} {surname}"
    else:
        row |= {"first_name": given, "surname": surname, "middle_name": middle or None}
    return row


def _company(chance: random.Random, party: Party, manner: Manner) -> Row:
    name, harm = party.name, manner.harm
    words = name.split()
    if chance.random() < harm * 0.3 and len(words) > 2:
        words.pop(chance.randrange(1, len(words)))
    elif chance.random() < harm * 0.2 and len(words) > 1:
        place = chance.randrange(1, len(words))
        words[place] = words[place][: chance.randint(3, 5)] + chance.choice((".", ""))
    elif chance.random() < harm * 0.12 and len(words) > 1:
        words = words[1:] + words[:1]
    elif chance.random() < harm * 0.2:
        words.append(party.place.city if chance.random() < 0.5 else chance.choice(party.tongue.trades))
    elif chance.random() < harm * 0.1 and len(words) > 1:
        words = ["".join(words[:2]), *words[2:]]
    name = " ".join(words)
    if chance.random() < manner.legal:
        legal = chance.choice(party.tongue.legal) if chance.random() < harm * 0.15 else party.legal
        name = f"{name} {legal}"
    if chance.random() < harm * 0.3:
        name = name.replace("&", chance.choice(("og", "and", "und", "+")))
    row: Row = {"name": name}
    if "name_2" in manner.keep and chance.random() < 0.2:
        row["name_2"] = chance.choice(party.tongue.trades)
    return row


def _elsewhere(chance: random.Random, party: Party) -> object:
    place = party.place
    town = chance.choice(party.tongue.cities)
    kind, _ = chance.choice(party.tongue.kinds_of_street)
    near = chance.random() < 0.4
    return replace(
        place, street=chance.choice(party.tongue.streets) + kind, house=str(chance.randint(1, 90)), line="",
        city=place.city if near else town, post=place.post if near else pattern(chance, party.tongue.post),
    )  # fmt: skip


def _other_mail(chance: random.Random, party: Party) -> str:
    local = party.email.split("@")[0]
    domain = chance.choice(party.tongue.mail)
    return (
        f"{local}@{domain}"
        if chance.random() < 0.4
        else f"{(party.given or party.name).split()[0].lower()}{chance.randint(1, 999)}@{domain}"
    )


def _address(chance: random.Random, party: Party, manner: Manner) -> Row:
    place, tongue = party.place, party.tongue
    street = place.street
    for whole, short in tongue.kinds_of_street:
        if street.endswith(whole) and chance.random() < 0.1 + manner.harm:
            street = street[: -len(whole)] + short
            break
    row: Row = {"city": place.city, "post_code": place.post, "county": place.county, "address_2": place.line or None}
    row["country"] = (
        tongue.country
        if chance.random() < 0.8
        else {"NO": "Norge", "GB": "UK", "NL": "Nederland", "DE": "Deutschland", "SE": "Sverige", "FR": "France"}[
            tongue.country
        ]
    )
    house = place.house
    if chance.random() < manner.harm * 0.15:
        house = house + "B" if house.isdigit() else house[:-1]
    if manner.house_apart:
        row["house_no"], row["address"] = house, street
    else:
        row["address"] = f"{house} {street}" if tongue.number_first else f"{street} {house}"
        if chance.random() < manner.harm * 0.2:
            row["address"] = street
    return row


def _numbers(chance: random.Random, party: Party, manner: Manner) -> Row:
    row: Row = {
        "email": party.email, "home_page": party.page or None, "national_id": party.national or None,
        "vat_number": party.vat or None, "registration_no": party.registration or None, "external_id": party.external,
    }  # fmt: skip
    style = manner.style + manner.harm
    for name, number in (("phone", party.phone), ("mobile_phone", party.mobile)):
        row[name] = (
            damage.phone_written(chance, number, party.tongue.calling) if chance.random() < style else number
        ) or None
    if party.vat and chance.random() < style:
        row["vat_number"] = chance.choice((party.vat[2:], party.vat[:2] + " " + party.vat[2:5] + " " + party.vat[5:]))
    if party.page and chance.random() < style:
        row["home_page"] = chance.choice((f"https://{party.page}", party.page[4:], f"http://{party.page}/"))
    year, month, day = party.born
    if year:
        if chance.random() < manner.harm * 0.15 and day <= 12:
            month, day = day, month
        row["birth_date"] = manner.date_form.format(year, month, day)
    return row
