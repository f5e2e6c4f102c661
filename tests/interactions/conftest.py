"""The services, as the tests of the interface have them."""

from tests.api.conftest import api, crm, live_sign_in, sign_in

__all__ = ["api", "crm", "live_sign_in", "sign_in"]
