"""A whole import is taken back: what it created, what it changed, what hangs on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from tests.transfer.helpers import counts, run
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.jobs import JobCanceled, JobRun
from tuttava.foundation.records import Record
from tuttava.foundation.triggers import journaled_models
from tuttava.transfer import actions
from tuttava.transfer.models import ImportStatus

pytestmark = pytest.mark.usefixtures("company", "uploads", "places")

BOOKKEEPING = {"version", "last_modified_at", "last_no_used", "last_date_used"}


def _state() -> dict[str, dict[Any, dict[str, Any]]]:
    """Every journaled row of the company but for bookkeeping."""
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    for model in journaled_models():
        rows: Any = model._default_manager.values()
        found[model._meta.label] = {
            row["id"]: {name: value for name, value in row.items() if name not in BOOKKEEPING} for row in rows
        }
    return found


def test_undo_brings_back_exactly_the_state_before() -> None:
    records.create(Contact, {"no": "K1", "name": "Nordlys AS", "city": "Alta", "phone_no": "22 00 00 00"})
    anna = records.create(Contact, {"no": "P1", "type": "person", "name": "Anna Berg", "company_no": "K1"})
    before = _state()
    row = run(
        "Number,Type,Name,Company,City,Phone,Mailing groups,Notes\n"
        "K1,Company,Nordlys AS,,Vadsø,22 00 00 99,NEWS,moved\n"
        ",Person,Bo Lie,Granit AB,,,,likes tea\n"
        "P1,Person,Anna Berg,Granit AB,,,,\n",
    )
    anna.refresh_from_db()
    assert counts(row) == (1, 2, 0, 0)
    assert anna.company_name == "Granit AB"
    assert _state() != before
    row = actions.take_back(row, wait=True)
    assert (row.status, row.rows_kept) == (ImportStatus.UNDONE, 0)
    assert _state() == before


def test_people_who_followed_an_imported_company_go_back_too() -> None:  # C-30
    records.create(Contact, {"no": "K1", "name": "Nordlys AS", "phone_no": "22 00 00 00"})
    anna = records.create(Contact, {"type": "person", "name": "Anna Berg", "company_no": "K1"})
    row = run("Number,Name,Phone\nK1,Nordlys AS,22 00 00 99\n")
    anna.refresh_from_db()
    assert anna.phone_no == "22 00 00 99"
    actions.take_back(row, wait=True)
    anna.refresh_from_db()
    assert anna.phone_no == "22 00 00 00"


def test_what_was_changed_since_is_kept_and_named() -> None:
    row = run("Number,Name,City\nK1,Nordlys AS,Alta\nK2,Granit AB,Moss\n")
    records.change(Contact.objects.get(no="K1"), {"city": "Vadsø"})
    row = actions.take_back(row, wait=True)
    assert list(Contact.objects.values_list("no", "city")) == [("K1", "Vadsø")]
    assert row.rows_kept == 1
    assert "K1" in row.kept[0]["text"]


def test_undo_of_alternative_addresses() -> None:
    records.create(Contact, {"external_id": "X1", "name": "Nordlys AS"})
    row = run("External ID,Address,City\nX1,Storgata 1,Alta\n", kind="alt_addresses")
    assert ContactAltAddress.objects.count() == 1
    actions.take_back(row, wait=True)
    assert not ContactAltAddress.objects.exists()


def test_undo_twice_and_undo_of_a_draft_are_refused() -> None:
    row = actions.take_back(run("Name\nNordlys AS\n"), wait=True)
    with pytest.raises(DomainError) as refused:
        actions.take_back(row, wait=True)
    assert refused.value.code == "import.nothing_to_undo"


def test_import_that_is_being_taken_back_is_left_alone_until_that_is_cancelled() -> None:
    row = actions.take_back(run("Name\nNordlys AS\n"))
    assert actions.is_busy(row) and row.status == ImportStatus.DONE
    for verb in (actions.take_back, actions.remove):
        with pytest.raises(DomainError) as refused:
            verb(row)
        assert refused.value.code == "import.running"
    actions.cancel(row)
    row = actions.find(row.pk)
    assert row.job is not None and row.job.status == "canceled"
    assert not actions.is_busy(row) and row.status == ImportStatus.DONE
    assert Contact.objects.filter(name="Nordlys AS").exists()
    assert actions.take_back(row, wait=True).status == ImportStatus.UNDONE
    assert not Contact.objects.filter(name="Nordlys AS").exists()


def test_undo_of_an_import_cancelled_half_way_leaves_the_import_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    row = run("Name\nNordlys AS\nGranit AB\n")
    before = _state()

    def cancelled(self: JobRun, done: int, total: int | None = None) -> None:
        raise JobCanceled

    with monkeypatch.context() as stopped:
        stopped.setattr(JobRun, "progress_beside", cancelled)
        row = actions.take_back(row, wait=True)
    assert row.job is not None and row.job.status == "canceled"
    assert row.status == ImportStatus.DONE and _state() == before
    assert actions.take_back(row, wait=True).status == ImportStatus.UNDONE


def test_models_of_the_import_itself_are_not_journaled() -> None:
    assert not any(issubclass(model, Record) for model in apps.get_app_config("transfer").get_models())
