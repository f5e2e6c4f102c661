"""What a new company starts with."""

from __future__ import annotations

import pytest

from tuttava.contacts import defaults
from tuttava.contacts.models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    MarketingSetup,
    OrganizationalLevel,
    Salutation,
    SalutationFormula,
    WebSource,
)
from tuttava.foundation.models import NumberSeries, NumberSeriesLine, Territory
from tuttava.partners.models import Salesperson, Team

pytestmark = pytest.mark.usefixtures("company")


def test_standard_company_has_the_shipped_codes() -> None:  # section 8
    expected = {
        BusinessRelation: "ACCOUNT ATHOR BANK CUST EMP JOB LAW PRESS PROS TRAVEL VEND",
        IndustryGroup: "ADVERT LAWYER MAN PRESS RET WHOLE",
        MailingGroup: "MOVE NEWS X-CARD X-GIFT",
        JobResponsibility: "APR ARR IT MARKETING MGMT PROD PURCHASE SALE",
        OrganizationalLevel: "CEO CFO J-MANA MANA SALEMP SENMAN",
        Salutation: "COMPANY F F-JOB F-MAR F-UMAR M M-JOB UNISEX",
        Territory: "E FOREIGN N NE NW S SE SW W",
        WebSource: "NEWS REGISTER WEB",
    }
    for model, codes in expected.items():
        assert set(codes.split()) <= set(model._default_manager.values_list("code", flat=True)), model
    assert all("%1" in url for url in WebSource.objects.values_list("url", flat=True))


def test_standard_company_has_teams_but_no_sample_people() -> None:  # section 8
    assert set(Team.objects.values_list("code", flat=True)) == {
        "ADM",
        "CANVAS",
        "MARKETING",
        "SALE",
        "SERVICE",
        "SUPPORT",
    }
    assert not Salesperson.objects.exists()


def test_every_salutation_has_formulas_in_every_language_and_without_one() -> None:  # section 8
    pairs = SalutationFormula.objects.values_list("language__code", "salutation_type").order_by().distinct()
    assert len(pairs) == 22
    assert SalutationFormula.objects.count() == 8 * 22


@pytest.mark.parametrize(
    ("code", "language", "kind", "text", "names"),
    [
        ("F", None, "formal", "Dear Ms %1 %2 %3,", ["first_name", "middle_name", "surname"]),
        ("F-MAR", "DE", "formal", "Sehr geehrte Frau %1,", ["surname"]),
        ("M-JOB", "DE", "formal", "Sehr geehrter Herr %1 %2,", ["job_title", "surname"]),
        ("COMPANY", "IT", "formal", "Spettabile %1,", ["company_name"]),
        ("COMPANY", "NB", "formal", "Til rette vedkommende,", []),
        ("COMPANY", "FR", "informal", "%1,", ["company_name"]),
        ("UNISEX", "ES", "informal", "Hola, %1:", ["first_name"]),
        ("F-JOB", "EN", "formal", "Dear Ms %1 %2 %3 %4,", ["first_name", "middle_name", "job_title", "surname"]),
    ],
)
def test_formula_texts(code: str, language: str | None, kind: str, text: str, names: list[str]) -> None:  # section 8
    formula = SalutationFormula.objects.get(salutation_ref__code=code, language__code=language, salutation_type=kind)
    assert formula.salutation == text
    parts = [getattr(formula, f"name_{number}") for number in range(1, 6)]
    assert parts == names + ["none"] * (5 - len(names))


def test_setup_names_series_relations_and_defaults() -> None:  # section 8
    setup = MarketingSetup.objects.get()
    assert (setup.contact_nos_code, setup.opportunity_nos_code) == ("CONT", "OPP")
    assert (setup.bus_rel_for_customers_code, setup.bus_rel_for_employees_code) == ("CUST", "EMP")
    assert (setup.default_company_salutation_code, setup.default_person_salutation_code) == ("COMPANY", "UNISEX")
    assert (setup.default_correspondence_type, setup.default_sales_cycle_code) == ("email", "NEW")
    assert setup.default_language_code == "EN"
    assert setup.inherit_address_details and setup.maintain_dupl_search_strings and setup.search_hit_pct == 60


def test_contact_numbers_have_no_end_and_other_series_warn_at_95_percent() -> None:  # section 8
    lines = {line.series_code: line for line in NumberSeriesLine.objects.all()}
    assert (lines["CONT"].starting_no, lines["CONT"].ending_no) == ("CT000001", "")
    assert (lines["TASK"].ending_no, lines["TASK"].warning_no) == ("TD999999", "TD949999")
    series = NumberSeries.objects.get(code="CONT")
    assert series.default_nos and series.manual_nos and lines["CONT"].mode == "sequence"


@pytest.mark.parametrize(("language", "word"), [("en", "Wholesale"), ("nb", "Engroshandel"), ("fi", "Tukkukauppa")])
def test_descriptions_come_in_the_companys_language(language: str, word: str) -> None:  # section 8
    assert defaults.described("industry_group", language)["WHOLE"] == word


def test_descriptions_of_other_languages_fall_back_to_english() -> None:  # section 8
    assert defaults.described("industry_group", "de")["WHOLE"] == "Wholesale"


def test_filling_again_changes_nothing_that_exists() -> None:  # section 8
    IndustryGroup.objects.filter(code="RET").update(description="Shops")
    defaults.fill_new_company(setup_data="standard", language="nb", country="NO")
    assert IndustryGroup.objects.get(code="RET").description == "Shops"
    assert SalutationFormula.objects.count() == 8 * 22


def test_empty_company_stays_empty() -> None:  # section 8
    SalutationFormula.objects.all().delete()
    defaults.fill_new_company(setup_data="empty", language="en", country="NO")
    assert not SalutationFormula.objects.exists()
