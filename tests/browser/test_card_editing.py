"""The card in a real browser: keyboard, conflicts, questions, quick create, phone width, accessibility."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Seat, Sit
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]


def make(kind: str = "company", **values: Any) -> Contact:
    with acting(user_name="anna", door="browser"):
        return records.create(Contact, {"type": kind, **values})


@pytest.fixture
def firm() -> Contact:
    return make(name=f"Fjord {uuid.uuid4().hex[:8]} AS", address="Strandgata 12", phone_no="55 10 20 30")


def at_card(seat: Seat, contact: Contact) -> Page:
    page = seat.open(f"/contacts/{contact.pk}")
    page.wait_for_function("customElements.get('combo-box') !== undefined")
    page.wait_for_load_state("networkidle")
    return page


def saved(page: Page) -> None:
    """Wait until everything typed has reached the server."""
    expect(page.locator(".cf.saving")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def test_fields_are_edited_by_keyboard_alone(sit: Sit, firm: Contact) -> None:
    seat = sit()
    page = at_card(seat, firm)
    page.locator("#v-address").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#e-address")).to_be_focused()
    page.keyboard.type("Fjellveien 1")
    page.keyboard.press("Tab")
    expect(page.locator("#e-phone_no")).to_be_focused()
    page.keyboard.type("22 33 44 55")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#e-address")).to_be_focused()
    page.keyboard.type("never saved")
    page.keyboard.press("Escape")
    expect(page.locator("#v-address")).to_be_focused()
    expect(page.locator("#v-address")).to_have_text("Fjellveien 1")
    saved(page)
    firm.refresh_from_db()
    assert (firm.address, firm.phone_no) == ("Fjellveien 1", "22 33 44 55")
    assert seat.problems == []


def test_refused_value_keeps_the_typed_text_and_esc_takes_it_back(sit: Sit, firm: Contact) -> None:
    page = at_card(sit(), firm)
    page.locator("#v-phone_no").click()
    page.keyboard.type("call me")
    page.keyboard.press("Enter")
    expect(page.locator("#f-phone_no .cf-error")).to_contain_text("Use digits")
    expect(page.locator("#e-phone_no")).to_have_value("call me")
    expect(page.locator("#e-phone_no")).to_have_attribute("aria-invalid", "true")
    page.locator("#e-phone_no").press("Escape")
    expect(page.locator("#v-phone_no")).to_have_text("55 10 20 30")


def test_combobox_finds_and_chooses_by_keyboard(sit: Sit, firm: Contact) -> None:
    page = at_card(sit(), firm)
    page.locator("#v-territory_code").click()
    page.keyboard.type("abr")
    option = page.locator("[role=option][aria-selected=true]")
    expect(option).to_contain_text("FOREIGN")
    page.keyboard.press("Enter")
    expect(page.locator("#v-territory_code")).to_contain_text("FOREIGN")
    saved(page)
    firm.refresh_from_db()
    assert firm.territory_code == "FOREIGN"


def test_second_writer_sees_what_changed_and_keeps_what_was_typed(sit: Sit, firm: Contact) -> None:  # C-82
    page = at_card(sit(), firm)
    with acting(user_name="kari", door="browser"):
        records.change(firm, {"phone_no": "99 88 77 66"})
    page.locator("#v-address").click()
    page.keyboard.type("Mine 1")
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.conflict")
    expect(dialog).to_contain_text("55 10 20 30")
    expect(dialog).to_contain_text("99 88 77 66")
    expect(dialog).to_contain_text("Mine 1")
    dialog.get_by_role("button", name="Save mine").click()
    expect(page.locator("#v-address")).to_have_text("Mine 1")
    saved(page)
    firm.refresh_from_db()
    assert (firm.address, firm.phone_no) == ("Mine 1", "99 88 77 66")


def test_second_writer_can_take_theirs(sit: Sit, firm: Contact) -> None:  # C-82
    page = at_card(sit(), firm)
    with acting(user_name="kari", door="browser"):
        records.change(firm, {"address": "Theirs 2"})
    page.locator("#v-address").click()
    page.keyboard.type("Mine 1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take theirs").click()
    expect(page.locator("#v-address")).to_have_text("Theirs 2")


def test_question_of_a_rule_is_answered_in_a_dialog(sit: Sit) -> None:  # C-26
    name = f"Berg {uuid.uuid4().hex[:6]}"
    make(name=f"{name} Nord AS")
    make(name=f"{name} Syd AS")
    person = make("person", name="Anna Lie")
    page = at_card(sit(), person)
    page.locator("#v-company_name").click()
    page.locator("#e-company_name").fill(name)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#e-company_name").press("Enter")
    dialog = page.locator("dialog.ask")
    expect(dialog).to_be_visible()
    dialog.get_by_label(f"{name} Syd AS").check()
    dialog.get_by_role("button", name="Choose").click()
    expect(page.locator("#v-company_name")).to_have_text(f"{name} Syd AS")


def test_quick_create_warns_of_likely_contacts_and_keeps_a_draft(sit: Sit, firm: Contact) -> None:
    seat = sit()
    page = seat.open("/contacts/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("n")
    dialog = page.locator("dialog.wizard")
    dialog.get_by_label("Name").fill(str(firm.name)[:14])
    expect(dialog.locator("#likely")).to_contain_text(str(firm.name))
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("n")
    expect(page.locator("dialog.wizard").get_by_label("Name")).to_have_value(str(firm.name)[:14])
    unique = f"Ny {uuid.uuid4().hex[:8]} AS"
    page.locator("dialog.wizard").get_by_label("Name").fill(unique)
    page.get_by_role("button", name="Create").click()
    expect(page.locator("h1")).to_have_text(unique)
    assert seat.problems == []


def test_deletion_offers_undo(sit: Sit, firm: Contact) -> None:  # C-87
    page = at_card(sit(), firm)
    page.get_by_label("More actions").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".toast")).to_contain_text("was deleted")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.wait_for_load_state("networkidle")
    assert Contact.objects.filter(pk=firm.pk).exists()


def test_card_of_a_deleted_contact_says_so_and_restores(sit: Sit, firm: Contact) -> None:  # C-87
    page = at_card(sit(), firm)
    with acting(user_name="kari", door="browser"):
        records.delete(Contact.objects.get(pk=firm.pk))
    page.locator("#v-address").click()
    page.keyboard.type("Too late 1")
    page.keyboard.press("Enter")
    note = page.locator("[role=alert]").filter(has_text="was deleted meanwhile")
    expect(note).to_contain_text("kari")
    expect(page.locator("#e-address")).to_have_value("Too late 1")
    page.on("dialog", lambda dialog: dialog.accept())
    note.get_by_role("button", name="Restore").click()
    expect(page.locator("h1")).to_have_text(str(firm.name))


def test_script_in_a_name_is_inert(sit: Sit) -> None:
    seat = sit()
    contact = make("person", name='<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script>')
    page = at_card(seat, contact)
    page.locator("#v-job_title").click()
    page.keyboard.type("<b>boss</b>")
    page.keyboard.press("Enter")
    expect(page.locator("#v-job_title")).to_have_text("<b>boss</b>")
    saved(page)
    assert page.evaluate("window.hacked") is None
    assert seat.problems == []


def test_card_fits_a_phone(sit: Sit, firm: Contact) -> None:
    make("person", name="Anna Berg", company_no=firm.no)
    page = at_card(sit(width=390, height=844), firm)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#v-email").click()
    page.keyboard.type("post@fjord.example")
    page.keyboard.press("Enter")
    expect(page.locator("#v-email")).to_have_text("post@fjord.example")


def test_folded_groups_stay_folded(sit: Sit, firm: Contact) -> None:
    page = at_card(sit(), firm)
    page.locator("#g-communication > summary").click()
    expect(page.locator("#g-communication .group-summary")).to_contain_text("55 10 20 30")
    page.wait_for_timeout(100)
    page.reload()
    assert page.locator("#g-communication").get_attribute("open") is None


def test_card_is_read_and_edited_without_script(sit: Sit, firm: Contact) -> None:
    page = sit(script=False).open(f"/contacts/{firm.pk}")
    page.locator("#v-phone_no").click()
    page.locator("#i-phone_no").fill("12 34 56 78")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#v-phone_no")).to_have_text("12 34 56 78")


def test_card_and_its_dialogs_are_accessible(
    sit: Sit, firm: Contact, accessible_in_both_themes: Callable[[Page], None]
) -> None:
    person = make("person", name="Anna Berg", company_no=firm.no, email="anna@fjord.example")
    seat = sit()
    page = at_card(seat, person)
    page.locator("#v-territory_code").click()
    page.keyboard.type("n")
    expect(page.locator("[role=option]").first).to_be_visible()
    accessible_in_both_themes(page)
    for part in ("/history", "/edit/general", "/type", "/names", "/comments", "/salutations"):
        seat.open(f"/contacts/{person.pk}{part}")
        accessible_in_both_themes(page)
    for path in ("/contacts/new", "/setup/marketing", "/setup/company", "/my-settings", "/contacts/deleted"):
        seat.open(path)
        accessible_in_both_themes(page)
    assert seat.problems == []
