"""Figures and last dates of contacts, groups, templates and salespeople."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.interactions.making import DAY, logged, make_company, make_person, said, vocabulary
from tuttava.contacts.queries import FigureFilters, figures, scope_of
from tuttava.interactions import life
from tuttava.interactions.figures import contact_figures, total
from tuttava.interactions.logging_core import log_interactions

pytestmark = pytest.mark.usefixtures("company")


def test_a_company_counts_its_people_a_person_itself() -> None:  # C-75, I-81, I-112
    firm = make_company()
    one, two = make_person(company_no=firm.no), make_person(company_no=firm.no)
    for contact in (firm, one, one, two):
        logged(contact, cost_lcy=Decimal("2.50"), duration_min=10)
    assert figures(firm).no_of_interactions == 4
    found = figures(one)
    assert (found.no_of_interactions, found.cost, found.duration_minutes) == (2, Decimal("5.00"), 20)


def test_an_independent_person_counts_what_names_no_company() -> None:  # C-75
    person = make_person()
    logged(person)
    assert figures(person).no_of_interactions == 1


def test_canceling_takes_an_interaction_out_of_all_figures() -> None:  # C-77
    firm = make_company()
    entry = logged(firm, cost_lcy=Decimal("12.50"), duration_min=30, initiated_by="us")
    before = figures(firm)
    assert (before.no_of_interactions, before.cost, before.duration_minutes) == (1, Decimal("12.50"), 30)
    assert before.last_date_attempted == before.date_of_last_interaction == DAY
    life.toggle_canceled([entry.pk])
    after = figures(firm)
    assert (after.no_of_interactions, after.cost, after.duration_minutes) == (0, 0, 0)
    assert after.last_date_attempted is None and after.date_of_last_interaction is None


def test_last_dates_by_who_began_and_whether_it_succeeded() -> None:  # I-81
    firm = make_company()
    logged(firm, date=dt.date(2026, 1, 1), initiated_by="them")
    logged(firm, date=dt.date(2026, 2, 1), initiated_by="us", attempt_failed=True)
    found = figures(firm)
    assert found.date_of_last_interaction == dt.date(2026, 1, 1)
    assert found.last_date_attempted == dt.date(2026, 2, 1)


def test_postponed_interactions_do_not_count() -> None:  # I-68
    vocabulary()
    firm = make_company()
    log_interactions([said(firm)], postponed=True)
    found = figures(firm)
    assert (found.no_of_interactions, found.date_of_last_interaction) == (0, None)
    assert total(interaction_template_code="MEET").count == 0


def test_the_date_filter_limits_what_is_counted() -> None:  # C-76
    firm = make_company()
    for month in (1, 2, 3):
        logged(firm, date=dt.date(2026, month, 15), cost_lcy=1)
    found = figures(firm, FigureFilters(date_from=dt.date(2026, 2, 15), date_to=dt.date(2026, 2, 28)))
    assert (found.no_of_interactions, found.cost) == (1, 1)
    assert found.date_of_last_interaction == dt.date(2026, 3, 15)


def test_groups_templates_and_salespeople_have_totals() -> None:  # I-112
    firm = make_company()
    logged(firm, cost_lcy=8, duration_min=15)
    life.toggle_canceled([logged(firm, cost_lcy=100).pk])
    owners = {"interaction_group_code": "TALKS", "interaction_template_code": "MEET", "salesperson_code": "PS"}
    for name, code in owners.items():
        found = total(DAY, DAY, **{name: code})
        assert (found.count, found.cost_lcy, found.duration_min) == (1, 8, 15)
    assert total(DAY + dt.timedelta(1), salesperson_code="PS").count == 0


def test_figures_of_a_contact_are_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    firm = make_company()
    for _ in range(3):
        logged(make_person(company_no=firm.no))
    with django_assert_num_queries(1):
        assert contact_figures(scope_of(firm), FigureFilters())["no_of_interactions"] == 3
