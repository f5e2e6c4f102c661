"""The services, as the tests of the API open them."""

from tests.api.conftest import api, crm, sign_in

__all__ = ["api", "crm", "sign_in"]
