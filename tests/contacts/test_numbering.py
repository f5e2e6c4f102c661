"""Numbers of contacts: drawn, chosen, typed and changed (C-1 to C-5, C-7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.register import change, firm, fresh, person, setup
from tuttava.contacts.actions import change_number
from tuttava.contacts.models import Contact, ContactMailingGroup, MailingGroup
from tuttava.contacts.queries import figures, related_contacts
from tuttava.contacts.rules.numbering import number_choices, shows_number_field
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import NumberSeries, NumberSeriesLine, NumberSeriesRelationship
from tuttava.foundation.records import Edit, rules_of, save_many

pytestmark = pytest.mark.usefixtures("company")


def other_series(code: str = "OTHER", first: str = "X1", **values: Any) -> str:
    NumberSeries.objects.create(code=code, **values)
    NumberSeriesLine.objects.create(series_code=code, line_no=10000, starting_no=first)
    return code


def refused(code: str, **values: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        firm(**values)
    assert error.value.code == code
    return error.value


def test_blank_number_is_drawn_from_the_series_of_the_setup() -> None:  # C-1, C-116
    setup(contact_nos_code=other_series())
    first, second = firm(), firm()
    assert (first.no, second.no, first.no_series_code) == ("X1", "X2", "OTHER")


def test_missing_series_in_the_setup_is_named() -> None:  # C-1
    setup(contact_nos_code=None)
    assert refused("setup.contact_nos.missing").field == "contact_nos"


def test_series_without_automatic_numbers_is_refused() -> None:  # C-1
    NumberSeries.objects.filter(code="CONT").update(default_nos=False)
    refused("number_series.not_automatic")


def test_numbers_that_a_contact_has_are_skipped() -> None:  # C-1
    firm(no="X1")
    firm(no="X2")
    setup(contact_nos_code=other_series())
    assert firm().no == "X3"


def test_related_series_may_be_chosen() -> None:  # C-1, C-110
    other_series()
    NumberSeriesRelationship.objects.create(main_code="CONT", series_code="OTHER")
    chosen = firm(no_series="OTHER")
    assert (chosen.no, chosen.no_series_code) == ("X1", "OTHER")
    assert [series.code for series in number_choices()] == ["CONT", "OTHER"]


def test_unrelated_series_is_refused() -> None:  # C-110
    other_series()
    refused("number_series.not_related", no_series="OTHER")


def test_series_of_a_saved_contact_is_read_only() -> None:  # C-1
    other_series()
    with pytest.raises(DomainError) as error:
        change(firm(), no_series="OTHER")
    assert error.value.code == "read_only"


def test_typed_number_has_no_series() -> None:  # C-2
    typed = firm(no=" ab1 ")
    assert (typed.no, typed.no_series_code) == ("AB1", None)


def test_typed_number_is_refused_without_manual_numbers() -> None:  # C-2
    NumberSeries.objects.filter(code="CONT").update(manual_nos=False)
    assert refused("number_series.not_manual", no="AB1").field == "no"


def test_typed_number_is_allowed_without_a_series() -> None:  # C-2
    setup(contact_nos_code=None)
    assert firm(no="AB1").no == "AB1"


def test_taken_number_is_refused() -> None:  # C-2
    firm(no="AB1")
    assert refused("already_exists", no="ab1").field == "no"


@pytest.mark.parametrize("number", ["A\nB", "A\tB", "A\x00B"])
def test_control_characters_are_refused(number: str) -> None:  # C-2
    refused("value_invalid", no=number)


@pytest.mark.parametrize("number", ["(1)&|<>*?'@", "%", "_", "A'B\"", "\\", "Æ Ø", "*", "..", "/"])
def test_any_printable_number_works_everywhere(number: str) -> None:  # C-3
    company = firm(no=number)
    anna = person(company)
    MailingGroup.objects.get_or_create(code="M")
    records.create(ContactMailingGroup, {"mailing_group": "M"}, given={"contact": company})
    firm(no="BYSTANDER")
    assert anna.company_no == number
    assert set(related_contacts(company)) == {company, anna}
    assert figures(company).no_of_mailing_groups == 1
    change(company, address="Nygaten 5")
    assert fresh(anna).address == "Nygaten 5"


def test_number_field_hides_only_when_a_number_is_sure_to_come() -> None:  # C-4
    assert shows_number_field()
    NumberSeries.objects.filter(code="CONT").update(manual_nos=False)
    assert not shows_number_field()
    NumberSeriesLine.objects.filter(series_code="CONT").update(starting_no="")
    assert shows_number_field()


def test_number_field_shows_with_a_choice_of_series_or_without_any() -> None:  # C-4
    NumberSeries.objects.filter(code="CONT").update(manual_nos=False)
    other_series()
    NumberSeriesRelationship.objects.create(main_code="CONT", series_code="OTHER")
    assert shows_number_field()
    setup(contact_nos_code=None)
    assert shows_number_field()


def test_renaming_reaches_people_and_keeps_links() -> None:  # C-7
    company = firm()
    anna = person(company)
    MailingGroup.objects.get_or_create(code="M")
    link = records.create(ContactMailingGroup, {"mailing_group": "M"}, given={"contact": anna})
    company, anna = change_number(company, "NEW1"), change_number(fresh(anna), "NEW2")
    assert (company.no, company.company_no, fresh(anna).company_no) == ("NEW1", "NEW1", "NEW1")
    assert (anna.lookup_contact_no, company.lookup_contact_no) == ("NEW2", "")
    assert ContactMailingGroup.objects.get(pk=link.pk).contact.no == "NEW2"


def test_renaming_to_blank_or_to_a_taken_number_is_refused() -> None:  # C-7
    company, other = firm(), firm()
    for number, code in (("", "field_required"), (other.no, "already_exists")):
        with pytest.raises(DomainError) as error:
            change_number(company, number)
        assert error.value.code == code


def test_batch_draws_its_numbers_together(django_assert_max_num_queries: Any) -> None:  # C-1
    with acting(Context()):
        edits = [Edit(Contact(), rules_of(Contact)) for _ in range(50)]
        for edit in edits:
            edit.enter("name", "Fjord AS")
        setup(contact_nos_code=other_series(manual_nos=True))
        firm(no="X7")
        with django_assert_max_num_queries(25):
            save_many(edits)
    numbers = {edit.record.no for edit in edits}
    assert len(numbers) == 50 and "X7" not in numbers


def test_batch_skips_numbers_typed_in_the_same_batch() -> None:  # C-1
    setup(contact_nos_code=other_series(manual_nos=True))
    edits = [Edit(Contact(), rules_of(Contact)) for _ in range(3)]
    edits[2].enter("no", "X1")
    save_many(edits)
    assert [edit.record.no for edit in edits] == ["X2", "X3", "X1"]
