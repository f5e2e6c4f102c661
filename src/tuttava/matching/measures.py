"""The figures a pair is compared by: name, and the field it belongs to."""

from __future__ import annotations

_MEASURES: tuple[tuple[str, str], ...] = (
    ("kind", "kind"),
    ("name_overlap", "name"),
    ("name_contained", "name"),
    ("name_likeness", "name"),
    ("name_weight", "name"),
    ("name_missed", "name"),
    ("name_missed_one", "name"),
    ("name_numbers", "name"),
    ("legal_form", "name"),
    ("given_likeness", "first_name"),
    ("given_relation", "first_name"),
    ("given_weight", "first_name"),
    ("surname_likeness", "surname"),
    ("surname_weight", "surname"),
    ("swapped", "surname"),
    ("middle", "middle_name"),
    ("generation", "surname"),
    ("birth_likeness", "birth_date"),
    ("birth_years", "birth_date"),
    ("birth_weight", "birth_date"),
    ("national_likeness", "national_id"),
    ("national_weight", "national_id"),
    ("number_likeness", "registration_no"),
    ("number_weight", "registration_no"),
    ("mail_likeness", "email"),
    ("mail_weight", "email"),
    ("mail_generic", "email"),
    ("domain_weight", "email"),
    ("mail_in_name", "email"),
    ("phone_likeness", "phone"),
    ("phone_weight", "phone"),
    ("mobile_likeness", "phone"),
    ("street_likeness", "address"),
    ("street_weight", "address"),
    ("house", "address"),
    ("address_weight", "address"),
    ("line_likeness", "address_2"),
    ("post_likeness", "post_code"),
    ("city_likeness", "city"),
    ("place_weight", "city"),
    ("county", "county"),
    ("country", "country"),
    ("employer_likeness", "company_name"),
    ("external", "external_id"),
    ("surprise", "together"),
    ("compared", "together"),
    ("against", "together"),
    ("likeness", "together"),
    ("adapted", "together"),
    ("person_likeness", "surname"),
    ("name_surprise", "name"),
    ("mail_tells_name", "email"),
    ("domain_likeness", "email"),
    ("mailbox_weight", "email"),
    ("numbers_equal", "phone"),
)
FEATURES: tuple[str, ...] = tuple(name for name, _ in _MEASURES)
FIELD_OF: tuple[str, ...] = tuple(field for _, field in _MEASURES)
(
    F_KIND, F_OVERLAP, F_CONTAINED, F_NAME, F_NAME_WEIGHT, F_MISSED, F_MISSED_ONE, F_NUMBERS, F_LEGAL, F_GIVEN,
    F_RELATION, F_GIVEN_WEIGHT, F_SURNAME, F_SURNAME_WEIGHT, F_SWAPPED, F_MIDDLE, F_GENERATION, F_BIRTH, F_YEARS,
    F_BIRTH_WEIGHT, F_NATIONAL, F_NATIONAL_WEIGHT, F_NUMBER, F_NUMBER_WEIGHT, F_MAIL, F_MAIL_WEIGHT, F_GENERIC,
    F_DOMAIN, F_MAIL_NAME, F_PHONE, F_PHONE_WEIGHT, F_MOBILE, F_STREET, F_STREET_WEIGHT, F_HOUSE, F_ADDRESS_WEIGHT,
    F_LINE, F_POST, F_CITY, F_PLACE_WEIGHT, F_COUNTY, F_COUNTRY, F_EMPLOYER, F_EXTERNAL, F_SURPRISE, F_COMPARED,
    F_AGAINST, F_LIKENESS, F_ADAPTED, F_PERSON, F_NAME_SURPRISE, F_MAIL_TELLS, F_DOMAIN_LIKENESS,
    F_LOCAL_WEIGHT, F_NUMBERS_EQUAL,
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
