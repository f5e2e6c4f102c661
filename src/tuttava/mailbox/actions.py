"""Verbs on the setup of e-mail logging, and logging a message by hand (I-145, I-146, 17.10)."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from contextlib import suppress

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import ask, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit
from tuttava.interactions.template_setup import emails_template
from tuttava.mailbox import schedule, tokens
from tuttava.mailbox.activity import note
from tuttava.mailbox.handling import Handled, Where, handle
from tuttava.mailbox.messages import read_mail
from tuttava.mailbox.models import AuthMethod, EmailLoggingSetup, Level, MailLoggingState, Source
from tuttava.mailbox.rules import require_mailbox
from tuttava.mailbox.setup import mail_setup, open_source

RIGHT = "mail_logging.setup"
_CREDENTIALS = ("user_name", "secret", "token_url", "client_id", "client_secret", "scope")


def enable(setup: EmailLoggingSetup | None = None) -> EmailLoggingSetup:
    """Start the recurring job for the current user (I-145).

    Raises ``mailbox_required``, ``consent_required``, ``emails_template_required`` and ``mailbox_unavailable``; the
    last is noted in the activity log, if no transaction around it takes that back.
    """
    setup = setup or mail_setup()
    try:
        _fetch_token(setup)
        return records.change(setup, {"enabled": True})
    except DomainError as error:
        if error.code == "mailbox_unavailable":
            _note_failed_test(error)
        raise


def _fetch_token(setup: EmailLoggingSetup) -> None:
    """Have the token before the switch's own transaction, which could lose a refresh token that came with it.

    What is refused here is refused again by the test of the connection, after whatever else is missing.
    """
    if setup.token_url and setup.auth_method == AuthMethod.OAUTH2 and setup.source == Source.IMAP:
        with suppress(DomainError):
            require(RIGHT)
            tokens.access_token(setup)


def disable(setup: EmailLoggingSetup | None = None) -> EmailLoggingSetup:
    """Remove the job; what was logged stays."""
    return records.change(setup or mail_setup(), {"enabled": False})


def clear(setup: EmailLoggingSetup | None = None) -> EmailLoggingSetup:
    """Empty address, credentials and consent, once confirmed; only while disabled (I-146)."""
    require(RIGHT)
    setup = setup or mail_setup()
    if setup.enabled:
        raise DomainError(
            "settings_locked",
            _("The settings are locked while e-mail logging is enabled. Disable it first."),
            field="enabled",
            rule="I-146",
        )
    question = _("Clear the mailbox address, the credentials and the consent?")
    if not ask("q_clear_email_logging", question, default=True):
        return setup
    with unit_of_work("clear e-mail logging"):
        edit = Edit(records.lock(setup), records.rules_of(EmailLoggingSetup), typed=["consent_given"])
        for name in (*_CREDENTIALS, "mailbox_address", "host"):
            edit.put(name, "")
        edit.put("consent_given", False)
        MailLoggingState.objects.update(token_of="", access_token="", access_token_until=None, refresh_token="")
        edit.put("batch_size", EmailLoggingSetup._meta.get_field("batch_size").default)
        return records.save(edit)


def validate(setup: EmailLoggingSetup | None = None) -> EmailLoggingSetup:
    """Connect to the mailbox; what fails is noted in the activity log and raised (I-146).

    Not to be called inside a transaction, which would take the note back.
    """
    require(RIGHT)
    setup = setup or mail_setup()
    try:
        require_mailbox(setup)
        open_source(setup).close()
    except DomainError as error:
        _note_failed_test(error)
        raise
    note(Level.INFO, _("Connection test"), _("The mailbox answered."))
    return setup


def _note_failed_test(error: DomainError) -> None:
    note(Level.FAILED, _("Connection test"), str(error.message))


def recreate_job(setup: EmailLoggingSetup | None = None) -> EmailLoggingSetup:
    """The recurring job goes on in the name of the current user (I-146)."""
    require(RIGHT)
    setup = setup or mail_setup()
    if not setup.enabled:
        raise DomainError(
            "logging_disabled", _("E-mail logging is disabled. Enable it first."), field="enabled", rule="I-146"
        )
    schedule.start()
    return setup


def log_message(raw: bytes, *, received_at: dt.datetime | None = None, draft: bool = False) -> Handled:
    """Log one message by hand, by the same rules; the whole message is kept, because no mailbox has it."""
    require("interaction_log.write", "interactionLogEntries")
    template = emails_template()
    return handle(read_mail(raw, received_at=received_at, draft=draft), template, Where(whole=True))


def decoded_message(text: str) -> bytes:
    """A message sent as base64; raises ``value_invalid`` for what is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DomainError("value_invalid", _("The message must be an .eml file in base64."), field="message") from error
