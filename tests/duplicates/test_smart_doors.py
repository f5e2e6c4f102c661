"""The smart search at the doors: what is saved is compared, whoever saves it (D-26 to D-29)."""

from __future__ import annotations

import pytest

from tests.contacts.register import change, firm, person, setup
from tuttava.contacts.models import Contact, ContactEmail
from tuttava.contacts.personal_data import erase_personal_data
from tuttava.contacts.vocabulary import NORWAY
from tuttava.duplicates import smart
from tuttava.duplicates.actions import set_separate
from tuttava.duplicates.models import ContactDuplicate, ContactMatchKey, DuplicateAnswer
from tuttava.duplicates.smart.candidates import BY_COMMON
from tuttava.duplicates.smart.keys import COMMON
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.undo import undo_unit

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]

LITWARE = {
    "name": "Litware Analytics Ltd",
    "address": "20 Church Road",
    "post_code": "N12 5XY",
    "city": "London",
    "phone_no": "+44 20 7946 0018",
    "email": "info@litware.example",
}
AGAIN = {
    **LITWARE,
    "name": "LITWARE Analytics Limited",
    "address": "20, Church Rd.",
    "phone_no": "0044 20 7946 0018",
    "email": "sales@litware.example",
}
NORDVIK = {"name": "Nordvik Fisk AS", "address": "Strandgata 3", "city": "Tromsø", "phone_no": "+47 77 60 00 00"}


def found(one: Contact, other: Contact) -> ContactDuplicate | None:
    """The pair of the two, whichever way round."""
    return ContactDuplicate.objects.filter(contact__in=[one, other], duplicate__in=[one, other]).first()


def keys_of(contact: Contact) -> set[int]:
    return set(ContactMatchKey.objects.filter(contact=contact).values_list("key", flat=True))


def last_unit() -> UnitOfWork:
    return UnitOfWork.objects.order_by("-at", "-pk")[0]


def test_company_written_differently_is_found_when_saved() -> None:  # D-26, D-27
    old, other, new = firm(**LITWARE), firm(**NORDVIK), firm(**AGAIN)
    pair = found(old, new)
    assert pair is not None and pair.smart and not pair.separate_contacts
    assert (pair.contact_id, pair.duplicate_id) == (new.pk, old.pk)
    assert pair.score is not None and pair.score >= 50
    assert found(other, new) is None


def test_person_is_found_too() -> None:  # D-29
    old = person(first_name="Kristina", surname="Østby", name="Kristina Østby", email="kristina.ostby@nordvik.example")
    new = person(first_name="Kristine", surname="Ostby", name="Kristine Ostby", email="kristina.ostby@nordvik.example")
    pair = found(old, new)
    assert pair is not None and pair.smart


def test_company_and_person_are_never_a_pair() -> None:  # D-29
    old = firm(name="Jon Dahl", phone_no="+47 55 10 20 30", email="jon@dahl.example")
    new = person(name="Jon Dahl", phone_no="+47 55 10 20 30", email="jon@dahl.example")
    assert found(old, new) is None


def test_pair_goes_when_a_contact_becomes_another_one() -> None:  # D-26
    old, new = firm(**LITWARE), firm(**AGAIN)
    assert found(old, new)
    change(new, **{**NORDVIK, "email": "post@nordvik.example", "post_code": ""})
    assert found(old, new) is None


def test_pair_comes_when_a_contact_becomes_alike() -> None:  # D-26
    old, new = firm(**LITWARE), firm(**NORDVIK)
    before = keys_of(new)
    change(new, **AGAIN)
    assert found(old, new)
    assert before and keys_of(new) and not keys_of(new) & before


def test_change_of_what_is_not_compared_leaves_keys_and_pairs_alone() -> None:  # D-28
    old, new = firm(**LITWARE), firm(**AGAIN)
    pair = found(old, new)
    assert pair is not None
    ContactDuplicate.objects.update(score=1)
    change(new, job_title="", fax_no="12345678")
    assert ContactDuplicate.objects.get(pk=pair.pk).score == 1


def test_labelled_address_is_looked_at() -> None:  # C-42
    old, new = firm(name="Litware", city="London"), firm(name="Litware Analytics", city="London")
    before = keys_of(old)
    for contact in (old, new):
        records.create(ContactEmail, {"email": "desk.seven@litware.example"}, given={"contact": contact})
    shared = keys_of(old) & keys_of(new) - before
    assert shared
    ContactEmail.objects.get(contact=old).delete()
    smart.check_saved([old])
    assert keys_of(old) == before


def test_second_address_is_looked_at() -> None:  # C-42
    old = person(name="Kristina Østby", email="kristina@home.example;kristina.ostby@nordvik.example")
    new = person(name="Kristina Ostby", email="kristina.ostby@nordvik.example")
    pair = found(old, new)
    assert pair is not None and pair.smart
    smart.search_all(wait=True)
    pair = found(old, new)
    assert pair is not None and pair.smart


def test_deleted_contact_leaves_neither_keys_nor_pairs_and_restored_it_is_found_again() -> None:  # D-16, C-87
    old, new = firm(**LITWARE), firm(**AGAIN)
    records.delete(new)
    assert not ContactMatchKey.objects.filter(contact_id=new.pk).exists()
    assert not ContactDuplicate.objects.filter(contact_id=new.pk).exists()
    undo_unit(last_unit().pk)
    assert found(old, new) and keys_of(new)


def test_undo_of_a_creation_is_not_held_back_by_what_is_alike() -> None:  # M-41
    old = firm(**LITWARE)
    created = UnitOfWork.objects.filter(changes__record_id=old.pk).order_by("at")[0]
    new = firm(**AGAIN)
    undo_unit(created.pk)
    assert not Contact.objects.filter(pk=old.pk).exists()
    assert not ContactDuplicate.objects.exists() and not keys_of(old) and keys_of(new)


def test_undo_of_a_change_brings_pairs_back() -> None:  # D-26
    old, new = firm(**LITWARE), firm(**AGAIN)
    change(new, **{**NORDVIK, "email": "post@nordvik.example", "post_code": ""})
    undo_unit(last_unit().pk)
    assert found(old, new)


def test_pairs_belong_to_no_unit_of_work() -> None:  # D-26
    firm(**LITWARE)
    firm(**AGAIN)
    label = ContactDuplicate._meta.label_lower
    by_likeness = JournalChange.objects.filter(record_type=label, new__smart=True)
    assert by_likeness and not by_likeness.exclude(unit=None).exists()


def test_separate_pair_stays_separate_however_alike() -> None:  # D-22, D-26
    old, new = firm(**LITWARE), firm(**AGAIN)
    pair = found(old, new)
    assert pair is not None
    set_separate(pair, True)
    change(new, name="Litware Analytics")
    pair = found(old, new)
    assert pair is not None and pair.separate_contacts


@pytest.mark.parametrize(("asked_again", "both"), [(True, True), (True, False), (False, True)])
def test_separate_pair_is_asked_again_once_both_changed_if_wanted(asked_again: bool, both: bool) -> None:  # D-11
    setup(refresh_duplicate_pairs=asked_again)
    old, new = firm(**LITWARE), firm(**AGAIN)
    pair = found(old, new)
    assert pair is not None
    set_separate(pair, True)
    if both:
        change(old, name="Litware Analytics & Co")
    change(new, name="Litware Analytics and Co")
    pair = found(old, new)
    assert pair is not None and pair.separate_contacts is not (asked_again and both)


def test_one_address_shared_by_many_says_nothing() -> None:  # D-28
    for owner, trade in zip(NORWAY.family[:60], (*NORWAY.fronts, *NORWAY.given)[:60], strict=True):
        firm(name=f"{owner} {trade}", email="post@hotel.example")
    assert ContactDuplicate.objects.filter(smart=True).count() < 10


def test_card_entered_over_and_over_is_found_all_the_same() -> None:  # D-28
    """More contacts than a key may have share all its keys: some of them are compared."""
    old = firm(**LITWARE)
    twins = [firm(**LITWARE) for _n in range(COMMON + 2)]
    last = twins[-1]
    assert min(ContactMatchKey.objects.filter(key=key).count() for key in keys_of(last)) > COMMON
    assert found(old, last)
    assert len(smart.check({**LITWARE, "type": "company"})) == BY_COMMON


def test_check_finds_before_anything_is_saved() -> None:  # D-21
    old = firm(**LITWARE)
    firm(**NORDVIK)
    pairs, keys = ContactDuplicate.objects.count(), ContactMatchKey.objects.count()
    suggestions = smart.check({**AGAIN, "type": "company"})
    assert [each.contact.pk for each in suggestions] == [old.pk]
    first = suggestions[0]
    assert first.score >= 50 and first.explained.score == first.score
    assert (ContactDuplicate.objects.count(), ContactMatchKey.objects.count()) == (pairs, keys)
    assert smart.check({**AGAIN, "type": "company"}, exclude=old.pk) == []
    assert smart.check({"name": ""}) == []


def test_check_with_locked_data_shows_none_of_it() -> None:  # C-72
    old = firm(**LITWARE)
    Contact.objects.filter(pk=old.pk).update(privacy_blocked=True)
    with acting(Context(rights=frozenset({"api.write"}))):
        (suggestion,) = smart.check({**AGAIN, "type": "company"})
    assert suggestion.contact.name == "•••"
    shown = {reason.right for reason in suggestion.explained.reasons}
    assert shown <= {"", "•••"}


def test_erased_contact_is_forgotten() -> None:  # C-74
    old, new = firm(**LITWARE), firm(**AGAIN)
    pair = found(old, new)
    assert pair is not None
    smart.answer(pair, same=True)
    erase_personal_data(new, "asked for")
    given = DuplicateAnswer.objects.get()
    assert "LITWARE Analytics Limited" not in (given.contact_name, given.duplicate_name)
    told = JournalChange.objects.filter(record_id=given.pk)
    assert told and not any("LITWARE Analytics Limited" in str(change.new) for change in told)
    assert not ContactDuplicate.objects.filter(smart=True).exists()
    assert smart.check({**LITWARE, "type": "company"})[0].contact.pk == old.pk


def test_browser_is_told_of_a_person_that_looks_like_another() -> None:  # D-20, D-29
    values = {"type": "person", "name": "Kristina Østby", "email": "kristina.ostby@nordvik.example"}
    records.create(Contact, values)
    with acting(Context(door="browser", interactive=True)) as context:
        records.create(Contact, values)
    assert [message.code for message in context.messages] == ["duplicates.found"]
