"""The verdict on a field of a pair as a stable code that the product words."""

from __future__ import annotations

import math

from tuttava.matching.measures import INITIAL, NICKNAME
from tuttava.matching.records import Records
from tuttava.matching.statistics import Statistics

VERDICTS = (
    "equal", "equal_rare", "common", "similar", "typo", "swapped", "abbreviated", "nickname", "one_missing",
    "different",
)  # fmt: skip
# Fields of an explanation: the roles whose values are shown, and the figure that tells how alike they are.
_ROLES: dict[str, tuple[str, ...]] = {
    "name": ("name", "name_2"), "first_name": ("first_name",), "middle_name": ("middle_name",), "surname": ("surname",),
    "birth_date": ("birth_date",), "national_id": ("national_id",),
    "registration_no": ("vat_number", "registration_no"),
    "email": ("email", "home_page"), "phone": ("phone", "mobile_phone"), "address": ("address", "house_no"),
    "address_2": ("address_2",), "post_code": ("post_code",), "city": ("city",), "county": ("county",),
    "country": ("country",), "company_name": ("company_name",), "external_id": ("external_id",),
}  # fmt: skip
FIELDS = tuple(_ROLES)
_LIKENESS = {
    "name": "name_overlap", "first_name": "given_likeness", "middle_name": "middle", "surname": "surname_likeness",
    "birth_date": "birth_likeness", "national_id": "national_likeness", "registration_no": "number_likeness",
    "email": "mail_likeness", "phone": "phone_likeness", "address": "street_likeness", "address_2": "line_likeness",
    "post_code": "post_likeness", "city": "city_likeness", "county": "county", "country": "country",
    "company_name": "employer_likeness", "external_id": "external",
}  # fmt: skip
_WEIGHT = {
    "name": "name_weight", "first_name": "given_weight", "surname": "surname_weight", "birth_date": "birth_weight",
    "national_id": "national_weight", "registration_no": "number_weight", "email": "mail_weight",
    "phone": "phone_weight",
    "address": "address_weight",
}  # fmt: skip
# Weighed by how many others have the value; 12: nobody.
_SINGLE = ("national_id", "registration_no", "email", "phone", "address")
_COMMON = 5.0  # bits short of those of a single value: shared by some thirty records and more


def shown(records: Records, row: int, field: str) -> str:
    """Return the values of a field as entered."""
    return " ".join(value for role in _ROLES[field] if (value := records.value(row, role).strip()))


def verdict(field: str, figures: dict[str, float], left: str, right: str, statistics: Statistics) -> str:
    """Return the code of the verdict on a field both sides have."""
    likeness = figures[_LIKENESS[field]]
    if field in ("first_name", "surname") and figures["swapped"] > 0.85 and likeness < 0.85:
        return "swapped"
    if field == "first_name":
        relation = figures["given_relation"]
        if relation in (NICKNAME, INITIAL):
            return "nickname" if relation == NICKNAME else "abbreviated"
    if field == "address":
        house = figures["house"]
        if not math.isnan(house) and likeness >= 0.8:
            likeness = min(likeness, 1.0 if house >= 0.9 else 0.9 if house > 0.4 else 0.3)
    if field == "email" and math.isnan(likeness) and figures["domain_weight"] > 0:
        return "similar"  # one address, or none, but the same home page
    if math.isnan(likeness):
        return "equal" if left.casefold() == right.casefold() else "different"
    if likeness >= 0.999:
        return _how_rare(field, figures, statistics)
    if field == "name" and figures["name_contained"] > 0.93:
        return "abbreviated"
    if field == "email" and figures["domain_weight"] > 0:
        return "similar"
    if likeness >= (0.8 if field != "birth_date" else 0.75):
        return "typo"
    return "similar" if likeness >= 0.6 else "different"


def _how_rare(field: str, figures: dict[str, float], statistics: Statistics) -> str:
    """Return the verdict on equal values: shared by hardly any other record, by many, or neither."""
    weight = figures.get(_WEIGHT.get(field, ""), math.nan)
    if math.isnan(weight):
        return "equal"
    if field in _SINGLE:
        return "equal_rare" if weight >= 10.3 else "equal" if weight > 12 - _COMMON else "common"
    single = math.log2(statistics.size)
    if weight >= single - 1.6:
        return "equal_rare"
    return "common" if weight <= single - _COMMON and weight < 9 else "equal"
