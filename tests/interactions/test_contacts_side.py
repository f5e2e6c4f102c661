"""What becomes of interactions when contacts change type, move, are deleted, restored, merged or erased."""

from __future__ import annotations

import pytest

from tests.contacts.people import change
from tests.interactions.making import logged, make_company, make_person, said, vocabulary
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.contacts.personal_data import erase_personal_data, export_personal_data
from tuttava.contacts.queries import figures
from tuttava.contacts.restoring import restore
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange, unit_of_work
from tuttava.foundation.undo import undo_unit
from tuttava.interactions.logging_core import NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import InteractionAttachment, InteractionComment, InteractionLogEntry
from tuttava.interactions.storing import NewContent
from tuttava.merging.actions import perform, start_merge, undo_merge

pytestmark = pytest.mark.usefixtures("company")


def names(entry: InteractionLogEntry) -> tuple[object, object]:
    entry.refresh_from_db()
    return entry.contact_id, entry.contact_company_id


def test_a_contact_with_interactions_keeps_its_type() -> None:  # C-11, I-82
    person = make_person()
    logged(person)
    with pytest.raises(DomainError) as refused:
        change(person, type="company")
    assert refused.value.code == "contact.type.has_interactions"


def test_a_company_may_change_its_type_while_only_its_people_spoke() -> None:  # C-11
    firm = make_company()
    person = make_person(company_no=firm.no)
    logged(person)
    with pytest.raises(DomainError) as refused:
        change(firm, type="person")
    assert refused.value.code == "contact.type.has_people"


def test_a_person_who_leaves_leaves_interactions_with_the_company() -> None:  # C-25, I-82
    old, new = make_company(), make_company(name="Elvia AS")
    person = make_person(company_no=old.no)
    entry = logged(person)
    change(person, company_no=new.no)
    assert names(entry) == (old.pk, old.pk)
    assert entry.former_contact_id == person.pk
    assert figures(old).no_of_interactions == 1
    assert figures(new).no_of_interactions == 0


def test_an_independent_person_brings_interactions_along() -> None:  # C-25
    person, firm = make_person(), make_company()
    entry = logged(person)
    change(person, company_no=firm.no)
    assert names(entry) == (person.pk, firm.pk)
    assert figures(firm).no_of_interactions == 1


def test_unfinished_interactions_go_with_the_person() -> None:  # C-25
    vocabulary()
    old, new = make_company(), make_company()
    person = make_person(company_no=old.no)
    entry = log_interactions([said(person)], postponed=True)[0]
    change(person, company_no=new.no)
    assert names(entry) == (person.pk, new.pk)


def test_interactions_of_a_deleted_person_go_to_its_company() -> None:  # C-85, I-82
    firm = make_company()
    person = make_person(company_no=firm.no)
    entry = logged(person)
    records.delete(Contact.objects.get(pk=person.pk))
    assert names(entry) == (firm.pk, firm.pk)


def test_interactions_of_a_deleted_independent_person_stay_without_contact() -> None:  # C-85
    person = make_person()
    entry = logged(person)
    records.delete(Contact.objects.get(pk=person.pk))
    assert names(entry) == (None, None)


def test_a_deleted_company_leaves_interactions_without_contact() -> None:  # C-84, I-82
    firm = make_company()
    person = make_person(company_no=firm.no)
    entries = [logged(firm), logged(person)]
    records.delete(Contact.objects.get(pk=firm.pk))
    assert [names(entry) for entry in entries] == [(None, None)] * 2


def test_restoring_a_person_leaves_history_where_it_went() -> None:  # C-87
    firm = make_company()
    person = make_person(company_no=firm.no)
    entry = logged(person)
    records.delete(Contact.objects.get(pk=person.pk))
    restore(person.no)
    assert names(entry) == (firm.pk, firm.pk)


def test_undoing_a_deletion_gives_interactions_back() -> None:
    firm = make_company()
    person = make_person(company_no=firm.no)
    entry = logged(person)
    with unit_of_work("delete contact") as unit:
        records.delete(Contact.objects.get(pk=person.pk))
    undo_unit(unit)
    assert names(entry) == (person.pk, firm.pk)


def test_a_person_with_an_alternative_address_in_the_log_can_be_deleted() -> None:  # C-86
    person = make_person()
    cabin = records.create(ContactAltAddress, {"code": "CABIN"}, given={"contact": person})
    entry = logged(person, contact_alt_address_id=cabin.pk)
    records.delete(Contact.objects.get(pk=person.pk))
    entry.refresh_from_db()
    assert entry.contact_alt_address_id is None


def test_an_alternative_address_in_the_log_can_be_deleted() -> None:  # I-67
    person = make_person()
    cabin = records.create(ContactAltAddress, {"code": "CABIN"}, given={"contact": person})
    entry = logged(person, contact_alt_address_id=cabin.pk)
    records.delete(cabin)
    entry.refresh_from_db()
    assert entry.contact_alt_address_id is None


def told(person: Contact) -> InteractionLogEntry:
    vocabulary()
    item = said(person, subject="Divorce", contact_via="91000000")
    content = NewContent(data=b"private letter", file_name="letter.txt", extension="txt")
    return log_interactions([NewInteraction(item.values, [NewComment("Spoke of the children")], content)])[0]


def test_everything_said_is_handed_out() -> None:  # C-74
    person = make_person()
    entry = told(person)
    data = export_personal_data(person, "Asked for it")
    assert [row["entry_no"] for row in data["interactions"]] == [entry.entry_no]
    assert data["interaction_comments"][0]["comment"] == "Spoke of the children"
    assert data["interaction_files"][0]["file_name"] == "letter.txt"


def test_erasure_leaves_the_bare_fact() -> None:  # C-74
    person = make_person()
    entry = told(person)
    erase_personal_data(person, "Asked for it")
    entry.refresh_from_db()
    assert (entry.description, entry.subject, entry.contact_via, entry.attachment_id) == ("", "", "", None)
    assert entry.date is not None
    assert (
        not InteractionComment.objects.exists()
        and not InteractionAttachment.objects.filter(file_name="letter.txt").exists()
    )
    history = str(list(JournalChange.objects.values_list("old", "new")))
    assert "Divorce" not in history and "children" not in history and "91000000" not in history
    assert figures(person).no_of_interactions == 1


def test_erasure_reaches_what_stayed_with_a_former_company() -> None:  # C-74, C-25
    firm = make_company()
    person = make_person(company_no=firm.no)
    entry = told(person)
    person = change(person, company_no="")
    erase_personal_data(person, "Asked for it")
    entry.refresh_from_db()
    assert entry.subject == ""


def test_interactions_follow_a_merge_and_come_back() -> None:  # M-33, M-41
    firm = make_company()
    kept, double = make_person(company_no=firm.no), make_person(company_no=firm.no)
    entry = logged(double)
    merge = start_merge("contact", kept.no, double.no)
    assert perform(merge)
    assert names(entry) == (kept.pk, firm.pk)
    undo_merge(merge)
    assert names(entry) == (double.pk, firm.pk)


def test_interactions_survive_with_blocked_contacts() -> None:  # C-72
    person = make_person()
    entry = logged(person)
    with acting():
        change(person, privacy_blocked=True)
    assert InteractionLogEntry.objects.filter(pk=entry.pk).exists()
