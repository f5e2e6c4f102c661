"""The log in the browser: lists, the page of an interaction, the timeline of contacts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.contacts.people import change
from tests.interactions.making import logged, make_company, make_person, said, vocabulary
from tests.relations.pages import JSON, administrator, visitor
from tuttava.foundation.directory.models import Company, PermissionSet
from tuttava.interactions.keeping import fail
from tuttava.interactions.logging_core import NewInteraction, log_interactions
from tuttava.interactions.models import EmailLayout, InteractionAttachment, InteractionLogEntry
from tuttava.interactions.storing import NewContent


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


def at(company: Company, path: str) -> str:
    return f"/c/{company.slug}/{path}"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:400]
    return answer.content.decode()


def test_the_list_shows_the_newest_first_without_postponed(company: Company, client: Client) -> None:  # I-68
    firm = make_company(name="Fjordkraft AS")
    logged(firm, description="Older call", date=dt.date(2026, 1, 1))
    logged(firm, description="Newer call", date=dt.date(2026, 2, 1))
    log_interactions([said(firm, description="Half a call")], postponed=True)
    page = text(client, at(company, "interactions/"))
    assert page.index("Newer call") < page.index("Older call")
    assert "Half a call" not in page and "Fjordkraft AS" in page
    assert "Half a call" in text(client, at(company, "interactions/postponed/"))


def test_chips_narrow_to_a_company_and_its_people(company: Company, client: Client) -> None:  # I-64
    firm = make_company()
    person = make_person(company_no=firm.no)
    logged(person, description="With the person")
    logged(make_company(), description="With somebody else")
    page = text(client, at(company, f"interactions/?f=contact:is:{firm.no}"))
    assert "With the person" in page and "With somebody else" not in page


def test_a_page_of_the_list_costs_the_same_however_long(company: Company, client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            text(client, at(company, "interactions/"))
        return len(queries)

    logged(make_person())
    cost()
    few = cost()
    for _ in range(15):
        logged(make_person())
    assert cost() == few


def test_who_may_not_read_the_log_sees_none(company: Company) -> None:  # I-162
    firm = make_company()
    entry = logged(firm, description="Secret talk")
    PermissionSet.objects.create(code="CONTACTS", name="Contacts", permissions=["api.read"])
    onlooker = visitor(company, sets="CONTACTS")
    for path in ("interactions/", "interactions/postponed/", f"interactions/{entry.pk}"):
        assert onlooker.get(at(company, path)).status_code == 403
    assert "Secret talk" not in text(onlooker, at(company, f"contacts/{firm.pk}"))


def test_a_page_tells_what_was_said(company: Company, client: Client) -> None:  # section 5
    entry = logged(make_person(name="Kari Nordmann"), information_flow="inbound")
    page = text(client, at(company, f"interactions/{entry.pk}"))
    assert "Talked about spring" in page and "Meeting - from Kari Nordmann" in page


def test_cancel_and_evaluate_on_the_page(company: Company, client: Client) -> None:  # I-69, I-73
    entry = logged(make_company())
    answer = client.post(at(company, f"interactions/{entry.pk}/cancel"), headers=JSON)
    assert answer.status_code == 200 and answer.json()["undo"]
    entry.refresh_from_db()
    assert entry.canceled
    sent = {"value": "positive", "version": entry.version}
    client.post(at(company, f"interactions/{entry.pk}/field/evaluation"), sent, headers=JSON)
    entry.refresh_from_db()
    assert entry.evaluation == "positive"


def test_nothing_else_can_be_edited(company: Company, client: Client) -> None:  # I-67
    entry = logged(make_company())
    client.post(at(company, f"interactions/{entry.pk}/field/description"), {"value": "Other"}, headers=JSON)
    entry.refresh_from_db()
    assert entry.description == "Talked about spring"


def test_comments_are_added_on_the_page(company: Company, client: Client) -> None:  # 2.8
    entry = logged(make_company())
    address = at(company, f"interactions/{entry.pk}/lists/comments/new")
    assert client.post(address, {"comment": "Wants a quote"}, headers=JSON).status_code == 200
    assert "Wants a quote" in text(client, at(company, f"interactions/{entry.pk}"))


def test_a_canceled_interaction_is_deleted_and_comes_back(company: Company, client: Client) -> None:  # I-72
    entry = logged(make_company())
    client.post(at(company, f"interactions/{entry.pk}/cancel"), headers=JSON)
    client.post(at(company, f"interactions/{entry.pk}/delete"), headers=JSON)
    assert not InteractionLogEntry.objects.exists()


def test_files_are_handed_out_without_anything_that_runs(company: Company, client: Client) -> None:  # I-80, I-90
    vocabulary()
    page = b"<html><body>Hello<script>alert(1)</script></body></html>"
    content = NewContent(data=page, file_name="mail.html", extension="html")
    entry = log_interactions([NewInteraction(said(make_company()).values, content=content)])[0]
    answer = client.get(at(company, f"interactions/{entry.pk}/file"))
    assert b"Hello" in answer.content and b"alert" not in answer.content
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def logged_mail(**content: str | bytes) -> InteractionLogEntry:
    vocabulary()
    item = said(make_company())
    file = NewContent(internet_message_id="<a@x>", **content)  # type: ignore[arg-type]
    return log_interactions([NewInteraction(item.values, content=file, more={"email_logged": True})])[0]


def test_logged_mail_asks_before_it_opens(company: Company, client: Client) -> None:  # I-80
    entry = logged_mail(data=b"Subject: x\r\n\r\nHello", extension="eml", file_name="message.eml")
    assert f"interactions/{entry.pk}/open" in text(client, at(company, f"interactions/{entry.pk}"))
    asked = client.post(at(company, f"interactions/{entry.pk}/open"), headers=JSON)
    assert asked.status_code == 409 and "Open the stored e-mail?" in asked.json()["ask"]
    for answer, place in (("yes", "/file"), ("no", "")):
        going = client.post(at(company, f"interactions/{entry.pk}/open"), {"answer:I-80": answer}, headers=JSON)
        assert going.json()["redirect"].endswith(f"interactions/{entry.pk}{place}")
    assert b"Hello" in client.get(at(company, f"interactions/{entry.pk}/file")).content


def test_mail_that_its_mailbox_keeps_says_where(company: Company, client: Client) -> None:  # I-80
    entry = logged_mail(message_url="imap://mail.example/Archive")
    page = text(client, at(company, f"interactions/{entry.pk}/file"))
    assert 'href="imap://mail.example/Archive"' in page and "&lt;a@x&gt;" in page
    local = logged_mail(message_url="archive/a.eml")
    assert "archive/a.eml" in text(client, at(company, f"interactions/{local.pk}/file"))


def test_the_text_of_a_mail_that_was_not_delivered_is_changed(company: Company, client: Client) -> None:  # I-49
    vocabulary()
    EmailLayout.objects.create(code="T-X", html="{{ layout.content }}")
    content = NewContent(extension="html", email_layout_code="T-X", content_body="Hi Ana")
    item = said(make_person(email="anna@example.com"), correspondence_type="email", subject="Spring")
    entry = log_interactions([NewInteraction(item.values, content=content)])[0]
    page = at(company, f"interactions/{entry.pk}")
    assert f"{entry.pk}/text" not in text(client, page)
    fail(entry, "mailbox full")
    assert f"{entry.pk}/text" in text(client, page)
    assert "Hi Ana" in text(client, f"{page}/text")
    assert client.post(f"{page}/text", {"content_body": "Hi Anna"}, headers=JSON).status_code == 200
    assert InteractionAttachment.objects.get(pk=entry.attachment_id).content_body == "Hi Anna"


def test_the_timeline_of_a_company_has_its_people_and_pages_by_moment(company: Company, client: Client) -> None:
    firm = make_company(name="Fjordkraft AS")
    person = make_person(name="Kari Nordmann", company_no=firm.no)
    for day in range(1, 29):
        logged(person, description=f"Call {day:02}", date=dt.date(2026, 1, day))
    url = at(company, f"contacts/{firm.pk}/timeline?kind=interaction")
    first = client.get(url, headers=JSON).json()["parts"]["timeline"]
    assert "Call 28" in first and "Kari Nordmann" in first and "Call 03" not in first
    before = first.rsplit("before=", 1)[1].split('"')[0]
    second = client.get(f"{url}&before={before}", headers=JSON).json()["parts"]["timeline"]
    assert "Call 03" in second and "Call 01" in second and "Call 04" not in second


def test_a_person_shows_its_whole_company_on_demand(company: Company, client: Client) -> None:
    firm = make_company()
    person, colleague = make_person(company_no=firm.no), make_person(company_no=firm.no)
    logged(colleague, description="With the colleague")
    own = at(company, f"contacts/{person.pk}/timeline")
    assert "With the colleague" not in text(client, own)
    wide = text(client, f"{own}?scope=wide")
    assert "With the colleague" in wide and "scope=wide&amp;kind=interaction" in wide


def test_no_interaction_of_one_minute_is_lost_between_pages(company: Company, client: Client) -> None:
    person = make_person()
    for number in range(30):
        logged(person, description=f"Mail {number:02}", time_of_interaction=dt.time(9, 0))
    url = at(company, f"contacts/{person.pk}/timeline?kind=interaction")
    first = client.get(url, headers=JSON).json()["parts"]["timeline"]
    before = first.rsplit("before=", 1)[1].split('"')[0]
    second = client.get(f"{url}&before={before}", headers=JSON).json()["parts"]["timeline"]
    assert all((f"Mail {number:02}" in first) != (f"Mail {number:02}" in second) for number in range(30))


def test_postponed_and_canceled_ones_are_muted_in_the_timeline(company: Company, client: Client) -> None:  # section 5
    vocabulary()
    person = make_person()
    log_interactions([said(person)], postponed=True)
    page = text(client, at(company, f"contacts/{person.pk}"))
    assert "happening muted" in page and "Postponed" in page


def test_names_of_blocked_people_are_masked(company: Company) -> None:  # C-72
    person = make_person(name="Kari Nordmann")
    entry = logged(person, information_flow="inbound")
    change(person, privacy_blocked=True)
    onlooker = visitor(company)
    for path in ("interactions/", f"interactions/{entry.pk}"):
        assert "Nordmann" not in text(onlooker, at(company, path))


def test_home_counts_what_i_postponed(company: Company, client: Client) -> None:
    assert "Postponed interactions" in text(client, at(company, ""))
