"""Rules of the setup (2.13, I-145, I-146); importing registers them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.foundation.communication import is_email
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.interactions.template_setup import emails_template
from tuttava.mailbox import schedule
from tuttava.mailbox.models import EmailLoggingSetup, Source
from tuttava.mailbox.sealing import seal, unseal
from tuttava.mailbox.setup import open_source
from tuttava.mailbox.tokens import is_token_address

#: Whoever changes one of these changes whose mail is read: consent is asked for anew.
_CONSENTED = ("mailbox_address", "host", "user_name", "secret")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_FOLDERS = {"inbox_folder": "INBOX", "archive_folder": "Archive", "ignored_folder": "Tuttava-Ignored"}


@register
class EmailLoggingSetupRules(Rules[EmailLoggingSetup]):
    """While the logging is enabled nothing but the switch can be changed (I-145)."""

    model = EmailLoggingSetup
    set_name = "emailLoggingSetup"
    write_right = "mail_logging.setup"
    delete_right = "mail_logging.setup"

    def enter_mailbox_address(self, edit: Edit[EmailLoggingSetup], value: str) -> None:
        """One valid address, or blank."""
        address = value.strip()
        if address and not is_email(address):
            raise DomainError(
                "mailbox_address_invalid",
                _("“%(address)s” is not an e-mail address. Enter the address of the shared mailbox.")
                % {"address": address[:100]},
                rule="I-145",
            )
        edit.put("mailbox_address", address)

    def enter_secret(self, edit: Edit[EmailLoggingSetup], value: str) -> None:
        """Sealed at once. Blank leaves the stored one, because answers show it blank; clearing empties it (I-146)."""
        if value and unseal(edit.get("secret")) != value:
            edit.put("secret", seal(value))

    def enter_client_secret(self, edit: Edit[EmailLoggingSetup], value: str) -> None:
        """Like the secret."""
        if value and unseal(edit.get("client_secret")) != value:
            edit.put("client_secret", seal(value))

    def enter_token_url(self, edit: Edit[EmailLoggingSetup], value: str) -> None:
        """An address that keeps secrets on their way, or blank."""
        address = value.strip()
        if address and not is_token_address(address):
            raise DomainError(
                "value_invalid",
                _("The token address must begin with https://. Copy it from your mail service."),
                field="token_url",
            )
        edit.put("token_url", address)

    def enter_batch_size(self, edit: Edit[EmailLoggingSetup], value: int) -> None:
        """From 1 to 1000."""
        if not value:
            raise batch_size_required()
        edit.put("batch_size", value)

    def before_save(self, edit: Edit[EmailLoggingSetup]) -> None:
        if not edit.is_new and edit.old("enabled") and edit.get("enabled"):
            _refuse_changes(edit)
        for name, default in _FOLDERS.items():
            edit.put(name, edit.get(name).strip() or default)
        _refuse_controls(edit)
        _refuse_same_folders(edit)
        if edit.changed(*_CONSENTED) and not edit.is_new:
            edit.derive("consent_given", False)
        if edit.get("enabled") and edit.changed("enabled"):
            require_ready(edit.record)

    def after_save(self, edits: Sequence[Edit[EmailLoggingSetup]]) -> None:
        """The recurring job comes and goes with the switch."""
        for edit in edits:
            if edit.changed("enabled"):
                schedule.start() if edit.get("enabled") else schedule.stop()


def require_ready(setup: EmailLoggingSetup) -> None:
    """What enabling demands, in this order (I-145); a connection is made."""
    require_mailbox(setup)
    if not setup.consent_given:
        raise DomainError(
            "consent_required",
            _("Reading a mailbox needs consent. Confirm that the people whose mail it holds have been told."),
            field="consent_given",
            rule="I-145",
        )
    emails_template()
    open_source(setup).close()


def require_mailbox(setup: EmailLoggingSetup) -> None:
    """Raises ``mailbox_required`` while it is not said which mailbox is read."""
    if not setup.mailbox_address:
        raise DomainError(
            "mailbox_required",
            _("E-mail logging needs the address of the shared mailbox. Enter it."),
            field="mailbox_address",
            rule="I-145",
        )
    missing = "folder_path" if setup.source == Source.EML_FOLDER else "host"
    if not getattr(setup, missing):
        words = _("the directory of the .eml files") if missing == "folder_path" else _("the mail server")
        raise DomainError(
            "mailbox_required",
            _("E-mail logging needs %(missing)s. Enter it.") % {"missing": words},
            field=missing,
            rule="I-145",
        )


def batch_size_required() -> DomainError:
    return DomainError(
        "batch_size_required",
        _("Enter how many messages a run handles, from 1 to 1000."),
        field="batch_size",
        rule="I-147",
    )


def _refuse_changes(edit: Edit[EmailLoggingSetup]) -> None:
    names = edit.changed_fields()
    if names:
        raise DomainError(
            "settings_locked",
            _("The settings are locked while e-mail logging is enabled. Disable it first."),
            field=names[0],
            rule="I-145",
        )


def _refuse_controls(edit: Edit[EmailLoggingSetup]) -> None:
    for name in (*_FOLDERS, "host", "user_name", "folder_path", "token_url", "client_id", "scope"):
        if _CONTROLS.search(edit.get(name)):
            raise DomainError(
                "value_invalid", _("Line breaks and control characters are not allowed here."), field=name
            )


def _refuse_same_folders(edit: Edit[EmailLoggingSetup]) -> None:
    names = [edit.get(name).casefold() for name in _FOLDERS]
    if len(set(names)) < len(names):
        field = "archive_folder" if names[1] in (names[0], names[2]) else "ignored_folder"
        raise DomainError(
            "folders_not_distinct",
            _("Inbox, archive and ignored messages need a folder each. Choose another name."),
            field=field,
        )
