"""Webhooks: subscribing, what is told of which change, and what happens when nobody listens."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.api.conftest import CRM as CRM_PATH
from tests.api.conftest import Service
from tests.api.live import live_crm, live_services, live_standard, live_user, service_of
from tests.api.receiver import Receiver, receiving
from tests.api.webhook_sets import SETS
from tests.databases import address
from tuttava.api import setup
from tuttava.api.declare import CRM
from tuttava.api.models import ApiSetup, Notice, Parcel, Subscription
from tuttava.api.webhooks import addresses, collecting, sending, subscriptions
from tuttava.api.webhooks.delivering import Delivery, instant
from tuttava.api.webhooks.loop import WAITING, Notifier
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory.models import Company, PermissionSet, User, UserPermissionSet
from tuttava.foundation.errors import ChangedMeanwhile, DomainError
from tuttava.foundation.models import CommentLine, JournalChange, Territory
from tuttava.foundation.schemas import in_schema

__all__ = ["live_crm", "live_services", "live_standard", "live_user"]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with receiving(tmp_path_factory.mktemp("receiver")) as found:
        yield found


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    fresh = Receiver(server.url)
    server.__dict__.update(fresh.__dict__)
    return server


@pytest.fixture(autouse=True)
def sets(live_company: Company) -> Iterator[None]:
    """The sets of the tests, and no subscriptions before and after."""
    CRM.register(*SETS)
    Subscription.objects.all().delete()
    setup.stored_setup()
    configure(allowed_notification_hosts=["localhost"], notification_delay_seconds=0)
    yield
    Subscription.objects.all().delete()
    for each in SETS:
        del CRM.sets[each.name]
    ApiSetup.objects.all().delete()
    setup.forget_setup()


def configure(**values: Any) -> None:
    ApiSetup.objects.update(**values)
    setup.forget_setup()


@pytest.fixture
def user(live_company: Company) -> Iterator[User]:
    made = User.objects.create(username=f"hook-{uuid.uuid4().hex[:8]}", is_superuser=True)
    with acting(Context(user_id=str(made.pk), user_name=made.username)):
        yield made
    User.objects.filter(pk=made.pk).delete()


Subscribe = Callable[..., Subscription]


@pytest.fixture
def subscribe(user: User, live_company: Company, receiver: Receiver) -> Subscribe:
    def make(target: str = "testPlaces", **values: Any) -> Subscription:
        wanted = {"notification_url": receiver.url, "resource": f"companies({live_company.pk})/{target}", **values}
        return subscriptions.create(CRM, wanted, {})

    return make


def code() -> str:
    return uuid.uuid4().hex[:10].upper()


def deliver(receiver: Receiver, turns: int = 1) -> None:
    """Collect and send until everything that may go now has arrived."""
    delivery = Delivery()
    for _ in range(turns):
        collecting.collect()
        delivery.step()
        while delivery.is_busy:
            time.sleep(0.01)
            delivery.settle()


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    """A server notices a little later that a connection is gone."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def resource(company: Company, place: Territory | uuid.UUID, target: str = "testPlaces") -> str:
    return f"api/tuttava/crm/v1.0/companies({company.pk})/{target}({getattr(place, 'pk', place)})"


class TestSubscribing:
    def test_receiver_echoes_a_token_and_the_subscription_lives_three_days(
        self, subscribe: Subscribe, receiver: Receiver, user: User
    ) -> None:
        made = subscribe(notification_url=receiver.url + "?a=1", client_state="secret")
        assert receiver.paths[0].startswith("/hook?a=1&validationToken=")
        left = made.expires_at - timezone.now()
        assert dt.timedelta(days=2, hours=23, minutes=59) < left <= dt.timedelta(days=3)
        assert (made.user, made.client_state, len(made.subscription_id)) == (user, "secret", 32)

    @pytest.mark.parametrize("answer", ["{0}", ' "{0}"\n', "\t{0} "])
    def test_blanks_and_quotes_around_the_token_are_tolerated(
        self, subscribe: Subscribe, receiver: Receiver, answer: str
    ) -> None:
        receiver.shake = lambda token: (200, answer.format(token))
        assert subscribe().pk

    @pytest.mark.parametrize(
        "answer",
        [
            lambda token: (200, ""),
            lambda token: (200, token[:-1]),
            lambda token: (200, f'""{token}""'),
            lambda token: (202, token),
            lambda token: (302, token),
            lambda token: (500, token),
        ],
    )
    def test_other_answers_store_nothing(
        self, subscribe: Subscribe, receiver: Receiver, answer: Callable[[str], tuple[int, str]]
    ) -> None:
        receiver.shake, receiver.location = answer, receiver.url
        with pytest.raises(DomainError) as refused:
            subscribe()
        assert (refused.value.code, refused.value.field) == ("webhook.validation_failed", "notification_url")
        assert not Subscription.objects.exists() and len(receiver.paths) == 1

    def test_slow_receiver_is_given_up(
        self, subscribe: Subscribe, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert subscriptions.HANDSHAKE_SECONDS == 5
        monkeypatch.setattr(subscriptions, "HANDSHAKE_SECONDS", 0.3)

        def slow(token: str) -> tuple[int, str]:
            time.sleep(1)
            return 200, token

        receiver.shake = slow
        began = time.monotonic()
        with pytest.raises(DomainError) as refused:
            subscribe()
        assert refused.value.code == "webhook.validation_failed" and time.monotonic() - began < 0.9

    def test_renewing_needs_another_handshake(self, subscribe: Subscribe, receiver: Receiver) -> None:
        made = subscribe()
        Subscription.objects.update(expires_at=timezone.now() + dt.timedelta(hours=1))
        renewed = subscriptions.change(CRM, made, {}, made.version)
        assert renewed.expires_at > timezone.now() + dt.timedelta(days=2) and renewed.version == made.version + 1
        assert len(receiver.paths) == 2
        receiver.shake = lambda token: (200, "no")
        with pytest.raises(DomainError):
            subscriptions.change(CRM, renewed, {"client_state": "new"}, None)
        assert Subscription.objects.get().client_state == ""
        with pytest.raises(ChangedMeanwhile):
            subscriptions.change(CRM, made, {}, made.version)

    def test_id_may_be_chosen_once_for_each_service(self, subscribe: Subscribe) -> None:
        assert subscribe(subscription_id="mine").subscription_id == "mine"
        with pytest.raises(DomainError) as refused:
            subscribe(subscription_id="mine")
        assert refused.value.code == "already_exists"
        Subscription.objects.update(expires_at=timezone.now())
        assert subscribe(subscription_id="mine").pk

    def test_limit(self, subscribe: Subscribe, receiver: Receiver) -> None:
        configure(max_subscriptions=1)
        subscribe()
        with pytest.raises(DomainError) as refused:
            subscribe()
        assert refused.value.code == "webhook.limit" and len(receiver.paths) == 1

    def test_resource_in_all_its_forms(self, subscribe: Subscribe, live_company: Company) -> None:
        place = Territory.objects.create(code=code())
        key = str(live_company.pk).upper()
        for text in (
            f"/api/tuttava/crm/v1.0/companies({key})/testPlaces",
            f"api/tuttava/crm/v1.0/companies({live_company.pk})/testPlaces",
            f"https://crm.example.org/BC/api/tuttava/crm/v1.0/companies({live_company.pk})/testPlaces",
            f"companies('{live_company.pk}')/testPlaces/",
        ):
            made = subscribe(resource=text)
            assert (made.company, made.set_name, made.entity_id, made.resource) == (
                live_company,
                "testPlaces",
                None,
                text,
            )
        assert subscribe(f"testPlaces({place.pk})").entity_id == place.pk

    @pytest.mark.parametrize(
        "text",
        [
            "companies({0})/nothing",
            "companies({0})/testQuietPlaces",
            "companies({1})/testPlaces",
            "companies({0})/testPlaces({1})",
            "/api/v2.0/companies({0})/testPlaces",
            "companies({0})",
            "testPlaces",
            "",
        ],
    )
    def test_other_resources_are_refused_before_anybody_is_asked(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company, text: str
    ) -> None:
        with pytest.raises(DomainError) as refused:
            subscribe(resource=text.format(live_company.pk, uuid.uuid4()))
        assert refused.value.code == "webhook.resource_not_allowed" and not receiver.paths

    def test_company_that_the_user_may_not_enter_is_not_there(
        self, subscribe: Subscribe, user: User, live_company: Company
    ) -> None:
        User.objects.filter(pk=user.pk).update(is_superuser=False)
        with pytest.raises(DomainError) as refused:
            subscribe()
        assert refused.value.code == "webhook.resource_not_allowed"


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "http://example.org/x",
            "https://user:word@example.org/",
            "https:///x",
            "https://example.org:99999/",
            "https://example.org/#part",
            "https://exa mple.org/",
            "ftp://example.org/",
            "nonsense",
            "",
        ],
    )
    def test_only_plain_https_addresses(self, url: str) -> None:
        with pytest.raises(DomainError) as refused:
            addresses.target_of(url, [])
        assert refused.value.code == "webhook.url_not_allowed"

    @pytest.mark.parametrize(
        "text",
        [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ],
    )
    def test_inner_addresses_are_not_public(self, text: str) -> None:
        assert not addresses.is_public(ipaddress.ip_address(text))

    @pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
    def test_others_are(self, text: str) -> None:
        assert addresses.is_public(ipaddress.ip_address(text))

    @pytest.mark.parametrize("entry", ["localhost", "LOCALHOST", "localhost:{port}"])
    def test_operator_names_inner_hosts(self, receiver: Receiver, entry: str) -> None:
        port = receiver.url.split(":")[2].split("/")[0]
        with pytest.raises(DomainError):
            sending.post(receiver.url, b"", allowed=["localhost:1"], seconds=2)
        allowed = [entry.format(port=port)]
        assert sending.post(receiver.url + "?validationToken=t", b"", allowed=allowed, seconds=2).status == 200

    @pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "localhost"])
    def test_loopback_is_refused_in_every_spelling(self, subscribe: Subscribe, host: str) -> None:
        configure(allowed_notification_hosts=[])
        with pytest.raises(DomainError) as refused:
            subscribe(notification_url=f"https://{host}:1/")
        assert refused.value.code == "webhook.url_not_allowed"

    def test_one_inner_address_among_several_is_enough_to_refuse(self, monkeypatch: pytest.MonkeyPatch) -> None:
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("93.184.216.34", "10.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
        with pytest.raises(DomainError):
            addresses.addresses_of(addresses.target_of("https://example.org/", []))

    def test_name_that_resolves_differently_a_moment_later_gains_nothing(
        self, monkeypatch: pytest.MonkeyPatch, receiver: Receiver
    ) -> None:
        answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
        tried: list[str] = []
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (next(answers), 443))])

        def connect(place: tuple[str, int], *_: Any) -> socket.socket:
            tried.append(place[0])
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "create_connection", connect)
        with pytest.raises(sending.NoAnswer):
            sending.post("https://rebinding.example.org/", b"{}", allowed=[], seconds=2)
        assert tried == ["93.184.216.34"]

    def test_certificate_of_a_public_host_must_be_good(
        self, monkeypatch: pytest.MonkeyPatch, receiver: Receiver
    ) -> None:
        monkeypatch.setattr("tuttava.api.webhooks.addresses.is_public", lambda address: True)
        monkeypatch.setattr("tuttava.api.webhooks.sending.is_public", lambda address: True)
        for allowed in ([], ["localhost"]):
            with pytest.raises(sending.NoAnswer, match="TLS"):
                sending.post(receiver.url, b"", allowed=allowed, seconds=2)
        assert receiver.paths == []


class TestWhatIsTold:
    def test_created_changed_deleted(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company
    ) -> None:
        changed, deleted = Territory.objects.create(code=code()), Territory.objects.create(code=code())
        made = subscribe(client_state="state")
        created = Territory.objects.create(code=code())
        records.change(created, {"name": "Then named"})
        passing = Territory.objects.create(code=code())
        passing.delete()
        records.change(changed, {"name": "Changed"})
        records.change(changed, {"name": "Changed again"})
        records.change(deleted, {"name": "Changed"})
        gone = deleted.pk
        deleted.delete()
        deliver(receiver)
        ((first, *_rest),) = receiver.posts
        assert sorted(receiver.told) == sorted(
            [
                ("created", resource(live_company, created)),
                ("updated", resource(live_company, changed)),
                ("deleted", resource(live_company, gone)),
            ]
        )
        assert (first["subscriptionId"], first["clientState"]) == (made.subscription_id, "state")
        assert first["expirationDateTime"] == instant(made.expires_at)
        assert set(first) == {
            "subscriptionId",
            "clientState",
            "expirationDateTime",
            "resource",
            "changeType",
            "lastModifiedDateTime",
        }
        assert not Parcel.objects.exists() and Subscription.objects.get().last_success_at

    def test_nothing_before_the_subscription_and_nothing_twice(self, subscribe: Subscribe, receiver: Receiver) -> None:
        Territory.objects.create(code=code())
        subscribe()
        deliver(receiver)
        assert receiver.posts == []
        Territory.objects.create(code=code())
        deliver(receiver, turns=3)
        assert [kind for kind, _resource in receiver.told] == ["created"]

    def test_changes_within_the_window_become_one_over_several_readings(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company
    ) -> None:
        configure(notification_delay_seconds=60)
        kept, gone = Territory.objects.create(code=code()), Territory.objects.create(code=code())
        subscribe()
        new, passing = Territory.objects.create(code=code()), Territory.objects.create(code=code())
        gone_id = gone.pk
        records.change(kept, {"name": "1"})
        records.change(gone, {"name": "1"})
        deliver(receiver)
        records.change(new, {"name": "2"})
        passing.delete()
        gone.delete()
        deliver(receiver)
        records.change(kept, {"name": "3"})
        deliver(receiver)
        assert receiver.posts == []
        Parcel.objects.update(began_at=timezone.now() - dt.timedelta(seconds=59))
        deliver(receiver)
        assert receiver.posts == []
        Parcel.objects.update(began_at=timezone.now() - dt.timedelta(seconds=60))
        deliver(receiver)
        assert sorted(receiver.told) == sorted(
            [
                ("created", resource(live_company, new)),
                ("updated", resource(live_company, kept)),
                ("deleted", resource(live_company, gone_id)),
            ]
        )

    def test_created_then_deleted_in_the_window_is_nothing(
        self, subscribe: Subscribe, receiver: Receiver
    ) -> None:
        configure(notification_delay_seconds=60)
        subscribe()
        passing = Territory.objects.create(code=code())
        collecting.collect()
        assert Notice.objects.count() == 1
        passing.delete()
        collecting.collect()
        assert not Parcel.objects.exists()

    def test_changed_line_tells_of_its_header(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company
    ) -> None:
        place = Territory.objects.create(code=code())
        subscribe()
        CommentLine.objects.create(owner_kind="contact", owner_id=place.pk, line_no=10000, comment="Hello")
        deliver(receiver)
        assert receiver.told == [("updated", resource(live_company, place))]

    def test_rolled_back_change_is_not_told_and_a_late_commit_is(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company
    ) -> None:
        subscribe()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Territory.objects.create(code=code())
            raise ZeroDivisionError
        other: Any = connection.copy()
        other.set_schema(live_company.schema)
        other.set_autocommit(False)
        made = uuid.uuid4()
        with other.cursor() as cursor:
            statement = (
                "INSERT INTO foundation_territory (id, version, code, name, closed) VALUES (%s, 1, %s, '', false)"
            )
            cursor.execute(statement, [made, code()])
        quick = Territory.objects.create(code=code())
        deliver(receiver)
        assert receiver.told == [("created", resource(live_company, quick))]
        other.commit()
        other.close()
        deliver(receiver)
        assert receiver.told[1:] == [("created", resource(live_company, made))]

    def test_one_entity(self, subscribe: Subscribe, receiver: Receiver, live_company: Company) -> None:
        mine, other = Territory.objects.create(code=code()), Territory.objects.create(code=code())
        subscribe(f"testPlaces({mine.pk})")
        records.change(other, {"name": "Other"})
        deliver(receiver)
        assert receiver.posts == []
        CommentLine.objects.create(owner_kind="contact", owner_id=mine.pk, line_no=10000, comment="Hello")
        deliver(receiver)
        key = mine.pk
        mine.delete()
        deliver(receiver)
        assert receiver.told == [("updated", resource(live_company, key)), ("deleted", resource(live_company, key))]

    def test_rows_outside_the_set_are_not_told_and_leaving_it_is_a_deletion(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company
    ) -> None:
        leaving, closed = Territory.objects.create(code=code()), Territory.objects.create(code=code(), closed=True)
        subscribe("testOpenPlaces")
        records.change(closed, {"name": "Not seen"})
        closed.delete()
        Territory.objects.filter(pk=leaving.pk).update(closed=True)
        deliver(receiver)
        assert receiver.told == [("deleted", resource(live_company, leaving, "testOpenPlaces"))]

    def test_too_many_changes_become_one_collection(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company
    ) -> None:
        configure(notification_collection_threshold=20)
        subscribe()
        Territory.objects.bulk_create(Territory(code=code()) for _ in range(20))
        deliver(receiver)
        assert len(receiver.told) == 20
        moment = timezone.now()
        Territory.objects.bulk_create(Territory(code=code()) for _ in range(21))
        deliver(receiver)
        kind, where = receiver.told[-1]
        assert len(receiver.told) == 21 and kind == "collection"
        prefix = f"api/tuttava/crm/v1.0/companies({live_company.pk})/testPlaces?$filter=lastModifiedDateTime%20gt%20"
        assert where.startswith(prefix)
        since = dt.datetime.fromisoformat(where.removeprefix(prefix))
        first = JournalChange.objects.order_by("-id").values_list("at", flat=True)[20]
        assert moment - dt.timedelta(milliseconds=2) <= since < first

    def test_companies_are_apart(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company, user: User
    ) -> None:
        other = Company.objects.exclude(pk=live_company.pk).earliest("created_at")
        subscribe(subscription_id="here")
        subscribe(resource=f"companies({other.pk})/testPlaces", subscription_id="there")
        with in_schema(other.schema):
            place = Territory.objects.create(code=code())
        try:
            deliver(receiver)
            assert receiver.told == [("created", resource(other, place))]
            assert receiver.posts[0][0]["subscriptionId"] == "there"
        finally:
            with in_schema(other.schema):
                place.delete()

    def test_user_without_rights_is_not_told(
        self, subscribe: Subscribe, receiver: Receiver, user: User
    ) -> None:
        subscribe()
        User.objects.filter(pk=user.pk).update(is_active=False)
        Territory.objects.create(code=code())
        deliver(receiver)
        User.objects.filter(pk=user.pk).update(is_active=True)
        deliver(receiver)
        assert receiver.posts == []

    def test_subscriptions_with_one_address_share_a_post(
        self, subscribe: Subscribe, receiver: Receiver
    ) -> None:
        subscribe(subscription_id="a")
        subscribe(subscription_id="b")
        Territory.objects.create(code=code())
        deliver(receiver)
        (post,) = receiver.posts
        assert sorted(each["subscriptionId"] for each in post) == ["a", "b"]

    def test_restored_database_goes_on_from_now(self, subscribe: Subscribe, receiver: Receiver) -> None:
        made = subscribe()
        Subscription.objects.update(position="1-1" + made.position[made.position.index("/") :])
        Territory.objects.create(code=code())
        deliver(receiver)
        Territory.objects.create(code=code())
        deliver(receiver)
        assert len(receiver.told) == 1


class TestReceiversInTrouble:
    @pytest.mark.parametrize("status", [408, 429, 500, 503])
    def test_is_tried_again_with_growing_pauses_and_order_is_kept(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company, status: int
    ) -> None:
        place = Territory.objects.create(code=code())
        subscribe()
        receiver.statuses = [status, status, 200]
        records.change(place, {"name": "1"})
        deliver(receiver)
        pauses = [Parcel.objects.get().next_at]
        key = place.pk
        place.delete()
        deliver(receiver)
        assert len(receiver.posts) == 1 and Parcel.objects.filter(sealed=False).count() == 1
        Parcel.objects.filter(sealed=True).update(next_at=timezone.now())
        deliver(receiver)
        pauses.append(Parcel.objects.get(sealed=True).next_at)
        assert pauses[1] - timezone.now() > 1.5 * (pauses[0] - timezone.now())
        assert Subscription.objects.get().last_failure == f"status {status}"
        Parcel.objects.filter(sealed=True).update(next_at=timezone.now())
        deliver(receiver, turns=2)
        assert receiver.told[1:] == [("updated", resource(live_company, key))] * 2 + [
            ("deleted", resource(live_company, key))
        ]

    def test_no_connection_is_tried_again_until_it_was_tried_long_enough(
        self, subscribe: Subscribe, receiver: Receiver
    ) -> None:
        made = subscribe()
        free = socket.socket()
        free.bind(("127.0.0.1", 0))
        Subscription.objects.update(notification_url=f"https://localhost:{free.getsockname()[1]}/")
        free.close()
        Territory.objects.create(code=code())
        deliver(receiver)
        parcel = Parcel.objects.get()
        assert parcel.attempts == 1 and parcel.first_tried_at
        Parcel.objects.update(
            first_tried_at=timezone.now() - dt.timedelta(hours=35, minutes=59), next_at=timezone.now()
        )
        deliver(receiver)
        assert Parcel.objects.get().next_at <= timezone.now() + dt.timedelta(minutes=1)
        Parcel.objects.update(first_tried_at=timezone.now() - dt.timedelta(hours=36), next_at=timezone.now())
        deliver(receiver)
        assert not Parcel.objects.exists()
        made.refresh_from_db()
        assert made.last_failure_at and "no connection" in made.last_failure

    @pytest.mark.parametrize("status", [301, 400, 404, 410])
    def test_any_other_answer_ends_the_subscription(
        self, subscribe: Subscribe, receiver: Receiver, status: int
    ) -> None:
        subscribe()
        receiver.statuses, receiver.location = [status], receiver.url
        Territory.objects.create(code=code())
        deliver(receiver)
        assert len(receiver.posts) == 1 and not Subscription.objects.exists()

    def test_slow_receiver_does_not_hold_up_others(self, subscribe: Subscribe, receiver: Receiver) -> None:
        receiver.busy_for = 0.5
        subscribe(notification_url=receiver.url + "?slow")
        subscribe(notification_url=receiver.url)
        Territory.objects.create(code=code())
        collecting.collect()
        began = time.monotonic()
        delivery = Delivery()
        delivery.step()
        assert time.monotonic() - began < 0.4
        while delivery.is_busy:
            time.sleep(0.02)
            delivery.settle()
        assert time.monotonic() - began < 0.95 and len(receiver.posts) == 2


class TestWorker:
    def start(self) -> subprocess.Popen[bytes]:
        name = connection.settings_dict["NAME"]
        environment = {**os.environ, "DATABASE_URL": address(name), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        return subprocess.Popen([sys.executable, "-m", "tests.api.webhook_worker"], cwd=ROOT, env=environment)

    def test_killed_worker_loses_nothing(
        self, subscribe: Subscribe, receiver: Receiver, live_company: Company
    ) -> None:
        subscribe()
        receiver.busy_for = 3
        workers = [self.start()]
        try:
            place = Territory.objects.create(code=code())
            until = time.monotonic() + 30
            while not Parcel.objects.filter(sealed=True).exists() and time.monotonic() < until:
                time.sleep(0.05)
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()
            receiver.busy_for = 0
            assert Parcel.objects.filter(sealed=True).exists()
            workers.append(self.start())
            receiver.wait_for(1)
            assert set(receiver.told) == {("created", resource(live_company, place))}
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()

    def test_one_of_several_workers_notifies_and_another_takes_over(self, live_company: Company) -> None:
        other: Any = connection.copy()

        def other_can_lock() -> bool:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(hashtext('tuttava.notifier'))")
                return bool(cursor.fetchone()[0])

        first = Notifier()
        eventually(lambda: first.turn() < WAITING)
        assert not other_can_lock()
        connection.close()
        eventually(other_can_lock)
        assert first.turn() == WAITING
        other.close()

    def test_without_subscriptions_a_turn_costs_one_query(self, django_assert_num_queries: Any) -> None:
        notifier = Notifier()
        eventually(lambda: notifier.turn() < WAITING)
        with django_assert_num_queries(1):
            notifier.turn()
        connection.close()

    def test_expired_subscriptions_disappear(self, subscribe: Subscribe) -> None:
        subscribe()
        Subscription.objects.update(expires_at=timezone.now())
        notifier = Notifier()
        eventually(lambda: notifier.turn() < WAITING)
        assert not Subscription.objects.exists()
        connection.close()


class TestService:
    """Subscriptions over HTTP, in both services."""

    def subscribe(self, api: Service, receiver: Receiver, **values: Any) -> dict[str, Any]:
        wanted = {"notificationUrl": receiver.url, "resource": f"companies({api.company.pk})/contacts", **values}
        return api.made(f"{api.root}/subscriptions", wanted)

    def test_subscription_over_its_life(self, live_standard: Service, receiver: Receiver, live_user: User) -> None:
        made = self.subscribe(live_standard, receiver, clientState="abc")
        assert list(made)[2:] == [
            *("subscriptionId", "notificationUrl", "resource", "clientState", "timestamp", "userId"),
            *("expirationDateTime", "lastModifiedDateTime"),
            *("systemCreatedAt", "systemCreatedBy", "systemModifiedAt", "systemModifiedBy"),
        ]
        assert made["userId"] == made["systemCreatedBy"] == str(live_user.pk)
        key = f"{live_standard.root}/subscriptions('{made['subscriptionId']}')"
        assert live_standard.get(key).json == made
        assert [each["subscriptionId"] for each in live_standard.get(f"{live_standard.root}/subscriptions").value] == [
            made["subscriptionId"]
        ]
        assert live_standard.call("PATCH", key, {}).code == "BadRequest_InvalidToken"
        Subscription.objects.update(expires_at=timezone.now() + dt.timedelta(hours=1))
        renewed = live_standard.patch(key, {}, if_match=made["@odata.etag"])
        assert renewed.status == 200 and renewed.json["@odata.etag"] != made["@odata.etag"]
        left = dt.datetime.fromisoformat(renewed.json["expirationDateTime"]) - timezone.now()
        assert left > dt.timedelta(days=2) and len(receiver.paths) == 2
        assert live_standard.patch(key, {}, if_match=made["@odata.etag"]).status == 409
        assert live_standard.delete(key).status == 204
        assert live_standard.get(key).code == "Internal_RecordNotFound"

    def test_subscriptions_belong_to_one_service(
        self, live_standard: Service, live_crm: Service, receiver: Receiver
    ) -> None:
        made = self.subscribe(live_standard, receiver, subscriptionId="shared")
        assert live_crm.get(f"{live_crm.root}/subscriptions('shared')").status == 404
        other = self.subscribe(live_crm, receiver, subscriptionId="shared")
        assert made["subscriptionId"] == other["subscriptionId"] and other["lastFailure"] == ""

    def test_refusals_name_the_property_and_the_rule(self, live_standard: Service, receiver: Receiver) -> None:
        wanted = {"notificationUrl": receiver.url, "resource": f"companies({live_standard.company.pk})/contacts"}
        address = f"{live_standard.root}/subscriptions"
        for change, code, target in (
            ({"notificationUrl": "http://localhost/"}, "webhook.url_not_allowed", "notificationUrl"),
            ({"resource": "nothing"}, "webhook.resource_not_allowed", "resource"),
        ):
            answer = live_standard.post(address, {**wanted, **change})
            assert (answer.status, answer.code) == (400, "Application_DialogException")
            assert (answer.domain_code, answer.target) == (code, target)
        receiver.shake = lambda token: (200, "no")
        assert live_standard.post(address, wanted).domain_code == "webhook.validation_failed"
        assert live_standard.post(address, {"resource": "x"}).code == "BadRequest_RequiredParamNotProvided"

    def test_others_see_and_end_no_subscription_of_mine(
        self, live_crm: Service, receiver: Receiver, live_company: Company
    ) -> None:
        made = self.subscribe(live_crm, receiver)
        reader = User.objects.create(username=f"reader-{uuid.uuid4().hex[:8]}")
        UserPermissionSet.objects.create(
            user=reader, permission_set=PermissionSet.objects.get(code="CRM-READ"), company=live_company
        )
        theirs = service_of(live_company, reader, CRM_PATH)
        assert theirs.get(f"{theirs.root}/subscriptions").value == []
        assert theirs.delete(f"{theirs.root}/subscriptions('{made['subscriptionId']}')").status == 404
        assert self.subscribe(theirs, receiver)["userId"] == str(reader.pk)
        assert len(live_crm.get(f"{live_crm.root}/subscriptions").value) == 2
        reader.delete()

    def test_contact_changed_through_the_service_is_told(self, live_standard: Service, receiver: Receiver) -> None:
        self.subscribe(live_standard, receiver)
        made = live_standard.made("contacts", {"displayName": "Told AS", "type": "Company"})
        deliver(receiver)
        company = live_standard.company.pk
        assert ("created", f"api/v2.0/companies({company})/contacts({made['id']})") in receiver.told

    def test_supported_resources(self, live_standard: Service) -> None:
        address = f"/api/microsoft/runtime/beta/companies({live_standard.company.pk})/webhookSupportedResources"
        every = [each["resource"] for each in live_standard.get(address).value]
        assert {"v2.0/contacts", "tuttava/crm/v1.0/contacts", "tuttava/crm/v1.0/testPlaces"} <= set(every)
        assert "tuttava/crm/v1.0/testQuietPlaces" not in every
        filtered = live_standard.get(f"{address}?$filter=resource eq 'v2.0*'").value
        assert [each["resource"] for each in filtered] == [name for name in every if name.startswith("v2.0")]
        one = live_standard.get(f"/BC{address}?$filter=resource%20eq%20'v2.0/contacts'").value
        assert one == [{"resource": "v2.0/contacts"}]
        assert live_standard.get(f"{address}?$filter=name eq 'x'").status == 400
        assert live_standard.post(address).status == 405
        assert live_standard.get("/api/microsoft/runtime/beta/anything").status == 404
