"""The contact list: order, search, chips, paging, selection, views, file (contacts 6.1)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact, ContactMailingGroup, MailingGroup
from tuttava.foundation import bulk_edit, jobs, records, undo_job
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job, JobStatus, UnitOfWork
from tuttava.foundation.records import Edit
from tuttava.partners.models import Salesperson
from tuttava.ui.lists import bulk_job
from tuttava.ui.lists.chips import applied, shown_chips
from tuttava.ui.lists.known import page_named
from tuttava.ui.lists.models import SavedView
from tuttava.ui.lists.state import from_text

pytestmark = pytest.mark.usefixtures("company")


class _Names(HTMLParser):
    """The names in the order in which the list shows them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = ("class", "row-words") in attrs

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.append(data)
        self._inside = False


def names(page: str) -> list[str]:
    reader = _Names()
    reader.feed(page)
    return reader.found


@pytest.fixture
def show(editor: Client, root: str) -> Callable[[str], str]:
    """The list as a page, for the query of an address."""

    def shown(query: str = "") -> str:
        answer = editor.get(f"{root}/contacts/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return shown


def company_of(name: str, **values: object) -> Contact:
    return records.create(Contact, {"type": "company", "name": name, **values})


def person_of(name: str, company: Contact | None = None, **values: object) -> Contact:
    person = records.create(Contact, {"type": "person", "name": name, **values})
    if company is not None:
        Contact.objects.filter(pk=person.pk).update(
            company_id=company.pk, company_no=company.no, company_name=company.name
        )
    return person


def next_of(page: str) -> str:
    found = re.search(r'rel="next"[^>]*href="[^"?]*(\?[^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def previous_of(page: str) -> str:
    found = re.search(r'rel="prev"[^>]*href="[^"?]*(\?[^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_each_company_is_followed_by_its_people(show: Callable[[str], str]) -> None:
    beta, alpha = company_of("Beta"), company_of("Alpha")
    person_of("Zoe", alpha)
    person_of("Bo", beta)
    person_of("Anne", alpha)
    assert names(show("")) == ["Alpha", "Anne", "Zoe", "Beta", "Bo"]


def test_persons_and_companies_are_told_apart(show: Callable[[str], str]) -> None:
    person_of("Anne", company_of("Alpha"))
    page = show("")
    assert 'class="is-company"' in page and 'class="is-person"' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?f=city:is:oslo", ["Alpha"]),
        ("?f=city:begins:b", ["Beta", "Gamma"]),
        ("?f=city:not:Oslo", ["Beta", "Gamma"]),
        ("?f=city:is:Oslo&f=type:is:person", []),
        ("?f=salesperson:is:S1|S2", ["Alpha", "Beta"]),
        ("?f=salesperson:blank:", ["Gamma"]),
        ("?f=salesperson:not:S1", ["Beta", "Gamma"]),
        ("?f=blocked:yes:", ["Gamma"]),
        ("?f=mailing_group:is:NEWS", ["Beta"]),
        ("?f=mailing_group:blank:", ["Alpha", "Gamma"]),
        ("?f=changed:from:-1D", ["Beta", "Gamma"]),
        ("?f=changed:between:-3M..-1M", ["Alpha"]),
    ],
)
def test_chips_narrow_the_list(show: Callable[[str], str], query: str, expected: list[str]) -> None:
    for code in ("S1", "S2"):
        records.create(Salesperson, {"code": code})
    alpha = company_of("Alpha", city="Oslo", salesperson_code="S1")
    beta = company_of("Beta", city="Bergen", salesperson_code="S2")
    gamma = company_of("Gamma", city="Bodø")
    Contact.objects.filter(pk=gamma.pk).update(privacy_blocked=True)
    Contact.objects.filter(pk=gamma.pk).update(salesperson_code=None)
    records.create(ContactMailingGroup, {"mailing_group": MailingGroup.objects.get(code="NEWS").code, "contact": beta})
    Contact.objects.filter(pk=alpha.pk).update(last_modified_at=timezone.now() - dt.timedelta(days=60))
    shown = [name.replace("•••", "Gamma") for name in names(show(query))]
    assert shown == expected


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?f=salesperson:is:aa", "Anna Aas (AA)"),
        ("?f=salesperson:not:AA|BB", "Anna Aas (AA) or BB"),
        ("?f=salesperson:is:AA|GONE", "Anna Aas (AA) or GONE"),
        ("?f=country:is:NO", "Norway (NO)"),
        ("?f=mailing_group:is:NEWS", "Newsletter (NEWS)"),
        ("?f=type:is:person", "Person"),
    ],
)
def test_chip_says_what_its_codes_stand_for(show: Callable[[str], str], query: str, words: str) -> None:
    records.create(Salesperson, {"code": "AA", "name": "Anna Aas"})
    records.create(Salesperson, {"code": "BB"})
    MailingGroup.objects.filter(code="NEWS").update(description="Newsletter")
    assert f"<strong>{words}</strong>" in show(query)


def test_many_chips_and_codes_cost_one_query_for_each_code_table(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for code in ("AA", "BB", "CC", "DD"):
        records.create(Salesperson, {"code": code, "name": f"Name of {code}"})
    page = page_named("contacts")
    state = from_text("f=salesperson:is:AA|BB|CC&f=salesperson:not:DD&f=country:is:NO|SE&f=city:is:Oslo&f=gone:is:x")
    with django_assert_max_num_queries(2):
        found = shown_chips(applied(page, state), state)
    assert [chip.value for chip in found[:2]] == [
        "Name of AA (AA) or Name of BB (BB) or Name of CC (CC)",
        "Name of DD (DD)",
    ]


def test_unknown_or_unfinished_chip_is_told_and_hides_nothing(show: Callable[[str], str]) -> None:
    company_of("Alpha")
    page = show("?f=nonsense:is:x&f=changed:from:whenever")
    assert names(page) == ["Alpha"]
    assert "This list has no such filter." in page and "is not a date" in page


def test_filter_form_leads_to_an_address_that_holds_the_whole_state(editor: Client, root: str) -> None:
    answer = editor.get(f"{root}/contacts/?q=al&add=city&op=is&value=Oslo&sort=name")
    assert answer.headers["Location"] == f"{root}/contacts/?q=al&f=city%3Ais%3AOslo&sort=name"


def test_search_shows_best_hits_and_keeps_filters(show: Callable[[str], str]) -> None:
    company_of("Nordlys Regnskap", city="Oslo")
    company_of("Regnskap Nordlys Bergen", city="Bergen")
    assert names(show("?q=nordlys+regn&f=city:is:Bergen")) == ["Regnskap Nordlys Bergen"]
    assert set(names(show("?q=lys"))) == {"Nordlys Regnskap", "Regnskap Nordlys Bergen"}


@pytest.mark.parametrize("sort", ["", "name", "-name", "salesperson", "-salesperson", "changed", "-city", "no"])
def test_pages_follow_each_other_without_gap_or_repeat_in_every_order(show: Callable[[str], str], sort: str) -> None:
    records.create(Salesperson, {"code": "S1"})
    for number in range(120):
        company_of(f"Firm {number:03}", salesperson_code="S1" if number % 3 else "")
    Contact.objects.filter(name__endswith="5").update(salesperson_code=None)
    forward: list[list[str]] = []
    query = f"?sort={sort}"
    while query:
        page = show(query)
        forward.append(names(page))
        query, last = next_of(page), page
    assert [len(found) for found in forward] == [50, 50, 20]
    assert len({name for found in forward for name in found}) == 120
    backward, query = [forward[-1]], previous_of(last)
    while query:
        page = show(query)
        backward.append(names(page))
        query = previous_of(page)
    assert backward[::-1] == forward


def test_rows_that_come_between_two_pages_move_nothing(show: Callable[[str], str]) -> None:
    for number in range(60):
        company_of(f"Firm {number:03}")
    first = show("?sort=name")
    company_of("AAA arrives in front")
    assert names(show(next_of(first))) == [f"Firm {number:03}" for number in range(50, 60)]


@pytest.mark.parametrize("token", ["garbage", "WzFd", "W3siYSI6MX1d", "9" * 5000])
def test_broken_place_shows_the_first_page(show: Callable[[str], str], token: str) -> None:
    company_of("Alpha")
    assert names(show(f"?after={token}")) == ["Alpha"]


def test_number_of_queries_does_not_grow_with_the_rows(
    editor: Client, root: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    company_of("First")
    editor.get(f"{root}/contacts/")
    with django_assert_num_queries(10):
        editor.get(f"{root}/contacts/")
    for number in range(30):
        company_of(f"Firm {number:03}")
    with django_assert_num_queries(10):
        editor.get(f"{root}/contacts/")


def test_columns_are_chosen_ordered_and_resized_in_the_address(show: Callable[[str], str]) -> None:
    company_of("Alpha", city="Oslo")
    page = show("?cols=city.200,name,nonsense,no.99999")
    assert re.findall(r'<col width="(\d+)" data-col="(\w+)"', page) == [
        ("200", "city"),
        ("250", "name"),
        ("800", "no"),
    ]


def test_saved_view_holds_the_state_and_can_be_shared(company: Company, editor: Client, root: str) -> None:
    company_of("Alpha", city="Oslo")
    company_of("Beta", city="Bergen")
    editor.post(
        f"{root}/contacts/views/save", {"name": "Oslo", "state": "?f=city:is:Oslo&cols=name,city", "shared": "on"}
    )
    view = SavedView.objects.get()
    other = sign_in(company, name="bo", sets="CRM-READ")
    page = other.get(f"{root}/contacts/?view={view.pk}").content.decode()
    assert names(page) == ["Alpha"]
    assert other.post(f"{root}/contacts/views/{view.pk}/delete").status_code == 422
    assert SavedView.objects.count() == 1


def test_link_cannot_delete_a_view(editor: Client, root: str) -> None:
    editor.post(f"{root}/contacts/views/save", {"name": "Mine", "state": "?q=x"})
    view = SavedView.objects.get()
    assert editor.get(f"{root}/contacts/views/{view.pk}/delete").status_code == 405
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_private_view_is_not_shown_to_others_and_sharing_needs_the_right_to_write(
    reader: Client, editor: Client, root: str
) -> None:
    reader.post(f"{root}/contacts/views/save", {"name": "Mine", "state": "?q=x"})
    assert "Mine" not in editor.get(f"{root}/contacts/").content.decode()
    refused = reader.post(f"{root}/contacts/views/save", {"name": "Ours", "state": "?q=x", "shared": "on"})
    assert refused.status_code == 403


def test_view_to_start_with_opens_the_list_and_all_leads_out_of_it(editor: Client, root: str) -> None:
    company_of("Alpha", city="Oslo")
    company_of("Beta", city="Bergen")
    editor.post(f"{root}/contacts/views/save", {"name": "Oslo", "state": "?f=city:is:Oslo", "start": "on"})
    assert names(editor.get(f"{root}/contacts/").content.decode()) == ["Alpha"]
    assert names(editor.get(f"{root}/contacts/?view=none").content.decode()) == ["Alpha", "Beta"]


def test_bulk_action_asks_with_a_dry_run_and_changes_all_as_one_unit_of_work(editor: Client, root: str) -> None:
    records.create(Salesperson, {"code": "S1"})
    ids = [str(company_of(f"Firm {number}").pk) for number in range(3)]
    have = company_of("Has it", salesperson_code="S1")
    ask = editor.post(f"{root}/contacts/bulk/salesperson", {"id": [*ids, str(have.pk)], "value:code": "S1"})
    assert re.search(r"3 rows will change\.\s+1 has it already", ask.content.decode())
    before = UnitOfWork.objects.count()
    editor.post(f"{root}/contacts/bulk/salesperson", {"id": [*ids, str(have.pk)], "value:code": "S1", "step": "do"})
    assert Contact.objects.filter(salesperson_code="S1").count() == 4
    assert UnitOfWork.objects.count() == before + 1


def test_bulk_action_on_everything_that_matches_stays_inside_the_filter(editor: Client, root: str) -> None:
    company_of("Alpha", city="Oslo")
    company_of("Beta", city="Bergen")
    values = {"everything": "1", "state": "?f=city:is:Oslo", "value:code": "NEWS", "step": "do"}
    editor.post(f"{root}/contacts/bulk/mailing-group", values)
    assert [link.contact.name for link in ContactMailingGroup.objects.select_related("contact")] == ["Alpha"]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[Contact]:
    """More companies than a request changes, in two cities."""
    monkeypatch.setattr(bulk_job, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(bulk_job, "CHUNK", 2)
    return [company_of(f"Firm {n}", city="Oslo" if n < 5 else "Bergen") for n in range(7)]


def bulk_of_oslo(browser: Client, root: str, **more: str) -> str:
    """Set the salesperson of all in Oslo who have none."""
    state = {"state": "?f=city:is:Oslo&f=salesperson:blank:", "everything": "1", "value:code": "S1"}
    return browser.post(f"{root}/contacts/bulk/salesperson", {**state, **more}).content.decode()


def run_queued_bulk(company: Company) -> Job:
    row = Job.objects.get(kind=bulk_job.KIND)
    jobs.run_queued(company.schema, row.pk)
    row.refresh_from_db()
    return row


def test_bulk_action_on_very_many_rows_is_a_job_over_all_that_match_and_undone_as_one(
    company: Company, editor: Client, root: str, many: list[Contact]
) -> None:
    records.create(Salesperson, {"code": "S1"})
    assert "This runs in the background" in bulk_of_oslo(editor, root)
    assert not Job.objects.filter(kind=bulk_job.KIND).exists()
    bulk_of_oslo(editor, root, step="do")
    assert not Contact.objects.filter(salesperson_code="S1").exists()
    row = run_queued_bulk(company)
    assert (row.status, row.error, row.done, row.total) == (JobStatus.DONE, "", 5, 5)
    assert row.result is not None and row.result["changed"] == 5
    assert set(Contact.objects.filter(salesperson_code="S1")) == set(many[:5])
    undo = re.search(r'action="([^"]*/undo/[^"]*)"', editor.get(f"{root}/jobs/").content.decode())
    assert undo
    editor.post(undo[1])
    assert not Contact.objects.filter(salesperson_code="S1").exists()
    assert undo[1] not in editor.get(f"{root}/jobs/").content.decode()


def test_long_bulk_action_that_is_refused_half_way_goes_on_where_it_was(
    company: Company, editor: Client, root: str, many: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    records.create(Salesperson, {"code": "S1"})
    bulk_of_oslo(editor, root, step="do")
    saved, calls = bulk_edit.save_many, []

    def refuse_second(edits: list[Edit[Contact]]) -> None:
        calls.append(len(edits))
        if len(calls) == 2:
            raise DomainError("refused", "Not this one.")
        saved(edits)

    monkeypatch.setattr(bulk_edit, "save_many", refuse_second)
    row = run_queued_bulk(company)
    assert (row.status, row.error, row.done) == (JobStatus.FAILED, "Not this one.", 2)
    assert Contact.objects.filter(salesperson_code="S1").count() == 2
    jobs.retry(row)
    row = run_queued_bulk(company)
    assert (row.status, row.done, calls) == (JobStatus.DONE, 5, [2, 2, 2, 1])
    assert UnitOfWork.objects.filter(action="salesperson contacts").count() == 1


def test_large_unit_is_undone_in_the_background(
    company: Company, editor: Client, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_job, "MOST_AT_ONCE", 2)
    ids = [str(company_of(f"Firm {n}").pk) for n in range(7)]
    editor.post(f"{root}/contacts/bulk/mailing-group", {"id": ids, "value:code": "NEWS", "step": "do"})
    editor.post(f"{root}/undo/{UnitOfWork.objects.get(action='mailing-group contacts').pk}")
    assert ContactMailingGroup.objects.count() == 7
    row = Job.objects.get(kind=undo_job.KIND)
    jobs.run_queued(company.schema, row.pk)
    row.refresh_from_db()
    assert (row.status, row.error) == (JobStatus.DONE, "")
    assert ContactMailingGroup.objects.count() == 0


def test_bulk_action_puts_only_companies_into_an_industry_group(editor: Client, root: str) -> None:  # C-88
    alpha = company_of("Alpha")
    anne = person_of("Anne", alpha)
    values = {"id": [str(alpha.pk), str(anne.pk)], "value:code": "RET"}
    assert "1 cannot: only companies can be in it." in re.sub(
        r"\s+", " ", editor.post(f"{root}/contacts/bulk/industry-group", values).content.decode()
    )


def test_reader_is_offered_no_bulk_action_and_refused_one(reader: Client, root: str) -> None:
    alpha = company_of("Alpha")
    assert "Set salesperson" not in reader.get(f"{root}/contacts/").content.decode()
    answer = reader.post(f"{root}/contacts/bulk/salesperson", {"id": str(alpha.pk), "value:code": "", "step": "do"})
    assert answer.status_code == 403


def test_file_holds_what_is_seen_and_no_formula(editor: Client, root: str) -> None:
    company_of("=HYPERLINK(0)", city="Oslo", phone_no="+47 55 10 20 30")
    company_of("Beta", city="Bergen")
    answer = editor.get(f"{root}/contacts/file/csv?f=city:is:Oslo&cols=name,city,phone_no")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines == ["Name,City,Phone", "'=HYPERLINK(0),Oslo,+47 55 10 20 30"]


def test_personal_fields_of_a_blocked_contact_are_masked_without_the_privacy_right(
    editor: Client, root: str
) -> None:  # C-72
    hidden = person_of("Secret Person", email="secret@example.com")
    Contact.objects.filter(pk=hidden.pk).update(privacy_blocked=True)
    page = editor.get(f"{root}/contacts/").content.decode()
    assert "Secret" not in page and "secret@" not in page and hidden.no in page
    answer = editor.get(f"{root}/contacts/file/csv")
    assert b"Secret" not in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_empty_list_says_what_belongs_there(show: Callable[[str], str]) -> None:
    assert "No contacts yet" in show("")
    assert "Nothing fits" in show("?f=city:is:Atlantis")


def test_script_gets_only_the_part_that_changes(editor: Client, root: str) -> None:
    company_of("Alpha")
    answer = editor.get(f"{root}/contacts/", headers={"hx-request": "true", "hx-target": "list"})
    assert answer.content.strip().startswith(b'<div id="list"')


def test_script_in_a_name_stays_text(show: Callable[[str], str]) -> None:
    company_of("<script>alert(1)</script>")
    assert "<script>alert" not in show("")


def test_import_stands_beside_export_and_in_the_empty_list(editor: Client, root: str) -> None:
    page = editor.get(f"{root}/contacts/").content.decode()
    assert page.count(f'href="{root}/import/of/contacts/"') == 2
    assert "No contacts yet" in page
    company_of("Alpha")
    assert editor.get(f"{root}/contacts/").content.decode().count(f'href="{root}/import/of/contacts/"') == 1


def test_reader_is_not_offered_to_import(reader: Client, root: str) -> None:
    assert f'href="{root}/import/of/contacts/"' not in reader.get(f"{root}/contacts/").content.decode()
