"""python-odata and pybusinesscentral, as a Python developer would use them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from odata import ODataService
from odata.exceptions import ODataError
from pybusinesscentral import ApiClient, ApiException, Configuration
from pybusinesscentral.api.company_api import CompanyApi

from tests.clients.conftest import Served

pytestmark = pytest.mark.clients


def reflected(served: Served, service: str) -> Any:
    """python-odata with classes made from ``$metadata``.

    It cannot hold enum members that begin and end with an underscore, which the standard service has for blanks;
    ``$schemaversion=1.0`` gives it plain text instead (A-22, A-23).
    """
    session = requests.Session()
    if service == served.standard:
        session.params = {"$schemaversion": "1.0"}
    return ODataService(
        served.inside(service), auth=served.auth, session=session, reflect_entities=True, quiet_progress=True
    )


@pytest.mark.parametrize(("path", "name"), [("standard", "displayName"), ("crm", "name")])
def test_python_odata_works_with_reflected_contacts(served: Served, path: str, name: str) -> None:
    service = reflected(served, getattr(served, path))
    contact = service.entities["contacts"]
    made = contact()
    setattr(made, name, f"Åse's “{path}” & Co")
    made.city = f"Vadsø {path}"
    service.save(made)
    tag = made.__odata__["@odata.etag"]

    here = service.query(contact).filter(contact.city == f"Vadsø {path}")
    assert [getattr(each, name) for each in here] == [f"Åse's “{path}” & Co"]
    assert here.filter(getattr(contact, name).contains("ingen")).first() is None
    assert [row[name] for row in here.select(getattr(contact, name)).order_by(getattr(contact, name).desc())]
    assert made.id in [each.id for each in service.query(contact)]

    made.city = "Vardø"
    service.default_context.save(made, extra_headers={"If-Match": tag})
    assert service.query(contact).get(made.id).city == "Vardø"
    made.city = "Oslo"
    with pytest.raises(ODataError, match=r"409 \| Request_EntityChanged"):
        service.default_context.save(made, extra_headers={"If-Match": tag})

    service.delete(made)
    assert here.first() is None


def test_python_odata_gets_words_for_what_a_rule_refuses(served: Served) -> None:
    service = reflected(served, served.standard)
    with pytest.raises(ODataError, match=r"Application_DialogException.*displayName must have a value"):
        service.save(service.entities["contacts"]())


def business_central(served: Served) -> ApiClient:
    """pybusinesscentral as its users set it up: base address and sign-in, nothing else."""
    client = ApiClient(Configuration(host=served.standard))
    client.set_default_header("Authorization", requests.auth._basic_auth_str(served.user, served.key))
    return client


def called(client: ApiClient, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """A request by the client's own machine; the package has no class for contacts."""
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    wanted = client.param_serialize(method, path, header_params=sent, body=body)
    answer = client.call_api(*wanted)
    answer.read()
    found = client.response_deserialize(answer, {"2XX": "object" if method != "DELETE" else None})
    return found.data if not isinstance(found.data, str) else json.loads(found.data)


def test_pybusinesscentral_works_with_contacts(served: Served) -> None:
    client = business_central(served)
    [company] = CompanyApi(client).list_companies(top=5).value
    assert (company.id, company.name) == (served.company, "Served")
    assert CompanyApi(client).get_company(company.id).name == "Served"
    contacts = f"/companies({served.company})/contacts"
    made = called(client, "POST", contacts, {"displayName": "Tromsø Fisk", "type": "Company", "city": "Tromsø"})
    mine = f"{contacts}({made['id']})"
    query = "?$filter=city%20eq%20'Troms%C3%B8'&$top=5"
    assert [each["number"] for each in called(client, "GET", contacts + query)["value"]] == [made["number"]]
    changed = called(client, "PATCH", mine, {"city": "Bodø"}, If_Match=made["@odata.etag"])
    assert changed["city"] == "Bodø"
    with pytest.raises(ApiException) as refused:
        called(client, "PATCH", mine, {"city": "Oslo"}, If_Match=made["@odata.etag"])
    assert refused.value.status == 409
    called(client, "DELETE", mine)
    with pytest.raises(ApiException) as gone:
        called(client, "GET", mine)
    assert gone.value.status == 404
