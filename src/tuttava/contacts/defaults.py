"""What the register of a new company starts with: codes, salutations, series and setup (section 8).

Runs when a company is created, with bulk inserts, in the company's language. Rows that exist already stay.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from tuttava.contacts import models
from tuttava.contacts.demo import create_demo_contacts
from tuttava.contacts.generate import fill_with_demo_data
from tuttava.foundation.cleaning import has_field
from tuttava.foundation.directory.actions import company_created, demo_data_wanted
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Country, Language, NumberSeries, NumberSeriesLine, SeriesMode, Territory
from tuttava.foundation.records import Record, create

#: Languages that descriptions are shipped in; others get English.
DESCRIBED = ("en", "nb", "nl", "fi")

TABLES: dict[str, type[Record]] = {
    "business_relation": models.BusinessRelation,
    "industry_group": models.IndustryGroup,
    "mailing_group": models.MailingGroup,
    "job_responsibility": models.JobResponsibility,
    "organizational_level": models.OrganizationalLevel,
    "salutation": models.Salutation,
    "territory": Territory,
}

#: Code: first number, last number, number from which to warn (95 % of the range). Contacts have no end.
SERIES = {
    "CONT": ("CT000001", "", ""),
    "CAMP": ("CP0001", "CP9999", "CP9499"),
    "SEGM": ("SM00001", "SM99999", "SM94999"),
    "TASK": ("TD000001", "TD999999", "TD949999"),
    "OPP": ("OP000001", "OP999999", "OP949999"),
}

WEB_SOURCES = {"WEB": "https://duckduckgo.com/?q=%1", "NEWS": "https://news.google.com/search?q=%1"}
REGISTERS = {
    "NL": "https://www.kvk.nl/zoeken/?source=all&q=%1",
    "DK": "https://datacvr.virk.dk/soegeresultater?fritekst=%1",
    "GB": "https://find-and-update.company-information.service.gov.uk/search?q=%1",
}
OTHER_REGISTER = "https://opencorporates.com/companies/{country}?q=%1"

# Spec's letters in the formulas and the name part each stands for.
PARTS = {
    "F1": models.NamePart.FIRST_NAME,
    "M": models.NamePart.MIDDLE_NAME,
    "S": models.NamePart.SURNAME,
    "C": models.NamePart.COMPANY_NAME,
    "J": models.NamePart.JOB_TITLE,
}
PLACEHOLDER = re.compile(r"\b(F1|M|S|C|J)\b(?=[ ,:]|$)")
FORMAL_COLUMN = {
    "COMPANY": "company_formal",
    "UNISEX": "unisex_formal",
    "M": "man_formal",
    "M-JOB": "man_formal",
    "F": "woman_formal",
    "F-MAR": "woman_formal",
    "F-UMAR": "woman_formal",
    "F-JOB": "woman_formal",
}


def connect() -> None:
    """Listen to new companies and to wishes for demo data."""
    company_created.connect(fill_new_company, dispatch_uid="contacts.defaults")
    demo_data_wanted.connect(fill_with_demo_data, dispatch_uid="contacts.demo")


def fill_new_company(*, setup_data: str, language: str, country: str, **_signal: Any) -> None:
    """Fill the register's tables of a new company; ``empty`` leaves them blank, ``demo`` adds sample contacts."""
    if setup_data == "empty":
        return
    with unit_of_work("set up company"):
        _fill_codes(language)
        _fill_web_sources(language, country)
        _fill_formulas()
        _fill_series(language)
        _fill_setup(language, country)
    if setup_data == "demo":
        create_demo_contacts()


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files("tuttava.contacts") / "data" / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def described(table: str, language: str) -> dict[str, str]:
    """The shipped codes of ``table`` with their words in ``language``."""
    column = language if language in DESCRIBED else "en"
    return {row["code"]: row[column] for row in _rows("default_codes.csv") if row["table"] == table}


def _fill_codes(language: str) -> None:
    for table, model in TABLES.items():
        words = "description" if has_field(model, "description") else "name"
        rows = [model(**{"code": code, words: text}) for code, text in described(table, language).items()]
        model._default_manager.bulk_create(rows, ignore_conflicts=True)


def _fill_web_sources(language: str, country: str) -> None:
    register = REGISTERS.get(country, OTHER_REGISTER.format(country=country.lower()))
    urls = {**WEB_SOURCES, "REGISTER": register}
    models.WebSource.objects.bulk_create(
        [
            models.WebSource(code=code, description=text, url=urls[code])
            for code, text in described("web_source", language).items()
        ],
        ignore_conflicts=True,
    )


def _fill_formulas() -> None:
    rows = list(_rows("salutation_formulas.csv"))
    Language.objects.bulk_create(
        [Language(code=row["language"], name=row["language"]) for row in rows if row["language"]],
        ignore_conflicts=True,
    )
    formulas = [
        formula(code, row["language"], kind, text)
        for row in rows
        for code in FORMAL_COLUMN
        for kind, text in (
            (models.SalutationType.FORMAL, _formal(code, row)),
            (models.SalutationType.INFORMAL, "C," if code == "COMPANY" else row["person_informal"]),
        )
    ]
    models.SalutationFormula.objects.bulk_create(formulas, ignore_conflicts=True)


def _formal(code: str, row: dict[str, str]) -> str:
    text = row[FORMAL_COLUMN[code]]
    return re.sub(r"\bS\b", "J S", text) if code.endswith("-JOB") else text


def formula(code: str, language: str, kind: str, text: str) -> models.SalutationFormula:
    """A formula from the shipped notation: the letters become ``%1``, ``%2``, … in order of appearance."""
    letters = PLACEHOLDER.findall(text)
    for number, letter in enumerate(letters, 1):
        text = re.sub(rf"(?<!%)\b{letter}\b(?=[ ,:]|$)", f"%{number}", text, count=1)
    names = {f"name_{number}": PARTS[letter] for number, letter in enumerate(letters, 1)}
    return models.SalutationFormula(
        salutation_ref_code=code,
        language_code=language or None,
        salutation_type=kind,
        salutation=text,
        **names,
    )


def _fill_series(language: str) -> None:
    for code, description in described("number_series", language).items():
        if NumberSeries.objects.filter(code=code).exists():
            continue
        create(NumberSeries, {"code": code, "description": description, "default_nos": True, "manual_nos": True})
        first, last, warning = SERIES[code]
        create(
            NumberSeriesLine,
            {
                "starting_no": first,
                "ending_no": last,
                "warning_no": warning,
                "mode": SeriesMode.SEQUENCE,
            },
            given={"series_code": code, "line_no": 10000},
        )


def _fill_setup(language: str, country: str) -> None:
    setup = models.MarketingSetup.objects.first() or models.MarketingSetup()
    setup.contact_nos_code = "CONT"
    setup.campaign_nos_code = "CAMP"
    setup.segment_nos_code = "SEGM"
    setup.task_nos_code = "TASK"
    setup.opportunity_nos_code = "OPP"
    setup.bus_rel_for_customers_code = "CUST"
    setup.bus_rel_for_vendors_code = "VEND"
    setup.bus_rel_for_bank_accounts_code = "BANK"
    setup.bus_rel_for_employees_code = "EMP"
    setup.default_company_salutation_code = "COMPANY"
    setup.default_person_salutation_code = "UNISEX"
    setup.default_correspondence_type = models.CorrespondenceType.EMAIL
    setup.default_country_code = country if Country.objects.filter(code=country).exists() else None
    spoken = language.upper()
    setup.default_language_code = spoken if Language.objects.filter(code=spoken).exists() else None
    setup.default_sales_cycle_code = "NEW"
    setup.save()
