"""Imports and the command line: what they tell of possible duplicates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.template.loader import render_to_string
from django.test import override_settings

from tests.contacts.register import firm
from tests.duplicates.test_smart_doors import AGAIN, LITWARE
from tests.transfer.helpers import run
from tuttava.cli import duplicates
from tuttava.duplicates.models import ContactDuplicate

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company", "uploads")]

FILE = f"""Name;Address;Post code;City;Phone;E-mail
{AGAIN["name"]};{AGAIN["address"]};{AGAIN["post_code"]};{AGAIN["city"]};{AGAIN["phone_no"]};{AGAIN["email"]}
Bjørnefjell Sag;Sagveien 3;9144;Samuelsberg;+47 77 71 00 00;post@bjornefjell.example
"""


@pytest.fixture
def uploads(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def test_import_tells_how_many_look_like_others() -> None:  # D-28
    firm(**LITWARE)
    job = run(FILE, on_match="create", match_by=[])
    assert (job.rows_created, job.possible_duplicates) == (2, 1)
    shown = render_to_string("transfer/figures.html", {"row": job, "created_words": "", "updated_words": ""})
    assert "Possible duplicates" in shown
    assert ContactDuplicate.objects.filter(smart=True).count() == 1


@pytest.fixture
def ready_company(company: object, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def ready() -> Iterator[None]:
        yield

    monkeypatch.setattr(duplicates, "ready", ready)
    monkeypatch.setattr(duplicates, "find_company", lambda _name: company)


@pytest.mark.usefixtures("ready_company")
def test_command_compares_the_base_and_says_where_it_stands() -> None:
    firm(**LITWARE)
    firm(**AGAIN)
    result = CliRunner().invoke(duplicates.run, ["--json"])
    assert result.exit_code == 0, result.output
    (answer,) = json.loads(result.stdout)
    assert (answer["contacts"], answer["pairs"], answer["new"]) == (2, 1, 0)
    shown = CliRunner().invoke(duplicates.status, ["--json"])
    (state,) = json.loads(shown.stdout)
    assert (state["open_pairs"], state["found_by_likeness"], state["contacts_counted"]) == (1, 1, 2)
