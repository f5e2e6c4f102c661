"""The first view of a page stays light (interface.md: 150 KB compressed)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tuttava.contacts.models import Contact
from tuttava.foundation import records

pytestmark = pytest.mark.usefixtures("company")
LIMIT = 150 * 1024


def packed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


@pytest.mark.parametrize(
    "path", ["/", "/contacts/", "/setup/", "/setup/countries/", "/api/docs", "/api/docs/crm/contacts", "card"]
)
def test_first_view_is_light(editor: Client, root: str, path: str) -> None:
    for number in range(60):
        contact = records.create(Contact, {"type": "company", "name": f"Firm {number} with a name"})
    page = editor.get(root + (f"/contacts/{contact.pk}" if path == "card" else path)).content
    files = set(re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode()))
    weight = packed(page)
    for name in files:
        found = finders.find(name)
        assert isinstance(found, str), name
        weight += packed(Path(found).read_bytes())
    assert weight < LIMIT, f"{weight} bytes for {path}"
