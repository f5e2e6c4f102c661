"""The book of documents' mails that a mail server is to take: each is handed over once."""

from __future__ import annotations

from django.db import models

from tuttava.foundation.ids import new_id
from tuttava.interactions.models import DeliveryState


class DocumentMail(models.Model):
    """A mail on its way. Not journaled: it is the post office's book, not the business's.

    ``message`` holds addresses, subject and text until it is sent, ``content_id`` the file that goes along.
    ``HANDING_OVER`` is committed before the server is spoken to, so that nobody sends it a second time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    related_set = models.CharField(max_length=60)
    related_id = models.UUIDField()
    #: The entry of the log that tells of it, 0: none does.
    entry_no = models.BigIntegerField(default=0)
    message = models.JSONField(default=dict)
    file_name = models.CharField(max_length=250, blank=True, default="")
    content_id = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    message_id = models.CharField(max_length=250, blank=True, default="")
    error = models.CharField(max_length=2000, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["related_id"], name="document_mail_of"),
            models.Index(fields=["changed_at"], name="document_mail_old"),
        ]

    def __str__(self) -> str:
        return f"{self.related_set} {self.related_id} {self.state}"
