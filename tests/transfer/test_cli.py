"""The commands ``import`` and ``export``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tuttava.cli import transfer
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.transfer.models import ImportJob

pytestmark = pytest.mark.usefixtures("company", "uploads", "places")


@pytest.fixture(autouse=True)
def ready_company(company: object, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def ready() -> Iterator[None]:
        yield

    monkeypatch.setattr(transfer, "ready", ready)
    monkeypatch.setattr(transfer, "find_company", lambda _name: company)


def _import(*arguments: object) -> Result:
    return CliRunner().invoke(transfer.import_file, [str(argument) for argument in arguments])


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    path = tmp_path / "firms.csv"
    path.write_bytes("Navn;Telefon\nBjørnefjell AS;22 00 00 00\nFeil AS;ring\n".encode("windows-1252"))
    return path


def test_file_is_imported_and_refused_rows_written_beside_it(firms: Path) -> None:
    result = _import(firms, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (answer["status"], answer["rows"], answer["created"], answer["refused"]) == ("done", 2, 1, 1)
    assert answer["refused_rows"][0]["messages"][0]["code"] == "contact.phone.letters"
    refused = Path(answer["rejected_file"])
    assert refused.parent == firms.parent
    assert refused.read_text("windows-1252").splitlines()[1].startswith("Feil AS;ring;")
    assert "windows-1252" in result.stderr


def test_dry_run_stores_nothing(firms: Path) -> None:
    result = _import(firms, "--dry-run", "--json")
    assert json.loads(result.stdout)["status"] == "checked"
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("wish", "figure"), [("skip", "skipped"), ("update", "updated"), ("create", "created"), ("ask", "refused")]
)
def test_duplicates_are_treated_as_wished(tmp_path: Path, wish: str, figure: str) -> None:
    records.create(Contact, {"name": "Nordlys AS"})
    path = tmp_path / "one.csv"
    path.write_text("Name,City\nNordlys AS,Alta\n", encoding="utf-8")
    answer = json.loads(_import(path, "--on-duplicate", wish, "--json").stdout)
    assert answer[figure] == 1


def test_mapping_file_says_what_columns_mean(firms: Path) -> None:
    mapping = firms.with_suffix(".json")
    mapping.write_text(json.dumps({"columns": {"Telefon": "search_name"}, "options": {"contact_type": "person"}}))
    assert _import(firms, "--mapping", mapping).exit_code == 0
    assert Contact.objects.filter(type="person", search_name="RING").exists()


def test_wrong_mapping_file_is_said_in_words(firms: Path) -> None:
    mapping = firms.with_suffix(".json")
    mapping.write_text('{"columns": {"Nobody": "name"}}')
    result = _import(firms, "--mapping", mapping)
    assert result.exit_code == 1
    assert "Nobody" in result.stderr
    mapping.write_text("not json")
    assert _import(firms, "--mapping", mapping).exit_code == 1


def test_import_is_taken_back(firms: Path) -> None:
    _import(firms)
    assert Contact.objects.count() == 1
    result = _import("--undo", str(ImportJob.objects.get().pk), "--json")
    assert json.loads(result.stdout)[0]["removed"] == 1
    assert not Contact.objects.exists()
    assert _import("--undo", "no such import").exit_code == 1


def test_wrong_use_is_exit_code_2(firms: Path) -> None:
    assert _import().exit_code == 2
    assert _import(firms, "--undo", "x").exit_code == 2


def test_contacts_are_exported_by_the_name_of_the_file(tmp_path: Path) -> None:
    records.create(Contact, {"name": "Nordlys AS"})
    records.create(Contact, {"type": "person", "name": "Anna Berg"})
    target = tmp_path / "out.vcf"
    result = CliRunner().invoke(transfer.export_file, [str(target), "--type", "person", "--json"])
    assert json.loads(result.stdout)[0]["contacts"] == 1
    assert target.read_text("utf-8").count("BEGIN:VCARD") == 1
    assert CliRunner().invoke(transfer.export_file, [str(tmp_path / "out.pdf")]).exit_code == 2
