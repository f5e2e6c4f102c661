"""The figures a pair is compared by: name, the field it belongs to, and which way it speaks.

Direction 1: a greater figure never speaks against; -1: never for; 0: the model is free.
"""

from __future__ import annotations

_MEASURES: tuple[tuple[str, str, int], ...] = (
    ("kind", "kind", 0),
    ("name_overlap", "name", 1),
    ("name_contained", "name", 1),
    ("name_likeness", "name", 1),
    ("name_weight", "name", 1),
    ("name_missed", "name", -1),
    ("name_missed_one", "name", -1),
    ("name_numbers", "name", 1),
    ("legal_form", "name", 1),
    ("given_likeness", "first_name", 1),
    ("given_relation", "first_name", 1),
    ("given_weight", "first_name", 1),
    ("surname_likeness", "surname", 1),
    ("surname_weight", "surname", 1),
    ("swapped", "surname", 1),
    ("middle", "middle_name", 1),
    ("generation", "surname", 1),
    ("birth_likeness", "birth_date", 1),
    ("birth_years", "birth_date", 0),
    ("birth_weight", "birth_date", 1),
    ("national_likeness", "national_id", 1),
    ("national_weight", "national_id", 1),
    ("number_likeness", "registration_no", 1),
    ("number_weight", "registration_no", 1),
    ("mail_likeness", "email", 1),
    ("mail_weight", "email", 1),
    ("mail_generic", "email", 0),
    ("domain_weight", "email", 1),
    ("mail_in_name", "email", 1),
    ("phone_likeness", "phone", 1),
    ("phone_weight", "phone", 1),
    ("mobile_likeness", "phone", 1),
    ("street_likeness", "address", 1),
    ("street_weight", "address", 1),
    ("house", "address", 1),
    ("address_weight", "address", 1),
    ("line_likeness", "address_2", 1),
    ("post_likeness", "post_code", 1),
    ("city_likeness", "city", 1),
    ("place_weight", "city", 1),
    ("county", "county", 1),
    ("country", "country", 1),
    ("employer_likeness", "company_name", 1),
    ("external", "external_id", 1),
    ("surprise", "together", 1),
    ("compared", "together", 0),
    ("against", "together", -1),
    ("likeness", "together", 1),
    ("adapted", "together", 1),
    ("person_likeness", "surname", 1),
)
FEATURES: tuple[str, ...] = tuple(name for name, _, _ in _MEASURES)
FIELD_OF: tuple[str, ...] = tuple(field for _, field, _ in _MEASURES)
DIRECTIONS: tuple[int, ...] = tuple(direction for _, _, direction in _MEASURES)
(
    F_KIND, F_OVERLAP, F_CONTAINED, F_NAME, F_NAME_WEIGHT, F_MISSED, F_MISSED_ONE, F_NUMBERS, F_LEGAL, F_GIVEN,
    F_RELATION, F_GIVEN_WEIGHT, F_SURNAME, F_SURNAME_WEIGHT, F_SWAPPED, F_MIDDLE, F_GENERATION, F_BIRTH, F_YEARS,
    F_BIRTH_WEIGHT, F_NATIONAL, F_NATIONAL_WEIGHT, F_NUMBER, F_NUMBER_WEIGHT, F_MAIL, F_MAIL_WEIGHT, F_GENERIC,
    F_DOMAIN, F_MAIL_NAME, F_PHONE, F_PHONE_WEIGHT, F_MOBILE, F_STREET, F_STREET_WEIGHT, F_HOUSE, F_ADDRESS_WEIGHT,
    F_LINE, F_POST, F_CITY, F_PLACE_WEIGHT, F_COUNTY, F_COUNTRY, F_EMPLOYER, F_EXTERNAL, F_SURPRISE, F_COMPARED,
    F_AGAINST, F_LIKENESS, F_ADAPTED, F_PERSON,
) = range(len(FEATURES))  # fmt: skip
# How two given names relate (given_relation).
DIFFERENT, INITIAL, NICKNAME, EQUAL = 0.0, 1.0, 2.0, 3.0
# Figures whose levels of agreement a base tells the weight of, and where the levels begin; the last is equality.
LEVELS = 4
LEVELLED: tuple[tuple[int, float, float], ...] = (
    (F_GIVEN, 0.75, 0.88), (F_SURNAME, 0.75, 0.88), (F_OVERLAP, 0.45, 0.8), (F_BIRTH, 0.45, 0.75),
    (F_NATIONAL, 0.6, 0.8), (F_NUMBER, 0.6, 0.8), (F_MAIL, 0.6, 0.85), (F_PHONE, 0.7, 0.85), (F_STREET, 0.6, 0.8),
    (F_HOUSE, 0.45, 0.75), (F_LINE, 0.6, 0.8), (F_POST, 0.45, 0.7), (F_CITY, 0.6, 0.8), (F_COUNTY, 0.5, 0.8),
    (F_EMPLOYER, 0.45, 0.8), (F_SWAPPED, 0.75, 0.88),
)  # fmt: skip
