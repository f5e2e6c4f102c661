"""Who wants to hear of changes, and what is still to be told (section 13)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.directory.models import Company, Entry, User


class Subscription(Entry):
    """A program's wish to be told when entities of a set, or one entity, change (A-90).

    ``position`` is how far the company's journal was read for it. ``last_success_at``, ``last_failure_at`` and
    ``last_failure`` tell the administrator how the notifying goes.
    """

    service = models.CharField(_("service"), max_length=30)
    subscription_id = models.CharField(_("subscription"), max_length=150)
    notification_url = models.CharField(_("address to notify"), max_length=2048)
    resource = models.CharField(_("resource"), max_length=2048)
    client_state = models.CharField(_("client state"), max_length=2048, blank=True, default="")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("user"))
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+", verbose_name=_("company"))
    set_name = models.CharField(_("entity set"), max_length=60)
    entity_id = models.UUIDField(_("entity"), null=True)
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    position = models.TextField(editable=False)
    position_at = models.DateTimeField(editable=False)
    last_success_at = models.DateTimeField(_("last notified"), null=True)
    last_failure_at = models.DateTimeField(_("last failure"), null=True)
    last_failure = models.CharField(_("reason of the last failure"), max_length=250, blank=True, default="")

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["service", "subscription_id"], name="subscription_key")]

    def __str__(self) -> str:
        return self.subscription_id


class Parcel(models.Model):
    """What one subscription is to be told together: changes from the first one on until it is sealed for sending.

    A subscription has at most one open and one sealed parcel, so nothing overtakes what is still being tried.
    ``began_at``: the instant of the first change; ``since``: just before it, for a reader of the whole set.
    ``is_collection``: too many changes to name them.
    """

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="parcels")
    sealed = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    is_collection = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "sealed"], name="parcel_of_subscription")]
        indexes = [models.Index(fields=["sealed", "next_at"], name="parcel_due")]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.began_at}"


class Notice(models.Model):
    """One changed entity in a parcel: whether it was there before the parcel began, and is there now."""

    id = models.BigAutoField(primary_key=True)
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="notices")
    entity_id = models.UUIDField()
    existed = models.BooleanField()
    exists = models.BooleanField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "entity_id"], name="notice_of_entity")]

    def __str__(self) -> str:
        return f"{self.entity_id}"
