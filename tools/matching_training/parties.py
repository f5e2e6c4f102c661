"""Made-up persons and companies, with the neighbours that look like them and are not: families, colleagues, chains."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tools.matching_training.vocabulary import BOXES, Tongue, pattern


@dataclass(frozen=True)
class Place:
    """Where somebody lives or works."""

    street: str
    house: str
    line: str
    post: str
    city: str
    county: str


@dataclass(frozen=True)
class Party:
    """One true person or company."""

    tongue: Tongue
    kind: str
    name: str  # a company's name without legal form; a person's employer stands in `employer`
    legal: str
    given: str
    middle: str
    surname: str
    generation: str
    place: Place
    phone: str
    mobile: str
    email: str
    page: str
    vat: str
    registration: str
    national: str
    born: tuple[int, int, int]
    employer: str
    external: str


class Country:
    """What exists in one country of one world: its surnames, streets and towns with how common they are."""

    def __init__(self, chance: random.Random, tongue: Tongue, size: int, variety: float) -> None:
        self.chance = chance
        self.tongue = tongue
        tail = int(20 + size * variety)
        self.surnames = tongue.surnames + [
            chance.choice(tongue.syllables)
            + chance.choice(("", "", *tongue.syllables)).lower()
            + chance.choice(tongue.endings)
            for _ in range(tail)
        ]
        self.given = {"w": _zipfed(chance, tongue.women), "m": _zipfed(chance, tongue.men)}
        if chance.random() < 0.5:
            for names in self.given.values():
                names += [
                    chance.choice(names[:30])[:3]
                    + chance.choice(("a", "ine", "ett", "o", "us", "ian", "y", "e", "lyn"))
                    for _ in range(tail // 6)
                ]
        self.skew = chance.uniform(0.5, 1.1)
        self.lined = chance.choice((0.15, 0.15, 0.8))
        self.streets = [self._street() for _ in range(30 + size // chance.choice((3, 6, 20)))]
        towns = tongue.cities + [
            chance.choice(self.surnames) + chance.choice(("by", "ville", "dorp", "ton", "sund", "hausen"))
            for _ in range(size // 60)
        ]
        self.towns = [
            (
                town,
                [pattern(chance, tongue.post) for _ in range(chance.choice((1, 2, 5, 12)))],
                chance.choice(("N", "S", "Vest", "Ost", "Midt", "Nord")),
            )
            for town in towns
        ]
        self.post_code_tells_town = True

    def pick(self, values: list[str]) -> str:
        """Return a value, the first ones far more often."""
        size = len(values)
        place = int(size ** (self.chance.random() ** (1 / max(self.skew, 0.2)))) - 1
        return values[min(max(place, 0), size - 1)]

    def _street(self) -> str:
        word = self.chance.choice(self.tongue.streets + self.surnames[:60] + self.surnames[-40:])
        if self.chance.random() < 0.3:
            word += self.chance.choice(self.tongue.endings)
        kind, _ = self.chance.choice(self.tongue.kinds_of_street)
        return word + kind

    def place(self) -> Place:
        """Return an address."""
        chance = self.chance
        town, posts, county = self.towns[int(len(self.towns) * chance.random() ** 1.8)]
        house = str(int(1 + 120 * chance.random() ** 2)) + (chance.choice("ABC") if chance.random() < 0.08 else "")
        line = ""
        if chance.random() < self.lined:
            line = chance.choice(
                (
                    f"Apt {chance.randint(1, 60)}",
                    f"{chance.randint(1, 9)}. etg",
                    chance.choice(self.surnames) + chance.choice((" House", " gard", " Park", "hof", " Estate")),
                )
            )
        return Place(self.pick(self.streets), house, line, chance.choice(posts), town, county)

    def phone(self, form: str) -> str:
        """Return a telephone number."""
        return pattern(self.chance, form)

    def born(self, low: int = 1925, high: int = 2006) -> tuple[int, int, int]:
        """Return a date of birth."""
        return self.chance.randint(low, high), self.chance.randint(1, 12), self.chance.randint(1, 28)

    def mail(self, given: str, surname: str, domain: str) -> str:
        """Return a mail address a person may have."""
        chance = self.chance
        first, last = _latin(given), _latin(surname)
        local = chance.choice(
            (
                f"{first}.{last}",
                f"{first[:1]}{last}",
                f"{first}{last}",
                first,
                f"{first}.{last}{chance.randint(1, 99)}",
                f"{last}{chance.randint(50, 99)}",
                f"{first}_{last[:1]}",
            )
        )
        return f"{local}@{domain}"

    def person(self, **given: object) -> Party:
        """Return a person; what is given stands."""
        chance = self.chance
        sex = chance.choice("wm")
        first, last = self.pick(self.given[sex]), self.pick(self.surnames)
        if self.tongue.country == "NL" and chance.random() < 0.35:
            last = chance.choice(("van ", "de ", "van der ", "van de ")) + last
        if chance.random() < 0.04:
            last += "-" + self.pick(self.surnames)
        middle = (
            self.pick(self.given[sex])
            if chance.random() < 0.3
            else chance.choice("ABEJMPR")
            if chance.random() < 0.2
            else ""
        )
        party = Party(
            self.tongue, "person", "", "", first, middle, last, "", self.place(),
            self.phone(self.tongue.phone), self.phone(self.tongue.mobile), "", "", "", "", pattern(chance, chance.choice(("9999999", "99999999999"))),
            self.born(), "", pattern(chance, "999999"),
        )  # fmt: skip
        party = replace(party, **given)  # type: ignore[arg-type]
        return (
            party
            if party.email
            else replace(party, email=self.mail(party.given, party.surname, chance.choice(self.tongue.mail)))
        )

    def family(self, head: Party) -> list[Party]:
        """Return people of one household: much in common, never the same."""
        chance = self.chance
        shared = {"surname": head.surname, "place": head.place, "phone": head.phone}
        if chance.random() < 0.3:
            shared["email"] = head.email
        if chance.random() < 0.2:
            shared["mobile"] = head.mobile
        found = []
        year = head.born[0]
        if chance.random() < 0.8:
            found.append(self.person(**shared, born=self.born(year - 6, year + 6)))
        if chance.random() < 0.45:
            found.append(
                self.person(
                    **shared,
                    given=head.given,
                    generation=chance.choice(("", "jr.")),
                    born=self.born(year + 20, year + 38),
                )
            )
        if chance.random() < 0.6:
            child = self.person(**shared, born=self.born(year + 20, year + 38))
            found.append(child)
            if chance.random() < 0.5:
                found.append(self.person(**shared, born=child.born, national=_close(chance, child.national)))
        return found

    def company_name(self) -> str:
        """Return a name without legal form."""
        chance, tongue = self.chance, self.tongue
        trade, town = chance.choice(tongue.trades), chance.choice(self.towns)[0]
        core = (
            chance.choice(self.surnames)
            if chance.random() < 0.6
            else chance.choice(tongue.syllables)
            + chance.choice(("tek", "nor", "ix", "ana", "con", "max", "via", "pro", "line")).lower()
        )
        return chance.choice((
            f"{core} {trade}", f"{core} {trade}", f"{town} {trade}", f"{core} & {chance.choice(self.surnames)}", core,
            f"{core} {trade} {town}", f"{chance.choice(self.surnames)} {core} {trade}", f"{trade} {town}", f"{core} {chance.choice(tongue.trades)} & {trade}",
            f"{core} {chance.randint(1, 2000)}",
        ))  # fmt: skip

    def company(self, **given: object) -> Party:
        """Return a company; what is given stands."""
        chance = self.chance
        name = str(given.get("name") or self.company_name())
        domain = _latin(name)[:18] + "." + (self.tongue.country.lower() if chance.random() < 0.7 else "com")
        number = pattern(chance, "999999999")
        party = Party(
            self.tongue, "company", name, chance.choice(self.tongue.legal), "", "", "", "", self.place(),
            self.phone(self.tongue.phone), self.phone(self.tongue.mobile) if chance.random() < 0.3 else "",
            f"{chance.choice(BOXES)}@{domain}" if chance.random() < 0.75 else f"{_latin(chance.choice(self.tongue.men))}@{domain}",
            f"www.{domain}", self.tongue.country + number, number, "", (0, 0, 0), "", pattern(chance, "999999"),
        )  # fmt: skip
        return replace(party, **given)  # type: ignore[arg-type]

    def branches(self, head: Party) -> list[Party]:
        """Return further branches of a chain: its name, elsewhere."""
        chance = self.chance
        found = []
        same_number, same_page, with_town = chance.random() < 0.4, chance.random() < 0.8, chance.random() < 0.4
        for _ in range(chance.choice((1, 2, 4, 9, 25))):
            place = self.place()
            name = f"{head.name} {place.city}" if with_town else head.name
            branch = self.company(name=name, place=place, legal=head.legal)
            domain = head.email.split("@")[1]
            found.append(replace(
                branch, page=head.page if same_page else "", vat=head.vat if same_number else branch.vat,
                registration=head.registration if same_number else branch.registration,
                email=head.email if chance.random() < 0.3 else f"{_latin(place.city)}@{domain}" if same_page else branch.email,
                phone=head.phone if chance.random() < 0.1 else branch.phone,
            ))  # fmt: skip
        return found

    def relatives(self, head: Party) -> list[Party]:
        """Return companies of the same owner or house: the address or the switchboard in common, another business."""
        chance = self.chance
        found = []
        for _ in range(chance.choice((1, 1, 2, 3))):
            first = head.name.split()[0]
            name = f"{first} {chance.choice(self.tongue.trades)}" if chance.random() < 0.5 else self.company_name()
            other = self.company(name=name)
            keep: dict[str, object] = {}
            for field in ("place", "phone", "email", "page"):
                if chance.random() < (0.8 if field == "place" else 0.35):
                    keep[field] = getattr(head, field)
            found.append(replace(other, **keep))  # type: ignore[arg-type]
        return found

    def colleagues(self, head: Party) -> list[Party]:
        """Return people who work at a company, with its switchboard, its address and sometimes its mailbox."""
        chance = self.chance
        found = []
        domain = head.email.split("@")[1]
        for _ in range(chance.choice((1, 2, 4, 8, 20))):
            one = self.person(employer=f"{head.name} {head.legal}", place=head.place, phone=head.phone)
            mail = head.email if chance.random() < 0.35 else self.mail(one.given, one.surname, domain)
            found.append(replace(one, email=mail))
        return found


def _zipfed(chance: random.Random, names: list[str]) -> list[str]:
    shuffled = list(names)
    chance.shuffle(shuffled)
    return shuffled


def _latin(text: str) -> str:
    from tools.matching_training.damage import plain

    return "".join(sign for sign in plain(text).lower() if sign.isascii() and sign.isalnum())


def _close(chance: random.Random, number: str) -> str:
    """Return a number close to another, as twins may have."""
    if chance.random() < 0.6:
        return pattern(chance, "9" * len(number))
    return number[:-2] + pattern(chance, "99")
