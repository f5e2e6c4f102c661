"""A client of the services that speaks JSON and signs in with an access key."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tuttava.foundation.context import acting
from tuttava.foundation.directory.access_keys import new_access_key
from tuttava.foundation.directory.models import Company, PermissionSet, User, UserPermissionSet
from tuttava.foundation.schemas import use_schema

Json = dict[str, Any]


@dataclass
class Answered:
    """An answer with its JSON at hand."""

    status: int
    headers: Any
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def value(self) -> list[Json]:
        found: list[Json] = self.json["value"]
        return found

    @property
    def code(self) -> str:
        found: str = self.json["error"]["code"]
        return found

    @property
    def domain_code(self) -> str:
        found: str = self.json["error"].get("innererror", {}).get("domainCode", "")
        return found

    @property
    def target(self) -> str:
        found: str = self.json["error"]["target"]
        return found


class Service:
    """One service as one user sees it; paths are relative to the company."""

    def __init__(self, company: Company, name: str, key: str, path: str) -> None:
        self.company = company
        self.root = f"/api/{path}"
        self.base = f"{self.root}/companies({company.pk})"
        signed = base64.b64encode(f"{name}:{key}".encode()).decode()
        self.client = Client(headers={"Authorization": f"Basic {signed}"})

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        """``headers`` in Python spelling: ``if_match``."""
        address = path if path.startswith(("/", "http")) else f"{self.base}/{path}"
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("content-type", "application/json")
        found = self.client.generic(method, address, content, content_type=kind, headers=named)
        use_schema(self.company.schema)
        return Answered(found.status_code, found.headers, b"".join(found))

    def get(self, path: str, **headers: str) -> Answered:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answered:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, if_match: str = "*", **headers: str) -> Answered:
        return self.call("PATCH", path, body, if_match=if_match, **headers)

    def delete(self, path: str, **headers: str) -> Answered:
        return self.call("DELETE", path, **headers)

    def made(self, path: str, body: Any, **headers: str) -> Json:
        """What a POST that must succeed made."""
        answer = self.post(path, body, **headers)
        assert answer.status == 201, answer.content
        found: Json = answer.json
        return found


SignIn = Callable[..., Service]
STANDARD = "v2.0"
CRM = "tuttava/crm/v1.0"


def opener(company: Company) -> SignIn:
    """Opens services of a company for users made as needed."""

    def open_service(sets: str = "CRM-MANAGER", *, service: str = STANDARD, name: str = "") -> Service:
        name = name or f"u-{sets.lower().replace(' ', '-')}"
        user, _new = User.objects.get_or_create(username=name)
        for code in sets.split():
            UserPermissionSet.objects.get_or_create(
                user=user, permission_set=PermissionSet.objects.get(code=code), company=company
            )
        with acting(user_id=str(user.pk)):
            key = new_access_key(user)
        return Service(company, user.username, key, service)

    return open_service


@pytest.fixture
def sign_in(company: Company) -> SignIn:
    """Services for a user with the given permission sets: ``sign_in("CRM-EDIT", service=CRM)``."""
    return opener(company)


@pytest.fixture
def live_sign_in(live_company: Company) -> SignIn:
    """The same where writes are committed, for requests side by side; what it makes stays."""
    return opener(live_company)


@pytest.fixture
def api(sign_in: SignIn) -> Service:
    """The standard service as a manager."""
    return sign_in()


@pytest.fixture
def crm(sign_in: SignIn) -> Service:
    """The CRM service as a manager."""
    return sign_in(service=CRM, name="crm-manager")
