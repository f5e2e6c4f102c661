"""Clients of the service."""

from tests.api.conftest import crm, sign_in

__all__ = ["crm", "sign_in"]
