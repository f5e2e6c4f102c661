"""What figures and the log cost in the CRM service: statements do not grow with rows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Service
from tests.interactions.making import logged, make_company, make_person, said, vocabulary
from tuttava.foundation import records
from tuttava.foundation.context import current
from tuttava.interactions.logging_core import log_interactions
from tuttava.interactions.models import InteractionGroup, InteractionTemplate
from tuttava.partners.models import Customer, Salesperson
from tuttava.relations.queries import hub_of

pytestmark = pytest.mark.usefixtures("company")


def read(crm: Service, path: str) -> tuple[int, int]:
    """How many statements in all, and how many on the log and its totals, an answer takes once it was asked before."""
    crm.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert crm.get(path).status == 200
    log = [each["sql"] for each in queries if "interactions_interaction" in each["sql"]]
    return len(queries), len(log)


def test_figures_of_contacts_are_two_statements_for_a_page(crm: Service) -> None:  # C-75, I-112
    firm = make_company()
    logged(make_person(company_no=firm.no))
    path = "contacts?$select=no,noOfInteractions,cost,dateOfLastInteraction"
    few = read(crm, path)
    for _ in range(5):
        logged(make_person(company_no=firm.no))
        logged(make_person())
    assert read(crm, path) == few and few[1] == 2
    assert read(crm, "contacts?$select=no")[1] == 0


def test_figures_of_customers_do_not_grow_with_the_page(crm: Service) -> None:  # I-113
    def one(number: int) -> None:
        customer = records.create(Customer, {"no": f"K{number}", "name": f"Fjord {number} AS"})
        firm = hub_of(customer)
        assert firm is not None
        logged(firm, date=dt.date(current().date.year, 1, 2))

    one(1)
    path = "customers?$select=no,interactionsThisYear,lastInteractionDate,mostFrequentInteractionGroupCode"
    few = read(crm, path)
    for number in range(2, 6):
        one(number)
    assert read(crm, path) == few
    assert crm.get(path).value[3]["interactionsThisYear"] == 1


def test_totals_of_groups_are_one_statement_that_leaves_the_log_alone(crm: Service) -> None:  # I-112
    logged(make_company())
    names = "code,noOfInteractions,costLcy,durationMin"
    for path in ("interactionGroups", "interactionTemplates", "salespeople"):
        with CaptureQueriesContext(connection) as queries:
            assert crm.get(f"{path}?$select={names}&dateFilter=2026-01-01..").status == 200
        texts = [each["sql"] for each in queries]
        assert len([each for each in texts if "interactions_interactiontotal" in each]) == 1
        assert not [each for each in texts if "interactions_interactionlogentry" in each]


def test_salespeople_have_totals_to_filter_and_sort_by(crm: Service) -> None:  # I-112, A-47, A-50
    firm = make_company()
    records.create(Salesperson, {"code": "QUIET", "name": "Quirin Quiet"})
    for month in (1, 2):
        logged(firm, cost_lcy=month, duration_min=10, date=dt.date(2026, month, 1))
    found = crm.get("salespeople?$filter=noOfInteractions gt 0&$orderby=costLcy desc").value
    assert [(row["code"], row["noOfInteractions"], row["costLcy"], row["durationMin"]) for row in found] == [
        ("PS", 2, 3, 20)
    ]
    quiet = crm.get("salespeople(code='QUIET')").json
    assert (quiet["noOfInteractions"], quiet["costLcy"]) == (0, 0)
    assert crm.get("salespeople(code='PS')?dateFilter=2026-02-01..").json["costLcy"] == 2


def test_groups_and_templates_can_be_sorted_by_their_totals(crm: Service) -> None:  # I-112, A-47
    vocabulary()
    records.create(InteractionGroup, {"code": "RARE"})
    records.create(InteractionTemplate, {"code": "SELDOM", "interaction_group_code": "RARE"})
    logged(make_company())
    for path, most in (("interactionGroups", "TALKS"), ("interactionTemplates", "MEET")):
        assert crm.get(f"{path}?$orderby=noOfInteractions desc&$top=1").value[0]["code"] == most


def test_what_is_put_away_unfinished_has_a_day(crm: Service) -> None:  # I-50
    vocabulary()
    entry = log_interactions([said(make_company(), date=None)], postponed=True)[0]
    assert entry.date == current().date
