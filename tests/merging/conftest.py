"""The services, browsers and upload folders that tests of merging share with other rooms."""

from tests.api.conftest import api, crm, sign_in
from tests.transfer.conftest import places, uploads
from tests.web.conftest import editor, root

__all__ = ["api", "crm", "editor", "places", "root", "sign_in", "uploads"]
