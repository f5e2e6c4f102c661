"""Rows ticked in a list are merged: the merge page opens with all of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.merging.models import Merge
from tuttava.partners.models import Customer, Vendor

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def manager(company: Company) -> Client:
    """Somebody who may merge."""
    return sign_in(company, name="marit", sets="CRM-MANAGER")


def firm(no: str, **values: Any) -> Contact:
    return records.create(Contact, {"no": no, "type": "company", "name": f"{no} AS", **values})


def test_ticked_contacts_come_to_the_merge_page_of_the_oldest(manager: Client, root: str) -> None:  # M-3
    old, new, third = firm("A1"), firm("B1", phone_no="22 33 44 55"), firm("C1")
    sent = {"id": [str(third.pk), str(new.pk), str(old.pk)]}
    answer = manager.post(f"{root}/contacts/merge-chosen", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{root}/contacts/{old.pk}/merge")
    assert sorted(Merge.objects.values_list("current_no", "duplicate_no")) == [("A1", "B1"), ("A1", "C1")]
    page = manager.get(answer["Location"]).content.decode()
    assert "B1" in page and "C1" in page
    manager.post(f"{root}/contacts/merge-chosen", sent)
    assert Merge.objects.count() == 2


@pytest.mark.parametrize(("model", "path"), [(Customer, "customers"), (Vendor, "vendors")])
def test_customers_and_vendors_are_merged_from_their_lists(  # M-3
    manager: Client, root: str, model: type[Customer] | type[Vendor], path: str
) -> None:
    one, two = (records.create(model, {"no": no, "name": f"{no} AS"}) for no in ("X1", "X2"))
    assert "merge-chosen" in manager.get(f"{root}/{path}/").content.decode()
    answer = manager.post(f"{root}/{path}/merge-chosen", {"id": [str(one.pk), str(two.pk)]})
    assert answer["Location"] == f"{root}/{path}/{one.pk}/merge"
    assert manager.get(answer["Location"]).status_code == 200


def test_one_row_and_all_of_a_long_list_are_no_merge(manager: Client, root: str) -> None:  # M-4
    rows = [firm(f"D{number}") for number in range(8)]
    for sent in ({"id": [str(rows[0].pk)]}, {"id": ["x"]}, {"everything": "1", "state": ""}):
        answer = manager.post(f"{root}/contacts/merge-chosen", sent)
        assert answer["Location"] == f"{root}/contacts/"
        assert "Tick two to 6 rows" in manager.get(answer["Location"]).content.decode()
    assert not Merge.objects.exists()


def test_a_company_and_a_person_are_not_begun(manager: Client, root: str) -> None:  # M-37
    company, person = firm("E1"), records.create(Contact, {"no": "E2", "type": "person", "name": "Kari Berg"})
    answer = manager.post(f"{root}/contacts/merge-chosen", {"id": [str(company.pk), str(person.pk)]})
    assert "cannot be merged" in manager.get(answer["Location"]).content.decode()
    assert not Merge.objects.exists()


def test_who_may_not_merge_is_not_offered_it(editor: Client, root: str) -> None:  # M-1
    one, two = firm("F1"), firm("F2")
    assert "merge-chosen" not in editor.get(f"{root}/contacts/").content.decode()
    assert editor.post(f"{root}/contacts/merge-chosen", {"id": [str(one.pk), str(two.pk)]}).status_code == 403
