"""@odata/client and o.js, and the OASIS reader of metadata, as a JavaScript developer would use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.clients.conftest import RunJs, Served

pytestmark = pytest.mark.clients


def test_odata_client_works_with_contacts(run_js: RunJs, served: Served) -> None:
    seen = json.loads(run_js("odata_client.cjs", f"{served.inside(served.standard)}/"))
    made = seen["made"]
    assert (made["displayName"], made["city"], made["type"]) == ("Brien og Søn ÅS", "Å i Lofoten", "Company")
    assert [each["id"] for each in seen["found"]] == [made["id"]]
    assert [each["displayName"] for each in seen["listed"]] == ["Brien og Søn ÅS"]
    assert seen["changed"]["city"] == "Oslo" and seen["changed"]["tag"] != made["@odata.etag"]
    assert seen["late"] == {"error": "Request_EntityChanged"}
    assert "CorrelationId" in seen["gone"]
    assert seen["batch"] == seen["multipart"] == [[200, "Brien og Søn ÅS"], [201, "Batch AS"]]
    assert isinstance(seen["count"], int)


def test_o_js_works_with_contacts(run_js: RunJs, served: Served) -> None:
    seen = json.loads(run_js("o_js.cjs", f"{served.inside(served.standard)}/"))
    made = seen["made"]
    assert seen["listed"] == [
        {"@odata.etag": made["@odata.etag"], "id": made["id"], "displayName": "Fjord Line", "city": "Molde"}
    ]
    assert seen["count"] == 1
    assert seen["one"] == made
    assert seen["changed"]["city"] == "Oslo"
    assert [part["status"] for part in seen["batch"]] == [200, 200, 201]
    assert seen["batch"][0]["body"]["displayName"] == "Fjord Line" and len(seen["batch"][1]["body"]) == 1
    assert (seen["late"], seen["removed"], seen["gone"]) == (409, 204, 404)


@pytest.mark.parametrize("service", ["v2.0", "tuttava/crm/v1.0"])
@pytest.mark.parametrize("version", ["1.0", "2.1"])
def test_metadata_passes_the_committees_own_reader(
    run_js: RunJs, served: Served, tmp_path: Path, service: str, version: str
) -> None:
    root = f"{served.origin}/api/{service}"
    (tmp_path / "metadata.xml").write_bytes(served.get(f"{root}/$metadata", params={"$schemaversion": version}).content)
    seen = json.loads(run_js("csdl.cjs", str(tmp_path / "metadata.xml")))
    assert seen["messages"] == []
    assert [name for name in seen["sets"] if name != "$Kind"] == [
        each["name"] for each in served.get(f"{root}/").json()["value"]
    ]
    assert "contact" in seen["types"]
