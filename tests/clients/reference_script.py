"""Keeps a copy of the contacts of a Business Central company, as an integration for API v2.0 is usually written.

    python reference_script.py BASE_URL USER KEY

It knows nothing of Tuttava. It reads all contacts page by page, makes some with $batch, changes one under its tag,
loses a race on purpose, asks what has changed since, deletes what it made, and prints what it saw as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import requests

CREATED = 7
PAGE = 3


class BusinessCentral:
    """The few things an integration needs of the API."""

    def __init__(self, base: str, user: str, key: str) -> None:
        self.base = base.rstrip("/")
        self.session = requests.Session()
        self.session.auth = (user, key)
        self.session.headers["Accept"] = "application/json"

    def company(self) -> str:
        found = self.session.get(f"{self.base}/companies", timeout=60)
        found.raise_for_status()
        return str(found.json()["value"][0]["id"])

    def pages(self, url: str, prefer: str = "", **params: str) -> tuple[list[dict[str, Any]], str, int]:
        """All rows behind a URL, the delta link of the last page, and how many pages there were."""
        rows: list[dict[str, Any]] = []
        count = 0
        while True:
            answer = self.session.get(url, params=params, headers={"Prefer": prefer} if prefer else {}, timeout=60)
            answer.raise_for_status()
            page = answer.json()
            rows += page["value"]
            count += 1
            if "@odata.nextLink" not in page:
                return rows, page.get("@odata.deltaLink", ""), count
            url, params = page["@odata.nextLink"], {}

    def batch(self, requests_: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = self.session.post(
            f"{self.base}/$batch", json={"requests": requests_}, headers={"Isolation": "snapshot"}, timeout=60
        )
        answer.raise_for_status()
        responses: list[dict[str, Any]] = answer.json()["responses"]
        return responses


def main(base: str, user: str, key: str) -> dict[str, Any]:
    api = BusinessCentral(base, user, key)
    company = api.company()
    contacts = f"{api.base}/companies({company})/contacts"
    _rows, delta, _count = api.pages(contacts, "odata.track-changes")

    json_type = {"Content-Type": "application/json"}
    made = api.batch(
        [
            {
                "id": str(number),
                "method": "POST",
                "url": f"companies({company})/contacts",
                "headers": json_type,
                "body": {"displayName": f"Reference {number}", "type": "Company", "city": "Hamar"},
            }
            for number in range(CREATED)
        ]
    )
    ids = [response["body"]["id"] for response in made]
    in_hamar = {"$filter": "city eq 'Hamar' and startswith(displayName,'Reference')", "$orderby": "displayName desc"}
    paged, _link, pages = api.pages(contacts, f"odata.maxpagesize={PAGE}", **in_hamar)

    first = made[0]["body"]
    url, tag = f"{contacts}({first['id']})", first["@odata.etag"]
    changed = api.session.patch(url, json={"city": "Gjøvik"}, headers={"If-Match": tag}, timeout=60)
    late = api.session.patch(url, json={"city": "Oslo"}, headers={"If-Match": tag}, timeout=60)

    since, delta, _count = api.pages(delta)
    deleted = [api.session.delete(f"{contacts}({one})", timeout=60).status_code for one in ids]
    after, _delta, _count = api.pages(delta)
    return {
        "created": [response["status"] for response in made],
        "paged": [row["displayName"] for row in paged],
        "pages": pages,
        "changed": [changed.status_code, changed.json()["city"]],
        "late": [late.status_code, late.json()["error"]["code"]],
        "since": {row["displayName"]: row["city"] for row in since},
        "deleted": deleted,
        "after": [row.get("reason", "") for row in after if row["id"] in ids],
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:4]), ensure_ascii=False))
