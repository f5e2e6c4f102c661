"""How programs hear of pairs (A-80); what is written here is committed."""

from __future__ import annotations

import pytest

from tests.api.conftest import Service
from tests.api.live import live_crm, live_services, live_user
from tests.duplicates.parties import A, B, company
from tuttava.foundation.directory.models import Company

__all__ = ["live_crm", "live_services", "live_user"]


@pytest.mark.usefixtures("live_company")
def test_a_delta_tells_of_new_pairs_verdicts_and_gone_ones(live_company: Company, live_crm: Service) -> None:
    def link(page: object) -> str:
        return str(live_crm.get(str(page), prefer="odata.track-changes").json["@odata.deltaLink"])

    start = link("contactDuplicates")
    first, second = company(A), company(B)
    answer = live_crm.get(start)
    (found,) = answer.value
    assert (found["contactNo"], found["duplicateContactNo"]) == (second.no, first.no)
    live_crm.call("PATCH", f"contactDuplicates({found['id']})", {"separateContacts": True}, if_match="*")
    answer = live_crm.get(answer.json["@odata.deltaLink"])
    assert [row["separateContacts"] for row in answer.value] == [True]
    for contact in (first, second):
        assert live_crm.delete(f"contacts({contact.pk})").status == 204
    answer = live_crm.get(answer.json["@odata.deltaLink"])
    assert [row["reason"] for row in answer.value] == ["deleted"]
