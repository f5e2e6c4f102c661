"""What a long import saves is compared beside it, by another connection (D-28)."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from tests.contacts.register import change, firm
from tests.duplicates.test_smart_doors import keys_of
from tests.together import Elsewhere
from tests.transfer.helpers import run
from tuttava.contacts.models import Contact, ContactEmail
from tuttava.duplicates.models import ContactDuplicate, ContactMatchKey
from tuttava.duplicates.smart import beside, checking, claiming, comparing_beside, keys, warming
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.jobs import JobCanceled
from tuttava.foundation.undo import undo_unit
from tuttava.transfer import actions, running
from tuttava.transfer.models import ImportJob, ImportRow, ImportStatus, Outcome

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("live_company")]


@pytest.fixture(autouse=True)
def small_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(running, "CHUNK", 4)
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def mark(request: pytest.FixtureRequest) -> str:
    """A word that stands in the names of one test's companies alone, the same in every run."""
    return f"Q{hashlib.sha256(request.node.name.encode()).hexdigest()[:10]}"


STREETS = ("Storgata", "Kirkeveien", "Hafenweg", "Church Road", "Dorpsstraat", "Mannerheimintie", "Sagveien", "Quai 5")
TOWNS = ("Tromsø", "Bergen", "Kiel", "London", "Utrecht", "Turku", "Narvik", "Calais")


def lines(mark: str, count: int) -> str:
    """A file of companies that have little in common; the one half is the other half in capitals."""
    half = []
    for n in range(count // 2):
        word = hashlib.sha256(f"{mark}{n}".encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
        street, town = STREETS[n % 8], TOWNS[(n + n // 8) % 8]
        half.append(f"{word[:8]} {word[8:14]};{street} {n + 1};{20000 + 777 * n};{town};+47 22 {n:02d} 17 {99 - n}")
    return "\n".join(["Name;Address;Post code;City;Phone", *half, *(line.upper() for line in half)])


def imported(job: ImportJob) -> list[Contact]:
    """The companies that an import made."""
    rows = ImportRow.objects.filter(job=job, outcome=Outcome.CREATE)
    return list(Contact.objects.filter(pk__in=rows.values("entity_id")))


def found_among(contacts: list[Contact]) -> int:
    return ContactDuplicate.objects.filter(smart=True, contact__in=contacts, duplicate__in=contacts).count()


def nobody_is_left(contacts: list[Contact]) -> bool:
    """All have keys, and none has them twice."""
    keyed = ContactMatchKey.objects.filter(contact__in=contacts).values_list("contact_id", flat=True)
    return set(keyed) == {contact.pk for contact in contacts}


def broken(*_values: object, **_named: object) -> None:
    raise RuntimeError("broken")


def import_of(mark: str, count: int = 20, **options: Any) -> ImportJob:
    return run(lines(mark, count), on_match="create", match_by=[], **options)


def test_rows_of_many_chunks_are_compared_with_each_other(mark: str) -> None:
    job = import_of(mark)
    contacts = imported(job)
    assert (job.status, job.rows_created, job.possible_duplicates) == (ImportStatus.DONE, 20, 20)
    assert len(contacts) == 20 and found_among(contacts) == 10 and nobody_is_left(contacts)
    assert job.unit_id is not None and undo_unit(job.unit_id).removed >= 20
    assert not ContactMatchKey.objects.filter(contact_id__in=[contact.pk for contact in contacts]).exists()


def test_rows_are_compared_on_a_connection_of_their_own(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The import's own transactions write no keys."""
    threads: list[threading.Thread] = []
    store = keys.store

    def noted(*values: Any) -> None:
        threads.append(threading.current_thread())
        store(*values)

    monkeypatch.setattr(keys, "store", noted)
    import_of(mark)
    assert threads and threading.main_thread() not in threads


def test_contact_changed_by_an_import_is_compared_anew(mark: str) -> None:
    old = firm(name=f"{mark} Reederei", address="Quai 5", city="Bergen", phone_no="+47 55 61 00 00")
    before = keys_of(old)
    rest = "\n".join(f"{mark}{n};Gasse {n};Oslo;+47 22 99 00 {n:02d}" for n in range(8))
    content = f"Name;Address;City;Phone\n{old.name};Strandgata 77;Stavanger;+47 51 61 00 00\n{rest}"
    job = run(content, on_match="update", match_by=["name"])
    assert job.rows_updated == 1
    assert (
        keys_of(old) and keys_of(old) != before and nobody_is_left(list(Contact.objects.filter(name__startswith=mark)))
    )


def test_further_address_is_compared_beside_too(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:  # C-42
    """The import itself never compares: it would not see what the other connection has not committed."""
    contact = firm(name=f"{mark} Kontor", city="Oslo")
    before = keys_of(contact)
    threads: list[threading.Thread] = []
    compare = checking.compare

    def noted(ids: Any, *, known: Any) -> Any:
        threads.append(threading.current_thread())
        return compare(ids, known=known)

    monkeypatch.setattr(checking, "compare", noted)
    with comparing_beside(), transaction.atomic():
        records.create(ContactEmail, {"email": f"{mark}@kontor.example"}, given={"contact": contact})
    assert keys_of(contact) > before
    assert threads and threading.main_thread() not in threads


def test_whoever_is_being_changed_is_compared_once_that_is_done(mark: str, elsewhere: Elsewhere) -> None:
    held, release = threading.Event(), threading.Event()
    contact = firm(name=f"{mark} Kontor", city="Oslo")

    def hold() -> None:
        with transaction.atomic():
            Contact.objects.select_for_update().get(pk=contact.pk)
            held.set()
            assert release.wait(30)

    holding = elsewhere(hold)
    assert held.wait(30)
    ContactMatchKey.objects.filter(contact=contact).delete()
    job = beside.Beside()
    job.add([], [contact.pk])
    while not job._skipped and not job._failure:
        time.sleep(0.01)
    assert not keys_of(contact)
    threading.Timer(0.3, release.set).start()
    job.end()
    holding.result()
    assert keys_of(contact)


def test_failure_stops_the_import_which_can_go_on(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was saved stays; the next attempt compares it before it goes on."""
    with monkeypatch.context() as failing, pytest.raises(DomainError):
        failing.setattr(checking, "compare", broken)
        import_of(mark)
    job = ImportJob.objects.latest("created_at")
    saved = imported(job)
    assert job.status == ImportStatus.FAILED and 4 <= len(saved) <= 20
    assert not ContactMatchKey.objects.filter(contact__in=saved).exists()
    job = actions.resume(job, wait=True)
    contacts = imported(job)
    assert (job.status, len(contacts)) == (ImportStatus.DONE, 20)
    assert found_among(contacts) == 10 and nobody_is_left(contacts)


def test_killed_attempt_leaves_nobody_uncompared(mark: str) -> None:
    """Contacts that it committed without keys are found by that."""
    began = timezone.now() - dt.timedelta(minutes=1)
    contact = firm(name=f"{mark} Kontor", city="Oslo")
    ContactMatchKey.objects.filter(contact=contact).delete()
    with comparing_beside(since=began):
        assert beside.in_force()
    assert keys_of(contact) and not beside.in_force()


@pytest.mark.parametrize(("error", "compared"), [(JobCanceled, True), (OperationalError, False)])
def test_stopped_by_its_user_it_ends_what_is_saved_and_otherwise_leaves_it(
    mark: str, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, error: type[Exception], compared: bool
) -> None:
    monkeypatch.setattr(beside, "TOGETHER", 1)
    contacts = [firm(name=f"{mark} Kontor {n}", city="Oslo") for n in range(3)]
    held, release = threading.Event(), threading.Event()

    def hold_the_turn() -> None:
        with transaction.atomic():
            claiming.take_turn()
            held.set()
            assert release.wait(30)

    holding = elsewhere(hold_the_turn)
    assert held.wait(30)
    with pytest.raises(error), comparing_beside():
        for contact in contacts:
            change(contact, city="Bergen")
        threading.Timer(0.3, release.set).start()
        raise error
    holding.result()
    assert [bool(keys_of(contact)) for contact in contacts] == [True, compared, compared]


def test_only_one_compares_many_at_a_time(mark: str, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "WHOLE", 10**9)  # however many contacts other tests left in this company
    contact = firm(name=f"{mark} Kontor", city="Oslo")
    ContactMatchKey.objects.filter(contact=contact).delete()

    def catch_up() -> bool:
        warming.compare_uncompared()
        return bool(keys_of(contact))

    with transaction.atomic():
        assert claiming.take_turn()
        assert not elsewhere(catch_up).result(30)
    assert elsewhere(catch_up).result(30)


def test_inside_an_open_transaction_contacts_are_compared_at_once(mark: str) -> None:
    with transaction.atomic(), comparing_beside():
        assert not beside.in_force()
        assert keys_of(firm(name=f"{mark} Kontor", city="Oslo"))
        transaction.set_rollback(True)
    assert not connection.in_atomic_block


def test_long_import_is_not_far_ahead(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits while too many contacts wait to be compared, so memory does not grow with the file."""
    monkeypatch.setattr(beside, "WAITING", 0)
    saved: list[int] = []
    before = Contact.objects.count()
    compare = checking.compare

    def slowly(ids: Any, *, known: Any) -> Any:
        time.sleep(0.05)
        saved.append(Contact.objects.count() - before)
        return compare(ids, known=known)

    monkeypatch.setattr(checking, "compare", slowly)
    import_of(mark, 40)
    assert len(saved) == 10 and all(count <= 4 * (number + 2) for number, count in enumerate(saved))
