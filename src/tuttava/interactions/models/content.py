"""Files of interactions, Word templates and e-mail layouts (2.9, 2.10)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.ids import new_id
from tuttava.foundation.models import CodeTable, Language
from tuttava.foundation.records import Record
from tuttava.interactions.models.vocabulary import StorageType


class WordTemplate(CodeTable):
    """A .docx with merge fields; ``fields`` are those that were chosen for each source (contact, salesperson, ...).

    The bytes stand in an :class:`AttachmentContent <tuttava.foundation.models.AttachmentContent>`.
    """

    code = CodeField(_("code"), max_length=30, unique=True)
    language = CodeRef(Language, verbose_name=_("language"))
    fields = models.JSONField(_("fields"), default=dict, blank=True)
    file_name = models.CharField(_("file name"), max_length=250, blank=True, default="", editable=False)
    content_id = models.UUIDField(null=True, blank=True, editable=False)

    derived = frozenset({"file_name", "content_id"})
    bookkeeping = frozenset({"content_id"})

    class Meta(CodeTable.Meta):
        verbose_name = _("Word template")
        verbose_name_plural = _("Word templates")


class EmailLayout(CodeTable):
    """The frame of HTML e-mails: text with merge fields and exactly one ``{{ layout.content }}``."""

    code = CodeField(_("code"), max_length=30, unique=True)
    html = models.TextField("HTML", blank=True, default="")

    class Meta(CodeTable.Meta):
        verbose_name = _("e-mail layout")
        verbose_name_plural = _("e-mail layouts")


class InteractionAttachment(Record):
    """A file of a template variant or a log entry; never shared between the two (I-62).

    Embedded bytes stand in an ``AttachmentContent`` (``content_id``). A layout attachment names its ``email_layout``
    and keeps the text typed into it apart in ``content_body`` (I-89). The hash columns serve look-ups by message id.
    """

    no = models.BigIntegerField(_("number"), unique=True)
    storage_type = models.CharField(
        _("storage"), max_length=12, choices=StorageType.choices, default=StorageType.EMBEDDED
    )
    storage_pointer = models.CharField(_("folder"), max_length=250, blank=True, default="")
    file_extension = models.CharField(_("file extension"), max_length=250, blank=True, default="")
    file_name = models.CharField(_("file name"), max_length=250, blank=True, default="")
    media_type = models.CharField(_("file type"), max_length=100, blank=True, default="")
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    content_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    email_layout = CodeRef(EmailLayout, verbose_name=_("e-mail layout"), db_index=False)
    content_body = models.TextField(_("body"), blank=True, default="")
    read_only = models.BooleanField(_("read only"), default=False)
    last_date_modified = models.DateField(_("last changed"), null=True, blank=True, editable=False)
    last_time_modified = models.TimeField(_("changed at"), null=True, blank=True, editable=False)
    merge_source = models.BinaryField(null=True, blank=True, editable=False)
    mail_message_id = models.TextField(blank=True, default="")
    mail_message_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    internet_message_id = models.TextField(blank=True, default="")
    internet_message_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    message_url = models.TextField(blank=True, default="")

    key_field = "no"
    derived = frozenset(
        {
            "no",
            "media_type",
            "size_bytes",
            "sha256",
            "content_id",
            "last_date_modified",
            "last_time_modified",
            "mail_message_hash",
            "internet_message_hash",
        }
    )
    bookkeeping = frozenset({"content_id", "mail_message_hash", "internet_message_hash"})

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["no"]
        indexes = [
            models.Index(
                fields=["mail_message_hash"],
                name="interaction_att_mail",
                condition=~models.Q(mail_message_hash=""),
            ),
            models.Index(
                fields=["internet_message_hash"],
                name="interaction_att_message",
                condition=~models.Q(internet_message_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.no)


class PrintFile(models.Model):
    """What a run sent to paper: a PDF, a .docx, or an archive of several (I-164). Made once, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file_name = models.CharField(max_length=250)
    media_type = models.CharField(max_length=100)
    content_id = models.UUIDField()
    segment_no = CodeField(max_length=20)
    user_name = models.CharField(max_length=150, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["segment_no", "made_at"], name="print_file_of_segment")]

    def __str__(self) -> str:
        return self.file_name
