"""What is derived: scope, figures, business relation status, time of change (C-75 to C-80)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.contacts.register import change, firm, fresh, person
from tuttava.contacts.actions import change_company
from tuttava.contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
)
from tuttava.contacts.queries import (
    FigureFilters,
    Scope,
    changed_since,
    figures,
    provides_figures,
    scope_of,
    unplug_figures,
    with_counts,
)
from tuttava.contacts.rules.derived import refresh_status, status_of
from tuttava.foundation.context import Context, acting
from tuttava.foundation.models import CommentLine

pytestmark = pytest.mark.usefixtures("company")


def relate(contact: Contact, code: str, table: str = "blank", number: str = "") -> None:
    BusinessRelation.objects.get_or_create(code=code)
    ContactBusinessRelation.objects.create(
        contact=contact, business_relation_code=code, link_to_table=table, linked_no=number
    )
    refresh_status([contact.pk])


def status(contact: Contact) -> str:
    return fresh(contact).contact_business_relation


def test_scope_is_the_company_or_exactly_the_person() -> None:  # C-75
    company = firm()
    anna, free = person(company), person()
    assert scope_of(company) == Scope(company.pk, None)
    assert scope_of(anna) == Scope(company.pk, anna.pk)
    assert scope_of(free) == Scope(None, free.pk)


def test_figures_without_rooms_above_are_zero() -> None:  # 3.2
    found = figures(firm())
    assert (found.no_of_interactions, found.cost, found.next_task_date, found.task_entry_exists) == (0, 0, None, False)


def test_rooms_above_provide_figures_within_scope_and_filters() -> None:  # C-75, C-76
    asked = []

    def provider(scope: Scope, filters: FigureFilters) -> dict[str, object]:
        asked.append((scope, filters))
        return {"no_of_interactions": 1, "cost": Decimal("12.50"), "duration_minutes": 30}

    provides_figures(provider)
    try:
        anna = person(firm())
        january = FigureFilters(date_from=dt.date(2026, 1, 1), date_to=dt.date(2026, 1, 31))
        found = figures(anna, january)
    finally:
        unplug_figures(provider)
    assert asked == [(scope_of(anna), january)]
    assert (found.no_of_interactions, found.cost, found.duration_minutes) == (1, Decimal("12.50"), 30)


def test_misspelt_figure_of_a_provider_is_found_out() -> None:  # 3.2
    def provider(scope: Scope, filters: FigureFilters) -> dict[str, object]:
        return {"no_of_interaction": 1}

    provides_figures(provider)
    try:
        with pytest.raises(ValueError, match="no_of_interaction"):
            figures(firm())
    finally:
        unplug_figures(provider)


def test_counts_take_one_query_for_each_room(django_assert_num_queries: Any) -> None:  # C-78
    company = firm()
    anna, free = person(company), person()
    ContactIndustryGroup.objects.create(contact=company, industry_group=IndustryGroup.objects.all()[0])
    ContactBusinessRelation.objects.create(contact=company, business_relation=BusinessRelation.objects.all()[0])
    ContactBusinessRelation.objects.create(contact=anna, business_relation=BusinessRelation.objects.all()[1])
    ContactMailingGroup.objects.create(contact=anna, mailing_group=MailingGroup.objects.all()[0])
    ContactJobResponsibility.objects.create(contact=anna, job_responsibility=JobResponsibility.objects.all()[0])
    CommentLine.objects.create(owner_kind="contact", owner_id=anna.pk, line_no=10000)
    CommentLine.objects.create(owner_kind="task", owner_id=company.pk, line_no=10000)
    with django_assert_num_queries(2):  # the register's own, and those of the log
        found = figures(anna)
    assert (found.no_of_industry_groups, found.no_of_business_relations) == (1, 2)
    assert (found.no_of_mailing_groups, found.no_of_job_responsibilities, found.has_comment) == (1, 1, True)
    whole = figures(company)
    assert (whole.no_of_industry_groups, whole.no_of_business_relations, whole.no_of_mailing_groups) == (1, 1, 0)
    assert not whole.has_comment
    assert figures(free).no_of_business_relations == 0


def test_counts_of_a_list_take_one_query(django_assert_num_queries: Any) -> None:  # C-78
    company = firm()
    person(company), person(company)
    with django_assert_num_queries(1):
        assert [row.no_of_industry_groups for row in with_counts(Contact.objects.all())] == [0, 0, 0]


@pytest.mark.parametrize(
    ("relations", "expected"),
    [
        ([], "none"),
        ([("CUST", "customer", "C1")], "customer"),
        ([("VEND", "vendor", "V1")], "vendor"),
        ([("BANK", "bank_account", "B1")], "bank_account"),
        ([("EMP", "employee", "E1")], "employee"),
        ([("CUST", "vendor", "V1")], "vendor"),
        ([("CUST", "blank", "")], "other"),
        ([("PRESS", "customer", "C1")], "other"),
        ([("PRESS", "blank", "")], "other"),
        ([("CUST", "customer", "C1"), ("PRESS", "blank", "")], "multiple"),
    ],
)
def test_status_says_what_a_contact_is_to_us(relations: list[tuple[str, str, str]], expected: str) -> None:  # C-79
    assert status_of(relations) == expected


def test_status_of_people_includes_their_company_s_relations() -> None:  # C-79
    company, other = firm(), firm()
    anna, free = person(company), person()
    assert (status(company), status(anna), status(free)) == ("none", "none", "none")
    relate(company, "CUST", "customer", "C1")
    assert (status(company), status(anna), status(free)) == ("customer", "customer", "none")
    relate(anna, "PRESS")
    assert (status(company), status(anna)) == ("customer", "multiple")
    assert status(person(company)) == "customer"
    anna = change_company(fresh(anna), other)
    assert status(anna) == "other"
    ContactBusinessRelation.objects.filter(contact=company).delete()
    refresh_status([company.pk])
    assert status(company) == "none"


def test_status_follows_into_and_out_of_a_company() -> None:  # C-79
    company, anna = firm(), person()
    relate(company, "VEND", "vendor", "V1")
    anna = change_company(anna, fresh(company))
    assert anna.contact_business_relation == "vendor"
    assert change_company(anna, None).contact_business_relation == "none"


def test_every_save_sets_the_time_and_saving_nothing_does_not() -> None:  # C-80
    company = firm()
    first = company.last_modified_at
    assert first is not None and first.utcoffset() == dt.timedelta(0)
    company = change(company, fax_no="1")
    second = company.last_modified_at
    assert second is not None and second > first
    assert change(company, fax_no="1").last_modified_at == second


def test_changed_since_selects_from_that_moment_on() -> None:  # C-80
    first, second = firm(), firm()
    assert list(changed_since(second.last_modified_at)) == [second]
    assert set(changed_since(None)) == {first, second}


def test_change_of_one_field_takes_few_statements(django_assert_max_num_queries: Any) -> None:  # C-80
    anna = person(firm())
    with acting(Context()), django_assert_max_num_queries(10):
        change(anna, fax_no="1")
