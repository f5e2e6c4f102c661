"""Documents of a demo company: what was offered, ordered, delivered, billed and claimed in the last weeks.

All of it goes through the actions that people use, posting included; the same seed tells the same weeks, which end
today. What people wrote by hand is in the company's language, what is printed in the customer's.
"""

from __future__ import annotations

from typing import Any

from tuttava.documents.demo.desk import Desk
from tuttava.documents.demo.rates import create_rates, own_bank
from tuttava.documents.demo.weeks import Weeks
from tuttava.documents.models import Document
from tuttava.foundation.company import company_information
from tuttava.foundation.context import acting
from tuttava.foundation.directory.actions import company_created, demo_data_wanted
from tuttava.foundation.journal import unit_of_work
from tuttava.trade.demo import EVERYTHING, LANGUAGES


def connect() -> None:
    """Listen to new companies and to wishes for demo data, after registers, items and trade are there."""
    company_created.connect(_company_created, dispatch_uid="documents.demo")
    demo_data_wanted.connect(_demo_data_wanted, dispatch_uid="documents.demo")


def _company_created(*, setup_data: str, language: str, **_signal: Any) -> None:
    if setup_data == "demo":
        create_demo_documents(language)


def _demo_data_wanted(*, contacts: int | None, **_signal: Any) -> None:
    if contacts is None:
        create_demo_documents((company_information().language_code or "en").lower())


def create_demo_documents(language: str) -> None:
    """Give the company at hand some weeks of documents, unless it has some of its own."""
    if Document.objects.exists():
        return
    with (
        acting(rights=EVERYTHING, interactive=False, answers={}, messages=[], cache={}),
        unit_of_work("create demo documents"),
    ):
        create_rates()
        own_bank()
        desk = Desk(language if language in LANGUAGES else "en")
        if desk.buyers and desk.sellers and desk.articles:
            Weeks(desk).tell()
