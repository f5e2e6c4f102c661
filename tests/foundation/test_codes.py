"""Codes: renamed, replaced, closed, refused to be deleted while in use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.people import contact
from tuttava.contacts.models import Contact, ContactMailingGroup, MailingGroup, MarketingSetup
from tuttava.foundation import records, series
from tuttava.foundation.codes import rename_code, replace_code, usage_of
from tuttava.foundation.directory.actions import copy_company
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import JournalChange, NumberSeries, Territory
from tuttava.foundation.references import count_by_code
from tuttava.foundation.schemas import in_schema

pytestmark = pytest.mark.usefixtures("company")


def grouped(number: int, *codes: str) -> list[Contact]:
    made = [contact(name=f"Firm {place}") for place in range(number)]
    for one in made:
        for code in codes:
            records.create(ContactMailingGroup, {"contact": one, "mailing_group_code": code})
    return made


def test_code_in_use_is_not_deleted_and_the_refusal_tells_where() -> None:  # C-91
    group = records.create(MailingGroup, {"code": "G"})
    grouped(2, "G")
    assert list(usage_of(group).values()) == [2]
    with pytest.raises(DomainError) as refused:
        records.delete(group)
    assert refused.value.code == "code.in_use"
    assert "2" in str(refused.value) and len(refused.value.details) == 1


def test_series_named_in_the_setup_is_not_deleted() -> None:  # C-111
    assert MarketingSetup.objects.filter(contact_nos__code="CONT").exists()
    with pytest.raises(DomainError) as refused:
        records.delete(NumberSeries.objects.get(code="CONT"))
    assert refused.value.code == "code.in_use"


def test_renamed_code_is_renamed_everywhere_in_one_unit() -> None:  # C-92
    territory = records.create(Territory, {"code": "OLD"})
    one = contact(territory="OLD")
    MarketingSetup.objects.update(default_territory="OLD")
    rename_code(territory, "new")
    one.refresh_from_db()
    assert one.territory_code == "NEW"
    assert MarketingSetup.objects.get().default_territory_code == "NEW"
    renames = JournalChange.objects.filter(new__code="NEW") | JournalChange.objects.filter(new__territory_code="NEW")
    assert len({change.unit_id for change in renames}) == 1


def test_code_is_replaced_on_all_records_without_doubles() -> None:  # C-91
    old, new = (records.create(MailingGroup, {"code": code}) for code in ("OLD", "NEW"))
    grouped(2, "OLD")
    grouped(1, "OLD", "NEW")
    assert replace_code(old, new) == 2
    assert count_by_code(ContactMailingGroup, "mailing_group", ["OLD", "NEW"]) == {"OLD": 0, "NEW": 3}
    records.delete(old)


def test_closed_code_stays_where_it_is_and_cannot_be_chosen_anew() -> None:  # C-91
    territory = records.create(Territory, {"code": "T"})
    one = contact(territory="T")
    records.change(territory, {"closed": True})
    assert records.change(one, {"territory_code": "T", "name": "New name"}).territory_code == "T"
    with pytest.raises(DomainError) as refused:
        contact(territory="T")
    assert (refused.value.code, refused.value.field) == ("code.closed", "territory_code")


def test_counts_of_a_page_are_one_query(django_assert_num_queries: Any) -> None:  # C-89
    for code in ("A", "B"):
        records.create(MailingGroup, {"code": code})
    grouped(2, "A")
    with django_assert_num_queries(1):
        assert count_by_code(ContactMailingGroup, "mailing_group", ["A", "B"]) == {"A": 2, "B": 0}


def test_copied_company_goes_on_with_its_fast_series(company: Company) -> None:  # C-108
    series.draw("EMPL")
    following = series.peek("EMPL")
    records.check_constraints()
    with in_schema(copy_company(company, name="Copied").schema):
        assert series.draw("EMPL") == following
    assert series.draw("EMPL") == following


def test_memberships_go_with_a_salesperson_and_with_a_team() -> None:  # T-80, T-81
    from tuttava.partners.models import Salesperson, Team, TeamMember

    people = [records.create(Salesperson, {"code": code}) for code in ("P1", "P2")]
    team = records.create(Team, {"code": "T1"})
    for person in people:
        records.create(TeamMember, {"team_code": "T1", "salesperson_code": person.code})
    records.delete(people[0])
    assert list(TeamMember.objects.filter(team__code="T1").values_list("salesperson__code", flat=True)) == ["P2"]
    records.delete(team)
    assert not TeamMember.objects.filter(salesperson__code="P2").exists()
