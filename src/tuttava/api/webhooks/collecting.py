"""From the journals of the companies into parcels: what each subscription is to be told (A-95, A-96)."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tuttava.api.changes import departed, feed_of, present
from tuttava.api.declare import SERVICES, EntitySet
from tuttava.api.models import Notice, Parcel, Subscription
from tuttava.api.setup import api_setup
from tuttava.foundation import feed
from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.directory.permissions import rights_of
from tuttava.foundation.feed import Change, Feed, PositionLost, Window
from tuttava.foundation.schemas import in_schema

log = logging.getLogger(__name__)
#: A position is written at least so often, even when nothing of interest happened: it bounds what is scanned next.
REWRITE_AFTER = dt.timedelta(minutes=1)
#: How far before its first change an action may have stamped what it then wrote.
_LONGEST_STATEMENT = dt.timedelta(minutes=1)
_PAGE = 1000


def collect() -> None:
    """Read each journal once from where it was read last."""
    live = Subscription.objects.filter(expires_at__gt=timezone.now(), company__ready=True)
    for company in Company.objects.filter(pk__in=live.values("company")):
        with in_schema(company.schema), transaction.atomic():
            locked = live.filter(company=company).select_for_update(of=("self",), skip_locked=True)
            here = feed.position()
            ordered = sorted(locked.select_related("user", "company"), key=attrgetter("position"))
            for since, group in groupby(ordered, key=attrgetter("position")):
                _collect_since(since, here, list(group))


def _collect_since(since: str, here: str, subscriptions: list[Subscription]) -> None:
    """Collect for subscriptions that were read up to the same position."""
    try:
        window = Window(since, here)
    except PositionLost:
        log.warning("the journal was replaced; subscriptions go on from now")
        _moved_on(subscriptions, here)
        return
    sets = {each.pk: entity_set_of(each) for each in subscriptions}
    feeds = {pk: feed_of(entity_set) for pk, entity_set in sets.items() if entity_set is not None}
    touched = feed.types_touched(window, sorted({name for each in feeds.values() for name in each.types}))
    for subscription in subscriptions:
        entity_set = sets[subscription.pk]
        if entity_set is not None and touched & set(feeds[subscription.pk].types):
            _collect_for(subscription, entity_set, feeds[subscription.pk], window)
    if touched or any(timezone.now() - each.position_at > REWRITE_AFTER for each in subscriptions):
        _moved_on(subscriptions, here)


def entity_set_of(subscription: Subscription) -> EntitySet | None:
    """The set subscribed to; None when the product no longer has it."""
    service = next((each for each in SERVICES if each.path == subscription.service), None)
    return service.sets.get(subscription.set_name) if service else None


def _moved_on(subscriptions: Sequence[Subscription], here: str) -> None:
    ids = [each.pk for each in subscriptions]
    Subscription.objects.filter(pk__in=ids).update(position=here, position_at=timezone.now())


def _collect_for(subscription: Subscription, entity_set: EntitySet, source: Feed, window: Window) -> None:
    """Fold the window's changes of one set into the open parcel, as far as the subscriber may see them."""
    rights = rights_of(subscription.user, subscription.company)
    with acting(Context(user_name=subscription.user.username, rights=rights, door="system")) as context:
        if not context.may(entity_set.read_right, entity_set.name):
            return
        rows = entity_set.queryset()
        if subscription.entity_id:
            rows = rows.filter(pk=subscription.entity_id)
            _fold(subscription, rows, window, _of_one(source, window, subscription))
            return
        after = ""
        while True:
            changes, after = source.page(window, after, _PAGE)
            if _fold(subscription, rows, window, changes) or not after:
                return


def _of_one(source: Feed, window: Window, subscription: Subscription) -> list[Change]:
    return source.one(window, subscription.entity_id) if subscription.entity_id else []


def _fold(subscription: Subscription, rows: QuerySet[Any], window: Window, changes: Sequence[Change]) -> bool:
    """Add changes to the open parcel; True when it has become a collection, which needs no more of them."""
    here = present(rows, changes)
    gone = departed(rows, window, changes, here)
    told = [change for change in changes if change.id in here or change.id in gone]
    if not told:
        return False
    parcel = _open_parcel(subscription, told)
    if parcel.is_collection:
        return True
    known = {each.entity_id: each for each in parcel.notices.filter(entity_id__in=[change.id for change in told])}
    notices = []
    for change in told:
        notice = known.get(change.id) or Notice(parcel=parcel, entity_id=change.id, existed=change.existed)
        notice.exists, notice.last_at = change.id in here, change.last_at
        notices.append(notice)
    undone = [each.pk for each in notices if each.pk and not (each.existed or each.exists)]
    Notice.objects.filter(pk__in=undone).delete()
    Notice.objects.bulk_create(
        [each for each in notices if each.existed or each.exists],
        update_conflicts=True,
        unique_fields=["parcel", "entity_id"],
        update_fields=["exists", "last_at"],
    )
    return _settled(parcel)


def _open_parcel(subscription: Subscription, changes: Sequence[Change]) -> Parcel:
    began = min(change.first_at for change in changes)
    since = min(max(change.began_at, change.first_at - _LONGEST_STATEMENT) for change in changes)
    parcel, new = Parcel.objects.get_or_create(
        subscription=subscription,
        sealed=False,
        defaults={
            "began_at": began,
            "since": since - dt.timedelta(milliseconds=1),
            "last_at": max(change.last_at for change in changes),
        },
    )
    if not new:
        parcel.began_at = min(parcel.began_at, began)
        parcel.since = min(parcel.since, since - dt.timedelta(milliseconds=1))
        parcel.last_at = max(parcel.last_at, *(change.last_at for change in changes))
        parcel.save(update_fields=["began_at", "since", "last_at"])
    return parcel


def _settled(parcel: Parcel) -> bool:
    """Whether the parcel holds too many entities to name them; then it becomes a collection. An empty one goes."""
    count = parcel.notices.count()
    if count == 0:
        parcel.delete()
    if count <= api_setup().notification_collection_threshold:
        return False
    parcel.notices.all().delete()
    parcel.is_collection = True
    parcel.save(update_fields=["is_collection"])
    return True
