"""Blocks, minors, masking, and the export and erasure of personal data."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from tests.contacts.people import change, contact, person
from tests.pictures import image
from tuttava.contacts.models import Contact, ContactAltAddress, ContactEmail, ContactMailingGroup, PersonalDataAccess
from tuttava.contacts.personal_data import erase_personal_data, export_personal_data
from tuttava.contacts.privacy import (
    MASK,
    PERSONAL,
    SENSITIVE,
    accesses,
    is_hidden,
    log_looks,
    masked,
    masked_row,
    require_profiles_allowed,
    use_contact_for_new_work,
    without_blocked,
)
from tuttava.contacts.search import search_ids
from tuttava.contacts.signals import personal_data_erased, personal_data_exported
from tuttava.foundation import records
from tuttava.foundation.comments import add_comment
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import JournalChange, Picture, UnitOfWork
from tuttava.foundation.pictures import set_picture
from tuttava.foundation.undo import undo_unit

pytestmark = pytest.mark.usefixtures("company")
READER = frozenset({"api.read", "api.write"})


def test_setting_minor_blocks_and_clearing_it_does_not_lift_the_block() -> None:  # C-69
    child = person(minor=True)
    assert child.privacy_blocked
    child = change(child, parental_consent_received=True)
    grown = change(child, minor=False)
    assert grown.privacy_blocked and not grown.parental_consent_received


@pytest.mark.parametrize("consent", [True, False])
def test_changing_consent_blocks_in_either_direction(consent: bool) -> None:  # C-70
    child = person(minor=True)
    if not consent:
        child = change(child, parental_consent_received=True)
        child = change(child, privacy_blocked=False)
    assert change(child, parental_consent_received=consent).privacy_blocked


def test_block_of_a_minor_is_lifted_only_with_consent() -> None:  # C-71
    child = person(minor=True)
    with pytest.raises(DomainError) as refused:
        change(child, privacy_blocked=False)
    assert (refused.value.code, refused.value.field) == ("contact.privacy.consent_missing", "privacy_blocked")
    assert not change(child, parental_consent_received=True, privacy_blocked=False).privacy_blocked
    assert not change(change(person(), privacy_blocked=True), privacy_blocked=False).privacy_blocked


def test_minor_and_lifted_block_in_one_request_are_refused() -> None:  # C-69, C-71
    with pytest.raises(DomainError):
        person(minor=True, privacy_blocked=False)


def test_whole_form_with_unchanged_values_changes_no_block() -> None:  # C-69, C-70
    adult = person(parental_consent_received=True)
    adult = change(adult, privacy_blocked=False)
    same = change(adult, minor=False, parental_consent_received=True, privacy_blocked=False, address="Road 1")
    assert same.parental_consent_received and not same.privacy_blocked


def test_blocked_contact_cannot_be_used_for_new_work_but_can_be_changed_and_deleted() -> None:  # C-72
    blocked = person(privacy_blocked=True)
    with pytest.raises(DomainError) as refused:
        use_contact_for_new_work(blocked)
    assert refused.value.code == "contact.privacy_blocked" and blocked.no in str(refused.value)
    assert use_contact_for_new_work(contact())
    assert change(blocked, address="Road 1").address == "Road 1"
    records.delete(blocked)


def test_blocked_contacts_are_left_out_of_mailings() -> None:  # C-72
    free, blocked = person(), person(privacy_blocked=True)
    found = without_blocked(Contact.objects.filter(pk__in=[free.pk, blocked.pk]))
    assert list(found) == [free]


def test_profiles_are_closed_for_minors() -> None:  # C-73
    with pytest.raises(DomainError) as refused:
        require_profiles_allowed(person(minor=True))
    assert refused.value.code == "contact.minor_profiles"
    require_profiles_allowed(person())


def blocked_anna() -> Contact:
    return person(
        name="Anna Berg",
        email="anna@firm.example",
        phone_no="55 10 20 30",
        address="Secret Road 1",
        privacy_blocked=True,
        home_page="https://anna.example",
    )


def test_personal_fields_are_masked_without_the_privacy_role() -> None:  # C-72, C-74
    anna = blocked_anna()
    with acting(rights=READER):
        assert is_hidden(anna)
        shown = masked(anna)
    told = {name: getattr(shown, name) for name in (*PERSONAL, *SENSITIVE, "phone_no_normalised", "search_text")}
    assert set(told.values()) <= {MASK, ""}
    assert (shown.name, shown.email, shown.middle_name) == (MASK, MASK, "")
    assert shown.no == anna.no and anna.name == "Anna Berg"
    with acting(rights=READER | {"privacy.manage"}):
        assert masked(anna) is anna
    with acting(rights=READER):
        free = contact()
        assert masked(free) is free


def test_rows_of_values_are_masked_alike() -> None:  # C-72
    row = {"no": "1", "name": "Anna", "city": "", "salesperson_code": "X"}
    with acting(rights=READER):
        assert masked_row(row, blocked=True) == {**row, "name": MASK}
        assert masked_row(row, blocked=False) == row
    assert masked_row(row, blocked=True) == row


def test_search_does_not_find_a_hidden_name() -> None:  # C-72
    anna = person(name="Zyxel Quorthon", privacy_blocked=True)
    assert search_ids("quorthon") == [anna.pk]
    with acting(rights=READER):
        assert search_ids("quorthon") == [] and search_ids(anna.no) == [anna.pk]


def test_every_look_at_a_blocked_contact_is_logged_and_no_other() -> None:  # C-72
    anna, free = blocked_anna(), contact()
    with acting(user_name="eve"):
        log_looks([anna, free])
        log_looks([anna])
    with acting(rights=READER, user_name="bob"):
        log_looks([anna])
    assert [(row.action, row.user_name) for row in accesses(anna.pk)] == [("look", "eve")] * 2
    assert not accesses(free.pk)


@pytest.fixture
def everything() -> Iterator[Contact]:
    """A person with data in every corner."""
    with acting(user_name="ola", door="browser"):
        anna = person(name="Anna Zwingli", email="anna.zwingli@firm.example", address="Zwingliweg 1")
        anna = change(anna, address="Zwingliweg 2", salesperson="")
        home = records.create(ContactAltAddress, {"contact": anna, "code": "HOME", "address": "Zwingliweg 3"})
        records.change(home, {"address": "Zwingliweg 4"})
        records.create(ContactEmail, {"contact": anna, "email": "zwingli@home.example", "label": "Zwingli"})
        records.create(ContactMailingGroup, {"contact": anna, "mailing_group": "NEWS"})
        add_comment("contact", anna.pk, "Zwingli likes fish")
        UnitOfWork.objects.filter(pk__in=JournalChange.objects.filter(owner_id=anna.pk).values("unit_id")).update(
            summary="Anna Zwingli"
        )
    yield anna


def test_export_holds_everything_including_history_and_is_logged(everything: Contact) -> None:  # C-74
    def listener(contact: Contact, **_signal: Any) -> dict[str, Any]:
        return {"interactions": [contact.no]}

    personal_data_exported.connect(listener)
    try:
        with acting(user_name="eve"):
            data = export_personal_data(everything, "asked by letter")
    finally:
        personal_data_exported.disconnect(listener)
    told = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    assert told["contact"]["address"] == "Zwingliweg 2"
    assert told["contactaltaddress"][0]["address"] == "Zwingliweg 4"
    assert told["contactemail"][0]["email"] == "zwingli@home.example"
    assert told["comments"][0]["comment"] == "Zwingli likes fish"
    assert told["contactmailinggroup"][0]["mailing_group_code"] == "NEWS"
    assert told["interactions"] == [everything.no]
    assert any(entry["old"] == {"address": "Zwingliweg 1"} and entry["user"] == "ola" for entry in told["history"])
    (logged,) = accesses(everything.pk)
    assert (logged.action, logged.user_name, logged.reason) == ("export", "eve", "asked by letter")


def _company_text() -> str:
    """Every row of every table of the company, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [row[0] for row in cursor.fetchall()]
        text = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text += [row[0] for row in cursor.fetchall()]
    return "\n".join(text).lower()


def test_erasure_leaves_no_trace_of_the_person_in_any_table(everything: Contact) -> None:  # C-74
    assert "zwingli" in _company_text()
    erased: list[Contact] = []

    def listener(contact: Contact, **_signal: Any) -> None:
        erased.append(contact)

    personal_data_erased.connect(listener)
    try:
        with acting(user_name="eve"):
            left = erase_personal_data(everything, "right to be forgotten")
    finally:
        personal_data_erased.disconnect(listener)
    assert "zwingli" not in _company_text()
    assert (left.no, left.name, left.privacy_blocked) == (everything.no, "", True) and erased == [left]
    assert ContactMailingGroup.objects.filter(contact=left).count() == 1
    (logged,) = accesses(left.pk)
    assert (logged.action, logged.user_name, logged.reason) == ("erase", "eve", "right to be forgotten")
    assert change(left, exclude_from_segment=False).version > left.version


def test_erasure_cannot_be_undone(everything: Contact) -> None:  # C-74
    erase_personal_data(everything, "forgotten")
    for unit in UnitOfWork.objects.filter(action="erase personal data"):
        undo_unit(unit.pk, strict=False)
    assert "zwingli" not in _company_text()
    assert not ContactAltAddress.objects.filter(contact=everything).exists()


def test_erased_company_leaves_its_name_on_no_person_but_their_own_data_stays() -> None:  # C-74
    firm = contact(name="Zwingli AG", address="Zwingliweg 9")
    anna = person(company_no=firm.no, name="Anna Berg")
    erase_personal_data(firm, "sole trader")
    anna.refresh_from_db()
    assert (anna.company_name, anna.company_id, anna.name) == ("", firm.pk, "Anna Berg")
    assert anna.address == "Zwingliweg 9"
    assert search_ids("zwingli ag") == []


def test_picture_is_handed_out_and_erased_for_good() -> None:  # C-74, C-97
    anna = person(name="Anna Berg")
    set_picture(anna, image("PNG"))
    with unit_of_work("replace", "Anna Berg") as unit:
        set_picture(anna, image("JPEG"))
    (told,) = export_personal_data(anna, "asked")["pictures"]
    assert told["content_type"] == "image/jpeg" and base64.b64decode(told["content"])[:2] == b"\xff\xd8"
    erase_personal_data(anna, "asked")
    assert not Picture.objects.exists()
    rows = JournalChange.objects.filter(owner_id=anna.pk, record_type="foundation.picture")
    assert rows and all(row.unit_id is None and "content" not in (row.old or {}) for row in rows)
    assert UnitOfWork.objects.get(pk=unit).summary == anna.no
    undo_unit(unit, strict=False)
    assert not Picture.objects.exists()


@pytest.mark.parametrize("action", [export_personal_data, erase_personal_data])
def test_export_and_erasure_need_the_privacy_role_and_a_reason(action: Any) -> None:  # C-74
    anna = person()
    with acting(rights=READER), pytest.raises(PermissionDenied):
        action(anna, "curious")
    with pytest.raises(DomainError) as refused:
        action(anna, "  ")
    assert (refused.value.code, refused.value.field) == ("field_required", "reason")
    assert not PersonalDataAccess.objects.filter(contact_id=anna.pk).exists()
