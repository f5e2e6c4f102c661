"""The service's own setup: defaults, bounds, and how soon a change counts (A-100, 17.12)."""

from __future__ import annotations

import pytest

from tuttava.api import setup
from tuttava.api.models import ApiSetup
from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory import users
from tuttava.foundation.errors import ChangedMeanwhile, DomainError, PermissionDenied

pytestmark = pytest.mark.usefixtures("company")


def test_defaults_are_those_of_the_contract() -> None:
    found = setup.api_setup()
    assert (found.max_body_bytes, found.max_json_bytes) == (350 * 1024**2, 32 * 1024**2)
    assert (found.requests_per_five_minutes, found.concurrent_requests, found.queued_requests) == (6000, 5, 95)
    assert (found.operation_timeout_seconds, found.max_page_size) == (480, 20_000)
    assert (found.max_subscriptions, found.delta_retention_days) == (200, 30)
    assert (found.subscription_lifetime_seconds, found.notification_delay_seconds) == (259_200, 30)
    assert (found.notification_collection_threshold, found.notification_retry_hours) == (1000, 36)
    assert (found.allowed_notification_hosts, found.basic_password_allowed) == ([], False)
    assert ApiSetup.objects.count() == 1


def test_change_counts_at_once_in_the_transaction_that_makes_it() -> None:
    changed = setup.change(setup.api_setup(), {"max_page_size": 50, "requests_per_five_minutes": 0}, 1)
    assert (setup.api_setup().max_page_size, changed.version) == (50, 2)
    with pytest.raises(ChangedMeanwhile):
        setup.change(changed, {"max_page_size": 60}, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_page_size", 20_001),
        ("max_page_size", 0),
        ("max_body_bytes", 350 * 1024**2 + 1),
        ("requests_per_five_minutes", -1),
        ("operation_timeout_seconds", 481),
        ("max_subscriptions", 201),
        ("allowed_notification_hosts", ["http://x/"]),
    ],
)
def test_value_out_of_bounds_is_refused_at_its_field(name: str, value: object) -> None:
    with pytest.raises(DomainError) as refused:
        setup.change(setup.api_setup(), {name: value})
    assert (refused.value.code, refused.value.field) == ("value_invalid", name)


def test_limits_that_may_be_raised_are_raised_or_taken_away() -> None:
    values = {"requests_per_five_minutes": 100_000, "concurrent_requests": 0, "queued_requests": 500}
    changed = setup.change(setup.api_setup(), values)
    assert {name: getattr(changed, name) for name in values} == values


def test_hosts_are_names_or_addresses() -> None:
    hosts = ["Hooks.example.org", "127.0.0.1:8099", "[::1]:9000"]
    changed = setup.change(setup.api_setup(), {"allowed_notification_hosts": hosts})
    assert changed.allowed_notification_hosts == [host.lower() for host in hosts]


def test_setup_is_the_administrators() -> None:
    anna = users.create({"username": "anna"})
    with acting(Context(user_id=str(anna.pk), rights=frozenset({"api.admin"}))), pytest.raises(PermissionDenied):
        setup.change(setup.api_setup(), {"max_page_size": 5})


def test_other_processes_change_counts_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    class Outside:
        in_atomic_block = False

    monkeypatch.setattr(setup, "connection", Outside)
    setup.forget_setup()
    now = 100.0
    monkeypatch.setattr(setup.time, "monotonic", lambda: now)
    assert setup.api_setup().max_page_size == 20_000
    ApiSetup.objects.update(max_page_size=7)
    assert setup.api_setup().max_page_size == 20_000
    now += setup.FRESH + 0.1
    assert setup.api_setup().max_page_size == 7
    setup.forget_setup()
