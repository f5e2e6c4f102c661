"""From parcels to receivers: sealing, sending, trying again (A-94, A-95, A-97)."""

from __future__ import annotations

import datetime as dt
import json
import logging
import queue
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from tuttava.api.models import Notice, Parcel, Subscription
from tuttava.api.setup import api_setup
from tuttava.api.webhooks.sending import NoAnswer, Response, post
from tuttava.foundation.errors import DomainError

log = logging.getLogger(__name__)
#: Seconds that a receiver may take to answer.
ANSWER_SECONDS = 15.0
#: Receivers that are told at the same time.
AT_ONCE = 8
#: Notifications in one POST, as long as no single parcel holds more.
PER_POST = 1000
_FIRST_PAUSE, _LONGEST_PAUSE = dt.timedelta(seconds=15), dt.timedelta(hours=2)
_TRY_AGAIN = (408, 429)


@dataclass(frozen=True)
class Shipment:
    """Parcels on their way to one address, and what came of it (``outcome``: an answer, or why there is none)."""

    url: str
    parcels: tuple[int, ...]
    outcome: Response | str = ""


class Delivery:
    """Sends what is due. One thread uses it; the sending itself happens in threads that do not touch the database."""

    def __init__(self) -> None:
        self._on_the_way: set[str] = set()
        self._arrived: queue.SimpleQueue[Shipment] = queue.SimpleQueue()

    def step(self) -> None:
        """Note what became of shipments, seal what is due, send what may go now."""
        self.settle()
        seal_due()
        for url, parcels in self._waiting().items():
            if len(self._on_the_way) >= AT_ONCE:
                break
            self._send(url, parcels)

    def settle(self) -> None:
        """Note what became of shipments that have arrived."""
        while not self._arrived.empty():
            shipment = self._arrived.get()
            self._on_the_way.discard(shipment.url)
            note(shipment)

    @property
    def is_busy(self) -> bool:
        return bool(self._on_the_way)

    def _waiting(self) -> dict[str, list[Parcel]]:
        """Sealed parcels that may be sent now, by address."""
        sealed = Parcel.objects.filter(sealed=True, next_at__lte=timezone.now()).select_related("subscription")
        found: dict[str, list[Parcel]] = {}
        for parcel in sealed.order_by("began_at"):
            if parcel.subscription.notification_url not in self._on_the_way:
                found.setdefault(parcel.subscription.notification_url, []).append(parcel)
        return found

    def _send(self, url: str, parcels: Sequence[Parcel]) -> None:
        """Send as many of the parcels as one POST holds."""
        value: list[dict[str, Any]] = []
        taken: list[int] = []
        for parcel in parcels:
            notifications = list(notifications_of(parcel))
            if taken and len(value) + len(notifications) > PER_POST:
                break
            value += notifications
            taken.append(parcel.pk)
        body = json.dumps({"value": value}, separators=(",", ":")).encode()
        allowed = list(api_setup().allowed_notification_hosts)
        self._on_the_way.add(url)
        threading.Thread(
            target=self._carry, args=(url, tuple(taken), body, allowed), daemon=True, name="tuttava-notify"
        ).start()

    def _carry(self, url: str, parcels: tuple[int, ...], body: bytes, allowed: list[str]) -> None:
        outcome: Response | str
        try:
            outcome = post(url, body, allowed=allowed, seconds=ANSWER_SECONDS)
        except NoAnswer as error:
            outcome = str(error)
        except DomainError as error:
            outcome = error.code
        except Exception as error:
            log.exception("notifying failed")
            outcome = type(error).__name__
        self._arrived.put(Shipment(url, parcels, outcome))


def seal_due() -> None:
    """Close the parcels whose time has come, unless an earlier one of the subscription is still under way (A-95)."""
    now = timezone.now()
    due = now - dt.timedelta(seconds=api_setup().notification_delay_seconds)
    earlier = Parcel.objects.filter(subscription=OuterRef("subscription"), sealed=True)
    ready = Parcel.objects.filter(~Exists(earlier), sealed=False, began_at__lte=due)
    ready.update(sealed=True, next_at=now)


def notifications_of(parcel: Parcel) -> Iterable[dict[str, Any]]:
    """What a parcel says (A-94)."""
    subscription = parcel.subscription
    resource = f"api/{subscription.service}/companies({subscription.company_id})/{subscription.set_name}"
    if parcel.is_collection:
        condition = quote(f"lastModifiedDateTime gt {instant(parcel.since)}", safe=":")
        yield _notification(subscription, f"{resource}?$filter={condition}", "collection", parcel.last_at)
        return
    for notice in parcel.notices.order_by("id"):
        yield _notification(subscription, f"{resource}({notice.entity_id})", kind_of(notice), notice.last_at)


def kind_of(notice: Notice) -> str:
    """What happened to the entity since the parcel began (A-95)."""
    if not notice.exists:
        return "deleted"
    return "updated" if notice.existed else "created"


def _notification(subscription: Subscription, resource: str, kind: str, at: dt.datetime) -> dict[str, Any]:
    return {
        "subscriptionId": subscription.subscription_id,
        "clientState": subscription.client_state,
        "expirationDateTime": instant(subscription.expires_at),
        "resource": resource,
        "changeType": kind,
        "lastModifiedDateTime": instant(at),
    }


def instant(moment: dt.datetime) -> str:
    """An instant as the service writes it: UTC, milliseconds, without trailing zeros (A-33)."""
    text = moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    whole, _dot, part = text.partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part}Z" if part else f"{whole}Z"


@transaction.atomic
def note(shipment: Shipment) -> None:
    """What follows from a receiver's answer (A-97)."""
    parcels = Parcel.objects.filter(pk__in=shipment.parcels)
    subscriptions = Subscription.objects.filter(parcels__in=parcels)
    now, outcome = timezone.now(), shipment.outcome
    if isinstance(outcome, Response) and 200 <= outcome.status < 300:
        subscriptions.update(last_success_at=now)
        parcels.delete()
        return
    reason = f"status {outcome.status}" if isinstance(outcome, Response) else outcome
    if isinstance(outcome, Response) and outcome.status < 500 and outcome.status not in _TRY_AGAIN:
        log.warning("a receiver refused (%s); its subscriptions end", reason)
        Subscription.objects.filter(pk__in=list(subscriptions.values_list("pk", flat=True))).delete()
        return
    subscriptions.update(last_failure_at=now, last_failure=reason[:250])
    _try_again(list(parcels), now)


def _try_again(parcels: Sequence[Parcel], now: dt.datetime) -> None:
    """Try again later, with growing pauses, until it has been tried long enough."""
    most = dt.timedelta(hours=api_setup().notification_retry_hours)
    for parcel in parcels:
        first = parcel.first_tried_at or now
        if now - first >= most:
            parcel.delete()
            continue
        pause = min(_FIRST_PAUSE * 2 ** min(parcel.attempts, 20), _LONGEST_PAUSE)
        Parcel.objects.filter(pk=parcel.pk).update(
            attempts=F("attempts") + 1, first_tried_at=first, next_at=min(now + pause, first + most)
        )
