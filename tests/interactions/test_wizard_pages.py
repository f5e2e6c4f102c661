"""The dialogs: quick log from anywhere, the wizard, calls."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.interactions.making import make_company, make_person, vocabulary
from tests.interactions.wizards import layout_variant, outgoing, pretended, template, variant
from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.interactions.drafting import Source, start
from tuttava.interactions.models import InteractionComment, InteractionDraft, InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")
JSON = {"Accept": "application/json"}
OVER = {"X-Fragment": "dialog"}


@pytest.fixture
def root(company: Company) -> str:
    return f"/c/{company.slug}"


@pytest.fixture
def editor(company: Company) -> Client:
    return sign_in(company, name="anna", sets="CRM-EDIT")


@pytest.fixture
def firm(company: Company) -> Contact:
    vocabulary()
    template("MEET", unit_duration_min=30)
    return make_company(
        name="Fjordkraft AS", salesperson_code="PS", correspondence_type="none", phone_no="+47 22 00 00 01"
    )


class Desk:
    """One user at one wizard."""

    def __init__(self, client: Client, root: str) -> None:
        self.client = client
        self.root = f"{root}/interactions"

    def open(self, **query: Any) -> InteractionDraft:
        answer = self.client.get(f"{self.root}/new", query, headers=OVER)
        assert answer.status_code == 200, answer.content
        self.html = answer.content.decode()
        return InteractionDraft.objects.latest("pk")

    def press(self, draft: InteractionDraft, verb: str, **typed: Any) -> Any:
        return self.client.post(f"{self.root}/drafts/{draft.pk}/go/{verb}", typed, headers=JSON)

    def keep(self, draft: InteractionDraft, **typed: Any) -> Any:
        return self.client.post(f"{self.root}/drafts/{draft.pk}/keep", typed, headers=JSON)


@pytest.fixture
def desk(editor: Client, root: str) -> Desk:
    return Desk(editor, root)


# --- quick log -------------------------------------------------------------------------------------------------------


def quick_values(firm: Contact, **more: str) -> dict[str, str]:
    return {"contact_id": f"{firm.no} · {firm.name}", "interaction_template_code": "MEET", "text": "Wants blue", **more}


def test_the_quick_log_knows_the_contact_of_the_page(editor: Client, root: str, firm: Contact) -> None:
    page = editor.get(f"{root}/interactions/quick", {"from": f"{root}/contacts/{firm.pk}"}, headers=OVER)
    assert page.status_code == 200
    assert f"{firm.no} · Fjordkraft AS" in page.content.decode()
    row = editor.get(f"{root}/interactions/quick", {"row": f"{root}/contacts/{firm.pk}", "from": root}, headers=OVER)
    assert f"{firm.no} · Fjordkraft AS" in row.content.decode()
    assert editor.get(f"{root}/interactions/quick", {"from": "nonsense"}).status_code == 200


def test_three_fields_log_and_can_be_taken_back(editor: Client, root: str, firm: Contact) -> None:  # I-47
    answer = editor.post(f"{root}/interactions/quick", quick_values(firm), headers=JSON)
    assert answer.status_code == 200, answer.content
    entry = InteractionLogEntry.objects.get()
    assert (entry.description, entry.contact_id, entry.salesperson_code) == ("Wants blue", firm.pk, "PS")
    assert entry.duration_min == 30
    assert answer.json()["close"]
    assert editor.post(answer.json()["undo"]).status_code in (200, 302)
    entry.refresh_from_db()
    assert entry.canceled


def test_what_is_folded_away_counts_when_it_is_typed(editor: Client, root: str, firm: Contact) -> None:
    typed = quick_values(firm, duration_min="45", evaluation="positive", date="2026-01-15")
    editor.post(f"{root}/interactions/quick", typed, headers=JSON)
    entry = InteractionLogEntry.objects.get()
    assert (entry.duration_min, entry.evaluation, str(entry.date)) == (45, "positive", "2026-01-15")


def test_the_card_below_shows_the_new_entry(editor: Client, root: str, firm: Contact) -> None:
    typed = quick_values(firm, page=f"{root}/contacts/{firm.pk}")
    parts = editor.post(f"{root}/interactions/quick", typed, headers=JSON).json()["parts"]
    assert any("Fjordkraft AS" in html for html in parts.values())


@pytest.mark.parametrize(
    ("left_out", "field"), [("contact_id", "contact_id"), ("interaction_template_code", "interaction_template_code")]
)
def test_refusals_of_the_quick_log_stand_at_the_field(
    editor: Client, root: str, firm: Contact, left_out: str, field: str
) -> None:  # I-46
    answer = editor.post(f"{root}/interactions/quick", quick_values(firm) | {left_out: ""}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == field
    plain = editor.post(f"{root}/interactions/quick", quick_values(firm) | {left_out: ""})
    assert "Wants blue" in plain.content.decode()
    assert not InteractionLogEntry.objects.exists()


def test_the_last_kind_is_proposed_again(editor: Client, root: str, firm: Contact) -> None:
    editor.post(f"{root}/interactions/quick", quick_values(firm), headers=JSON)
    assert 'value="MEET"' in editor.get(f"{root}/interactions/quick", headers=OVER).content.decode()


def test_readers_cannot_log(company: Company, root: str, firm: Contact) -> None:  # I-162
    reader = sign_in(company, name="rita", sets="CRM-READ")
    for page in ("quick", "new", "incoming"):
        assert reader.get(f"{root}/interactions/{page}").status_code == 403
    assert b"interactions/quick" not in reader.get(f"{root}/contacts/{firm.pk}").content


# --- the wizard ------------------------------------------------------------------------------------------------------


def test_the_wizard_goes_from_what_to_result(desk: Desk, firm: Contact) -> None:  # I-38 to I-44
    draft = desk.open(contact=firm.pk)
    assert "Fjordkraft AS" in desk.html
    refused = desk.press(draft, "next", description="Prices").json()
    assert refused["error"]["field"] == "interaction_template_code"
    answer = desk.press(draft, "next", interaction_template_code="MEET", description="Prices", comment="Nice people")
    assert "Note how it went" in answer.json()["parts"]["wizard-step"]
    entry = InteractionLogEntry.objects.get()
    done = desk.press(draft, "finish", description="Prices", evaluation="positive", interaction_successful="true")
    assert done.json()["redirect"].endswith(f"/contacts/{firm.pk}")
    entry.refresh_from_db()
    assert (entry.evaluation, entry.attempt_failed) == ("positive", False)
    assert [comment.comment for comment in entry.comments.all()] == ["Nice people"]


def test_a_closed_wizard_goes_on_where_it_was(desk: Desk, firm: Contact) -> None:
    draft = desk.open(contact=firm.pk)
    desk.client.post(
        f"{desk.root}/drafts/{draft.pk}/keep?closing=yes", {"description": "Half a tho", "comment": "so far"}
    )
    assert desk.open(contact=firm.pk) == draft
    assert "Half a tho" in desk.html
    assert "so far" in desk.html
    assert InteractionDraft.objects.count() == 1


def test_fields_follow_what_is_typed(desk: Desk, firm: Contact) -> None:  # I-28
    draft = desk.open(contact=firm.pk)
    answer = desk.keep(draft, interaction_template_code="MEET", description="")
    assert answer.json()["values"]["description"] == "About MEET"
    typed = desk.keep(draft, interaction_template_code="MEET", description="My words")
    assert typed.json()["values"]["description"] == "My words"
    unknown = desk.keep(draft, interaction_template_code="NOSUCH")
    assert unknown.json()["error"]["field"] == "interaction_template_code"


def test_a_contact_is_chosen_in_the_wizard(desk: Desk, firm: Contact) -> None:  # I-27
    draft = desk.open()
    refused = desk.press(draft, "next", contact_id="nobody at all", interaction_template_code="MEET")
    assert refused.json()["error"]["code"] == "contact_not_found"
    answer = desk.keep(draft, contact_id="fjordkraft")
    assert answer.json()["values"]["contact_id"] == f"{firm.no} · Fjordkraft AS"
    assert answer.json()["values"]["salesperson_code"] == "PS"


def test_several_contacts_are_asked_about(desk: Desk, firm: Contact) -> None:  # I-27
    make_company(name="Fjordkraft Nord")
    draft = desk.open()
    asked = desk.keep(draft, contact_id="fjordkr")
    assert asked.status_code == 409
    assert "Fjordkraft Nord" in asked.json()["ask"]


def test_the_filters_of_the_log_are_the_context(desk: Desk, root: str, firm: Contact) -> None:  # I-21
    chips = [f"contact:is:{firm.no}", "salesperson:is:PS", "date:is:t", "template:is:MEET"]
    below = desk.client.get(f"{root}/interactions/", {"f": chips, "q": "x"}).content.decode()
    (link,) = re.findall(r'href="([^"]*/interactions/new[^"]*)" data-key="n"', below)
    desk.client.get(html.unescape(link), headers=OVER)
    draft = InteractionDraft.objects.get()
    assert draft.context == {"contact_no": firm.no, "salesperson_code": "PS"}
    assert (draft.interaction_template_code, draft.description) == ("MEET", "About MEET")


def test_a_kind_that_the_log_is_narrowed_to_waits_for_the_contact(desk: Desk, firm: Contact) -> None:  # I-21, I-28
    chips = ["template:is:meet", "contact:is:NOSUCH", "salesperson:is:PS|JO", "group:not:X"]
    draft = desk.open(f=chips)
    assert (draft.context, draft.interaction_template_code) == ({}, "")
    assert 'value="MEET"' in desk.html
    desk.open(f=["template:is:NOSUCH"])
    assert "NOSUCH" not in desk.html


def test_finish_later_and_resume(desk: Desk, firm: Contact) -> None:  # I-50, I-77
    draft = desk.open(contact=firm.pk)
    answer = desk.press(draft, "postpone", interaction_template_code="MEET", description="Half")
    assert "redirect" in answer.json()
    entry = InteractionLogEntry.objects.get()
    assert (entry.postponed, entry.description) == (True, "Half")
    page = desk.client.get(f"{desk.root}/{entry.pk}/resume", headers=OVER).content.decode()
    assert "Half" in page
    assert InteractionDraft.objects.get().resumed_entry_no == entry.entry_no
    assert "/resume" in desk.client.get(f"{desk.root}/{entry.pk}").content.decode()


def test_discarding_leaves_nothing(desk: Desk, firm: Contact) -> None:  # I-50
    draft = desk.open(contact=firm.pk)
    assert desk.press(draft, "cancel", description="x").json()["close"]
    assert not InteractionDraft.objects.exists()
    assert not InteractionComment.objects.exists()
    assert desk.press(draft, "next").status_code == 404


def test_a_file_is_opened_edited_and_sent_back(desk: Desk, firm: Contact) -> None:  # I-40
    template("OPEN", wizard_action="open")
    variant("OPEN", None, "Dear ...")
    draft = desk.open(contact=firm.pk)
    desk.press(draft, "next", interaction_template_code="OPEN")
    file = desk.client.get(f"{desk.root}/drafts/{draft.pk}/content")
    assert file.content == b"Dear ..."
    assert "letter.txt" in file.headers["Content-Disposition"]
    with pretended("campaign", CP1="Spring"):
        edited = SimpleUploadedFile("letter.txt", b"Dear Kari")
        assert desk.press(draft, "next", content=edited).status_code == 200
        assert desk.client.get(f"{desk.root}/drafts/{draft.pk}/content").content == b"Dear Kari"
        assert "campaign_no" in desk.client.get(f"{desk.root}/drafts/{draft.pk}", headers=OVER).content.decode()


def test_a_layout_is_typed_into_and_looked_at(desk: Desk, firm: Contact) -> None:  # I-39
    template("MAIL", wizard_action="merge")
    layout_variant("MAIL")
    draft = desk.open(contact=firm.pk)
    step = desk.press(draft, "next", interaction_template_code="MAIL").json()["parts"]["wizard-step"]
    assert "content_body" in step
    desk.keep(draft, content_body="<p>Hello {{ contact.name }}</p><script>alert(1)</script>")
    shown = desk.client.get(f"{desk.root}/drafts/{draft.pk}/preview")
    assert "Hello Fjordkraft AS" in shown.content.decode()
    assert "script" not in shown.content.decode()
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]


def test_without_script_the_wizard_is_pages(editor: Client, root: str, firm: Contact) -> None:
    page = editor.get(f"{root}/interactions/new", {"contact": str(firm.pk)})
    assert b"<html" in page.content
    draft = InteractionDraft.objects.get()
    go = f"{root}/interactions/drafts/{draft.pk}/go"
    refused = editor.post(f"{go}/next", {"description": "Typed"})
    assert refused.status_code == 422
    assert b"Typed" in refused.content
    answer = editor.post(f"{go}/next", {"interaction_template_code": "MEET"})
    assert answer.headers["Location"].endswith(str(draft.pk))
    assert b"Note how it went" in editor.get(answer.headers["Location"]).content


def test_drafts_of_others_are_not_there(company: Company, root: str, firm: Contact, editor: Client) -> None:
    with acting(user_name="somebody"):
        draft = start(Source(contact=firm))
    assert editor.get(f"{root}/interactions/drafts/{draft.pk}").status_code == 404
    assert editor.post(f"{root}/interactions/drafts/{draft.pk}/go/finish").status_code == 404


# --- calls -----------------------------------------------------------------------------------------------------------


def test_a_call_is_dialled_noted_and_logged(desk: Desk, root: str, firm: Contact) -> None:  # I-55, I-56
    template("OUT", initiated_by="us")
    outgoing("OUT")
    page = desk.client.get(f"{root}/contacts/{firm.pk}/call", headers=OVER).content.decode()
    assert "+47 22 00 00 01" in page
    draft = InteractionDraft.objects.get()
    typed = {"contact_via": "+47 22 00 00 01", "dial_contact": "true", "description": "Prices"}
    step = desk.press(draft, "next", **typed).json()["parts"]["wizard-step"]
    assert "tel:+4722000001" in step
    assert "dial-number" in step
    done = desk.press(draft, "finish", description="Prices", interaction_successful="true")
    assert "redirect" in done.json(), done.content
    entry = InteractionLogEntry.objects.get()
    assert (entry.contact_via, entry.initiated_by, entry.attempt_failed) == ("+47 22 00 00 01", "us", False)


def test_a_number_dialled_by_a_click_is_only_noted(desk: Desk, root: str, firm: Contact) -> None:  # I-53
    template("OUT")
    outgoing("OUT")
    for number in ("+4799", "+4788"):
        desk.client.get(f"{root}/contacts/{firm.pk}/call", {"number": number, "dialled": "yes"}, headers=OVER)
        draft = InteractionDraft.objects.get()
        assert (draft.contact_via, draft.dial_contact) == (number, False)


def test_the_numbers_of_whom_is_called_are_offered(desk: Desk, root: str, firm: Contact) -> None:  # I-54
    template("OUT")
    outgoing("OUT")
    person = make_person(name="Kari Nordmann", company_no=firm.no, phone_no="", mobile_phone_no="+47 900 00 002")
    desk.client.get(f"{root}/contacts/{person.pk}/call", headers=OVER)
    draft = InteractionDraft.objects.get()
    found = desk.client.get(f"{root}/lookup/draft-number", {"of": str(draft.pk), "q": ""})
    words = found.content.decode()
    assert words.index("+47 900 00 002") < words.index("+47 22 00 00 01")


def test_what_stands_in_the_way_of_a_call_is_said(desk: Desk, root: str, firm: Contact) -> None:  # I-19
    outgoing(None)
    page = desk.client.get(f"{root}/contacts/{firm.pk}/call", headers=OVER)
    assert page.status_code == 200
    assert "template" in page.content.decode()
    assert not InteractionDraft.objects.exists()


def test_an_incoming_call_is_taken(desk: Desk, root: str, firm: Contact) -> None:  # I-58
    template("IN", initiated_by="them")
    typed = {"contact_id": firm.phone_no, "interaction_template_code": "IN"}
    answer = desk.client.post(f"{root}/interactions/incoming", typed, headers=JSON)
    draft = InteractionDraft.objects.get()
    assert answer.json()["redirect"].endswith(str(draft.pk))
    assert (draft.contact_id, draft.dial_contact) == (firm.pk, False)
    refused = desk.client.post(f"{root}/interactions/incoming", {"contact_id": ""}, headers=JSON)
    assert refused.status_code == 422


def test_the_key_is_on_every_page(editor: Client, root: str, firm: Contact) -> None:
    for page in ("/", "/contacts/", f"/contacts/{firm.pk}"):
        html = editor.get(f"{root}{page}", follow=True).content.decode()
        assert 'data-everywhere="l"' in html, page
        assert "interactions/wizard" in html
