"""The mail that a paper goes out with: its words in the reader's language, its way out (I-136)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuttava.documents import outgoing
from tuttava.documents.printing.region import Region
from tuttava.foundation.company import company_information
from tuttava.foundation.mail import Attachment, Mail, clean_address


@dataclass(frozen=True)
class Letter:
    """What is written in the mail; blank: the document's own words and address (I-136)."""

    to: str = ""
    subject: str = ""
    body: str = ""

    @property
    def addresses(self) -> list[str]:
        """Those that are separated by semicolons."""
        return [part.strip() for part in self.to.split(";") if part.strip()]


@dataclass(frozen=True)
class About:
    """The record that a mail is about: its set and id, what it is called, the entry that logs the mail."""

    set_name: str
    id: uuid.UUID
    title: str
    entry_no: int = 0


def require_addresses(letter: Letter) -> None:
    """Refuse (``mail.address_invalid``) what no mail can go to, before anything is done."""
    for address in letter.addresses:
        clean_address(address, "to")


def words_for(title: str, region: Region) -> tuple[str, str]:
    """Subject and text of a mail with a paper that says nothing of its own, in the reader's language (I-136)."""
    with region.speaking():
        values = {"company": company_information().name, "document": title}
        subject = _("%(document)s from %(company)s") % values
        return subject, _("Please find attached %(document)s from %(company)s.") % values


def send_paper(file: Attachment, letter: Letter, about: About, region: Region, *, reply_to: str = "") -> None:
    """Send a file with the words of ``letter``, else our own in the reader's language; once what it tells is stored."""
    subject, body = words_for(about.title, region)
    outgoing.send(
        Mail(
            to=letter.addresses,
            subject=letter.subject or subject,
            text=letter.body or body,
            attachments=[file],
            reply_to=reply_to,
            related_set=about.set_name,
            related_id=about.id,
        ),
        title=_("Send %(document)s") % {"document": about.title},
        entry_no=about.entry_no,
    )
