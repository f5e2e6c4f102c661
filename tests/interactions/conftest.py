"""The services as tests of interactions see them."""

from tests.api.conftest import api, crm, sign_in

__all__ = ["api", "crm", "sign_in"]
