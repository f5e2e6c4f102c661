"""The setup of e-mail logging, what happened, and where a mailbox stands (2.13)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuttava.foundation.errors import Text
from tuttava.foundation.ids import new_id
from tuttava.foundation.records import Record


class Source(models.TextChoices):
    IMAP = "imap", _("Mail server (IMAP)")
    EML_FOLDER = "eml_folder", _("Folder of .eml files")


class Security(models.TextChoices):
    TLS = "tls", _("Encrypted from the start (TLS)")
    STARTTLS = "starttls", _("Encrypted after connecting (STARTTLS)")
    NONE = "none", pgettext_lazy("no encryption", "None")


class AuthMethod(models.TextChoices):
    PASSWORD = "password", _("Password")
    OAUTH2 = "oauth2", _("Access token (OAuth 2)")


class UnmatchedAction(models.TextChoices):
    """What becomes of a message that is not logged (I-157)."""

    DELETE = "delete", _("Delete")
    MOVE = "move", _("Move to the folder for ignored messages")
    LEAVE = "leave", _("Leave in the inbox")


class StoreMessage(models.TextChoices):
    EML = "eml", _("The whole message")
    LINK = "link", _("A link to it")


def _text(label: Text, default: str = "", help_text: Text = "") -> models.CharField[str, str]:
    return models.CharField(label, max_length=250, blank=True, default=default, help_text=help_text)


class EmailLoggingSetup(Record):
    """The one row that says which mailbox is read and how.

    ``secret`` is a password or token (with a ``token_url`` a refresh token), sealed like ``client_secret``
    (:mod:`tuttava.mailbox.sealing`): the journal leaves them out, no answer shows them. Settings are locked
    while ``enabled`` (I-145).
    """

    mailbox_address = _text(_("mailbox address"), help_text=_("The shared mailbox that gets a copy of all mail."))
    source = models.CharField(_("source"), max_length=15, choices=Source.choices, default=Source.IMAP)
    host = _text(_("server"))
    port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(_("encryption"), max_length=10, choices=Security.choices, default=Security.TLS)
    user_name = _text(_("user name"))
    auth_method = models.CharField(_("sign-in"), max_length=10, choices=AuthMethod.choices, default=AuthMethod.PASSWORD)
    secret = models.TextField(_("password or token"), blank=True, default="")
    token_url = _text(
        _("token address"), help_text=_("Where access tokens are fetched when the last one has run out (OAuth 2).")
    )
    client_id = _text(_("client ID"))
    client_secret = models.TextField(_("client secret"), blank=True, default="")
    scope = _text(_("scope"), help_text=_("What the token is for, as the mail service names it."))
    folder_path = _text(_("directory"), help_text=_("A directory of the server with inbox, archive and ignored in it."))
    inbox_folder = _text(_("inbox"), default="INBOX", help_text=_("Only this folder is read."))
    archive_folder = _text(_("archive"), default="Archive", help_text=_("Logged messages are moved here."))
    ignored_folder = _text(
        _("ignored messages"), default="Tuttava-Ignored", help_text=_("Messages that are not logged are moved here.")
    )
    unmatched_action = models.CharField(
        _("messages that are not logged"),
        max_length=10,
        choices=UnmatchedAction.choices,
        default=UnmatchedAction.MOVE,
    )
    batch_size = models.PositiveIntegerField(
        _("messages a run"), default=50, validators=[MinValueValidator(0), MaxValueValidator(1000)]
    )
    interval_minutes = models.PositiveIntegerField(
        _("minutes between runs"), default=10, validators=[MinValueValidator(1), MaxValueValidator(10080)]
    )
    max_attempts = models.PositiveIntegerField(
        _("attempts"), default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    store_message = models.CharField(_("kept"), max_length=5, choices=StoreMessage.choices, default=StoreMessage.EML)
    consent_given = models.BooleanField(
        _("consent given"),
        default=False,
        help_text=_("The people whose mail is copied have been told, and reading the mailbox is allowed."),
    )
    enabled = models.BooleanField(_("enabled"), default=False)
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    key_field = "mailbox_address"
    derived = frozenset({"secret", "client_secret"})
    bookkeeping = frozenset({"only_row"})

    class Meta:
        verbose_name = _("e-mail logging setup")
        verbose_name_plural = _("e-mail logging setup")
        constraints = [models.CheckConstraint(condition=models.Q(only_row=True), name="one_email_logging_setup")]


class Level(models.TextChoices):
    INFO = "info", _("Information")
    WARNING = "warning", _("Warning")
    FAILED = "failed", _("Failed")


class EmailLoggingActivity(models.Model):
    """One line of what e-mail logging did; holds no text of messages."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry_no = models.BigIntegerField(_("entry number"), unique=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.INFO)
    context = models.CharField(_("context"), max_length=100, blank=True, default="")
    message = models.CharField(_("message"), max_length=2000, blank=True, default="")
    internet_message_id = models.TextField(_("message ID"), blank=True, default="")

    class Meta:
        verbose_name = _("e-mail logging activity")
        verbose_name_plural = _("e-mail logging activities")
        ordering = ["-entry_no"]
        indexes = [models.Index(fields=["level", "-entry_no"], name="mail_activity_level")]

    def __str__(self) -> str:
        return str(self.entry_no)


class MailLoggingState(models.Model):
    """Where the recurring work stands: when it runs next and for whom, and how the last runs went. One row."""

    only_row = models.BooleanField(primary_key=True, default=True)
    next_run_at = models.DateTimeField(null=True)
    user_name = models.CharField(max_length=150, blank=True, default="")
    job = models.UUIDField(null=True)
    last_run_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_found = models.PositiveIntegerField(default=0)
    last_logged = models.PositiveIntegerField(default=0)
    last_ignored = models.PositiveIntegerField(default=0)
    last_failed = models.PositiveIntegerField(default=0)
    total_logged = models.PositiveBigIntegerField(default=0)
    failed_runs = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=2000, blank=True, default="")
    #: Tokens (sealed) that the token service gave, and to what secret they belong.
    token_of = models.CharField(max_length=64, blank=True, default="")
    access_token = models.TextField(blank=True, default="")
    access_token_until = models.DateTimeField(null=True)
    refresh_token = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return "e-mail logging"


class MessageState(models.Model):
    """A message on its way out of the inbox: how often it failed, and whether it was logged and copied already.

    ``key`` is the hash of where the message lies. The row is written in the transaction that logs the message and goes
    when the message has left the inbox, so a run that was killed between the two is finished by the next.
    """

    key = models.CharField(max_length=64, primary_key=True)
    attempts = models.PositiveIntegerField(default=0)
    logged = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key
