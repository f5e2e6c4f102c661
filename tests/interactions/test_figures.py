"""Figures and last dates of contacts, groups, templates and salespeople."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.interactions.making import DAY, logged, make_company, make_person, said, vocabulary
from tuttava.contacts.queries import FigureFilters, figures, scope_of
from tuttava.foundation import records
from tuttava.interactions import life
from tuttava.interactions import totals as totals_module
from tuttava.interactions.figures import contact_figures
from tuttava.interactions.logging_core import log_interactions
from tuttava.interactions.models import InteractionLogEntry, InteractionTemplate, InteractionTotal, TotalKind
from tuttava.interactions.statistics import total, totals
from tuttava.interactions.titles import titles
from tuttava.interactions.totals import COLUMNS

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


def test_copied_fields_have_their_effects() -> None:  # I-63
    firm = make_company(name="Fjord AS")
    values = {"information_flow": "outbound", "initiated_by": "us", "cost_lcy": 5, "duration_min": 7}
    entry = logged(firm, **values, attempt_failed=True, campaign_target=True, campaign_response=True)
    found = figures(firm)
    assert (found.date_of_last_interaction, found.last_date_attempted) == (None, DAY)
    assert (found.no_of_interactions, found.cost, found.duration_minutes) == (1, 5, 7)
    assert titles([entry])[entry.pk] == "Meeting - by Pia Solberg"
    assert (entry.campaign_target, entry.campaign_response) == (True, True)


def test_postponed_interactions_do_not_count() -> None:  # I-68
    vocabulary()
    firm = make_company()
    log_interactions([said(firm)], postponed=True)
    found = figures(firm)
    assert (found.no_of_interactions, found.date_of_last_interaction) == (0, None)
    assert total(TotalKind.TEMPLATE, "MEET").count == 0


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
    for kind, code in OWNERS.items():
        found = total(kind, code, DAY, DAY)
        assert (found.count, found.cost_lcy, found.duration_min) == (1, 8, 15)
    assert total(TotalKind.SALESPERSON, "PS", DAY + dt.timedelta(1)).count == 0


OWNERS = {TotalKind.GROUP: "TALKS", TotalKind.TEMPLATE: "MEET", TotalKind.SALESPERSON: "PS"}


def counted() -> dict[TotalKind, tuple[int, Decimal]]:
    """What the totals say, and the log itself."""
    found = {}
    for kind, code in OWNERS.items():
        rows = InteractionLogEntry.objects.filter(**{COLUMNS[kind]: code}, canceled=False, postponed=False)
        cost = sum(rows.values_list("cost_lcy", flat=True))
        told = total(kind, code)
        assert (told.count, told.cost_lcy) == (rows.count(), cost)
        found[kind] = (told.count, told.cost_lcy)
    return found


def test_totals_follow_whatever_is_done_to_the_log() -> None:  # I-112
    firm = make_company()
    entries = [logged(firm, cost_lcy=day, date=dt.date(2026, 1, day)) for day in (1, 2, 3)]
    assert counted()[TotalKind.GROUP] == (3, 6)
    life.toggle_canceled([entries[0].pk])
    totals_module.fold()
    assert counted()[TotalKind.TEMPLATE] == (2, 5)
    life.delete_entry(InteractionLogEntry.objects.get(pk=entries[0].pk))
    life.toggle_canceled([entries[1].pk])
    life.toggle_canceled([entries[1].pk])
    log_interactions([said(firm)], postponed=True)
    assert counted()[TotalKind.SALESPERSON] == (2, 5)
    records.change(InteractionTemplate.objects.get(code="MEET"), {"code": "TALK"})
    assert total(TotalKind.TEMPLATE, "MEET").count == 0 and total(TotalKind.TEMPLATE, "TALK").count == 2


def test_folded_totals_say_the_same_in_fewer_rows() -> None:  # I-112
    firm = make_company()
    for _ in range(3):
        logged(firm, cost_lcy=1)
    before = counted()
    totals_module.fold()
    rows = InteractionTotal.objects.filter(kind=TotalKind.GROUP, code="TALKS")
    assert [(row.date, row.count, row.loose) for row in rows] == [(DAY, 3, False)]
    logged(firm)
    totals_module.fold()
    totals_module.fold()
    assert rows.get().count == 4 and before[TotalKind.GROUP] == (3, 3)


def test_totals_can_be_counted_anew() -> None:  # I-112
    logged(make_company(), cost_lcy=7)
    InteractionTotal.objects.all().delete()
    totals_module.recount()
    assert counted()[TotalKind.SALESPERSON] == (1, 7)


def test_totals_of_many_are_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    logged(make_company())
    with django_assert_num_queries(1):
        assert totals(TotalKind.GROUP, ["TALKS", "LETTERS"])["TALKS"].count == 1


def test_figures_of_a_contact_are_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    firm = make_company()
    for _ in range(3):
        logged(make_person(company_no=firm.no))
    with django_assert_num_queries(1):
        assert contact_figures(scope_of(firm), FigureFilters())["no_of_interactions"] == 3
