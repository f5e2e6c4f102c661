"""What a new company starts with: the usual units, a few categories, the reasons why goods come back."""

from __future__ import annotations

from typing import Any

from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.journal import unit_of_work
from tuttava.trade.models import CustomerReturnReason, UnitOfMeasure

#: Code, international code, symbol, and the words by language; English is the fallback.
UNITS = (
    ("PCS", "C62", "", {"en": "Piece", "nb": "Stykk", "nl": "Stuk", "fi": "Kappale"}),
    ("BOX", "BX", "", {"en": "Box", "nb": "Eske", "nl": "Doos", "fi": "Laatikko"}),
    ("PALLET", "PF", "", {"en": "Pallet", "nb": "Pall", "nl": "Pallet", "fi": "Kuormalava"}),
    ("HOUR", "HUR", "h", {"en": "Hour", "nb": "Time", "nl": "Uur", "fi": "Tunti"}),
    ("DAY", "DAY", "d", {"en": "Day", "nb": "Dag", "nl": "Dag", "fi": "Päivä"}),
    ("KG", "KGM", "kg", {"en": "Kilogram", "nb": "Kilogram", "nl": "Kilogram", "fi": "Kilogramma"}),
    ("L", "LTR", "l", {"en": "Litre", "nb": "Liter", "nl": "Liter", "fi": "Litra"}),
    ("M", "MTR", "m", {"en": "Metre", "nb": "Meter", "nl": "Meter", "fi": "Metri"}),
    ("KM", "KMT", "km", {"en": "Kilometre", "nb": "Kilometer", "nl": "Kilometer", "fi": "Kilometri"}),
)
REASONS = {
    "DAMAGED": {"en": "Damaged", "nb": "Skadet", "nl": "Beschadigd", "fi": "Vaurioitunut"},
    "WRONG": {"en": "Wrong item", "nb": "Feil vare", "nl": "Verkeerd artikel", "fi": "Väärä nimike"},
    "UNWANTED": {"en": "Not needed", "nb": "Ikke behov", "nl": "Niet nodig", "fi": "Ei tarvetta"},
    "FAULTY": {"en": "Faulty", "nb": "Defekt", "nl": "Defect", "fi": "Viallinen"},
}


def connect() -> None:
    """Listen to new companies."""
    company_created.connect(fill_new_company, dispatch_uid="trade.defaults")


def fill_new_company(*, setup_data: str, language: str, **_signal: Any) -> None:
    """The tables that every company that starts with data needs."""
    if setup_data == "empty":
        return
    units = [
        UnitOfMeasure(code=code, iso_code=iso, symbol=symbol, description=words.get(language, words["en"]))
        for code, iso, symbol, words in UNITS
    ]
    reasons = [
        CustomerReturnReason(code=code, description=words.get(language, words["en"])) for code, words in REASONS.items()
    ]
    with unit_of_work("set up company"):
        UnitOfMeasure.objects.bulk_create(units, ignore_conflicts=True)
        CustomerReturnReason.objects.bulk_create(reasons, ignore_conflicts=True)
