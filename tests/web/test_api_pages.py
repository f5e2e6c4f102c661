"""The pages that explain the services to people."""

from __future__ import annotations

import ast
import re
import subprocess
from html import unescape

import pytest
from django.test import Client

from tuttava.api.declare import SERVICES
from tuttava.foundation.directory.models import Company, User
from tuttava.web.api_examples import examples

SETS = [(service, entity_set) for service in SERVICES for entity_set in service.sets.values()]
NAMED = [f"{service.name}-{entity_set.name}" for service, entity_set in SETS]


def text_of(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content[:500]
    return unescape(answer.content.decode())


def test_overview_lists_every_set_with_the_companys_address(editor: Client, root: str, company: Company) -> None:
    page = text_of(editor, f"{root}/api/docs")
    for service, entity_set in SETS:
        assert f'href="{root}/api/docs/{service.name}/{entity_set.name}"' in page
    assert f"http://testserver/api/v2.0/companies({company.pk})" in page
    assert f"http://testserver/api/tuttava/crm/v1.0/companies({company.pk})" in page


def test_address_without_company_leads_into_the_readers_own(editor: Client, root: str) -> None:
    assert editor.get("/api/docs").headers["Location"] == f"{root}/api/docs"
    assert "/accounts/login/" in Client().get("/api/docs").headers["Location"]


def test_search_finds_sets_by_name_words_and_properties(editor: Client, root: str) -> None:
    page = text_of(editor, f"{root}/api/docs?q=searchName")
    assert "/api/docs/standard/contacts" in page and "/api/docs/standard/pictures" not in page
    assert "searchName" in page
    part = text_of(editor, f"{root}/api/docs?q=pict", hx_request="true", hx_target="sets")
    assert part.lstrip().startswith('<div id="sets"') and "/api/docs/standard/pictures" in part
    assert "Nothing here has that name." in text_of(editor, f"{root}/api/docs?q=zzzz")


def test_set_page_tells_type_length_captions_and_rights(editor: Client, root: str) -> None:
    page = text_of(editor, f"{root}/api/docs/standard/contacts")
    row = re.search(r"<tr>\s*<td><code>displayName</code></td>(.*?)</tr>", page, re.S)
    assert row and "Name" in row[1] and "Text (100)" in row[1]
    row = re.search(r"<tr>\s*<td><code>lastInteractionDate</code></td>(.*?)</tr>", page, re.S)
    assert row and "Date" in row[1] and "read-only" in row[1]
    assert "needs the right <code>contacts.delete</code>" in page
    assert "<code>Person</code>" in page


def test_captions_are_the_readers_language(editor: Client, root: str) -> None:
    User.objects.filter(username="anna").update(language="nb")
    row = re.search(
        r"<td><code>displayName</code></td>\s*<td>(.*?)</td>", text_of(editor, f"{root}/api/docs/standard/contacts")
    )
    assert row and row[1] == "Navn"


def test_unknown_set_is_missing(editor: Client, root: str) -> None:
    assert editor.get(f"{root}/api/docs/standard/nothing").status_code == 404
    assert editor.get(f"{root}/api/docs/odd/contacts").status_code == 404


@pytest.mark.parametrize(("service", "entity_set"), SETS, ids=NAMED)
def test_page_of_each_set_opens_and_its_examples_can_be_read_by_their_languages(
    editor: Client, root: str, service: object, entity_set: object
) -> None:
    page = text_of(editor, f"{root}/api/docs/{service.name}/{entity_set.name}")  # type: ignore[attr-defined]
    assert all(prop.name in page for prop in entity_set.properties)  # type: ignore[attr-defined]
    made = {str(each.language): each.code for each in examples(entity_set, "http://x/companies(1)", "anna")}  # type: ignore[arg-type]
    ast.parse(made["Python"])
    checked = subprocess.run(["bash", "-n"], input=made["curl"], text=True, check=False, capture_output=True)
    assert checked.returncode == 0, checked.stderr


def test_examples_know_the_reader_and_the_company(editor: Client, root: str, company: Company) -> None:
    page = text_of(editor, f"{root}/api/docs/standard/contacts")
    assert f"ADDRESS='http://testserver/api/v2.0/companies({company.pk})/contacts'" in page
    assert 'SIGN_IN="anna:$TUTTAVA_KEY"' in page
    assert "displayName eq 'Example'" in page


def test_reference_is_found_from_setup_and_tell_me(editor: Client, root: str) -> None:
    assert f'href="{root}/api/docs"' in text_of(editor, f"{root}/setup/")
    assert f'href="{root}/api/docs"' in text_of(editor, f"{root}/tell-me/?q=odata")


def test_overview_asks_the_database_for_nothing_of_its_own(
    editor: Client, root: str, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        editor.get(f"{root}/api/docs")
