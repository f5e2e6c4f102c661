"""What is on its way to contacts: one row for each entry that is to be delivered (2.11)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.ids import new_id
from tuttava.interactions.models.log import InteractionLogEntry


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    #: Handed to the mail server; whether it took it is not known until the state changes.
    HANDING_OVER = "handing_over", _("Being handed over")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    #: Whoever handed it over died meanwhile: it may have arrived, and is not sent again by itself.
    UNKNOWN = "unknown", _("Not known whether it was sent")


class Delivery(models.Model):
    """An entry to be sent or printed. Not journaled: it is the post office's book, not the business's.

    A mail is handed over at most once: ``HANDING_OVER`` is committed before the server is spoken to, together with the
    ``message_id`` that the mail will carry; a worker that finds it there after a crash does not send it again.
    A mail that the server does not take for now waits until ``not_before``; ``error`` says why.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(InteractionLogEntry, on_delete=models.CASCADE, related_name="deliveries")
    batch_id = models.UUIDField()
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    message_id = models.CharField(max_length=250, blank=True, default="")
    error = models.CharField(max_length=2000, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["batch_id", "position"], name="delivery_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["batch_id", "position"], name="delivery_batch"),
            models.Index(fields=["state", "changed_at"], name="delivery_stuck"),
            models.Index(fields=["-changed_at", "-id"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.state}"
