"""What the operator sets for the service: its limits, and how it notifies (A-100, 17.12)."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.directory.models import Entry
from tuttava.foundation.errors import Text

MEGABYTE = 1024 * 1024
YEAR = 366 * 24 * 3600


def _number(words: Text, default: int, *, lowest: int = 0, highest: int | None = None) -> Any:
    """A whole number; ``highest`` None: a limit that can be raised, and 0 takes it away."""
    checks: list[Any] = [MinValueValidator(lowest)]
    if highest is not None:
        checks.append(MaxValueValidator(highest))
    return models.BigIntegerField(words, default=default, validators=checks)


class ApiSetup(Entry):
    """Limits and habits of the service (one row). Read it with :func:`tuttava.api.setup.api_setup`."""

    max_body_bytes = _number(_("largest request (bytes)"), 350 * MEGABYTE, lowest=1, highest=350 * MEGABYTE)
    max_json_bytes = _number(_("largest JSON request (bytes)"), 32 * MEGABYTE, lowest=1, highest=32 * MEGABYTE)
    requests_per_five_minutes = _number(_("requests of a user in five minutes"), 6000)
    concurrent_requests = _number(_("requests of a user at the same time"), 5)
    queued_requests = _number(_("waiting requests of a user"), 95)
    operation_timeout_seconds = _number(_("longest time of a request (seconds)"), 480, lowest=1, highest=480)
    max_page_size = _number(_("entities in a page"), 20_000, lowest=1, highest=20_000)
    max_subscriptions = _number(_("subscriptions"), 200, highest=200)
    delta_retention_days = _number(_("days that changes can be followed back"), 30, highest=3660)
    subscription_lifetime_seconds = _number(
        _("life of a subscription (seconds)"), 3 * 24 * 3600, lowest=1, highest=YEAR
    )
    notification_delay_seconds = _number(_("delay of a notification (seconds)"), 30, highest=YEAR)
    notification_collection_threshold = _number(_("changes told one by one"), 1000, lowest=1, highest=100_000)
    notification_retry_hours = _number(_("hours that a notification is tried"), 36, highest=YEAR // 3600)
    allowed_notification_hosts = ArrayField(
        models.CharField(max_length=255), default=list, blank=True, verbose_name=_("private hosts that may be notified")
    )
    basic_password_allowed = models.BooleanField(
        _("login password signs programs in"),
        default=False,
        help_text=_("Programs should use an access key. Allow the login password only for those that cannot."),
    )
    default_environment = models.CharField(_("name of the environment"), max_length=30, default="production")
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("API setup")
        verbose_name_plural = _("API setup")
        constraints = [models.CheckConstraint(condition=models.Q(only_row=True), name="one_api_setup")]

    def __str__(self) -> str:
        return str(_("API setup"))
