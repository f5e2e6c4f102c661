"""The fields of the registers' cards, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tuttava.relations.pages import others, primary
from tuttava.ui.cards import CardField, Group

F = CardField


def _no_primary(record: Any) -> bool:
    """The name of the contact person is typed only while no contact is chosen (B-78)."""
    return record.primary_contact_id is None


def _filled(name: str) -> Any:
    """Shown only where something stands in it."""
    return lambda record: bool(getattr(record, name))


_PRIMARY = F(
    primary.FIELD,
    _("primary contact"),
    lookup="primary-contact",
    kind="text",
    value=primary.words,
    text=primary.typed,
    read=primary.read,
    link=primary.url,
)
_CONTACT = F("contact", _("contact name"), editable=_no_primary)
_PLACE = (
    *(F("address"), F("address_2"), F("post_code", lookup="post-code"), F("city", lookup="city")),
    *(F("county"), F("country_code")),
)
_TELEX = (
    F("telex_no", visible=_filled("telex_no")),
    F("telex_answer_back", visible=_filled("telex_answer_back")),
)
_REACHED = (
    *(F("phone_no", kind="phone"), F("mobile_phone_no", kind="phone"), F("email", kind="email")),
    *(F("home_page", kind="web"), F("fax_no"), F("language_code"), F("format_region"), *_TELEX),
)


def _communication(fields: Sequence[CardField]) -> Group:
    return Group("communication", _("Communication"), fields, summary=("phone_no", "email", "city"))


def _terms(fields: Sequence[CardField]) -> Group:
    return Group("terms", _("Terms"), fields, summary=("payment_terms_code", "currency_code"))


def _posting(fields: Sequence[CardField]) -> Group:
    return Group("posting", _("Posting"), fields, open=False)


_TERMS = (
    *(F("payment_terms_code"), F("payment_method_code"), F("shipment_method_code"), F("currency_code")),
    *(F("territory_code"), F("prices_including_vat"), F("invoice_disc_code")),
)
_POSTING = (
    *(F("gen_bus_posting_group"), F("vat_bus_posting_group"), F("tax_area_code"), F("tax_liable")),
    F("statistics_group"),
)

CUSTOMER = (
    Group(
        "general",
        _("General"),
        [
            *(F("no"), F("contact_type"), F("name"), F("search_name"), F("name_2"), _PRIMARY, _CONTACT),
            *(F("salesperson_code"), F("blocked"), F("registration_number"), F("vat_registration_no")),
            *(F("privacy_blocked"), F("last_modified_at")),
        ],
        summary=("no", "contact", "salesperson_code"),
    ),
    _communication([*_PLACE, *_REACHED]),
    _terms(
        [
            *(*_TERMS, others.bill_to("customer"), F("credit_limit_lcy"), F("customer_price_group")),
            *(F("customer_disc_group"), F("reserve"), F("copy_address_to_quote_from"), F("priority")),
        ]
    ),
    _posting([F("customer_posting_group"), *_POSTING]),
)
VENDOR = (
    Group(
        "general",
        _("General"),
        [
            *(F("no"), F("name"), F("search_name"), F("name_2"), _PRIMARY, _CONTACT),
            *(F("purchaser_code"), F("blocked"), F("registration_number"), F("vat_registration_no")),
            *(F("privacy_blocked"), F("last_modified_at")),
        ],
        summary=("no", "contact", "purchaser_code"),
    ),
    _communication([*_PLACE, *_REACHED]),
    _terms([*_TERMS, others.bill_to("vendor"), F("priority")]),
    _posting([F("vendor_posting_group"), *_POSTING, F("irs_1099_code")]),
)
BANK_ACCOUNT = (
    Group(
        "general",
        _("General"),
        [
            *(F("no"), F("name"), F("search_name"), F("name_2"), F("contact", _("contact name"))),
            *(F("our_contact_code"), F("blocked"), F("last_modified_at")),
        ],
        summary=("no", "contact", "our_contact_code"),
    ),
    Group(
        "account",
        _("Account"),
        [
            *(F("bank_account_no"), F("bank_branch_no"), F("iban"), F("swift_code"), F("currency_code")),
            *(F("bank_account_posting_group"), F("intercompany_enabled")),
        ],
        summary=("iban", "bank_account_no", "currency_code"),
    ),
    _communication([*_PLACE, *_REACHED, F("territory_code")]),
)
EMPLOYEE = (
    Group(
        "general",
        _("General"),
        [
            *(F("no"), F("first_name"), F("middle_name"), F("last_name"), F("initials"), F("search_name")),
            *(F("job_title"), F("salesperson_code"), F("privacy_blocked"), F("last_modified_at")),
        ],
        summary=("no", "job_title"),
    ),
    _communication(
        [
            *(*_PLACE, F("phone_no", kind="phone"), F("mobile_phone_no", kind="phone")),
            *(F("company_email", kind="email"), F("email", kind="email"), F("fax_no")),
            F("pager", visible=_filled("pager")),
        ]
    ),
    Group(
        "employment",
        _("Employment"),
        [
            *(F("status"), F("employment_date"), F("termination_date"), F("birth_date"), F("gender")),
            F("statistics_group_code"),
        ],
        summary=("status", "employment_date"),
    ),
    _posting(
        [
            *(F("bank_branch_no"), F("bank_account_no"), F("iban"), F("employee_posting_group")),
            *(F("application_method"), F("cost_center_code"), F("cost_object_code")),
        ]
    ),
)
