"""The services, as the tests of the API open them."""

from tests.api.conftest import crm, sign_in

__all__ = ["crm", "sign_in"]
