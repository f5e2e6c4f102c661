"""Exports through the CRM service (17.13)."""

from __future__ import annotations

import base64
import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from openpyxl import load_workbook

from tests.api.conftest import CRM as CRM_PATH
from tests.api.conftest import Answered, Json, Service, SignIn
from tuttava.api.declare import CRM
from tuttava.contacts.columns import COLUMNS, label
from tuttava.contacts.models import Contact
from tuttava.foundation import jobs, records
from tuttava.foundation.directory.models import PermissionSet
from tuttava.foundation.schemas import current_schema
from tuttava.transfer import set_exports
from tuttava.transfer.models import ExportJob
from tuttava.transfer.set_files import WRITERS

pytestmark = pytest.mark.usefixtures("company", "files")


@pytest.fixture
def files(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def contact(name: str, **more: object) -> Contact:
    found = records.create(Contact, {"name": name, **more})
    assert isinstance(found, Contact)
    return found


def started(crm: Service, **body: object) -> Json:
    return crm.made("exportJobs", {"format": "Csv", **body})


def work(job: Json) -> None:
    """What the worker does with the export, in this process."""
    row = ExportJob.objects.get(pk=job["id"])
    assert row.job_id is not None
    jobs.run_queued(current_schema() or "", row.job_id)


def exported(crm: Service, **body: object) -> Answered:
    job = started(crm, **body)
    work(job)
    answer = crm.get(f"exportJobs({job['id']})/content")
    assert answer.status == 200, crm.get(f"exportJobs({job['id']})").content
    return answer


def table(answer: Answered) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_export_has_no_content_until_its_work_is_done(crm: Service) -> None:  # 17.13
    contact("Fjordkraft AS")
    job = started(crm, set="contacts")
    assert (job["status"], job["set"], job["format"], job["select"], job["filter"]) == (
        *("Running", "contacts", "Csv"),
        *([], {}),
    )
    assert crm.get(f"exportJobs({job['id']})/content").status == 204
    work(job)
    done = crm.get(f"exportJobs({job['id']})").json
    assert (done["status"], done["rowsTotal"], done["error"]) == ("Done", Contact.objects.count(), "")
    content = crm.get(f"exportJobs({job['id']})/content")
    assert content.headers["Content-Type"].startswith("text/csv")
    assert "contacts-" in content.headers["Content-Disposition"]
    assert [row["id"] for row in crm.get("exportJobs?$filter=status eq 'Done'").value] == [job["id"]]


def test_contacts_have_the_36_columns_under_their_labels(crm: Service) -> None:  # C 7, 17.13
    one = contact("Fjordkraft AS", city="Bergen")
    head, *rows = table(exported(crm, set="contacts"))
    assert head == [label(name) for name in COLUMNS]
    assert len(head) == 36
    line = next(row for row in rows if row[0] == one.no)
    assert (line[2], line[8], line[21]) == ("Fjordkraft AS", "Bergen", "Company")


def test_contacts_as_json_have_the_36_properties_as_the_service_writes_them(crm: Service) -> None:  # 17.13
    one = contact("Fjordkraft AS")
    found = json.loads(exported(crm, set="contacts", format="Json").content)
    line = next(row for row in found if row["no"] == one.no)
    shown = crm.get(f"contacts({one.pk})").json
    assert len(line) == 36
    assert line == {name: shown[name] for name in line}


def test_selected_properties_stand_in_the_order_asked_for(crm: Service) -> None:  # 17.13, A-117
    one = contact("=SUM(A1)", type="person")
    assert table(exported(crm, set="contacts", select=["type", "name", "no", "privacy_blocked"])) == [
        ["type", "name", "no", "privacyBlocked"],
        ["Person", "'=SUM(A1)", one.no, "false"],
    ]
    assert table(exported(crm, set="contacts", select="no,lastDateAttempted")) == [
        ["no", "lastDateAttempted"],
        [one.no, ""],
    ]


@pytest.mark.parametrize("name", sorted(each.name for each in CRM.sets.values() if not each.outside))
def test_every_set_of_the_company_can_be_exported(sign_in: SignIn, name: str) -> None:  # 17.13
    crm = sign_in("SUPER", service=CRM_PATH)
    declared = CRM.sets[name]
    answer = crm.post("exportJobs", {"set": name, "format": "Json"})
    if declared.needs_parent or declared.needs_filter:
        assert (answer.status, answer.target) == (400, "set")
        return
    assert answer.status == 201, answer.content
    work(answer.json)
    content = crm.get(f"exportJobs({answer.json['id']})/content")
    assert content.status == 200, crm.get(f"exportJobs({answer.json['id']})").content
    for row in json.loads(content.content):
        assert list(row) == [prop.name for prop in declared.properties if not prop.write_only]


@pytest.mark.parametrize("format_name", ["Csv", "Json", "VCard"])
def test_filter_chooses_the_rows(crm: Service, format_name: str) -> None:
    for name, city in (("Fjordkraft AS", "Bergen"), ("Berghus AS", "BERGSTAD"), ("Havkraft AS", "Oslo")):
        contact(name, city=city)
    job = started(crm, set="contacts", format=format_name, filter={"city": "@berg*", "name": "<>Berghus AS"})
    assert job["filter"] == {"city": "@berg*", "name": "<>Berghus AS"}
    work(job)
    content = crm.get(f"exportJobs({job['id']})/content").content
    assert crm.get(f"exportJobs({job['id']})").json["rowsTotal"] == 1
    assert b"Fjordkraft AS" in content
    assert b"Berghus" not in content and b"Havkraft" not in content


def test_excel_keeps_numbers_and_runs_no_formula(crm: Service) -> None:  # 17.13
    contact("=1+1")
    answer = exported(crm, set="contacts", format="Xlsx", select=["name", "noOfInteractions", "minor"])
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["name", "noOfInteractions", "minor"],
        ["=1+1", 0, False],
    ]
    assert sheet["A2"].data_type == "s"


def test_contacts_become_vcards(crm: Service) -> None:  # 17.13
    contact("Fjordkraft AS")
    answer = exported(crm, set="contacts", format="VCard")
    assert answer.headers["Content-Type"].startswith("text/vcard")
    assert b"FN:Fjordkraft AS" in answer.content


@pytest.mark.parametrize("select", [None, ["no", "name"]])
def test_contacts_with_locked_data_are_left_out(crm: Service, select: list[str] | None) -> None:  # C-72
    contact("Ada Berg", type="person", privacy_blocked=True)
    assert b"Ada Berg" not in exported(crm, set="contacts", **({"select": select} if select else {})).content


@pytest.mark.parametrize(
    ("body", "target", "code"),
    [
        ({"format": "Csv"}, "set", "BadRequest_RequiredParamNotProvided"),
        ({"set": "contacts"}, "format", "BadRequest_RequiredParamNotProvided"),
        ({"set": "spaceships", "format": "Csv"}, "set", "Application_EvaluateException"),
        ({"set": "subscriptions", "format": "Csv"}, "set", "Application_EvaluateException"),
        ({"set": "importRows", "format": "Csv"}, "set", "Application_DialogException"),
        ({"set": "contacts", "format": "Pdf"}, "format", "Application_EvaluateException"),
        ({"set": "numberSeries", "format": "VCard"}, "format", "Application_EvaluateException"),
        ({"set": "contacts", "format": "VCard", "select": ["no"]}, "select", "Application_EvaluateException"),
        ({"set": "contacts", "format": "Csv", "select": ["shoeSize"]}, "select", "Application_DialogException"),
        ({"set": "contacts", "format": "Csv", "select": [1]}, "select", "Application_EvaluateException"),
        ({"set": "contacts", "format": "Csv", "filter": "a"}, "filter", "Application_EvaluateException"),
        ({"set": "contacts", "format": "Csv", "filter": {"shoe": "4"}}, "shoe", "Application_FilterErrorException"),
        ({"set": "contacts", "format": "Csv", "filter": {"city": "A|"}}, "city", "Application_FilterErrorException"),
    ],
)
def test_wrong_export_is_refused_at_its_field(crm: Service, body: Json, target: str, code: str) -> None:
    answer = crm.post("exportJobs", body)
    assert (answer.status, answer.target, answer.code) == (400, target, code)
    assert not ExportJob.objects.exists()


def test_export_needs_the_right_to_read_the_set(sign_in: SignIn) -> None:
    PermissionSet.objects.create(code="CONTACTS", name="Contacts", permissions=["api.read:contacts"])
    reader = sign_in("CONTACTS", service=CRM_PATH)
    assert reader.post("exportJobs", {"set": "contacts", "format": "Csv"}).status == 201
    refused = reader.post("exportJobs", {"set": "numberSeries", "format": "Csv"})
    assert (refused.status, refused.code) == (403, "Authorization_PermissionDenied")


def test_exports_of_others_are_not_seen(crm: Service, sign_in: SignIn) -> None:
    job = started(crm, set="contacts")
    other = sign_in("CRM-MANAGER", service=CRM_PATH, name="somebody-else")
    assert other.get("exportJobs").value == []
    assert other.get(f"exportJobs({job['id']})/content").status == 404


def test_deleting_an_export_stops_its_work_and_removes_its_file(crm: Service) -> None:
    job = started(crm, set="contacts")
    work(job)
    path = Path(ExportJob.objects.get(pk=job["id"]).file.path)
    assert path.exists()
    assert crm.delete(f"exportJobs({job['id']})").status == 204
    assert not path.exists()
    waiting = started(crm, set="contacts")
    assert crm.delete(f"exportJobs({waiting['id']})").status == 204
    assert jobs.Job.objects.get(pk=waiting["jobId"]).status == "canceled"


def test_file_is_sent_in_parts_and_only_when_it_is_new(crm: Service) -> None:
    contact("Fjordkraft AS")
    job = started(crm, set="contacts", format="Json", select="name")
    work(job)
    address = f"exportJobs({job['id']})/content"
    whole = crm.get(address)
    assert json.loads(whole.content) == [{"name": "Fjordkraft AS"}]
    assert whole.headers["Content-Length"] == str(len(whole.content))
    part = crm.get(address, range="bytes=3-6")
    assert (part.status, part.content) == (206, whole.content[3:7])
    assert part.headers["Content-Range"] == f"bytes 3-6/{len(whole.content)}"
    assert crm.get(address, range="bytes=-4").content == whole.content[-4:]
    assert crm.get(address, if_none_match=whole.headers["ETag"]).status == 304
    head = crm.call("HEAD", address)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(whole.content)))


def test_file_can_be_fetched_in_a_batch(crm: Service) -> None:
    contact("Fjordkraft AS")
    job = started(crm, set="contacts", select="name")
    work(job)
    part = {"id": "1", "method": "GET", "url": f"companies({crm.company.pk})/exportJobs({job['id']})/content"}
    answer = crm.post(f"{crm.root}/$batch", {"requests": [part]})
    assert base64.urlsafe_b64decode(answer.json["responses"][0]["body"]).endswith(b"Fjordkraft AS\r\n")


def test_failed_work_shows_in_the_export(crm: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started(crm, set="contacts")
    monkeypatch.setattr(set_exports, "extract_of", lambda row: 1 / 0)
    work(job)
    shown = crm.get(f"exportJobs({job['id']})").json
    assert shown["status"] == "Failed"
    assert shown["error"]
    assert crm.get(f"exportJobs({job['id']})/content").status == 204


def multiply(one: Contact, times: int) -> None:
    """Copies of a contact under other numbers, straight into the table."""
    others = [field.column for field in Contact._meta.concrete_fields if field.column not in ("id", "no")]
    names = ", ".join(f'"{name}"' for name in others)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contacts_contact (id, no, {names}) SELECT gen_random_uuid(), 'M' || lpad(n::text, 6, '0'),"
            f" {names} FROM contacts_contact, generate_series(1, %s) n WHERE id = %s",
            [times, one.pk],
        )


def peak_of(extract: set_exports.Extract, kind: str) -> int:
    """The most memory that writing a file takes, in bytes."""
    properties = [extract.entity_set.by_name[name] for name in extract.names]
    tracemalloc.start()
    for _block in WRITERS[kind](properties, set_exports.entities(extract), ""):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(set_exports, "PAGE", 100)
    one = contact("Fjordkraft AS", city="Bergen", home_page="https://fjordkraft.example")
    multiply(one, 3000)
    extract = set_exports.extract_of(ExportJob(set_name="contacts", columns=[], filters={}))
    few = set_exports.Extract(extract.entity_set, (), extract.rows.filter(no__lte="M001000"))
    peak_of(few, kind)  # warms up
    assert (few.rows.count() < 1100) and (extract.rows.count() > 3000)
    assert peak_of(extract, kind) < 1.3 * peak_of(few, kind)


@pytest.mark.parametrize(
    ("set_name", "values"),
    [
        (
            "customers",
            {"name": "Fjordkraft AS", "creditLimitLcy": 1250.5, "blocked": "Ship", "countryRegionCode": "NO"},
        ),
        ("vendors", {"name": "Fjordkraft AS", "vatRegistrationNo": "NO999999999", "pricesIncludingVat": True}),
        ("bankAccounts", {"name": "Fjordkraft AS", "iban": "NO93 8601 1117 947", "phoneNo": "+47 22 00 00 00"}),
        ("employees", {"lastName": "Fjord", "birthDate": "1990-11-05", "email": "a@b.example", "gender": "Female"}),
    ],
)
@pytest.mark.parametrize("form", ["Csv", "Xlsx", "Json"])
def test_registers_are_exported_and_the_file_changes_nothing(
    crm: Service, set_name: str, values: Json, form: str
) -> None:
    """Every property of a register comes out under a heading that the import understands."""
    crm.made(set_name, {"no": "K1", **values})
    file = exported(crm, set=set_name, format=form, filter={"no": "K1"}).content
    kind = set_name[:1].upper() + set_name[1:]
    job = crm.made("importJobs", {"fileName": f"file.{form.lower()}", "kind": kind})
    answer = crm.call(
        "PATCH", f"importJobs({job['id']})/content", file, if_match=job["@odata.etag"], content_type="text/csv"
    )
    assert answer.status == 204, answer.content
    mapped = set(crm.get(f"importJobs({job['id']})").json["mapping"].values())
    assert set(values) <= mapped
    done = crm.post(f"importJobs({job['id']})/Microsoft.NAV.run").json
    rows = crm.get(f"importJobs({job['id']})/rows").value
    assert (done["rowsSkipped"], done["rowsFailed"]) == (1, 0), (rows[0]["messages"], file[:1500])
