"""The manual inside the product: every help link leads to a page and a heading that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from tuttava.web.manual import HELPS, PLACES, START, as_html

pytestmark = pytest.mark.usefixtures("company")

DOCS = PLACES[0]
PAGES = sorted([*(DOCS / "manual").glob("*.md"), *(DOCS / "api").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def _anchors(file: Path) -> set[str]:
    return set(re.findall(r'<h\d id="([^"]+)"', as_html(file.read_text("utf-8"))[1]))


def _exists(file: Path, anchor: str) -> bool:
    return file.is_file() and (not anchor or anchor in _anchors(file))


@pytest.mark.parametrize("target", [START, *(page for _start, page in HELPS)])
def test_help_leads_to_a_page_and_a_heading(target: str) -> None:
    name, _hash, anchor = target.partition("#")
    assert _exists(DOCS / name, anchor)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_links_of_the_manual_lead_somewhere(file: Path) -> None:
    for link in LINK.findall(file.read_text("utf-8")):
        if link.startswith("https:"):
            continue
        name, _hash, anchor = link.partition("#")
        assert _exists((file.parent / name).resolve() if name else file, anchor), link


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "manual/index.md"),
        ("/contacts/", "manual/finding.md"),
        ("/contacts/new", "manual/contacts.md#create-a-contact"),
        ("/setup/countries/", "manual/setup.md"),
    ],
)
def test_question_mark_opens_the_page_that_helps(editor: Client, root: str, path: str, page: str) -> None:
    assert f'href="{root}/help/{page}"' in editor.get(f"{root}{path}").content.decode()


def test_manual_is_read_inside_the_product(editor: Client, root: str) -> None:
    assert editor.get(f"{root}/help/").headers["Location"] == f"{root}/help/manual/index.md"
    answer = editor.get(f"{root}/help/manual/contacts.md")
    assert answer.status_code == 200
    assert b'<h2 id="delete-and-restore">' in answer.content


@pytest.mark.parametrize("name", ["manual/none.md", "../pyproject.toml", "manual/../../README.md", "architecture.md"])
def test_nothing_else_is_served(editor: Client, root: str, name: str) -> None:
    assert editor.get(f"{root}/help/{name}").status_code == 404
