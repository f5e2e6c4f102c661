"""The one row of the setup and the one of where the work stands, and the mailbox they mean."""

from __future__ import annotations

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
