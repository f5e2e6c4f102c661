"""Setup: every code table is an editable list that writes through the rules."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tuttava.contacts.models import Contact, ContactMailingGroup, MailingGroup, SalutationFormula
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import User
from tuttava.foundation.directory.permissions import rights_of
from tuttava.foundation.models import Country, JournalChange, NumberSeriesLine, Territory, VatFormat
from tuttava.ui.lists.known import pages
from tuttava.ui.registry import setup_entries

pytestmark = pytest.mark.usefixtures("company")
JSON = {"accept": "application/json"}


def test_setup_lists_every_code_table(editor: Client, root: str) -> None:
    page = editor.get(f"{root}/setup/").content.decode()
    with acting(rights=rights_of(User.objects.get(username="anna"), None)):
        entries = setup_entries()
    for entry in entries:
        assert f'href="{root}{entry.href.removeprefix(root)}"' in page


@pytest.mark.parametrize("name", sorted(page.name for page in pages()))
@pytest.mark.parametrize("language", ["en", "nb", "nl", "fi"])
def test_list_answers_in_every_language(manager: Client, root: str, name: str, language: str) -> None:
    manager.post(f"{root}/preferences/", {"language": language})
    path = next(page.path for page in pages() if page.name == name)
    answer = manager.get(f"{root}/{path}/")
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()


def test_cell_is_written_through_the_rules_and_journaled(editor: Client, root: str) -> None:
    territory = records.create(Territory, {"code": "X1", "name": "Far"})
    values = {"field": "name", "value": "Farther", "version": "1"}
    answer = editor.post(f"{root}/setup/territories/cell/{territory.pk}", values, headers=JSON)
    assert "Farther" in answer.json()["row"]
    assert JournalChange.objects.filter(record_id=territory.pk, operation="U").get().new == {"name": "Farther"}


def test_second_writer_of_a_cell_is_told(editor: Client, root: str) -> None:
    territory = records.create(Territory, {"code": "X1", "name": "Far"})
    records.change(territory, {"name": "Meanwhile"})
    values = {"field": "name", "value": "Mine", "version": "1"}
    answer = editor.post(f"{root}/setup/territories/cell/{territory.pk}", values, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "changed_meanwhile")


def test_new_row_and_refused_row(editor: Client, root: str) -> None:
    address = f"{root}/setup/territories/new"
    assert "FAR" in editor.post(address, {"code": "far", "name": "Far away"}, headers=JSON).json()["row"]
    refused = editor.post(address, {"code": "far"}, headers=JSON)
    assert (refused.status_code, refused.json()["field"]) == (422, "code")


def test_plain_form_adds_a_row_without_script(editor: Client, root: str) -> None:
    answer = editor.post(f"{root}/setup/territories/new", {"code": "PLAIN"})
    assert answer.headers["Location"] == f"{root}/setup/territories/"
    assert Territory.objects.filter(code="PLAIN").exists()


def test_deleted_row_comes_back_with_undo(editor: Client, root: str) -> None:
    territory = records.create(Territory, {"code": "X1", "name": "Far"})
    answer = editor.post(f"{root}/setup/territories/delete/{territory.pk}", headers=JSON)
    assert not Territory.objects.filter(code="X1").exists()
    editor.post(answer.json()["notices"][0]["undo"])
    assert Territory.objects.get(code="X1").pk == territory.pk


def test_code_in_use_is_not_deleted(editor: Client, root: str) -> None:  # C-91
    contact = records.create(Contact, {"type": "company", "name": "Alpha"})
    records.create(ContactMailingGroup, {"mailing_group": "NEWS", "contact": contact})
    group = MailingGroup.objects.get(code="NEWS")
    answer = editor.post(f"{root}/setup/mailing-groups/delete/{group.pk}", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "code.in_use")


def test_renamed_code_is_renamed_on_contacts_and_in_the_journal(editor: Client, root: str) -> None:  # C-92
    contact = records.create(Contact, {"type": "company", "name": "Alpha"})
    link = records.create(ContactMailingGroup, {"mailing_group": "NEWS", "contact": contact})
    group = MailingGroup.objects.get(code="NEWS")
    values = {"field": "code", "value": "letter", "version": str(group.version)}
    answer = editor.post(f"{root}/setup/mailing-groups/cell/{group.pk}", values, headers=JSON)
    assert answer.status_code == 200
    assert ContactMailingGroup.objects.get(pk=link.pk).mailing_group_code == "LETTER"
    assert JournalChange.objects.get(record_id=link.pk, operation="U").new == {"mailing_group_code": "LETTER"}


def test_codes_say_how_many_contacts_hold_them(editor: Client, root: str) -> None:  # C-89
    for name in ("Alpha", "Beta"):
        contact = records.create(Contact, {"type": "company", "name": name})
        records.create(ContactMailingGroup, {"mailing_group": "NEWS", "contact": contact})
    page = editor.get(f"{root}/setup/mailing-groups/").content.decode()
    assert f'<a href="{root}/contacts/?f=mailing_group:is:NEWS">2</a>' in page


def test_new_line_of_a_filtered_list_belongs_to_what_it_is_filtered_by(editor: Client, root: str) -> None:
    records.create(Country, {"code": "QX"})
    page = editor.get(f"{root}/setup/tax-number-formats/?f=country_code:is:QX").content.decode()
    assert re.search(r'name="country_code"[^>]*value="QX"', page)
    typed = {"country_code": "QX", "format": "QX#########"}
    assert editor.post(f"{root}/setup/tax-number-formats/new", typed, headers=JSON).json().get("error", "") == ""
    lines = VatFormat.objects.filter(country__code="QX").order_by("line_no")
    assert lines.last() is not None and lines.last().format == "QX#########"  # type: ignore[union-attr]


def test_series_offers_lines_and_says_its_next_number(editor: Client, root: str) -> None:
    page = editor.get(f"{root}/setup/number-series/").content.decode()
    assert "/setup/number-series-lines/?f=series_code:is:CONT" in page
    assert "The next number of CONT is" in editor.get(
        f"{root}/setup/number-series/test?code=CONT", follow=True
    ).content.decode().replace("\n", " ")
    assert NumberSeriesLine.objects.filter(series__code="CONT").exists()


def test_salutation_leads_to_its_formulas(editor: Client, root: str) -> None:
    page = editor.get(f"{root}/setup/salutation-formulas/?f=salutation_ref_code:is:UNISEX").content.decode()
    assert (
        page.count("<tr ") - 1 == min(50, SalutationFormula.objects.filter(salutation_ref__code="UNISEX").count()) + 0
    )


def test_reader_sees_code_tables_and_cannot_change_them(reader: Client, root: str) -> None:
    territory = records.create(Territory, {"code": "X1", "name": "Far"})
    page = reader.get(f"{root}/setup/territories/").content.decode()
    assert "X1" in page and "data-grid" not in page and "new-row" not in page
    values = {"field": "name", "value": "Mine"}
    answer = reader.post(f"{root}/setup/territories/cell/{territory.pk}", values, headers=JSON)
    assert answer.status_code in (403, 422)
    assert Territory.objects.get(code="X1").name == "Far"
