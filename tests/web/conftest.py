"""Signed-in visitors of the test company."""

from __future__ import annotations

import pytest
from django.test import Client

from tuttava.foundation.directory.models import Company, PermissionSet, User, UserPermissionSet


def sign_in(company: Company | None, *, name: str, sets: str) -> Client:
    """A browser of the user ``name``, who has the permission sets named in ``sets`` there (None: everywhere)."""
    user = User.objects.create_user(username=name, password="a long pass phrase", full_name="Anna Aas")
    for code in sets.split():
        UserPermissionSet.objects.create(
            user=user, permission_set=PermissionSet.objects.get(code=code), company=company
        )
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def editor(company: Company) -> Client:
    """Somebody who reads and changes."""
    return sign_in(company, name="anna", sets="CRM-EDIT")


@pytest.fixture
def manager(company: Company) -> Client:
    """Somebody who may do everything in the company."""
    return sign_in(company, name="mona", sets="SUPER")


@pytest.fixture
def reader(company: Company) -> Client:
    """Somebody who only reads."""
    return sign_in(company, name="rita", sets="CRM-READ")


@pytest.fixture
def root(company: Company) -> str:
    """The company's address."""
    return f"/c/{company.slug}"
