"""What happens to a record when somebody enters the same party once more: one function for each kind of damage.

Each takes the record as a mapping, another record of the same country to borrow from, and a source of chance; it says
whether it could do anything. Weights were set from what registers look like, before any contestant was run.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.duplicates import words

Row = dict[str, str | None]
Kind = Callable[[Row, Row, random.Random], bool]
COMPANY, PERSON, BOTH = "company", "person", "both"
KINDS: dict[str, tuple[str, float, Kind]] = {}
MEAN_DAMAGE = 1.9
NAMES = ("first_name", "middle_name", "surname")


def kind(name: str, whom: str, weight: float) -> Callable[[Kind], Kind]:
    """Register a kind of damage with how often it is drawn beside the others."""

    def keep(function: Kind) -> Kind:
        KINDS[name] = (whom, weight, function)
        return function

    return keep


def typed(text: str, chance: random.Random) -> str:
    """``text`` with one slip of the finger."""
    if len(text) < 3:
        return text
    place = chance.randrange(1, len(text)) if chance.random() < 0.85 else 0
    sign, slip = text[place], chance.random()
    if slip < 0.25:
        return text[:place] + text[place + 1 :]
    if slip < 0.45:
        return text[:place] + sign + text[place:]
    if slip < 0.7 and place + 1 < len(text):
        return text[:place] + text[place + 1] + sign + text[place + 2 :]
    other = chance.choice(words.BESIDE.get(sign.lower(), "e"))
    return text[:place] + (other.upper() if sign.isupper() else other) + text[place + 1 :]


def _named(row: Row) -> list[str]:
    """The fields in which the party's name stands."""
    return [field for field in (NAMES if row["kind"] == PERSON else ("name",)) if row[field]]


def rename(row: Row) -> None:
    """The full name again from its parts."""
    row["name"] = " ".join(row[field] or "" for field in NAMES if row[field]) or None


@kind("typo in name", BOTH, 16)
def typo_name(row: Row, other: Row, chance: random.Random) -> bool:
    fields = _named(row)
    if not fields:
        return False
    field = chance.choice(fields)
    row[field] = typed(row[field] or "", chance)
    return True


@kind("typo elsewhere", BOTH, 14)
def typo_elsewhere(row: Row, other: Row, chance: random.Random) -> bool:
    fields = [field for field in ("address", "city", "post_code", "email", "phone", "mobile_phone") if row[field]]
    if not fields:
        return False
    field = chance.choice(fields)
    row[field] = typed(row[field] or "", chance)
    return True


@kind("accents lost", BOTH, 8)
def accents(row: Row, other: Row, chance: random.Random) -> bool:
    table, before = chance.choice(words.ACCENTS), dict(row)
    for field in (*NAMES, "name", "company_name", "address", "city"):
        row[field] = text.translate(table) if (text := row[field]) else None
    return row != before


@kind("legal form", COMPANY, 14)
def legal_form(row: Row, other: Row, chance: random.Random) -> bool:
    head, blank, form = (row["name"] or "").rpartition(" ")
    if not blank or form not in words.LEGAL:
        return False
    row["name"] = head if chance.random() < 0.55 else f"{head} {chance.choice(words.LEGAL[form])}"
    return True


@kind("street abbreviated", BOTH, 10)
def street(row: Row, other: Row, chance: random.Random) -> bool:
    address = row["address"] or ""
    for long, shorts in words.STREET_ENDS.get(row["country"] or "", {}).items():
        if long in address.lower() or long in address:
            at = address.lower().index(long.lower())
            row["address"] = address[:at] + chance.choice(shorts) + address[at + len(long) :]
            return True
    return False


@kind("number in the other field", BOTH, 8)
def other_field(row: Row, other: Row, chance: random.Random) -> bool:
    if not row["phone"] and not row["mobile_phone"]:
        return False
    row["phone"], row["mobile_phone"] = row["mobile_phone"], row["phone"]
    return True


@kind("new number", BOTH, 6)
def new_number(row: Row, other: Row, chance: random.Random) -> bool:
    field = "mobile_phone" if row["mobile_phone"] and chance.random() < 0.5 else "phone"
    if not row[field] or not other[field]:
        return False
    row[field] = other[field]
    return True


@kind("moved", BOTH, 9)
def moved(row: Row, other: Row, chance: random.Random) -> bool:
    if row["address"] == other["address"]:
        return False
    near = chance.random() < 0.4
    for field in ("address",) if near else ("address", "post_code", "city"):
        row[field] = other[field]
    return True


@kind("new mail", BOTH, 7)
def new_mail(row: Row, other: Row, chance: random.Random) -> bool:
    local, at, domain = (row["email"] or "").partition("@")
    if not at:
        return False
    if row["kind"] == COMPANY:
        row["email"] = chance.choice(("post", "office", "mail", "kontakt", "invoice", "faktura")) + at + domain
    else:
        provider = chance.choice(words.PROVIDERS[row["country"] or "NO"])
        row["email"] = (local if chance.random() < 0.5 else f"{local}{chance.randrange(1950, 2005)}") + at + provider
    return True


@kind("fields missing", BOTH, 16)
def missing(row: Row, other: Row, chance: random.Random) -> bool:
    fields = ["address", "post_code", "city", "phone", "mobile_phone", "email", "vat_number", "registration_no"]
    filled = [field for field in [*fields, "birth_date", "home_page", "company_name"] if row[field]]
    if len(filled) < 3:
        return False
    for field in chance.sample(filled, chance.randint(1, max(1, len(filled) // 2))):
        row[field] = None
    return True


@kind("name order swapped", PERSON, 6)
def swapped(row: Row, other: Row, chance: random.Random) -> bool:
    if not row["first_name"] or not row["surname"]:
        return False
    row["first_name"], row["surname"] = row["surname"], row["first_name"]
    return True


@kind("nickname", PERSON, 7)
def nickname(row: Row, other: Row, chance: random.Random) -> bool:
    if row["first_name"] not in words.NICKNAMES:
        return False
    row["first_name"] = chance.choice(words.NICKNAMES[row["first_name"]])
    return True


@kind("initials", PERSON, 6)
def initials(row: Row, other: Row, chance: random.Random) -> bool:
    if not row["first_name"]:
        return False
    dot = chance.choice((".", "."))
    row["first_name"] = row["first_name"][0] + dot
    if row["middle_name"]:
        row["middle_name"] = row["middle_name"][0] + dot
    return True


@kind("middle name left out", PERSON, 8)
def middle(row: Row, other: Row, chance: random.Random) -> bool:
    had = bool(row["middle_name"])
    row["middle_name"] = None
    return had


@kind("new last name", PERSON, 3)
def married(row: Row, other: Row, chance: random.Random) -> bool:
    if not row["surname"] or not other["surname"]:
        return False
    row["surname"] = other["surname"] if chance.random() < 0.5 else f"{row['surname']} {other['surname']}"
    return True


@kind("new employer", PERSON, 3)
def new_employer(row: Row, other: Row, chance: random.Random) -> bool:
    if not row["company_name"] or not other["company_name"] or not row["mobile_phone"]:
        return False
    for field in ("company_name", "address", "post_code", "city", "phone"):
        row[field] = other[field]
    if row["email"] and other["email"]:
        row["email"] = row["email"].partition("@")[0] + "@" + other["email"].partition("@")[2]
    return True


@kind("name shortened", COMPANY, 7)
def shortened(row: Row, other: Row, chance: random.Random) -> bool:
    parts = (row["name"] or "").split()
    if len(parts) < 3 and len(row["name"] or "") < 16:
        return False
    row["name"] = (row["name"] or "")[:15].strip() if len(parts) < 3 or chance.random() < 0.4 else " ".join(parts[:-1])
    return True


@kind("word added to name", COMPANY, 5)
def added(row: Row, other: Row, chance: random.Random) -> bool:
    land = {"NO": "Norge", "NL": "Nederland", "SE": "Sverige", "DK": "Danmark", "FI": "Finland", "GB": "UK"}
    word = chance.choice(
        (land[row["country"] or "NO"], "Group", row["city"] or "Group", "avd. " + (row["city"] or "1"))
    )
    row["name"] = f"{row['name']} {word}"
    return True


@kind("all capitals", BOTH, 5)
def capitals(row: Row, other: Row, chance: random.Random) -> bool:
    for field in ("name", *NAMES, "address", "city"):
        row[field] = text.upper() if (text := row[field]) else None
    return True


@kind("name only in one field", PERSON, 4)
def one_field(row: Row, other: Row, chance: random.Random) -> bool:
    full = row["name"] or ""
    if " " not in full:
        return False
    row["name"] = f"{row['surname']}, {row['first_name']}" if chance.random() < 0.5 and row["surname"] else full
    row["first_name"] = row["middle_name"] = row["surname"] = None
    return True


def damaged(row: Row, other: Row, chance: random.Random) -> tuple[Row, str]:
    """A copy of a record as somebody else would have entered it, and what was done to it."""
    row, done, whom = dict(row), [], row["kind"] or COMPANY
    kinds = [(name, weight, do) for name, (to, weight, do) in KINDS.items() if to in (BOTH, whom)]
    wanted = 1 + min(5, int(chance.expovariate(1 / MEAN_DAMAGE)))
    for _attempt in range(4 * wanted):
        name, _weight, do = chance.choices(kinds, [weight for _name, weight, _do in kinds])[0]
        if name in done or (row["name"] and not row["surname"] and whom == PERSON and "name" in name):
            continue
        if do(row, other, chance):
            done.append(name)
            if whom == PERSON and name != "name only in one field" and (row["surname"] or row["first_name"]):
                rename(row)
        if len(done) == wanted:
            break
    return row, ", ".join(done)
