"""Subscriptions, a set of each service outside of companies (A-90)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from tuttava.api import edm
from tuttava.api.declare import CRM, SERVICES, EntitySet, Property, Service
from tuttava.api.models import Subscription
from tuttava.api.webhooks import subscriptions
from tuttava.foundation.context import current

_PROPERTIES = (
    Property("subscriptionId", edm.text(150), "subscription_id", immutable=True),
    Property("notificationUrl", edm.text(2048), "notification_url", required=True),
    Property("resource", edm.text(2048), "resource", required=True),
    Property("clientState", edm.text(2048), "client_state"),
    Property("timestamp", edm.BIG, "version", read_only=True),
    Property("userId", edm.GUID, "user_id", read_only=True),
    Property("expirationDateTime", edm.INSTANT, "expires_at", read_only=True),
    Property("lastModifiedDateTime", edm.INSTANT, "modified_at", read_only=True),
    Property("systemCreatedAt", edm.INSTANT, "created_at", read_only=True),
    Property("systemCreatedBy", edm.GUID, "created_by", read_only=True, nullable=True),
    Property("systemModifiedAt", edm.INSTANT, "modified_at", read_only=True),
    Property("systemModifiedBy", edm.GUID, "modified_by", read_only=True, nullable=True),
)
#: How the notifying goes, for the administrator.
_HEALTH = (
    Property("lastSuccessAt", edm.INSTANT, "last_success_at", read_only=True, nullable=True),
    Property("lastFailureAt", edm.INSTANT, "last_failure_at", read_only=True, nullable=True),
    Property("lastFailure", edm.text(250), "last_failure", read_only=True),
)


def _live(service: Service, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The caller's own subscriptions of the service, an administrator's everybody's; expired ones are gone (A-93)."""
    mine = Q() if current().may("api.admin") else Q(user_id=current().user_id or None)
    return rows.filter(mine, service=service.path, expires_at__gt=timezone.now())


def _subscriptions(service: Service) -> EntitySet:
    return EntitySet(
        name="subscriptions",
        entity="subscription",
        model=Subscription,
        properties=(*_PROPERTIES, *(_HEALTH if service is CRM else ())),
        key="subscriptionId",
        rows=partial(_live, service),
        create=partial(subscriptions.create, service),
        change=partial(subscriptions.change, service),
        delete=subscriptions.delete,
        always_change=True,
        outside=True,
        read_right="",
        write_right="",
        delete_right="",
    )


for _service in SERVICES:
    _service.register(_subscriptions(_service))
