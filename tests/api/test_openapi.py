"""The OpenAPI 3.1 description of both services: valid, complete, true to the declarations."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.conftest import CRM, STANDARD, Service, SignIn
from tuttava.api.declare import SERVICES
from tuttava.foundation.directory.models import Company, PermissionSet, User, UserPermissionSet

pytestmark = pytest.mark.usefixtures("company")


def described(service: Service, **headers: str) -> dict[str, Any]:
    answer = service.get(f"{service.root}/openapi.json", **headers)
    assert answer.status == 200, answer.content
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize("path", [STANDARD, CRM])
def test_document_is_valid_openapi(sign_in: SignIn, path: str) -> None:
    OpenAPIV31SpecValidator(described(sign_in(service=path, name="reader"))).validate()


@pytest.mark.parametrize("path", [STANDARD, CRM])
def test_every_set_property_and_action_is_described(sign_in: SignIn, path: str) -> None:
    document = described(sign_in(service=path, name="reader"))
    declared = next(each for each in SERVICES if each.path == path)
    operations = " ".join(document["paths"])
    for entity_set in declared.sets.values():
        schema = document["components"]["schemas"][entity_set.entity]["properties"]
        assert {prop.name for prop in entity_set.properties} <= set(schema)
        if not entity_set.needs_parent:
            base = f"/{entity_set.name}" if entity_set.outside else f"/companies({{companyId}})/{entity_set.name}"
            offered = {"get", "post", "parameters"} & set(document["paths"][base])
            assert ("get" in offered) == ("GET" in entity_set.methods)
            assert ("post" in offered) == ("POST" in entity_set.methods)
            assert all(f"Microsoft.NAV.{action.name}" in operations for action in entity_set.actions)


@pytest.mark.parametrize("path", [STANDARD, CRM])
def test_parameters_of_every_address_are_declared_and_names_of_operations_unique(sign_in: SignIn, path: str) -> None:
    document = described(sign_in(service=path, name="reader"))
    shared = document["components"]["parameters"]
    names = []
    for address, operations in document["paths"].items():
        around = operations.get("parameters", [])
        for method, operation in operations.items():
            if method == "parameters":
                continue
            names.append(operation["operationId"])
            given = [*around, *operation.get("parameters", [])]
            resolved = [shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in given]
            in_path = {each["name"] for each in resolved if each["in"] == "path"}
            assert set(re.findall(r"\{(\w+)\}", address)) == in_path, address
    assert len(names) == len(set(names))


def test_schema_tells_type_length_enum_and_what_is_read_only(api: Service) -> None:
    document = described(api)
    schemas = document["components"]["schemas"]
    contact = schemas["contact"]["properties"]
    assert contact["displayName"] == {"type": "string", "maxLength": 100, "title": "Name"}
    assert contact["id"]["format"] == "uuid"
    assert contact["lastInteractionDate"]["readOnly"] is True and contact["lastInteractionDate"]["format"] == "date"
    assert contact["type"]["$ref"] == "#/components/schemas/contactType"
    assert schemas["contactType"]["enum"] == ["Company", "Person"]
    patch = document["paths"]["/companies({companyId})/contacts({id})"]["patch"]
    assert {"$ref": "#/components/parameters/ifMatch"} in patch["parameters"]
    assert document["paths"]["/companies({companyId})/contacts({id})"]["delete"]["x-tuttava-right"] == "contacts.delete"


def test_stream_is_reached_through_its_owner(api: Service) -> None:
    paths = described(api)["paths"]
    picture = paths["/companies({companyId})/contacts({id})/picture/pictureContent"]
    assert {"get", "patch", "delete"} <= set(picture)
    assert not any(address.startswith("/companies({companyId})/pictures") for address in paths)


def test_captions_are_in_the_readers_language(api: Service) -> None:
    english = described(api)["components"]["schemas"]["contact"]
    norwegian = described(api, accept_language="nb")["components"]["schemas"]["contact"]
    assert english["title"] == "Contact" and norwegian["title"] == "Kontakt"


def test_server_is_the_address_that_was_asked(api: Service) -> None:
    found = api.get("/BC/api/v2.0/openapi.json")
    assert found.json["servers"] == [{"url": "http://testserver/BC/api/v2.0"}]
    oauth = found.json["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert oauth["tokenUrl"] == "http://testserver/oauth2/v2.0/token"


def test_document_is_not_sent_twice(api: Service) -> None:
    first = api.get("/api/v2.0/openapi.json")
    assert api.get("/api/v2.0/openapi.json", if_none_match=first.headers["ETag"]).status == 304


def test_stranger_may_not_read_it() -> None:
    assert Client().get("/api/v2.0/openapi.json").status_code == 401


def test_signed_in_browser_reads_it(company: Company) -> None:
    user = User.objects.create_user(username="rita")
    UserPermissionSet.objects.create(
        user=user, permission_set=PermissionSet.objects.get(code="CRM-READ"), company=company
    )
    client = Client()
    client.force_login(user)
    assert client.get("/api/tuttava/crm/v1.0/openapi.json").json()["openapi"] == "3.1.0"
