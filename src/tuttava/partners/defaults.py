"""What a new company starts with: teams and terms, and in a demo sample salespeople and templates."""

from __future__ import annotations

from typing import Any

from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import NumberSeries
from tuttava.partners.default_terms import fill_demo_templates, fill_terms
from tuttava.partners.models import (
    FinanceSetup,
    HrSetup,
    PurchaseSetup,
    Salesperson,
    SalesSetup,
    Team,
    TeamMember,
    TeamRole,
)
from tuttava.partners.setups import setup_of

#: Code and name by language; English is the fallback.
TEAMS = {
    "ADM": {"en": "Administration", "nb": "Administrasjon", "nl": "Administratie", "fi": "Hallinto"},
    "CANVAS": {"en": "New business", "nb": "Nysalg", "nl": "Acquisitie", "fi": "Uusasiakashankinta"},
    "MARKETING": {"en": "Marketing", "nb": "Markedsføring", "nl": "Marketing", "fi": "Markkinointi"},
    "SALE": {"en": "Sales", "nb": "Salg", "nl": "Verkoop", "fi": "Myynti"},
    "SERVICE": {"en": "Service", "nb": "Service", "nl": "Service", "fi": "Huolto"},
    "SUPPORT": {"en": "Support", "nb": "Kundestøtte", "nl": "Ondersteuning", "fi": "Tuki"},
}

#: Setup, its field and the number series that a new company's setup names.
SERIES = (
    (SalesSetup, "customer_nos_code", "CUST"),
    (SalesSetup, "item_nos_code", "ITEM"),
    (PurchaseSetup, "vendor_nos_code", "VEND"),
    (FinanceSetup, "bank_account_nos_code", "BANK"),
    (HrSetup, "employee_nos_code", "EMPL"),
)

#: Fictitious colleagues of the demo company: code, name, job title, team, role.
PEOPLE = (
    ("IH", "Ingrid Haugland", "Sales manager", "SALE", TeamRole.LEAD),
    ("JV", "Joost Vermeulen", "Account manager", "SALE", TeamRole.MEMBER),
    ("AK", "Aino Korhola", "Account manager", "SALE", TeamRole.MEMBER),
    ("ES", "Erik Sandgren", "Account manager", "SALE", TeamRole.MEMBER),
    ("MD", "Mette Dalgaard", "Marketing manager", "MARKETING", TeamRole.LEAD),
    ("TB", "Tore Bjørnstad", "Office manager", "ADM", TeamRole.LEAD),
    ("LW", "Lotte Wiersma", "Service coordinator", "SERVICE", TeamRole.LEAD),
)


def connect() -> None:
    """Listen to new companies."""
    company_created.connect(fill_new_company, dispatch_uid="partners.defaults")


def fill_new_company(*, setup_data: str, language: str, country: str = "", **_signal: Any) -> None:
    """Series, teams and terms for every company that starts with data; people and templates only for the demo."""
    if setup_data == "empty":
        return
    with unit_of_work("set up company"):
        Team.objects.bulk_create(
            [Team(code=code, name=names.get(language, names["en"])) for code, names in TEAMS.items()],
            ignore_conflicts=True,
        )
        fill_terms(language)
        _fill_setups()
        if setup_data == "demo":
            _fill_people()
            fill_demo_templates(language, country)


def _fill_setups() -> None:
    """The series that came with the company number its customers, vendors, bank accounts and employees."""
    known = set(NumberSeries.objects.filter(code__in=[code for _m, _f, code in SERIES]).values_list("code", flat=True))
    for model, field, code in SERIES:
        setup = setup_of(model)
        if code in known and not getattr(setup, field):
            setattr(setup, field, code)
            setup.save(update_fields=[field])


def _fill_people() -> None:
    Salesperson.objects.bulk_create(
        [
            Salesperson(
                code=code,
                name=name,
                job_title=job_title,
                email=f"{code.lower()}@aurora-trading.example",
                search_email=f"{code}@AURORA-TRADING.EXAMPLE",
            )
            for code, name, job_title, _team, _role in PEOPLE
        ],
        ignore_conflicts=True,
    )
    TeamMember.objects.bulk_create(
        [TeamMember(team_code=team, salesperson_code=code, role=role) for code, _name, _title, team, role in PEOPLE],
        ignore_conflicts=True,
    )
