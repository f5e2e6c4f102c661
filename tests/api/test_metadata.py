"""Service document, metadata, captions (A-20 to A-24)."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from tests.api.conftest import CRM, STANDARD, Service, SignIn
from tuttava.api import edm
from tuttava.api.declare import SERVICES, EntitySet, Navigation, Property
from tuttava.contacts.models import Contact

pytestmark = pytest.mark.usefixtures("company")
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


@pytest.mark.parametrize("path", [STANDARD, CRM])
def test_service_document_lists_every_set(sign_in: SignIn, path: str) -> None:
    service = sign_in(service=path)
    body = service.get(f"{service.root}/").json
    declared = next(each for each in SERVICES if each.path == path).sets
    assert [each["name"] for each in body["value"]] == list(declared)
    assert all(each["kind"] == "EntitySet" and each["url"] == each["name"] for each in body["value"])
    assert body["@odata.context"].endswith(f"{service.root}/$metadata")


@pytest.mark.parametrize("path", [STANDARD, CRM])
def test_metadata_states_types_sets_and_keys(sign_in: SignIn, path: str) -> None:
    service = sign_in(service=path)
    answer = service.get(f"{service.root}/$metadata")
    assert answer.headers["Content-Type"].startswith("application/xml")
    schema = ET.fromstring(answer.content).find(f".//{EDM}Schema")
    assert schema is not None and schema.get("Namespace") == "Microsoft.NAV"
    contact = schema.find(f"{EDM}EntityType[@Name='contact']")
    assert contact is not None
    assert [ref.get("Name") for ref in contact.iter(f"{EDM}PropertyRef")] == ["id"]
    types = {each.get("Name"): each for each in schema.iter(f"{EDM}EntityType")}
    enums = {f"Microsoft.NAV.{each.get('Name')}" for each in schema.iter(f"{EDM}EnumType")}
    for prop in schema.iter(f"{EDM}Property"):
        kind = str(prop.get("Type")).removeprefix("Collection(").removesuffix(")")
        assert kind.startswith("Edm.") or kind in enums
    for navigation in schema.iter(f"{EDM}NavigationProperty"):
        kind = str(navigation.get("Type")).removeprefix("Collection(").removesuffix(")")
        assert kind.removeprefix("Microsoft.NAV.") in types


def test_metadata_is_cached_by_its_tag(api: Service) -> None:
    first = api.get(f"{api.root}/$metadata")
    again = api.get(f"{api.root}/$metadata", if_none_match=first.headers["ETag"])
    assert (again.status, again.content) == (304, b"")


def test_members_are_spelled_as_each_service_wants(sign_in: SignIn) -> None:
    standard, crm = sign_in(), sign_in(service=CRM, name="crm")
    assert (
        '<Member Name="Bank_x0020_Account" Value="3" />' in standard.get(f"{standard.root}/$metadata").content.decode()
    )
    assert '<Member Name="BankAccount"' in crm.get(f"{crm.root}/$metadata").content.decode()


def test_first_schema_version_writes_captions(api: Service) -> None:
    api.made("contacts", {"displayName": "A", "type": "Person"})
    old = api.get("contacts?$schemaversion=1.0&$select=type,contactBusinessRelation").value[0]
    assert (old["type"], old["contactBusinessRelation"]) == ("Person", "None")
    assert "EnumType" not in api.get(f"{api.root}/$metadata?$schemaversion=1.0").content.decode()
    assert api.get("contacts?$schemaversion=3").code == "BadRequest"


def test_captions_come_in_every_language(api: Service) -> None:
    found = next(each for each in api.get(f"{api.root}/entityDefinitions").value if each["entitySetName"] == "contacts")
    captions = {each["languageCode"]: each["caption"] for each in found["entityCaptions"]}
    assert captions[1033] == "Contact" and captions[1044] == "Kontakt"
    assert {each["name"] for each in found["enumMembers"]} >= {"Company", "Person", "Bank_x0020_Account"}


def test_metadata_needs_a_key(api: Service) -> None:
    from django.test import Client

    assert Client().get(f"{api.root}/$metadata").status_code == 401


@pytest.mark.parametrize("path", [STANDARD, CRM])
def test_names_of_the_schema_are_given_once(sign_in: SignIn, path: str) -> None:
    """Only actions and functions may share a name, bound to different types; strict readers refuse anything else."""
    service = sign_in(service=path)
    schema = ET.fromstring(service.get(f"{service.root}/$metadata").content).find(f".//{EDM}Schema")
    assert schema is not None
    seen: dict[str, set[str]] = {}
    for child in schema:
        binding = child.find(f"{EDM}Parameter")
        bound = "" if binding is None else str(binding.get("Type"))
        key = f"{child.tag.removeprefix(EDM)} {bound}"
        name = str(child.get("Name"))
        assert key not in seen.setdefault(name, set()), name
        seen[name].add(key)
    kinds = {name: {key.split()[0] for key in keys} for name, keys in seen.items()}
    assert {name for name, found in kinds.items() if len(found) > 1} == set()


def test_property_and_navigation_cannot_share_a_name() -> None:
    """Readers of metadata take the one for the other."""
    prop = Property("noSeries", edm.code(20), "no_series_code")
    with pytest.raises(ValueError, match="noSeries"):
        EntitySet(
            name="things",
            entity="thing",
            model=Contact,
            properties=(prop,),
            navigations=(Navigation("noSeries", "numberSeries", many=False),),
        )
