"""The one row of the setup and the one of where the work stands, and the mailbox they mean."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateSetup
from tuttava.mailbox.folder import FolderSource
from tuttava.mailbox.imap import ImapSource
from tuttava.mailbox.models import EmailLoggingSetup, MailLoggingState, Source
from tuttava.mailbox.sources import MailSource


def mail_setup() -> EmailLoggingSetup:
    """The setup, made with its initial values when missing."""
    found = EmailLoggingSetup.objects.first()
    return found or EmailLoggingSetup.objects.get_or_create(only_row=True)[0]


def mail_state() -> MailLoggingState:
    """Where the recurring work stands."""
    return MailLoggingState.objects.first() or MailLoggingState.objects.get_or_create(only_row=True)[0]


def open_source(setup: EmailLoggingSetup) -> MailSource:
    """The mailbox of the setup, open. Raises ``mailbox_unavailable``."""
    return FolderSource(setup.folder_path) if setup.source == Source.EML_FOLDER else ImapSource(setup)


def emails_template() -> InteractionTemplate:
    """The template that e-mails are logged with; raises ``emails_template_required`` (I-145)."""
    code = InteractionTemplateSetup.objects.values_list("emails_code", flat=True).first()
    found = InteractionTemplate.objects.filter(code=code).first() if code else None
    if found is None:
        raise DomainError(
            "emails_template_required",
            _("E-mails need an interaction template. Choose one for e-mails in the interaction template setup."),
            field="emails",
            rule="I-145",
        )
    return found
