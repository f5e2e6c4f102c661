"""Subscribing: what may be subscribed to, the handshake with the receiver, how long it lasts (A-90 to A-93)."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.api.changes import feed_of
from tuttava.api.declare import EntitySet, Service
from tuttava.api.models import Subscription
from tuttava.api.setup import api_setup
from tuttava.api.webhooks.sending import NoAnswer, post
from tuttava.foundation import feed
from tuttava.foundation.context import acting, current
from tuttava.foundation.directory.entries import enter, locked, store
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.permissions import companies_of, rights_of
from tuttava.foundation.errors import DomainError
from tuttava.foundation.ids import new_id
from tuttava.foundation.schemas import in_schema

#: Seconds in which a receiver must echo the token.
HANDSHAKE_SECONDS = 5.0
_KEY = r"\((?:id=)?'?\{?([0-9a-f-]{36})\}?'?\)"
_RESOURCE = re.compile(rf"companies{_KEY}/(\w+)(?:{_KEY})?/?", re.I)


def create(service: Service, values: Mapping[str, Any], given: Mapping[str, Any]) -> Subscription:
    """Subscribe, once the receiver has echoed a token.

    Raises ``webhook.resource_not_allowed``, ``webhook.url_not_allowed``, ``webhook.limit``, ``already_exists``,
    ``value_too_long`` and ``webhook.validation_failed``.
    """
    user = User.objects.get(pk=current().user_id)
    made = Subscription(service=service.path, user=user, subscription_id=new_id().hex)
    enter(made, {name: value for name, value in {**values, **given}.items() if value})
    _aim(made, service, user)
    _check_free(made)
    _check_limit()
    _shake_hands(made.notification_url)
    with transaction.atomic():
        _one_at_a_time()
        _check_limit()
        made.expires_at = _expiry()
        return store(made)


def change(service: Service, record: Subscription, values: Mapping[str, Any], version: int | None) -> Subscription:
    """Change and renew a subscription, after another handshake (A-91, A-93); refusals as in :func:`create`."""
    user = User.objects.get(pk=current().user_id)
    with locked(record, version) as fresh:
        before = fresh.resource
        enter(fresh, {name: value for name, value in values.items() if name != "subscription_id"})
        if fresh.resource != before:
            _aim(fresh, service, user)
            fresh.parcels.all().delete()
        _shake_hands(fresh.notification_url)
        fresh.expires_at = _expiry()
        return store(fresh)


def _aim(subscription: Subscription, service: Service, user: User) -> None:
    """Point a subscription at its resource, from now on."""
    company, entity_set, entity_id = _resource(service, subscription.resource, user)
    subscription.company, subscription.set_name, subscription.entity_id = company, entity_set.name, entity_id
    with in_schema(company.schema):
        subscription.position, subscription.position_at = feed.position(), timezone.now()


def _check_free(made: Subscription) -> None:
    """Refuse an id that is taken before anybody is asked; an expired one makes room."""
    taken = Subscription.objects.filter(service=made.service, subscription_id=made.subscription_id)
    taken.filter(expires_at__lte=timezone.now()).delete()
    if taken.exists():
        raise DomainError(
            "already_exists",
            _("There is a subscription “%(key)s” already.") % {"key": made.subscription_id},
            field="subscription_id",
        )


def delete(record: Subscription, version: int | None) -> None:
    """End a subscription; what it was still to be told is forgotten."""
    record.delete()


def _expiry() -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=api_setup().subscription_lifetime_seconds)


def _check_limit() -> None:
    """At most so many subscriptions in an installation (A-92); 0 is no limit."""
    most = api_setup().max_subscriptions
    if most and Subscription.objects.filter(expires_at__gt=timezone.now()).count() >= most:
        raise DomainError(
            "webhook.limit",
            _("There are %(most)s subscriptions already. Delete one that is not needed any more.") % {"most": most},
            rule="A-92",
        )


def _one_at_a_time() -> None:
    """Let the limit be checked by one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tuttava.subscriptions'))")


def _resource(service: Service, text: str, user: User) -> tuple[Company, EntitySet, uuid.UUID | None]:
    """What ``resource`` means: relative to the service, from the root of the server, or absolute (A-90)."""
    path = unquote(urlsplit(text.strip()).path)
    before, found, rest = path.rpartition(f"/api/{service.path}/")
    if not found:
        before, rest = "", path.removeprefix(f"api/{service.path}/").lstrip("/")
    matched = _RESOURCE.fullmatch(rest)
    entity_set = service.sets.get(matched[2]) if matched and "/api/" not in before else None
    if matched is None or entity_set is None or not entity_set.webhooks:
        raise _refused(text, _("it is not a set of this service that tells of changes"))
    company = next((each for each in companies_of(user) if each.pk == uuid.UUID(matched[1])), None)
    if company is None:
        raise _refused(text, _("there is no such company"))
    feed_of(entity_set)
    entity_id = uuid.UUID(matched[3]) if matched[3] else None
    with in_schema(company.schema), acting(rights=rights_of(user, company)) as context:
        if not context.may(entity_set.read_right, entity_set.name):
            raise _refused(text, _("you may not read it"))
        if entity_id and not entity_set.queryset().filter(pk=entity_id).exists():
            raise _refused(text, _("there is no such entity"))
    return company, entity_set, entity_id


def _refused(text: str, reason: str) -> DomainError:
    return DomainError(
        "webhook.resource_not_allowed",
        _("“%(resource)s” cannot be subscribed to: %(reason)s.") % {"resource": text[:200], "reason": reason},
        field="resource",
        rule="A-90",
    )


def _shake_hands(url: str) -> None:
    """Have the receiver echo a random token (A-91); raises ``webhook.validation_failed``."""
    token = secrets.token_urlsafe(30)
    asked = f"{url}{'&' if '?' in url else '?'}validationToken={token}"
    try:
        answer = post(asked, b"", allowed=api_setup().allowed_notification_hosts, seconds=HANDSHAKE_SECONDS)
    except NoAnswer as error:
        raise _not_validated(_("it did not answer (%(reason)s)") % {"reason": error}) from error
    if answer.status != 200:
        raise _not_validated(_("it answered with status %(status)s") % {"status": answer.status})
    echoed = answer.body.decode("utf-8", "replace").strip()
    if len(echoed) >= 2 and echoed[0] == echoed[-1] == '"':
        echoed = echoed[1:-1]
    if echoed != token:
        raise _not_validated(_("it did not send the validation token back"))


def _not_validated(reason: str) -> DomainError:
    return DomainError(
        "webhook.validation_failed",
        _("The address to notify could not be validated: %(reason)s.") % {"reason": reason},
        field="notification_url",
        rule="A-91",
    )
