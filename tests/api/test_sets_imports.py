"""Imports through the CRM service (17.13)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import CRM, Json, Service, SignIn
from tuttava.contacts.models import Contact

pytestmark = pytest.mark.usefixtures("company")

FILE = "Navn;Poststed;Tlf\nFjordkraft AS;Bergen;55 12 34 56\nSjømat AS;Ålesund;abc\n".encode("cp1252")


def announced(crm: Service, **more: Any) -> Json:
    return crm.made("importJobs", {"fileName": "firmaer.csv", **more})


def sent(crm: Service, job: Json, content: bytes = FILE) -> Json:
    answer = crm.call(
        "PATCH",
        f"importJobs({job['id']})/content",
        content,
        if_match=job["@odata.etag"],
        content_type="text/csv",
    )
    assert answer.status == 204, answer.content
    found: Json = crm.get(f"importJobs({job['id']})").json
    return found


def test_file_is_understood_shown_and_imported(crm: Service) -> None:  # 17.13
    job = sent(crm, announced(crm))
    assert job["mapping"] == {"Navn": "name", "Poststed": "city", "Tlf": "phoneNo"}
    rows = crm.post(f"importJobs({job['id']})/Microsoft.NAV.preview").value
    assert rows[0] == {"number": 1, "values": {"name": "Fjordkraft AS", "city": "Bergen", "phoneNo": "55 12 34 56"}}
    done = crm.post(f"importJobs({job['id']})/Microsoft.NAV.run").json
    assert (done["status"], done["rowsTotal"], done["rowsCreated"], done["rowsFailed"]) == ("Done", 2, 1, 1)
    shown = crm.get(f"importJobs({job['id']})/rows?$filter=outcome eq 'Fail'").value
    assert [(row["number"], row["messages"][0]["code"]) for row in shown] == [(2, "contact.phone.letters")]
    rejected = crm.get(f"importJobs({job['id']})/Microsoft.NAV.rejected()")
    assert "Sjømat AS" in rejected.content.decode("cp1252")
    assert "attachment" in rejected.headers["Content-Disposition"]


def test_import_is_taken_back_whole(crm: Service) -> None:  # 17.13
    job = sent(crm, announced(crm))
    crm.post(f"importJobs({job['id']})/Microsoft.NAV.run")
    assert Contact.objects.filter(name="Fjordkraft AS").exists()
    undone = crm.post(f"importJobs({job['id']})/Microsoft.NAV.undo").json
    assert undone["status"] == "Undone"
    assert not Contact.objects.filter(name="Fjordkraft AS").exists()


def test_dry_run_changes_nothing(crm: Service) -> None:  # 17.13
    job = sent(crm, announced(crm, options={"dryRun": True, "matchBy": ["email"], "onMatch": "Skip"}))
    checked = crm.post(f"importJobs({job['id']})/Microsoft.NAV.run").json
    assert (checked["status"], checked["rowsValid"]) == ("Checked", 1)
    assert not Contact.objects.filter(name="Fjordkraft AS").exists()


def test_mapping_of_the_caller_wins(crm: Service) -> None:  # 17.13, A-117
    job = sent(crm, announced(crm, mapping={"Navn": "name", "Poststed": "county", "C": ""}))
    assert job["mapping"] == {"Navn": "name", "Poststed": "county"}


def test_import_goes_on_in_the_background_when_asked(crm: Service) -> None:
    job = sent(crm, announced(crm))
    answer = crm.post(f"importJobs({job['id']})/Microsoft.NAV.run", prefer="respond-async")
    assert answer.status == 202
    place = answer.headers["Location"].rpartition("/")[2]
    assert crm.get(place).json["title"] == "Import of firmaer.csv"


@pytest.mark.parametrize(
    ("body", "target", "code"),
    [
        ({}, "fileName", "BadRequest_RequiredParamNotProvided"),
        ({"fileName": "a.csv", "kind": "orders"}, "kind", "Application_EvaluateException"),
        ({"fileName": "a.csv", "options": {"speed": 1}}, "options", "Application_EvaluateException"),
        ({"fileName": "a.csv", "options": {"onMatch": "Explode"}}, "onMatch", "Application_EvaluateException"),
        ({"fileName": "a.csv", "mapping": [1]}, "mapping", "Application_EvaluateException"),
    ],
)
def test_wrong_announcement_is_refused_at_its_field(crm: Service, body: Json, target: str, code: str) -> None:
    answer = crm.post("importJobs", body)
    assert (answer.status, answer.code, answer.target) == (400, code, target)


def test_import_without_file_or_with_an_empty_one_is_refused(crm: Service) -> None:
    job = announced(crm)
    assert crm.post(f"importJobs({job['id']})/Microsoft.NAV.run").domain_code == "import.no_file"
    empty = crm.call("PATCH", f"importJobs({job['id']})/content", b"", if_match="*")
    assert (empty.status, empty.domain_code) == (400, "import.file_unreadable")


@pytest.mark.parametrize(
    ("kind", "content", "entity_set"),
    [
        ("Customers", "Kundenr;Navn;Land\nK1;Fjordkraft AS;NO\n", "customers"),
        ("Vendors", "Leverandørnr;Navn;Land\nK1;Fjordkraft AS;NO\n", "vendors"),
        ("BankAccounts", "Nr;Bank;IBAN\nK1;Fjordkraft AS;NO9386011117947\n", "bankAccounts"),
        ("Employees", "Ansattnr;Etternavn;E-post\nK1;Fjord;fjord@firma.example\n", "employees"),
    ],
)
def test_registers_are_imported_and_taken_back(crm: Service, kind: str, content: str, entity_set: str) -> None:
    job = sent(crm, announced(crm, kind=kind), content.encode())
    assert job["kind"] == kind
    done = crm.post(f"importJobs({job['id']})/Microsoft.NAV.run").json
    assert (done["rowsCreated"], done["rowsFailed"]) == (1, 0)
    found = crm.get(f"{entity_set}?$filter=no eq 'K1'").value[0]
    assert crm.get(f"importJobs({job['id']})/rows").value[0]["entityId"] == found["id"]
    crm.post(f"importJobs({job['id']})/Microsoft.NAV.undo")
    assert crm.get(f"{entity_set}?$filter=no eq 'K1'").value == []


def test_mapping_and_keys_of_registers_are_spelled_as_the_service_spells_them(crm: Service) -> None:
    mapping = {"A": "no", "B": "countryRegionCode"}
    options = {"matchBy": ["vatRegistrationNo", "no"], "onMatch": "Update"}
    job = announced(crm, kind="Customers", mapping=mapping, options=options)
    job = sent(crm, job, b"Key;Where\nK1;NO\n")
    assert job["mapping"] == {"Key": "no", "Where": "countryRegionCode"}
    rows = crm.post(f"importJobs({job['id']})/Microsoft.NAV.preview").value
    assert rows[0]["values"] == {"no": "K1", "countryRegionCode": "NO"}


def test_trade_data_is_fed_from_a_file_by_who_may_feed_it(sign_in: SignIn, crm: Service) -> None:  # 17.11
    crm.made("customers", {"no": "K1", "name": "Fjordkraft AS"})
    assert crm.post("importJobs", {"fileName": "a.csv", "kind": "CustomerLedgerEntries"}).status == 403
    crm = sign_in("FEED", service=CRM, name="feeder")
    content = b"Entry no,Customer no,Posting date,Amount\n1,K1,2026-01-05,100\n2,K9,2026-01-05,1\n"
    job = sent(crm, announced(crm, kind="CustomerLedgerEntries"), content)
    done = crm.post(f"importJobs({job['id']})/Microsoft.NAV.run").json
    assert (done["rowsCreated"], done["rowsFailed"]) == (1, 1)
    assert crm.get("customerLedgerEntries?$filter=entryNo eq 1").value[0]["amountLcy"] == 100


def test_key_of_another_kind_is_refused(crm: Service) -> None:
    answer = crm.post("importJobs", {"fileName": "a.csv", "kind": "Employees", "options": {"matchBy": ["iban"]}})
    assert answer.status == 400
