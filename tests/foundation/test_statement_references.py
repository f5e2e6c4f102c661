"""References that are checked a statement at a time are as safe as foreign keys, also between sessions."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from tests.contacts.register import firm
from tests.together import Elsewhere, waits
from tuttava.contacts.models import Contact
from tuttava.foundation import records, statement_references
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.statement_references import looked_after
from tuttava.interactions.models import InteractionDraft

in_company = pytest.mark.usefixtures("company")


def draft(contact: uuid.UUID) -> InteractionDraft:
    return InteractionDraft.objects.create(contact_id=contact)


def delete(contact: Contact) -> None:
    """The row alone, beside all rules."""
    rows = Contact.objects.filter(pk=contact.pk)
    rows._raw_delete(rows.db)


@in_company
def test_row_cannot_refer_to_what_is_not_there() -> None:
    with pytest.raises(IntegrityError, match="is not there"), transaction.atomic():
        draft(uuid.uuid4())
    made = draft(firm().pk)
    with pytest.raises(IntegrityError, match="contact_company_id"), transaction.atomic():
        InteractionDraft.objects.filter(pk=made.pk).update(contact_company_id=uuid.uuid4())


@in_company
def test_row_that_is_referred_to_cannot_be_deleted() -> None:
    company = firm()
    made = draft(company.pk)
    with pytest.raises(IntegrityError, match="still referred to"), transaction.atomic():
        delete(company)
    made.delete()
    delete(company)


@in_company
def test_row_may_leave_before_what_refers_to_it_moves_but_not_for_good() -> None:
    old, new = firm(), firm()
    made = draft(old.pk)
    with looked_after(leaving=old):
        delete(old)
        InteractionDraft.objects.filter(pk=made.pk).update(contact_id=new.pk)
    with pytest.raises(IntegrityError, match="still referred to"), transaction.atomic(), looked_after(leaving=new):
        delete(new)
    assert Contact.objects.filter(pk=new.pk).exists()


def test_whoever_deletes_waits_for_those_who_are_adding(elsewhere: Elsewhere) -> None:
    company = firm()
    with transaction.atomic():
        made = draft(company.pk)
        deleting = elsewhere(lambda: delete(company))
        assert waits(deleting)
    with pytest.raises(IntegrityError, match="still referred to"):
        deleting.result()
    made.delete()


def test_whoever_adds_waits_for_a_deletion_and_is_refused(elsewhere: Elsewhere) -> None:
    company = firm()
    with transaction.atomic():
        delete(company)
        adding = elsewhere(lambda: draft(company.pk))
        assert waits(adding)
    with pytest.raises(IntegrityError, match="is not there"):
        adding.result()
    assert not InteractionDraft.objects.filter(contact_id=company.pk).exists()


def test_those_who_add_do_not_wait_for_each_other_nor_for_one_who_waits_to_delete(elsewhere: Elsewhere) -> None:
    one, other = firm(), firm()
    with transaction.atomic():
        made = [draft(one.pk)]
        deleting = elsewhere(lambda: delete(other))
        assert waits(deleting)
        made.append(elsewhere(lambda: draft(one.pk)).result(timeout=10))
    deleting.result()
    for each in made:
        each.delete()


def test_row_counts_as_in_use_for_whoever_is_never_alone(
    live_company: Company, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = firm(), firm()
    monkeypatch.setattr(statement_references, "_ATTEMPTS", 4)
    statement_references.install_references(live_company.schema)
    try:
        with transaction.atomic():
            made = draft(one.pk)
            deleting = elsewhere(lambda: records.delete(other))
            with pytest.raises(DomainError) as refused:
                deleting.result(timeout=20)
    finally:
        monkeypatch.undo()
        statement_references.install_references(live_company.schema)
    assert refused.value.code == "code.in_use"
    made.delete()
    records.delete(other)
