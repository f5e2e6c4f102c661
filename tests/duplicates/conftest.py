"""Clients of the services."""

from tests.api.conftest import api, crm, sign_in

__all__ = ["api", "crm", "sign_in"]
