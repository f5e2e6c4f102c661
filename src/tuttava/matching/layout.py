"""Where each value lives: the roles a column may have, and the places of a normalised record.

A normalised record is one row of four arrays: texts (normalised bytes, `TEXTS`), numbers (`NUMBERS`), 64-bit hashes
of what may agree (`HASHES`; 0 = missing) and the hashes of the words of its name.
"""

from __future__ import annotations

ROLES: tuple[str, ...] = (
    "kind", "name", "name_2", "first_name", "middle_name", "surname", "company_name", "address", "house_no",
    "address_2", "post_code", "city", "county", "country", "phone", "mobile_phone", "email", "home_page", "vat_number",
    "registration_no", "national_id", "birth_date", "external_id",
)  # fmt: skip
(
    R_KIND, R_NAME, R_NAME_2, R_FIRST, R_MIDDLE, R_SURNAME, R_COMPANY, R_ADDRESS, R_HOUSE, R_ADDRESS_2, R_POST, R_CITY,
    R_COUNTY, R_COUNTRY, R_PHONE, R_MOBILE, R_EMAIL, R_HOME, R_VAT, R_REGISTRATION, R_NATIONAL, R_BIRTH, R_EXTERNAL,
) = range(23)  # fmt: skip

# Texts of a normalised record: lower-case ASCII where the script allows, words of a name parted by one space.
TEXTS = 19
(
    T_NAME, T_GIVEN, T_MIDDLE, T_SURNAME, T_STREET, T_LINE_2, T_POST, T_CITY, T_COUNTY, T_PHONE, T_MOBILE, T_LOCAL,
    T_DOMAIN, T_HOST, T_VAT, T_REGISTRATION, T_NATIONAL, T_EMPLOYER, T_EXTERNAL,
) = range(TEXTS)  # fmt: skip
LONGEST = 64  # bytes of a normalised text that are compared: one machine word of the bit-parallel distance
LONGEST_NAME = 96

# Hashes: the texts' own, then those of values put together.
H_EMAIL, H_ADDRESS, H_BAG, H_BIRTH = range(TEXTS, TEXTS + 4)
HASHES = TEXTS + 4

# Numbers.
NUMBERS = 10
N_KIND, N_EXPLICIT, N_HOUSE, N_LETTER, N_GENERATION, N_LEGAL, N_NICKNAME, N_COUNTRY, N_BIRTH, N_MAIL = range(NUMBERS)
COMPANY, PERSON = 1, 2  # N_KIND; 0 = not known
MAIL_FREE, MAIL_GENERIC = 1, 2  # bits of N_MAIL: a public mail provider's domain; a mailbox such as info@
WORDS = 8  # words of a name that are weighed

# Frequency weights: log2(records / records that have the value).
WEIGHTS = 17
(
    W_GIVEN, W_SURNAME, W_BIRTH, W_NATIONAL, W_VAT, W_REGISTRATION, W_EMAIL, W_DOMAIN, W_HOST, W_PHONE, W_MOBILE,
    W_STREET, W_ADDRESS, W_POST, W_CITY, W_EMPLOYER, W_LOCAL,
) = range(WEIGHTS)  # fmt: skip
# The hash each weight belongs to, and the family it is counted in: values of one family may stand in either field.
WEIGHED: tuple[tuple[int, int], ...] = (
    (T_GIVEN, 1), (T_SURNAME, 2), (H_BIRTH, 3), (T_NATIONAL, 4), (T_VAT, 5), (T_REGISTRATION, 5), (H_EMAIL, 6),
    (T_DOMAIN, 7), (T_HOST, 7), (T_PHONE, 8), (T_MOBILE, 8), (T_STREET, 9), (H_ADDRESS, 10), (T_POST, 11),
    (T_CITY, 12), (T_EMPLOYER, 13), (T_LOCAL, 15),
)  # fmt: skip
WORD_FAMILY = 14
