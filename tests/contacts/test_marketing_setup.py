"""Rules of the marketing setup, the organisation's own data and user preferences."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.people import country
from tuttava.contacts.models import MarketingSetup
from tuttava.contacts.rules.setup import attachment_storage_changed, search_strings_wanted
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.foundation.models import CompanyInformation, UserPreference
from tuttava.partners.models import Salesperson, Team

pytestmark = pytest.mark.usefixtures("company")


def _setup(**values: Any) -> MarketingSetup:
    return records.change(MarketingSetup.objects.get(), values)


def test_setup_cannot_be_deleted() -> None:  # C-113
    with pytest.raises(DomainError) as refused:
        records.delete(MarketingSetup.objects.get())
    assert refused.value.code == "setup.cannot_delete"


def test_there_is_never_a_second_setup() -> None:  # C-113
    with pytest.raises(DomainError) as refused:
        records.create(MarketingSetup, {})
    assert refused.value.code == "already_exists"


def test_switching_maintenance_takes_autosearch_along() -> None:  # C-114
    off = _setup(maintain_dupl_search_strings=False)
    assert not off.autosearch_for_duplicates
    assert _setup(maintain_dupl_search_strings=True).autosearch_for_duplicates


def test_switching_autosearch_on_switches_maintenance_on() -> None:  # C-114
    _setup(maintain_dupl_search_strings=False)
    assert _setup(autosearch_for_duplicates=True).maintain_dupl_search_strings


def test_autosearch_can_be_off_while_maintenance_is_on() -> None:  # C-114
    _setup(maintain_dupl_search_strings=False)
    both = _setup(maintain_dupl_search_strings=True, autosearch_for_duplicates=False)
    assert both.maintain_dupl_search_strings and not both.autosearch_for_duplicates
    _setup(autosearch_for_duplicates=True)
    assert _setup(autosearch_for_duplicates=False).maintain_dupl_search_strings


def test_unchanged_autosearch_of_a_whole_form_does_not_outvote_maintenance_switched_off() -> None:  # C-114
    saved = _setup(maintain_dupl_search_strings=False, autosearch_for_duplicates=True)
    assert not saved.maintain_dupl_search_strings and not saved.autosearch_for_duplicates


def test_switching_maintenance_on_offers_to_generate_search_strings() -> None:  # C-114
    asked: list[object] = []

    def listener(**signal: Any) -> None:
        asked.append(signal)

    search_strings_wanted.connect(listener)
    try:
        _setup(maintain_dupl_search_strings=False)
        _setup(maintain_dupl_search_strings=True)
        assert not asked
        _setup(maintain_dupl_search_strings=False)
        with acting(Context(interactive=True)), pytest.raises(QuestionsPending) as pending:
            _setup(maintain_dupl_search_strings=True)
        assert (pending.value.questions[0].code, pending.value.questions[0].default) == (
            "q_generate_search_strings",
            "yes",
        )
        with acting(Context(interactive=True, answers={"q_generate_search_strings": "yes"})):
            _setup(maintain_dupl_search_strings=True)
        assert len(asked) == 1
    finally:
        search_strings_wanted.disconnect(listener)


def test_attachments_move_with_type_and_place_of_storage() -> None:  # C-115
    moves: list[str] = []

    def listener(setup: MarketingSetup, **_signal: Any) -> None:
        moves.append(f"{setup.attachment_storage_type} {setup.attachment_storage_location}".strip())

    attachment_storage_changed.connect(listener)
    try:
        _setup(attachment_storage_type="disk_file")
        _setup(attachment_storage_location="/srv/a")
        _setup(attachment_storage_location="/srv/b")
        _setup(attachment_storage_location="")
        _setup(attachment_storage_type="embedded")
    finally:
        attachment_storage_changed.disconnect(listener)
    assert moves == ["disk_file /srv/a", "disk_file /srv/b", "embedded"]


def test_storage_location_applies_to_disk_files_only() -> None:  # C-115
    with pytest.raises(DomainError) as refused:
        _setup(attachment_storage_location="/srv/a")
    assert refused.value.field == "attachment_storage_location"


@pytest.mark.parametrize(("field", "value"), [("search_hit_pct", 0), ("search_hit_pct", 101), ("restore_days", 3651)])
def test_numbers_outside_their_range_are_refused(field: str, value: int) -> None:  # section 3.8, D-19
    with pytest.raises(DomainError) as refused:
        _setup(**{field: value})
    assert (refused.value.code, refused.value.field) == ("value_invalid", field)


def test_default_salesperson_must_not_be_blocked() -> None:  # C-36
    Salesperson.objects.create(code="OUT", blocked=True)
    with pytest.raises(DomainError) as refused:
        _setup(default_salesperson="OUT")
    assert refused.value.code == "contact.salesperson.blocked"


def test_organisation_checks_its_phone_and_email_and_is_never_deleted() -> None:  # C-41, C-43
    country("NO")
    CompanyInformation.objects.get_or_create(defaults={"name": "Own"})
    own = CompanyInformation.objects.get()
    for values in ({"phone_no": "call me"}, {"email": "a@b.no;c@d.no"}):
        with pytest.raises(DomainError):
            records.change(own, values)
    with pytest.raises(DomainError):
        records.delete(own)


def test_preference_names_a_salesperson_who_can_be_chosen_and_a_known_time_zone() -> None:  # C-36, C-80
    Salesperson.objects.create(code="OK")
    Salesperson.objects.create(code="OUT", blocked=True)
    saved = records.create(UserPreference, {"user_name": "anna", "salesperson_code": "ok", "time_zone": "Europe/Oslo"})
    assert saved.salesperson_code == "OK"
    for values in ({"salesperson_code": "OUT"}, {"salesperson_code": "NOBODY"}, {"time_zone": "Oslo"}):
        with pytest.raises(DomainError) as refused:
            records.change(saved, values)
        assert refused.value.code == "not_found"


def test_salesperson_and_team_need_a_code_and_one_valid_email() -> None:  # C-43
    assert records.create(Salesperson, {"code": "a", "email": " a@b.example "}).search_email == "A@B.EXAMPLE"
    for model, values in (
        (Salesperson, {"code": " "}),
        (Team, {"name": "x"}),
        (Salesperson, {"code": "B", "email": "@"}),
    ):
        with pytest.raises(DomainError):
            records.create(model, values)
