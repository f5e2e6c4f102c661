"""The services in a company whose writes are committed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.api.conftest import CRM, STANDARD, Service
from tuttava.foundation.context import acting
from tuttava.foundation.directory.access_keys import new_access_key
from tuttava.foundation.directory.models import Company, User


def service_of(company: Company, user: User, path: str) -> Service:
    """A service as ``user`` sees it."""
    return Service(company, user.username, _key(user), path)


def _key(user: User) -> str:
    with acting(user_id=str(user.pk)):
        return new_access_key(user)


@pytest.fixture
def live_user(live_company: Company) -> Iterator[User]:
    """An administrator who may do everything."""
    made = User.objects.create(username=f"live-{uuid.uuid4().hex[:8]}", is_superuser=True)
    yield made
    User.objects.filter(pk=made.pk).delete()


@pytest.fixture
def live_services(live_company: Company, live_user: User) -> dict[str, Service]:
    """Both services with one access key: a new key replaces the last one."""
    key = _key(live_user)
    return {path: Service(live_company, live_user.username, key, path) for path in (STANDARD, CRM)}


@pytest.fixture
def live_crm(live_services: dict[str, Service]) -> Service:
    return live_services[CRM]


@pytest.fixture
def live_standard(live_services: dict[str, Service]) -> Service:
    return live_services[STANDARD]
