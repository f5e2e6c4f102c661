"""Clients of the services, and the address of the company."""

from tests.api.conftest import api, crm, sign_in
from tests.web.conftest import root

__all__ = ["api", "crm", "root", "sign_in"]
