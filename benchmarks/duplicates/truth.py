"""The entities of a generated world as they really are: companies with branches, their people, households.

Columns are made for a whole country at once. Everything that makes telling duplicates apart hard is here: names shared
by strangers, chains, switchboards and ``info@`` shared by colleagues, families at one address, fathers and sons of one
name, twins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.duplicates import words
from tuttava.contacts.vocabulary import LANDS, Land

Indices = NDArray[np.int64]
COMPANIES = 0.4
#: Parts of the companies that belong to chains, of the persons that are known through their employer.
BRANCHES, EMPLOYEES = 0.06, 0.55
ADDRESS = ("address", "post_code", "city")
TRUTH = (
    *("kind", "name", "first_name", "middle_name", "surname", "company_name", "address", "address_2", "post_code"),
    *("city", "country", "phone", "mobile_phone", "email", "home_page", "vat_number", "registration_no", "birth_date"),
)


@dataclass
class Chance:
    """Random draws of one country, many at a time."""

    rng: np.random.Generator

    def common(self, values: tuple[str, ...] | list[str], n: int, flat: float = 2.7) -> pl.Series:
        """``n`` of ``values``, the first ones much more often than the last (Zipf)."""
        weight = 1 / (np.arange(len(values)) + flat)
        edges = np.cumsum(weight) / weight.sum()
        return pl.Series(values, dtype=pl.String).gather(self.below(edges, n))

    def any(self, values: tuple[str, ...] | list[str], n: int) -> pl.Series:
        return pl.Series(values, dtype=pl.String).gather(self.rng.integers(0, len(values), n))

    def below(self, edges: NDArray[np.float64], n: int) -> Indices:
        """Indices drawn by cumulated shares."""
        return np.minimum(np.searchsorted(edges, self.rng.random(n)), len(edges) - 1)

    def big_first(self, count: int, n: int, power: float) -> Indices:
        """Indices below ``count``, low ones more often: ``power`` 1 is fair."""
        return (count * self.rng.random(n) ** power).astype(np.int64)

    def hit(self, share: float, n: int) -> pl.Series:
        return pl.Series(self.rng.random(n) < share)

    def digits(self, count: int, n: int, first: str = "123456789") -> pl.Series:
        head = self.any(list(first), n)
        tail = pl.Series(self.rng.integers(0, 10 ** (count - 1), n)).cast(pl.String).str.zfill(count - 1)
        return head + tail


def nothing(n: int) -> pl.Series:
    return pl.repeat(None, n, dtype=pl.String, eager=True)


def slug(text: pl.Expr) -> pl.Expr:
    """As it stands in mail and web addresses."""
    signs = {"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "é": "e", "ë": "e", "ï": "i", "ü": "u", "á": "a"}
    return text.str.to_lowercase().str.replace_many(signs).str.replace_all(r"[^a-z0-9]+", "")


def people_names(chance: Chance, land: Land, n: int) -> pl.DataFrame:
    """First, middle and last names; a third of the last names are rare ones."""
    ends = [f"{front}{end}".capitalize() for front in land.fronts for end in land.ends]
    given = list(land.given + words.GIVEN[land.code])
    surname = chance.common(list(land.family), n, 6).zip_with(chance.hit(0.66, n), chance.any(ends, n))
    middle = chance.common(given, n).zip_with(chance.hit(0.5, n), chance.common(list(land.family), n))
    return pl.DataFrame(
        {
            "first_name": chance.common(given, n, 12),
            "middle_name": middle.zip_with(chance.hit(0.16, n), nothing(n)),
            "surname": surname,
        }
    )


def places(chance: Chance, land: Land, n: int) -> pl.DataFrame:
    """Towns with their post codes, streets and house numbers."""
    villages = [f"{front}{end}".capitalize() for front in land.fronts for end in land.ends][: 12 * len(land.ends)]
    shapes = list(land.city_codes) + [land.city_codes[i % len(land.city_codes)] for i in range(len(villages))]
    names, codes = [], []
    for rank, (town, shape) in enumerate(zip([*land.cities, *villages], shapes, strict=True)):
        for _code in range(max(1, 60 // (rank + 1))):
            names.append(town)
            codes.append(_fill(chance.rng, shape))
    ranks = np.arange(len(names))
    weight = 1 / (ranks + 25.0)
    chosen = chance.below(np.cumsum(weight) / weight.sum(), n)
    ends = list(words.STREET_ENDS[land.code])
    streets = list(land.streets) + [f"{front.capitalize()}{end}" for end in ends for front in land.fronts]
    streets += [f"{name}s{end}" if end[0] != " " else f"{name}{end}" for name in land.family for end in ends[:2]]
    number = chance.big_first(140, n, 2.2) + 1
    letter = chance.any(list("ABCD"), n).zip_with(chance.hit(0.1, n), pl.repeat("", n, eager=True))
    house = pl.Series(number).cast(pl.String) + letter
    street = chance.common(streets, n, 8)
    return pl.DataFrame(
        {
            "address": house + " " + street if land.house_first else street + " " + house,
            "post_code": pl.Series(codes).gather(chosen),
            "city": pl.Series(names).gather(chosen),
        }
    )


def _fill(rng: np.random.Generator, shape: str) -> str:
    return "".join(
        str(rng.integers(10)) if sign == "#" else chr(65 + rng.integers(26)) if sign == "@" else sign for sign in shape
    )


def unique(values: pl.Series, before: str = "") -> pl.Series:
    """Values that occur again get a number (before a sign), so that no two strangers share a mail box or a domain."""
    value = pl.col("value")
    numbered = values.to_frame("value").with_columns(nth=value.cum_count().over("value"))
    number = pl.col("nth").cast(pl.String)
    if not before:
        marked = value + number
    else:
        parts = value.str.split_exact(before, 1).struct
        marked = parts.field("field_0") + number + before + parts.field("field_1")
    return numbered.select(pl.when(pl.col("nth") > 1).then(marked).otherwise(value)).to_series()


def companies(chance: Chance, land: Land, n: int) -> pl.DataFrame:
    """Companies; the last are branches that share name, web site and sometimes mail and number with their head."""
    fronts = [f"{front}{end}".capitalize() for front in land.fronts for end in land.ends]
    front, family = chance.common(fronts, n, 40), chance.common(list(land.family), n, 8)
    trade, style = chance.common(list(land.trades), n, 6), pl.Series(chance.rng.random(n))
    other = chance.common(list(land.family), n, 8)
    legal, forms = chance.any(list(land.legal), n), pl.DataFrame({"s": style, "f": front, "p": family, "t": trade})
    vat, own = chance.digits(9, n), land.code
    frame = forms.select(
        brand=pl.when(pl.col("s") < 0.5)
        .then(pl.col("f") + " " + pl.col("t"))
        .when(pl.col("s") < 0.78)
        .then(pl.col("p") + " " + pl.col("t"))
        .when(pl.col("s") < 0.9)
        .then("f")
        .otherwise(pl.col("p") + " & " + pl.lit(other))
    ).with_columns(legal=legal, digits=vat)
    frame = frame.with_columns(domain=unique(frame.select(slug(pl.col("brand"))).to_series()) + words.TOP_DOMAINS[own])
    branches = int(n * BRANCHES)
    head = np.arange(n)
    head[n - branches :] = chance.big_first(max(1, n // 100), branches, 2.5)
    chained = pl.Series(head != np.arange(n))
    frame = frame[head].with_columns(chained=chained, own=chance.digits(9, n))
    where = places(chance, land, n)
    length, first = words.NUMBERS[own][:2]
    with_town = chained & chance.hit(0.35, n)
    name = pl.col("brand") + pl.when(with_town).then(" " + where["city"]).otherwise(pl.lit("")) + " " + pl.col("legal")
    number = pl.when(pl.lit(chained & chance.hit(0.8, n))).then("own").otherwise("digits")
    mailbox = chance.any(["info", "info", "post", "kontakt", "mail", "sales", "office"], n)
    central = pl.lit(chance.hit(0.5, n)) & pl.col("chained")
    local = pl.when(central | ~pl.col("chained")).then(pl.lit(mailbox)).otherwise(slug(pl.lit(where["city"])))
    return frame.with_columns(number=number).select(
        kind=pl.lit("company"),
        name=name,
        domain="domain",
        phone=pl.lit(chance.digits(length, n, first)),
        mobile_phone=pl.lit(mobile(chance, land, n, 0.25)),
        email=local + "@" + pl.col("domain"),
        home_page="www." + pl.col("domain"),
        vat_number=pl.lit(own) + pl.col("number") + {"NO": "MVA", "NL": "B01", "SE": "01"}.get(own, ""),
        registration_no=pl.col("number"),
        **{name: pl.lit(where[name]) for name in ADDRESS},
    )


def mobile(chance: Chance, land: Land, n: int, share: float) -> pl.Series:
    length, first = words.NUMBERS[land.code][2:]
    return chance.digits(length, n, first).zip_with(chance.hit(share, n), nothing(n))


def employees(chance: Chance, land: Land, n: int, firms: pl.DataFrame) -> pl.DataFrame:
    """Persons known through their employer, whose switchboard and general mail box many of them share."""
    firm = firms[chance.big_first(len(firms), n, 2.0)]
    direct = firm["phone"].str.slice(0, words.NUMBERS[land.code][0] - 2) + chance.digits(2, n, "0123456789")
    names = people_names(chance, land, n)
    pattern, style = pl.Series(chance.rng.random(n)), pl.col("pattern")
    first, last = slug(pl.col("first_name")), slug(pl.col("surname"))
    own = pl.when(style < 0.7).then(first + "." + last).when(style < 0.85).then(first.str.slice(0, 1) + last)
    frame = names.with_columns(domain=firm["domain"], general=firm["email"], pattern=pattern)
    address = frame.select(own.otherwise(first) + "@" + pl.col("domain")).to_series()
    return frame.with_columns(email=unique(address, "@")).select(
        *("first_name", "middle_name", "surname"),
        kind=pl.lit("person"),
        company_name=pl.lit(firm["name"]),
        phone=pl.lit(firm["phone"].zip_with(chance.hit(0.6, n), direct)),
        mobile_phone=pl.lit(mobile(chance, land, n, 0.7)),
        email=pl.when(pl.lit(chance.hit(0.12, n))).then("general").otherwise("email"),
        **{name: pl.lit(firm[name]) for name in ADDRESS},
    )


def households(chance: Chance, land: Land, n: int) -> pl.DataFrame:
    """Private persons: up to four under one roof, most of them with one last name, some with one first name too."""
    sizes = chance.rng.choice([1, 2, 3, 4], size=n, p=[0.6, 0.25, 0.1, 0.05])
    home = np.repeat(np.arange(n), sizes)[:n]
    nth = np.arange(n) - np.searchsorted(home, home)
    names, where = people_names(chance, land, n), places(chance, land, n)[home]
    shared, alike = nth > 0, chance.rng.random(n)
    son = (nth == 1) & (chance.rng.random(n) < 0.04)
    surname = names["surname"].zip_with(pl.Series(~shared | (alike > 0.85) & ~son), names["surname"][home])
    first = names["first_name"][np.arange(n) - son]
    day = chance.rng.integers(-14000, 14000, n)
    twin = (nth >= 2) & (chance.rng.random(n) < 0.06)
    day = np.where(twin, day[np.maximum(np.arange(n) - 1, 0)], day)
    line = chance.digits(*_line(land, n))[home]
    number = pl.Series(chance.rng.integers(1, 99, n)).cast(pl.String)
    given, last, style = slug(pl.col("first_name")), slug(pl.col("surname")), pl.col("pattern")
    local = pl.when(style < 0.45).then(given + "." + last).when(style < 0.7).then(given + last + pl.col("number"))
    provider = chance.common(words.PROVIDERS[land.code], n, 1)
    frame = names.with_columns(
        first_name=first, surname=surname, pattern=pl.Series(chance.rng.random(n)), number=number, provider=provider
    )
    address = frame.select(local.otherwise(given.str.slice(0, 1) + last) + "@" + pl.col("provider")).to_series()
    address = unique(address, "@")
    address = address[home_first(home)].zip_with(pl.Series(shared & ~son & (chance.rng.random(n) < 0.1)), address)
    return frame.select(
        *("first_name", "middle_name", "surname"),
        kind=pl.lit("person"),
        phone=pl.lit(line.zip_with(chance.hit(0.45, n)[home], nothing(n))),
        mobile_phone=pl.lit(mobile(chance, land, n, 0.85)),
        email=pl.lit(address),
        birth_date=pl.lit(pl.Series(day).cast(pl.Date)).dt.to_string("%Y-%m-%d"),
        **{name: pl.lit(where[name]) for name in ADDRESS},
    )


def _line(land: Land, n: int) -> tuple[int, int, str]:
    length, first = words.NUMBERS[land.code][:2]
    return length, n, first


def home_first(home: Indices) -> Indices:
    """For every member of a household the row of the one who stands first."""
    return np.searchsorted(home, home)


def entities(size: int, rng: np.random.Generator) -> pl.DataFrame:
    """``size`` entities of all countries in random order."""
    shares = np.array([land.share for land in LANDS]) / sum(land.share for land in LANDS)
    parts = [_of_land(Chance(rng), land, max(20, int(size * share))) for land, share in zip(LANDS, shares, strict=True)]
    whole = pl.concat(parts, how="diagonal")
    return whole[rng.permutation(len(whole))[:size]]


def _of_land(chance: Chance, land: Land, n: int) -> pl.DataFrame:
    firms = companies(chance, land, int(n * COMPANIES))
    persons = n - len(firms)
    employed = int(persons * EMPLOYEES)
    staff, private = employees(chance, land, employed, firms), households(chance, land, persons - employed)
    whole = pl.concat([firms.drop("domain"), staff, private], how="diagonal")
    full = pl.concat_str("first_name", "middle_name", "surname", separator=" ", ignore_nulls=True)
    floors = {"NO": "2. etg.", "NL": "Postbus 12", "GB": "Unit 3"}.get(land.code, "c/o")
    second = chance.any([floors, "c/o", "Building B", "PO Box 114"], n)
    second = second.zip_with(chance.hit(0.04, n), nothing(n))
    whole = whole.with_columns(country=pl.lit(land.code), address_2=second)
    return whole.with_columns(name=pl.when(pl.col("kind") == "person").then(full).otherwise("name")).select(TRUTH)
