"""What a new company starts with: teams, and sample salespeople in a demo."""

from __future__ import annotations

from typing import Any

from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.journal import unit_of_work
from tuttava.partners.models import Salesperson, Team, TeamMember, TeamRole

#: Code and name by language; English is the fallback.
TEAMS = {
    "ADM": {"en": "Administration", "nb": "Administrasjon", "nl": "Administratie", "fi": "Hallinto"},
    "CANVAS": {"en": "New business", "nb": "Nysalg", "nl": "Acquisitie", "fi": "Uusasiakashankinta"},
    "MARKETING": {"en": "Marketing", "nb": "Markedsføring", "nl": "Marketing", "fi": "Markkinointi"},
    "SALE": {"en": "Sales", "nb": "Salg", "nl": "Verkoop", "fi": "Myynti"},
    "SERVICE": {"en": "Service", "nb": "Service", "nl": "Service", "fi": "Huolto"},
    "SUPPORT": {"en": "Support", "nb": "Kundestøtte", "nl": "Ondersteuning", "fi": "Tuki"},
}

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


def fill_new_company(*, setup_data: str, language: str, **_signal: Any) -> None:
    """Teams for every company that starts with data; people only for the demo."""
    if setup_data == "empty":
        return
    with unit_of_work("set up company"):
        Team.objects.bulk_create(
            [Team(code=code, name=names.get(language, names["en"])) for code, names in TEAMS.items()],
            ignore_conflicts=True,
        )
        if setup_data == "demo":
            _fill_people()


def _fill_people() -> None:
    Salesperson.objects.bulk_create(
        [
            Salesperson(
                code=code,
                name=name,
                job_title=job_title,
                email=f"{code.lower()}@nordwest-trading.example",
                search_email=f"{code}@NORDWEST-TRADING.EXAMPLE",
            )
            for code, name, job_title, _team, _role in PEOPLE
        ],
        ignore_conflicts=True,
    )
    TeamMember.objects.bulk_create(
        [TeamMember(team_code=team, salesperson_code=code, role=role) for code, _name, _title, team, role in PEOPLE],
        ignore_conflicts=True,
    )
