"""Home and the palette."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.web.tellme import score

pytestmark = pytest.mark.usefixtures("company")


def labels(page: str) -> list[str]:
    return re.findall(r'class="answer-label">([^<]*)<', page)


def test_cues_count_and_open_the_list_they_count(editor: Client, root: str) -> None:
    records.create(Contact, {"type": "company", "name": "Alpha"})
    for name in ("Anne", "Bo"):
        records.create(Contact, {"type": "person", "name": name})
    page = editor.get(f"{root}/").content.decode()
    cues = dict(re.findall(r'href="([^"]*)"[^>]*>\s*<span class="cue-label">.*?cue-count">(\d+)', page, flags=re.S))
    assert cues[f"{root}/contacts/?f=type:is:company"] == "1"
    assert cues[f"{root}/contacts/?f=type:is:person"] == "2"
    people = editor.get(f"{root}/contacts/?f=type:is:person").content.decode()
    assert "Anne" in people and "Bo" in people and "Alpha" not in people


def test_opened_record_is_found_again_on_home_and_in_the_palette(editor: Client, root: str) -> None:
    contact = records.create(Contact, {"type": "company", "name": "Alpha"})
    editor.get(f"{root}/contacts/{contact.pk}")
    assert "Opened lately" in editor.get(f"{root}/").content.decode()
    assert labels(editor.get(f"{root}/tell-me/").content.decode())[0] == "Alpha"


def test_changed_contacts_stand_on_home(editor: Client, root: str) -> None:
    records.create(Contact, {"type": "company", "name": "Fresh Alpha"})
    assert "Fresh Alpha" in editor.get(f"{root}/").content.decode()


def test_palette_finds_pages_actions_and_records(editor: Client, root: str) -> None:
    records.create(Contact, {"type": "company", "name": "Setra Bygg"})
    assert "Mailing groups" in labels(editor.get(f"{root}/tell-me/?q=mail").content.decode())
    assert labels(editor.get(f"{root}/tell-me/?q=new+con").content.decode())[0] == "New contact"
    found = labels(editor.get(f"{root}/tell-me/?q=set").content.decode())
    assert found[0] == "Setup" and "Setra Bygg" in found


def test_reader_is_offered_no_writing_action(reader: Client, root: str) -> None:
    assert "New contact" not in reader.get(f"{root}/tell-me/?q=new").content.decode()
    assert "New contact" not in reader.get(f"{root}/").content.decode()


def test_search_field_works_without_script(editor: Client, root: str) -> None:
    records.create(Contact, {"type": "company", "name": "Alpha Bygg"})
    assert "Alpha Bygg" in labels(editor.get(f"{root}/find/?q=alpha").content.decode())


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [("setup", "Setup", 4), ("mail", "Mailing groups", 3), ("gr mail", "Mailing groups", 2), ("xyz", "Setup", 0)],
)
def test_ranking_of_pages(text: str, label: str, expected: int) -> None:
    assert score(text, label, "") == expected
