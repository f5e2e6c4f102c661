"""A test mail: what one line of a segment would get, sent to oneself; nothing is logged by it."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.foundation import mail
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import Mail
from tuttava.interactions.confidential import own_address
from tuttava.interactions.logging_core import FIELDS
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.outgoing import NEEDED, Letters, Made, made
from tuttava.interactions.unsubscribe_links import link_of
from tuttava.segments.errors import segment_empty
from tuttava.segments.models import Segment, SegmentLine

#: In the place of the contact in links of a test mail: who follows one unsubscribes nobody.
NOBODY = uuid.UUID(int=0)


def send_test(segment: Segment, line: SegmentLine | None = None) -> str:
    """Mail to the user what ``line`` would get, by default the first that goes by e-mail; answers the address.

    Raises ``test_mail_address_missing``, ``segment_empty``, ``no_attachment_for_language``, ``mail_account_missing``,
    ``contact.privacy_blocked`` and what the content itself refuses.
    """
    require("interaction_log.write", "interactionLogEntries")
    to = own_address()
    if not to:
        raise DomainError(
            "test_mail_address_missing",
            _("Your account has no e-mail address to which a test could go. Ask an administrator to enter it."),
        )
    mail.require_account()
    entry = _entry(segment, _line(segment, line))
    what = made([entry], Letters())[0]
    if isinstance(what, DomainError):
        raise what
    mail.send(_to_oneself(segment, entry, what, to))
    tell("test_mail_sent", _("A test mail was sent to %(address)s.") % {"address": to})
    return to


def _line(segment: Segment, line: SegmentLine | None) -> SegmentLine:
    rows = SegmentLine.objects.filter(segment=segment, contact__isnull=False).select_related(*NEEDED)
    if line is not None:
        found = rows.filter(pk=line.pk).first()
    else:
        by_mail = rows.filter(correspondence_type=CorrespondenceType.EMAIL)
        found = by_mail.order_by("line_no").first() or rows.order_by("line_no").first()
    if found is None or found.contact is None:
        raise segment_empty()
    use_contact_for_new_work(found.contact)
    return found


def _entry(segment: Segment, line: SegmentLine) -> InteractionLogEntry:
    """The entry that the line would become, not stored and going by e-mail."""
    entry = InteractionLogEntry(**{name: getattr(line, name) for name in FIELDS})
    for name in ("contact", "contact_company", "contact_alt_address", "salesperson", "attachment", "word_template"):
        setattr(entry, name, getattr(line, name))
    entry.segment_no, entry.correspondence_type = segment.no, CorrespondenceType.EMAIL
    if line.word_template_code and line.attachment is not None:
        entry.modified_word_template = line.attachment.no
    if entry.attachment is None and not entry.word_template_code:
        raise DomainError(
            "no_attachment_for_language",
            _("The line has nothing to send: its template has no attachment in the language chosen."),
            field="interaction_language_code",
        )
    return entry


def _to_oneself(segment: Segment, entry: InteractionLogEntry, what: Made, to: str) -> Mail:
    """The same content; links that unsubscribe lead nowhere in it."""
    link = link_of(entry.contact_id) if entry.contact_id else ""
    html = what.html.replace(link, link_of(NOBODY)) if link else what.html
    return Mail(
        to=[to],
        subject=_("[Test] %(subject)s") % {"subject": entry.subject or entry.description},
        html=html,
        attachments=what.files,
        related_set="segments",
        related_id=segment.pk,
    )
