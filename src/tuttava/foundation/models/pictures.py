"""Portraits, logos and product pictures."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.records import Record


class PictureParent(models.TextChoices):
    """What can have a picture, in the order of the service's enum (16.10), then our own; not all have a room yet."""

    NONE = "", " "
    CUSTOMER = "customer", _("Customer")
    ITEM = "item", _("Item")
    VENDOR = "vendor", _("Vendor")
    EMPLOYEE = "employee", _("Employee")
    CONTACT = "contact", _("Contact")
    #: The logo; the services have it as a stream of the organisation itself, not among these.
    COMPANY_INFORMATION = "company_information", _("Company information")


class Picture(Record):
    """The picture of a record of any kind, re-encoded without location data (A-85, C-97).

    Another picture is another row, so the id tells pictures apart. The bytes stay out of the journal until the row is
    deleted, and then come back with it.
    """

    parent_kind = models.CharField(_("parent type"), max_length=20, choices=PictureParent.choices)
    parent_id = models.UUIDField(_("parent"))
    content_type = models.CharField(_("file type"), max_length=20)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    content = models.BinaryField()
    thumbnail = models.BinaryField()

    journal_owner = "parent_id"
    key_field = "content_type"
    bookkeeping = frozenset({"parent_kind", "content_type"})

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [models.UniqueConstraint(fields=["parent_id", "parent_kind"], name="picture_key")]
