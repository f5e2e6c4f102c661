"""What belongs to no company, over HTTP (17.12): companies, users, permissions, keys, applications, setup."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import CRM, STANDARD, Service, SignIn
from tuttava.foundation import jobs
from tuttava.foundation.directory import users
from tuttava.foundation.directory.models import Company, PermissionSet, User, UserPermissionSet
from tuttava.foundation.models import UserPreference

pytestmark = pytest.mark.usefixtures("company")
EMPTY = str(uuid.UUID(int=0))
PHRASE = "correct horse battery"


@pytest.fixture
def root(sign_in: SignIn) -> Service:
    """The CRM service as an administrator of every company; paths below are those of the service."""
    found = sign_in("SUPER", service=CRM, name="root")
    UserPermissionSet.objects.filter(user__username="root").update(company=None)
    return outside(found)


def outside(service: Service) -> Service:
    service.base = service.root
    return service


def ids(answer: Any) -> set[str]:
    return {row["id"] for row in answer.value}


class TestCompanies:
    def test_callers_see_the_companies_they_may_enter(self, root: Service, sign_in: SignIn, company: Company) -> None:
        made = root.made("companies", {"name": "Nord AS", "displayName": "Nord", "setupData": "Empty"})
        assert ids(root.get("companies")) >= {made["id"], str(company.pk)}
        reader = outside(sign_in("CRM-READ", service=CRM))
        assert ids(reader.get("companies")) == {str(company.pk)}
        assert reader.get(f"companies({made['id']})").status == 404

    def test_company_is_made_changed_used_and_deleted(self, root: Service) -> None:
        made = root.made("companies", {"name": "Nord AS", "setupData": "Standard"})
        assert made["name"] == "Nord AS" and made["systemCreatedAt"] > "2020"
        path = f"companies({made['id']})"
        changed = root.patch(path, {"displayName": "Nord"}, if_match=made["@odata.etag"]).json
        assert changed["displayName"] == "Nord" and changed["@odata.etag"] != made["@odata.etag"]
        assert root.patch(path, {"displayName": "x"}, if_match=made["@odata.etag"]).status == 409
        assert root.get(f"{path}/numberSeries?$top=1").status == 200
        assert root.delete(path).status == 204
        assert root.get(f"{path}/numberSeries").status == 404

    def test_copy_is_a_company_of_its_own(self, root: Service, company: Company) -> None:
        answer = root.post(f"companies({company.pk})/Microsoft.NAV.copy", {"name": "Copy"})
        assert (answer.status, answer.json["name"]) == (200, "Copy") and answer.json["id"] != str(company.pk)
        assert answer.headers["Location"].endswith(f"companies({answer.json['id']})")

    def test_copy_goes_on_in_the_background_when_asked_to(
        self, root: Service, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jobs, "enqueue", jobs.run_now)
        action = f"companies({company.pk})/Microsoft.NAV.copy"
        answer = root.post(action, {"name": "Copy"}, prefer="respond-async")
        assert answer.status == 202
        job = root.get(answer.headers["Location"]).json
        assert (job["status"], job["result"]["name"]) == ("Done", "Copy")
        assert job["result"]["id"] in ids(root.get("companies"))

    def test_making_and_deleting_needs_the_right(self, sign_in: SignIn, company: Company) -> None:
        crm = outside(sign_in("CRM-MANAGER", service=CRM))
        here = f"companies({company.pk})"
        for answer in (
            crm.post("companies", {"name": "X"}),
            crm.delete(here),
            crm.post(f"{here}/Microsoft.NAV.copy", {"name": "X"}),
            crm.patch(here, {"displayName": "X"}),
        ):
            assert (answer.status, answer.code) == (403, "Authorization_PermissionDenied")

    def test_taken_name_and_unknown_data_are_refused(self, root: Service, company: Company) -> None:
        taken = root.post("companies", {"name": company.name.upper()})
        assert (taken.status, taken.code, taken.target) == (400, "Internal_EntityWithSameKeyExists", "name")
        odd = root.post("companies", {"name": "X", "setupData": "Full"})
        assert (odd.status, odd.code) == (400, "Application_EvaluateException")

    def test_standard_service_lists_companies_with_its_own_properties(self, sign_in: SignIn, company: Company) -> None:
        standard = outside(sign_in("CRM-READ", service=STANDARD))
        (found,) = standard.get("companies").value
        assert list(found)[1:] == [
            *("id", "systemVersion", "timestamp", "name", "displayName", "businessProfileId"),
            *("systemCreatedAt", "systemCreatedBy", "systemModifiedAt", "systemModifiedBy"),
        ]
        assert found["name"] == company.name
        assert standard.get(f"companies({company.pk})").json["id"] == str(company.pk)
        assert standard.post("companies", {"name": "X"}).status == 405


class TestUsers:
    def test_user_is_made_changed_and_deleted(self, root: Service) -> None:
        body = {"userName": "kari", "fullName": "Kari", "email": "kari@example.com", "password": PHRASE}
        made = root.made("users", body)
        assert (made["userName"], made["enabled"], made["password"]) == ("kari", True, "")
        assert made["lastLoginAt"] == "0001-01-01T00:00:00Z"
        assert User.objects.get(username="kari").check_password(PHRASE)
        path = f"users({made['id']})"
        changed = root.patch(path, {"enabled": False, "fullName": "K"}, if_match=made["@odata.etag"]).json
        assert (changed["enabled"], changed["fullName"]) == (False, "K")
        assert root.get("users(userName='kari')").json["id"] == made["id"]
        assert root.delete(path).status == 204 and not User.objects.filter(username="kari").exists()

    def test_refusals_name_the_property(self, root: Service) -> None:
        users.create({"username": "kari", "email": "kari@example.com"})
        for body, code, target in (
            ({"userName": "KARI"}, "Internal_EntityWithSameKeyExists", "userName"),
            ({"userName": "x", "password": "short"}, "Application_DialogException", "password"),
            ({"userName": "x" * 51}, "Application_StringExceededLength", "userName"),
            ({"userName": "x", "email": "kari@example.com"}, "Internal_EntityWithSameKeyExists", "email"),
            ({"fullName": "x"}, "BadRequest_RequiredParamNotProvided", "userName"),
        ):
            answer = root.post("users", body)
            assert (answer.status, answer.code, answer.target) == (400, code, target), body

    def test_sessions_are_revoked(self, root: Service) -> None:
        anna = users.create({"username": "anna"})
        assert root.post(f"users({anna.pk})/Microsoft.NAV.revokeSessions").status == 204
        assert User.objects.get(pk=anna.pk).session_round == 1

    def test_last_administrator_stays(self, root: Service) -> None:
        User.objects.update(is_superuser=False)
        me = User.objects.get(username="root")
        given = root.get("userPermissionSets?$filter=userName eq 'root'").value[0]
        for answer in (
            root.patch(f"users({me.pk})", {"enabled": False}),
            root.delete(f"users({me.pk})"),
            root.delete(f"userPermissionSets({given['id']})"),
        ):
            assert (answer.status, answer.domain_code) == (400, "user.last_administrator")

    @pytest.mark.parametrize("name", ["users", "permissionSets", "userPermissionSets", "applications"])
    def test_administration_needs_the_right(self, sign_in: SignIn, name: str) -> None:
        crm = outside(sign_in("CRM-MANAGER", service=CRM))
        for answer in (crm.get(name), crm.post(name, {})):
            assert (answer.status, answer.code, answer.target) == (403, "Authorization_PermissionDenied", name)

    def test_administrator_of_one_company_does_not_administer_all(self, sign_in: SignIn) -> None:
        local = outside(sign_in("SUPER", service=CRM, name="local"))
        assert local.get("users").status == 403
        assert local.post("userPermissionSets", {"userName": "local", "permissionSetCode": "SUPER"}).status == 403


class TestPermissions:
    def test_set_of_one_s_own(self, root: Service) -> None:
        made = root.made("permissionSets", {"code": "desk", "permissions": ["api.read", "api.write:contacts"]})
        assert (made["code"], made["permissions"], made["builtIn"]) == (
            "DESK",
            ["api.read", "api.write:contacts"],
            False,
        )
        path = f"permissionSets({made['id']})"
        assert root.patch(path, {"permissions": ["api.read"]}).json["permissions"] == ["api.read"]
        odd = root.patch(path, {"permissions": ["fly"]})
        assert (odd.status, odd.target) == (400, "permissions")
        assert root.delete(path).status == 204

    def test_shipped_sets_cannot_change(self, root: Service) -> None:
        assert {row["code"] for row in root.get("permissionSets?$filter=builtIn eq true").value} == set(
            PermissionSet.objects.filter(built_in=True).values_list("code", flat=True)
        )
        answer = root.patch("permissionSets(code='CRM-READ')", {"name": "x"})
        assert (answer.status, answer.domain_code) == (400, "permission_set.built_in")

    def test_set_is_given_in_a_company_or_in_every_one(self, root: Service, company: Company) -> None:
        anna = users.create({"username": "anna"})
        body = {"userName": "anna", "permissionSetCode": "CRM-READ", "companyId": str(company.pk)}
        here = root.made("userPermissionSets", body)
        everywhere = root.made("userPermissionSets", {**body, "companyId": EMPTY})
        assert (here["companyId"], everywhere["companyId"]) == (str(company.pk), EMPTY)
        found = root.get(f"userPermissionSets?$filter=companyId eq {EMPTY} and userName eq 'anna'")
        assert ids(found) == {everywhere["id"]}
        again = root.post("userPermissionSets", body)
        assert (again.status, again.code) == (400, "Internal_EntityWithSameKeyExists")
        nobody = root.post("userPermissionSets", {**body, "userName": "nobody"})
        assert (nobody.status, nobody.code, nobody.target) == (400, "Internal_InvalidTableRelation", "userName")
        assert root.delete(f"userPermissionSets({here['id']})").status == 204
        assert anna.permission_sets.count() == 1


class TestKeys:
    def test_key_is_shown_once_and_works(self, root: Service, company: Company) -> None:
        users.create({"username": "anna"})
        UserPermissionSet.objects.create(
            user=User.objects.get(username="anna"), permission_set=PermissionSet.objects.get(code="CRM-READ")
        )
        made = root.made("accessKeys", {"userName": "anna", "name": "Sync", "expiresOn": "2099-12-31"})
        assert len(made["key"]) == 44 and (made["userName"], made["expiresOn"]) == ("anna", "2099-12-31")
        assert root.get(f"accessKeys({made['id']})").json["key"] == ""
        signed = base64.b64encode(f"anna:{made['key']}".encode()).decode()
        answer = Client().get(f"{root.root}/accessKeys", headers={"authorization": f"Basic {signed}"})
        assert answer.status_code == 200 and answer.json()["value"][0]["lastUsedAt"] > "2020"

    def test_users_keep_their_own_keys_and_see_no_others(self, root: Service, sign_in: SignIn) -> None:
        crm = outside(sign_in("CRM-READ", service=CRM, name="rita"))
        made = crm.made("accessKeys", {"name": "Mine"})
        assert made["userName"] == "rita"
        assert {row["userName"] for row in crm.get("accessKeys").value} == {"rita"}
        other = crm.post("accessKeys", {"userName": "root"})
        assert (other.status, other.code) == (403, "Authorization_PermissionDenied")
        assert crm.patch(f"accessKeys({made['id']})", {"name": "New"}).json["name"] == "New"
        assert crm.delete(f"accessKeys({made['id']})").status == 204
        of_root = root.get("accessKeys?$filter=userName eq 'root'").value[0]
        assert crm.delete(f"accessKeys({of_root['id']})").status == 404

    def test_application_gets_its_secret_once_and_then_tokens(self, root: Service) -> None:
        users.create({"username": "robot"})
        body = {"name": "Sync", "userName": "robot", "redirectUris": ["https://app.example.com/back"]}
        made = root.made("applications", body)
        assert made["clientId"] and made["clientSecret"] and made["userName"] == "robot"
        assert root.get(f"applications({made['id']})").json["clientSecret"] == ""
        fields = {"grant_type": "client_credentials", "client_id": made["clientId"]}
        token = Client().post("/oauth2/v2.0/token", {**fields, "client_secret": made["clientSecret"]})
        assert token.status_code == 200
        renewed = root.post(f"applications({made['id']})/Microsoft.NAV.newSecret").json
        assert renewed["clientSecret"] not in ("", made["clientSecret"])
        assert Client().post("/oauth2/v2.0/token", {**fields, "client_secret": made["clientSecret"]}).status_code == 400
        odd = root.patch(f"applications({made['id']})", {"publicKey": "x"})
        assert (odd.status, odd.target) == (400, "publicKey")


class TestSetup:
    def test_limits_are_read_and_changed(self, root: Service) -> None:
        (found,) = root.get("apiSetup").value
        assert (found["maxPageSize"], found["maxBodyBytes"], found["defaultEnvironment"]) == (
            20_000,
            367_001_600,
            "production",
        )
        path = f"apiSetup({found['id']})"
        changed = root.patch(path, {"maxPageSize": 100, "allowedNotificationHosts": ["hooks.local"]}).json
        assert (changed["maxPageSize"], changed["allowedNotificationHosts"]) == (100, ["hooks.local"])
        beyond = root.patch(path, {"maxPageSize": 20_001})
        assert (beyond.status, beyond.target) == (400, "maxPageSize")
        assert root.post("apiSetup", {}).status == root.delete(path).status == 405

    def test_everybody_reads_and_administrators_change(self, sign_in: SignIn) -> None:
        crm = outside(sign_in("CRM-MANAGER", service=CRM))
        (found,) = crm.get("apiSetup").value
        assert crm.patch(f"apiSetup({found['id']})", {"maxPageSize": 5}).status == 403


class TestPreferences:
    def test_own_row_is_always_there_and_can_be_changed(self, sign_in: SignIn, company: Company) -> None:
        crm = sign_in("CRM-EDIT", service=CRM, name="edda")
        (found,) = crm.get("userPreferences").value
        assert found["userId"] == "edda" and found["defaultCompanyId"] == EMPTY
        body = {
            "timeZone": "Europe/Oslo",
            "language": "nb",
            "workDate": "2025-03-01",
            "defaultCompanyId": str(company.pk),
            "keepSurnameParticles": True,
        }
        changed = crm.patch("userPreferences(userId='edda')", body).json
        assert {name: changed[name] for name in body} == body
        assert User.objects.get(username="edda").default_company == company
        odd = crm.patch(f"userPreferences({found['id']})", {"timeZone": "Mars/Base"})
        assert (odd.status, odd.target) == (400, "timeZone")

    def test_others_rows_need_an_administrator(self, root: Service, sign_in: SignIn, company: Company) -> None:
        sign_in("CRM-READ", service=CRM, name="rita")
        root.base = f"{root.root}/companies({company.pk})"
        rows = {row["userId"]: row["id"] for row in root.get("userPreferences").value}
        assert {"root", "rita"} <= set(rows)
        assert root.patch(f"userPreferences({rows['rita']})", {"language": "fi"}).json["language"] == "fi"
        crm = sign_in("CRM-EDIT", service=CRM, name="edda")
        assert crm.patch(f"userPreferences({rows['rita']})", {"language": "nb"}).status == 404
        assert UserPreference.objects.get(user_name="rita").language == "fi"

    def test_work_date_needs_its_right(self, sign_in: SignIn) -> None:
        crm = sign_in("CRM-READ", service=CRM, name="rita")
        (found,) = crm.get("userPreferences").value
        answer = crm.patch(f"userPreferences({found['id']})", {"workDate": "2025-01-01"})
        assert (answer.status, answer.code) == (403, "Authorization_PermissionDenied")
