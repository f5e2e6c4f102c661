"""Merges are taken back: from the notice, from history, from the list; and old links lead to the survivor."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.merging import actions
from tuttava.merging.models import Merge, MergeStatus

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def manager(company: Company) -> Client:
    """Somebody who may merge."""
    return sign_in(company, name="marit", sets="CRM-MANAGER")


@pytest.fixture
def stays(company: Company) -> Contact:
    return records.create(Contact, {"no": "A1", "type": "company", "name": "Nordlys AS"})


@pytest.fixture
def folded(company: Company) -> Contact:
    return records.create(
        Contact, {"no": "B1", "type": "company", "name": "Nordlys Energi AS", "phone_no": "22 33 44 55"}
    )


@pytest.fixture
def merge(stays: Contact, folded: Contact) -> Merge:
    """B1 was merged into A1, taking its telephone number."""
    with acting(user_name="marit"):
        made = actions.start_merge("contact", "A1", "B1")
        actions.propose(made)
        assert actions.perform(made)
    return made


def texts(answer: Any) -> str:
    return str(answer.content.decode())


def test_notice_takes_the_merge_back(manager: Client, root: str, merge: Merge, folded: Contact) -> None:  # M-41
    undo = f"{root}/merges/{merge.pk}/undo"
    assert manager.post(undo, headers={"X-Requested-With": "fetch"}).status_code == 204
    assert "Nordlys Energi AS is back" in texts(manager.get(f"{root}/contacts/{folded.pk}"))
    assert Contact.objects.get(no="A1").phone_no == ""


def test_history_shows_one_entry_that_is_undone(
    manager: Client, root: str, merge: Merge, stays: Contact, folded: Contact
) -> None:  # M-41
    history = f"{root}/contacts/{stays.pk}/history"
    page = texts(manager.get(history))
    assert "B1" in page
    assert f"{root}/undo/{merge.unit_id}" in page
    answer = manager.post(f"{root}/undo/{merge.unit_id}")
    assert answer.url.endswith(f"/merges/{merge.pk}")
    assert Contact.objects.filter(pk=folded.pk).exists()
    page = texts(manager.get(history))
    assert f"{root}/undo/{merge.unit_id}" not in page
    undone = Merge.objects.get(pk=merge.pk)
    assert undone.status == MergeStatus.UNDONE
    assert page.count("/undo/") == 1, "only the creation can still be undone, not the undo of the merge"


def test_a_merge_that_changed_nothing_else_stands_in_the_history(manager: Client, root: str, stays: Contact) -> None:
    records.create(Contact, {"no": "B1", "type": "company", "name": "Nordlys AS"})
    with acting(user_name="marit"):
        made = actions.start_merge("contact", "A1", "B1")
        assert actions.perform(made)
    assert str(made.unit_id) in texts(manager.get(f"{root}/contacts/{stays.pk}/history"))


def test_what_was_changed_since_is_named(manager: Client, root: str, merge: Merge, stays: Contact) -> None:  # M-41
    stays.refresh_from_db()
    records.change(stays, {"phone_no": "99 88 77 66"})
    answer = manager.post(f"{root}/merges/{merge.pk}/undo")
    page = texts(manager.get(answer.url))
    assert "stayed as they are" in page
    assert "hone" in page.split("stayed as they are")[1].split("</ul>")[0]
    assert Contact.objects.get(no="A1").phone_no == "99 88 77 66"


def test_whoever_looks_later_reads_what_stayed(company: Company, root: str, merge: Merge) -> None:  # M-41
    records.change(Contact.objects.get(no="A1"), {"phone_no": "99 88 77 66"})
    with acting(user_name="marit"):
        assert actions.undo_merge(merge).exceptions
    merge.refresh_from_db()
    assert (merge.left, [each["field"] for each in merge.exceptions]) == (1, ["phone_no"])
    other = sign_in(company, name="birgit", sets="CRM-MANAGER")
    page = texts(other.get(f"{root}/merges/{merge.pk}"))
    assert "Contact A1, phone" in page
    assert "stays as it is" in page
    assert "and 4 more" not in page
    Merge.objects.update(left=5)
    assert "and 4 more" in texts(other.get(f"{root}/merges/{merge.pk}"))


def test_a_second_undo_says_why_not(manager: Client, root: str, merge: Merge) -> None:  # M-41
    manager.post(f"{root}/merges/{merge.pk}/undo")
    answer = manager.post(f"{root}/merges/{merge.pk}/undo")
    assert "undone already" in texts(manager.get(answer.url))


def test_list_of_merges_leads_to_each(manager: Client, root: str, merge: Merge) -> None:
    actions.start_merge("contact", "A1")
    page = texts(manager.get(f"{root}/merges/?sort=-merged"))
    assert "Nordlys Energi AS B1" in page
    assert page.count(f"/merges/{merge.pk}") >= 1
    assert "Nordlys Energi" in texts(manager.get(f"{root}/merges/?q=b1"))
    one = texts(manager.get(f"{root}/merges/{merge.pk}"))
    assert "Undo the merge" in one
    assert "phone" in one


def test_only_who_may_merge_sees_and_undoes(editor: Client, root: str, merge: Merge) -> None:  # M-1
    assert editor.get(f"{root}/merges/").status_code == 403
    assert editor.get(f"{root}/merges/{merge.pk}").status_code == 403
    editor.post(f"{root}/merges/{merge.pk}/undo")
    assert Merge.objects.get(pk=merge.pk).status == MergeStatus.MERGED


def test_an_old_link_leads_to_the_survivor_and_says_so(
    manager: Client, root: str, merge: Merge, stays: Contact, folded: Contact
) -> None:  # M-41
    answer = manager.get(f"{root}/contacts/{folded.pk}")
    assert answer.status_code == 302
    assert answer.url == f"{root}/contacts/{stays.pk}"
    assert "was merged with this record" in texts(manager.get(answer.url))
