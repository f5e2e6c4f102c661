"""Setup pages made by the card machine: marketing setup, the organisation, my settings, salespeople."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import MarketingSetup
from tuttava.contacts.rules.relations import CODE_FIELDS
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.context import current
from tuttava.foundation.models import CompanyInformation, UserPreference
from tuttava.partners.models import Salesperson
from tuttava.ui import registry
from tuttava.ui.cards import PICTURE, CardField, CardPage, Group, Mark, register_card
from tuttava.ui.cards.lookups import source_of

F = CardField


def _company_information() -> CompanyInformation:
    return CompanyInformation.objects.first() or CompanyInformation.objects.get_or_create(only_row=True)[0]


def _preference() -> UserPreference:
    name = current().user_name
    return (
        UserPreference.objects.filter(user_name=name).first() or UserPreference.objects.get_or_create(user_name=name)[0]
    )


def _setup() -> tuple[str, Any]:
    return reverse("setup"), _("Setup")


def _shared_codes(setup: Any) -> dict[str, Mark]:
    """The relation codes that stand in several fields: a contact has a code once only (B-4)."""
    codes = [getattr(setup, name) for name in CODE_FIELDS.values()]
    words = _("The same code stands in another field: a contact can have it only once, so the second link fails.")
    return {
        name: Mark(words, "warning", "exclamation-triangle")
        for name in CODE_FIELDS.values()
        if getattr(setup, name) and codes.count(getattr(setup, name)) > 1
    }


def _disk(setup: Any) -> bool:
    return bool(setup.attachment_storage_type == "disk_file")


MARKETING = register_card(
    CardPage(
        name="marketing-setup",
        path="setup/marketing",
        model=MarketingSetup,
        single=marketing_setup,
        title=lambda setup: str(_("Marketing setup")),
        parent=_setup,
        select_related=(),
        reload_on=frozenset({"attachment_storage_type", *CODE_FIELDS.values()}),
        marks=_shared_codes,
        groups=(
            Group(
                "inheritance",
                _("Inheritance"),
                [
                    *(F("inherit_salesperson_code"), F("inherit_territory_code"), F("inherit_country_code")),
                    *(F("inherit_language_code"), F("inherit_format_region"), F("inherit_address_details")),
                    F("inherit_communication_details"),
                ],
                note=_("What people take over from their company when they are linked to it, and when it changes."),
            ),
            Group(
                "defaults",
                _("Defaults for new contacts"),
                [
                    *(F("default_salesperson_code"), F("default_territory_code"), F("default_country_code")),
                    *(F("default_language_code"), F("default_format_region"), F("default_correspondence_type")),
                    *(F("default_company_salutation_code"), F("default_person_salutation_code")),
                    *(F("default_sales_cycle_code"), F("default_task_date_calculation", kind="formula")),
                ],
            ),
            Group(
                "numbering",
                _("Numbering"),
                [
                    *(F("contact_nos_code"), F("campaign_nos_code"), F("segment_nos_code")),
                    *(F("task_nos_code"), F("opportunity_nos_code")),
                ],
            ),
            Group(
                "relations",
                _("Relation codes for"),
                [
                    F("bus_rel_for_customers_code", _("customers")),
                    F("bus_rel_for_vendors_code", _("vendors")),
                    F("bus_rel_for_bank_accounts_code", _("bank accounts")),
                    F("bus_rel_for_employees_code", _("employees")),
                    *(F("two_way_employees"), F("create_contacts_for_employees")),
                ],
                note=_("The business relation of contacts that are linked with a record. Blank: nothing is linked."),
            ),
            Group("interactions", _("Interactions"), [F("mergefield_language")]),
            Group(
                "duplicates",
                _("Duplicates"),
                [
                    *(F("maintain_dupl_search_strings"), F("autosearch_for_duplicates"), F("search_hit_pct")),
                    *(F("tolerant_duplicate_search"), F("search_duplicate_persons"), F("refresh_duplicate_pairs")),
                ],
            ),
            Group(
                "general",
                _("Storage and restoring"),
                [
                    F("attachment_storage_type"),
                    F("attachment_storage_location", visible=_disk),
                    F("restore_days"),
                ],
            ),
        ),
    )
)

COMPANY = register_card(
    CardPage(
        name="company-information",
        path="setup/company",
        model=CompanyInformation,
        single=_company_information,
        parent=_setup,
        title=lambda company: company.name or str(_("Company information")),
        boxes=(replace(PICTURE, title=_("Logo")),),
        groups=(
            Group(
                "general",
                _("General"),
                [
                    *(F("name"), F("name_2"), F("address"), F("address_2"), F("post_code"), F("city"), F("county")),
                    *(F("country_code"), F("phone_no", kind="phone"), F("fax_no"), F("email", kind="email")),
                    *(F("home_page", kind="web"), F("registration_number"), F("vat_registration_no")),
                    *(F("currency_code"), F("language_code")),
                ],
            ),
            Group(
                "bank",
                _("Bank"),
                [
                    *(F("bank_name"), F("bank_branch_no"), F("bank_account_no"), F("giro_no")),
                    *(F("iban"), F("swift_code")),
                ],
            ),
            Group(
                "addresses",
                _("Address layout"),
                [
                    *(F("address_format"), F("custom_address_format"), F("contact_address_format")),
                    F("country_first"),
                ],
            ),
        ),
    )
)

MINE = register_card(
    CardPage(
        name="my-settings",
        path="my-settings",
        model=UserPreference,
        single=_preference,
        title=lambda preference: str(_("My settings")),
        caption=_("My settings"),
        tabs=False,
        groups=(
            Group(
                "general",
                _("In this company"),
                [
                    F("salesperson_code", lookup=source_of(Salesperson), help=_("You, as a salesperson.")),
                    F("time_zone", lookup="time-zone", help=_("Dates and times are shown in it.")),
                    F("language", lookup="ui-language", help=_("The language of the pages.")),
                    F("keep_surname_particles"),
                ],
            ),
        ),
    )
)

SALESPERSON = register_card(
    CardPage(
        name="salesperson",
        path="setup/salespeople",
        model=Salesperson,
        parent=_setup,
        title=lambda person: person.name or person.code,
        subtitle=lambda person: person.code,
        groups=(
            Group(
                "general",
                _("General"),
                [
                    *(F("code"), F("name"), F("job_title"), F("phone_no", kind="phone"), F("email", kind="email")),
                    *(F("email_2", kind="email"), F("commission_pct"), F("blocked"), F("privacy_blocked")),
                    F("private_email"),
                ],
            ),
        ),
    )
)

for entry in (
    registry.SetupEntry(
        "marketing-setup",
        _("Marketing setup"),
        "marketing-setup",
        icon="adjustments-horizontal",
        order=10,
        group=_("Organisation"),
        description=_("Inheritance, defaults, numbering and duplicates of the register."),
    ),
    registry.SetupEntry(
        "company-information",
        _("Company information"),
        "company-information",
        icon="building-office",
        order=10,
        group=_("Organisation"),
        description=_("Name, address and bank of your own organisation."),
    ),
    registry.SetupEntry(
        "my-settings",
        _("My settings"),
        "my-settings",
        icon="user-circle",
        order=20,
        group=_("Organisation"),
        description=_("Your salesperson, time zone and language in this company."),
    ),
):
    registry.add_setup(entry)
