"""Portraits and logos."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models.contact import Contact
from tuttava.foundation.records import Record


class ContactPicture(Record):
    """A contact's picture, re-encoded without location data (C-97). The bytes stay out of the journal's columns."""

    contact = models.OneToOneField(Contact, on_delete=models.RESTRICT, related_name="picture")
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content = models.BinaryField()
    thumbnail = models.BinaryField()

    journal_owner = "contact_id"
    key_field = "content_type"

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
