"""Personal data of records that were merged away (C-72, C-74)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.conftest import CRM, Service
from tests.merging.test_api_merges import act, begun
from tuttava.contacts.models import Contact
from tuttava.contacts.personal_data import erase_personal_data
from tuttava.foundation import records
from tuttava.foundation.journal import JournalChange
from tuttava.merging.models import Merge

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


@pytest.fixture
def merged(crm: Service, company: object) -> Contact:
    """Anna, into whom Anne was merged, into whom Annie was merged before."""
    for no, name in (("P1", "Anna Berg"), ("P2", "Anne Bergh"), ("P3", "Annie Berger")):
        records.create(Contact, {"no": no, "type": "person", "name": name, "email": f"{no}@secret.example"})
    act(crm, begun(crm, "P2", "P3"), "merge")
    act(crm, begun(crm, "P1", "P2"), "merge")
    return Contact.objects.get(no="P1")


def test_erasing_the_survivor_erases_what_was_folded_into_it(crm: Service, merged: Contact) -> None:  # C-74, M-41
    erase_personal_data(merged, "Asked for it")
    assert set(Merge.objects.values_list("duplicate_name", flat=True)) == {""}
    rows = JournalChange.objects.values_list("record_type", "operation", "old", "new")
    words = ("bergh", "berger", "@secret")
    assert [row for row in rows if any(word in str(row).lower() for word in words)] == []
    last = Merge.objects.get(duplicate_no="P2")
    blocked = crm.post(f"merges({last.pk})/Microsoft.NAV.undo", {})
    assert (blocked.status, blocked.domain_code) == (400, "merge.undo_blocked")


def test_name_of_a_locked_contact_is_hidden(
    crm: Service, sign_in: Callable[..., Service], merged: Contact
) -> None:  # C-72
    Contact.objects.filter(pk=merged.pk).update(privacy_blocked=True)
    names = {row["duplicate"]: row["duplicateName"] for row in crm.get("merges").value}
    assert (names["P2"], names["P3"]) == ("•••", "•••")
    officer = sign_in("CRM-MANAGER PRIVACY", service=CRM, name="officer")
    assert {row["duplicateName"] for row in officer.get("merges").value} == {"Anne Bergh", "Annie Berger"}
