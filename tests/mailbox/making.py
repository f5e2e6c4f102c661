"""What tests of e-mail logging need: people, messages, a mailbox of files, a setup."""

from __future__ import annotations

import itertools
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.contacts.people import contact as make_company
from tests.contacts.people import person as make_person
from tuttava.foundation import records
from tuttava.interactions.models import (
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateSetup,
)
from tuttava.mailbox.actions import log_message
from tuttava.mailbox.handling import Handled
from tuttava.mailbox.models import EmailLoggingSetup
from tuttava.mailbox.setup import mail_setup
from tuttava.partners.models import Salesperson

OURS, THEIRS = "pia@ours.example", "kari@fjord.example"
DATE = "Mon, 02 Mar 2026 09:15:00 +0100"
_numbers = itertools.count(1)


def emails_template() -> InteractionTemplate:
    """The template MAIL, chosen for e-mails."""
    group, _new = InteractionGroup.objects.get_or_create(code="SYSTEM", defaults={"description": "System"})
    template, _new = InteractionTemplate.objects.get_or_create(
        code="MAIL",
        defaults={
            "interaction_group": group,
            "description": "E-mails",
            "unit_cost_lcy": 8,
            "unit_duration_min": 1,
            "information_flow": "outbound",
            "initiated_by": "us",
        },
    )
    setup = InteractionTemplateSetup.objects.first() or InteractionTemplateSetup.objects.create()
    InteractionTemplateSetup.objects.filter(pk=setup.pk).update(emails_code="MAIL")
    return template


def salesperson(code: str = "PIA", email: str = OURS) -> Salesperson:
    found = Salesperson.objects.filter(code=code).first()
    return found or records.create(Salesperson, {"code": code, "name": code.title(), "email": email})


def message(
    sender: str = THEIRS, to: str = OURS, *, subject: str = "Spring", body: str = "Hello", **headers: str
) -> bytes:
    """A message with a Message-ID of its own; headers are named with underscores, a blank one is left out."""
    made = EmailMessage()
    given = {"From": sender, "To": to, "Subject": subject, "Date": DATE, "Message-ID": f"<m{next(_numbers)}@x.example>"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value:
            made[name] = value
    made.set_content(body)
    return made.as_bytes()


def raw(*lines: str | bytes) -> bytes:
    """A message written line by line, as broken as wanted."""
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\r\n\r\nHello\r\n"


def logged(*parts: Any, **headers: Any) -> Handled:
    """Log a message by hand; the template and a salesperson are there."""
    emails_template()
    salesperson()
    given = parts[0] if parts and isinstance(parts[0], bytes) else message(*parts, **headers)
    return log_message(given)


def entries() -> list[InteractionLogEntry]:
    return list(InteractionLogEntry.objects.order_by("entry_no"))


def folder_setup(path: Path, **values: Any) -> EmailLoggingSetup:
    """E-mail logging enabled on a directory of .eml files."""
    emails_template()
    (path / "inbox").mkdir(exist_ok=True)
    given = {
        "mailbox_address": "log@ours.example",
        "source": "eml_folder",
        "folder_path": str(path),
        "consent_given": True,
        "enabled": True,
    }
    return records.change(mail_setup(), given | values)


__all__ = [
    "DATE",
    "OURS",
    "THEIRS",
    "emails_template",
    "entries",
    "folder_setup",
    "logged",
    "make_company",
    "make_person",
    "message",
    "raw",
    "salesperson",
]
