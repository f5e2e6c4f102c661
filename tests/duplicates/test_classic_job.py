"""Generating search strings in the background (D-7, D-14, D-15, D-18, D-24)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.contacts.register import change, setup
from tests.duplicates.parties import company, compare, pairs, strings, unordered
from tuttava.contacts.models import Contact, MarketingSetup
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.actions import create_default_setup, set_separate
from tuttava.duplicates.classic import job, searching
from tuttava.duplicates.classic.job import generate, generate_search_strings
from tuttava.duplicates.classic.outdated import is_outdated
from tuttava.duplicates.models import ContactSearchString, DuplicateSearchStringSetup
from tuttava.duplicates.queries import listed_pairs, open_listed_pairs
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.foundation.models import Job, JobStatus

pytestmark = pytest.mark.usefixtures("company")

NAME = ("name", "first", 5)


def queued() -> int:
    return Job.objects.filter(kind=job.KIND, status=JobStatus.QUEUED).count()


def test_five_pairs_of_equal_names() -> None:  # D-15, D-24
    compare(NAME, maintain_dupl_search_strings=False)
    for name in ("Adatum", "Contoso", "Fabrikam", "Litware", "Northwind"):
        company(name=name), company(name=name)
    assert not pairs()
    assert generate() == {"rebuilt": 10, "newPairs": 5, "gonePairs": 0}
    assert open_listed_pairs().count() == 5
    assert generate() == {"rebuilt": 10, "newPairs": 0, "gonePairs": 0}
    set_separate(listed_pairs()[0], True)
    assert (open_listed_pairs().count(), listed_pairs().count()) == (4, 5)
    assert generate() == {"rebuilt": 10, "newPairs": 0, "gonePairs": 0}


@pytest.mark.parametrize("in_memory", [0, 1_000_000])
def test_only_companies_within_the_filters_are_rebuilt(  # D-15
    in_memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "IN_MEMORY_FROM", in_memory)
    compare(NAME)
    first, second, third = (company(name="Fjordkraft") for _n in range(3))
    company(type="person", name="Fjordkraft")
    setup(maintain_dupl_search_strings=False)
    for contact in (first, second, third):
        change(contact, name="Havbris")
    assert generate({"no": first.no}) == {"rebuilt": 1, "newPairs": 0, "gonePairs": 2}
    assert unordered() == {frozenset([second.no, third.no])}
    assert strings(first) == {("name", "first"): "HAVBR"} and strings(second) == {("name", "first"): "FJORD"}
    assert generate({"companyNo": f"{second.no}|{first.no}"}) == {"rebuilt": 2, "newPairs": 1, "gonePairs": 1}
    assert unordered() == {frozenset([first.no, second.no])}


def test_the_date_of_the_last_change_and_the_external_id_are_filters() -> None:  # D-15
    compare(NAME, maintain_dupl_search_strings=False)
    old, new = company(name="Fjordkraft", external_id="A1"), company(name="Fjordkraft", external_id="B2")
    Contact.objects.filter(pk=old.pk).update(last_modified_at=dt.datetime(2024, 5, 17, 23, 30, tzinfo=dt.UTC))
    today = marketing_setup() and dt.date.today().isoformat()
    assert generate({"lastModifiedAt": f"{today}.."})["rebuilt"] == 1  # type: ignore[index]
    assert strings(new) and not strings(old)
    assert generate({"externalId": "A*"})["rebuilt"] == 1  # type: ignore[index]
    assert strings(old)


def test_a_filter_that_is_none_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        generate({"nosuch": "1"})
    assert refused.value.code == "bad_filter"


def test_a_job_taken_up_again_goes_on_behind_the_last_slice(monkeypatch: pytest.MonkeyPatch) -> None:  # D-15
    monkeypatch.setattr(job, "SLICE", 2)
    compare(NAME, maintain_dupl_search_strings=False)
    for _n in range(5):
        company(name="Fjordkraft")
    stopped = generate_search_strings({})
    slices = iter([None, None, RuntimeError("killed")])

    def failing(*_args: Any) -> bool:
        error = next(slices, None)
        if error:
            raise error
        return False

    monkeypatch.setattr(job, "has_strings", failing)
    from tuttava.foundation import jobs
    from tuttava.foundation.context import current

    jobs._run(stopped, lambda: False, current())
    stopped.refresh_from_db()
    assert (stopped.status, stopped.state["rebuilt"], stopped.done) == (JobStatus.FAILED, 4, 4)
    assert ContactSearchString.objects.count() == 4 and not pairs()
    jobs._run(jobs.retry(stopped), lambda: False, current())
    stopped.refresh_from_db()
    assert stopped.result is not None and stopped.result["rebuilt"] == 5
    assert len(unordered()) == 10


def test_a_canceled_job_touches_no_pair() -> None:  # D-15
    compare(NAME)
    first, _second = company(name="Fjordkraft"), company(name="Fjordkraft")
    before = pairs()
    setup(maintain_dupl_search_strings=False)
    change(first, name="Havbris")
    waiting = generate_search_strings({})
    Job.objects.filter(pk=waiting.pk).update(cancel_requested=True)
    from tuttava.foundation import jobs
    from tuttava.foundation.context import current

    jobs._run(waiting, lambda: False, current())
    waiting.refresh_from_db()
    assert waiting.status == JobStatus.CANCELED and pairs() == before


def test_the_base_in_memory_and_one_by_one_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:  # D-9, D-28
    monkeypatch.setattr(searching, "MANY", 4)
    monkeypatch.setattr(job, "IN_MEMORY_FROM", 0)
    compare(NAME, ("city", "first", 5), ("city", "last", 5), ("address", "first", 5), ("address", "last", 5))
    for number in range(40):
        company(
            name=("Fjordkraft", "Havbris", "Nordlys", "")[number % 4],
            city=("Oslo", "Bergen", "Trondheim")[number % 3],
            address=("Storgata 1", "Havnegata 22", "")[number % 7 % 3],
        )
    one_by_one = {(frozenset(pair[:2]), pair[2]) for pair in pairs()}
    assert len(one_by_one) > 100
    assert generate() == {"rebuilt": 40, "newPairs": 0, "gonePairs": 0}
    assert {(frozenset(pair[:2]), pair[2]) for pair in pairs()} == one_by_one


def test_deleting_a_row_deletes_its_strings_and_no_pair() -> None:  # D-6
    compare(NAME, ("city", "first", 5), hit_pct=50)
    first, _second = company(name="Fjordkraft", city="Oslo"), company(name="Fjordkraft", city="Oslo")
    records.delete(DuplicateSearchStringSetup.objects.get(field_name="city"))
    assert strings(first) == {("name", "first"): "FJORD"}
    assert len(pairs()) == 1 and not queued()


def test_a_new_row_or_length_marks_the_strings_outdated_and_builds_them_in_the_background() -> None:  # D-7
    compare(NAME)
    first = company(name="Fjordkraft")
    records.create(DuplicateSearchStringSetup, {"field_name": "post_code", "part_of_field": "first", "length": 4})
    records.change(DuplicateSearchStringSetup.objects.get(field_name="name"), {"length": 3})
    assert is_outdated() and queued() == 1
    assert strings(first) == {("name", "first"): "FJORD"}
    generate()
    assert strings(first) == {("name", "first"): "FJO"} and not is_outdated()


def test_without_maintenance_a_changed_setup_is_marked_only() -> None:  # D-7, D-14
    compare(NAME, maintain_dupl_search_strings=False)
    records.create(DuplicateSearchStringSetup, {"field_name": "city", "part_of_field": "last"})
    assert is_outdated() and not queued()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"field_name": "type", "part_of_field": "first"}, "field_name"),
        ({"field_name": "minor", "part_of_field": "first"}, "field_name"),
        ({"field_name": "company_id", "part_of_field": "first"}, "field_name"),
        ({"field_name": "phone_no_normalised", "part_of_field": "first"}, "field_name"),
        ({"field_name": "", "part_of_field": "first"}, "field_name"),
        ({"field_name": "city", "part_of_field": "middle"}, "part_of_field"),
        ({"field_name": "city", "part_of_field": "first", "length": 1}, "length"),
        ({"field_name": "city", "part_of_field": "first", "length": 11}, "length"),
    ],
)
def test_a_row_names_a_text_field_a_part_and_two_to_ten_characters(values: dict[str, Any], field: str) -> None:  # D.2
    DuplicateSearchStringSetup.objects.all().delete()
    with pytest.raises(DomainError) as refused:
        records.create(DuplicateSearchStringSetup, values)
    assert refused.value.field == field


def test_a_field_stands_once_for_each_part() -> None:  # D.2
    with pytest.raises(DomainError) as refused:
        records.create(DuplicateSearchStringSetup, {"field_name": "name", "part_of_field": "first"})
    assert refused.value.code == "already_exists"


def test_the_default_setup_replaces_every_row() -> None:  # D-5
    compare(NAME, ("fax_no", "first", 5), maintain_dupl_search_strings=True)
    first = company(name="Fjordkraft", fax_no="22334455")
    assert len(create_default_setup()) == 16
    assert set(DuplicateSearchStringSetup.objects.values_list("length", flat=True)) == {5}
    assert DuplicateSearchStringSetup.objects.count() == 16
    assert strings(first) == {("name", "first"): "FJORD"} and queued() == 1


def test_switching_maintenance_on_asks_and_yes_starts_the_job() -> None:  # D-17, D-18
    row = MarketingSetup.objects.get()
    row = records.change(row, {"maintain_dupl_search_strings": False})
    assert not row.autosearch_for_duplicates and not queued()
    with acting(interactive=True, answers={}, cache={}), pytest.raises(QuestionsPending) as asked:
        records.change(row, {"autosearch_for_duplicates": True})
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_generate_search_strings", "yes")]
    row = records.change(row, {"maintain_dupl_search_strings": True})
    assert row.autosearch_for_duplicates and not queued()
    row = records.change(row, {"autosearch_for_duplicates": False})
    assert row.maintain_dupl_search_strings
    row = records.change(row, {"maintain_dupl_search_strings": False})
    with acting(interactive=True, answers={"q_generate_search_strings": "yes"}, cache={}):
        records.change(row, {"maintain_dupl_search_strings": True})
    assert queued() == 1
