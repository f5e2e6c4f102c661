"""What a look-over before sending finds: fields without value, missing addresses, privacy blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.privacy import masked
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import require_account
from tuttava.foundation.rich_text import as_html
from tuttava.interactions import draft_content
from tuttava.interactions.attachments import content_of
from tuttava.interactions.kept_mails import Message
from tuttava.interactions.mail_kinds import chosen
from tuttava.interactions.mailing import probe_of
from tuttava.interactions.merge_fields import NAMES, captions
from tuttava.interactions.merge_values import is_field, recipient_addresses, values_of
from tuttava.interactions.models import DraftKind, InteractionDraft, InteractionLogEntry
from tuttava.interactions.outgoing import WORD_ENDINGS, edited_template
from tuttava.interactions.rendering import fields_of_html
from tuttava.interactions.sending import entry_of
from tuttava.interactions.storing import NewContent, bytes_of
from tuttava.interactions.template_setup import emails_template
from tuttava.interactions.word import Letter

#: Findings told at most; the first ones say what to do.
MOST_FINDINGS = 100
#: Recipients of one mail that are looked at, in turn.
MOST_LOOKED_AT = 50
_LAYOUT, _NUMBER = "layout.", "entry.entry_no"


@dataclass(frozen=True)
class Finding:
    """What is in the way of whom. ``kind``: ``blocked``, ``address``, ``document`` and ``account`` keep it from going,
    ``blank`` and ``unknown`` are to be looked at."""

    kind: str
    name: str
    text: str

    @property
    def stops(self) -> bool:
        return self.kind in ("blocked", "address", "document", "account")


def look_over(entries: Sequence[InteractionLogEntry]) -> list[Finding]:
    """What should be known before anything is made of entries; they come with :data:`outgoing.NEEDED`."""
    found: list[Finding] = []
    names: dict[object, tuple[str, ...] | Finding] = {}
    words = captions(get_language() or "")
    for entry, values in zip(entries, values_of(entries), strict=True):
        found += _of_contact(entry)
        used = _fields_of(entry, names)
        found += [used] if isinstance(used, Finding) else _of_fields(entry, used, values, words)
        if len(found) >= MOST_FINDINGS:
            break
    return list(dict.fromkeys(found))[:MOST_FINDINGS]


def look_over_draft(draft: InteractionDraft) -> list[Finding]:
    """The same for what a wizard is about to send; nothing for what is only noted."""
    if draft.kind == DraftKind.PHONE_CALL or draft.correspondence_type == CorrespondenceType.NONE:
        return []
    entry = entry_of(draft)
    found = [*_of_account(entry), *_of_contact(entry)]
    if entry.contact is None:
        return found
    content = draft_content.content(draft)
    ending = content.extension.lower() if content is not None else ""
    if content is None and draft.attachment is not None:
        entry.attachment, ending = draft.attachment, draft.attachment.file_extension.lower()
    if content is None and entry.attachment is None and not draft.word_template_code:
        return [*found, Finding("document", draft.description, _("has nothing to send: the template has no file."))]
    if entry.correspondence_type == CorrespondenceType.HARD_COPY and ending not in ("", *WORD_ENDINGS):
        found.append(
            Finding("document", draft.description, _("cannot be printed: only letters can. Send it by e-mail."))
        )
    used = _fields_of_draft(draft, entry, content)
    if isinstance(used, Finding):
        return [*found, used]
    named = tuple(name for name in used if name != _NUMBER)  # drawn when it is filled in or logged
    return [*found, *_of_fields(entry, named, values_of([entry])[0], captions(get_language() or ""))]


def _fields_of_draft(
    draft: InteractionDraft, entry: InteractionLogEntry, content: NewContent | None
) -> tuple[str, ...] | Finding:
    """A letter that is filled in already tells what it lacks by its template."""
    if draft.email_layout is not None:
        return tuple(fields_of_html(draft.email_layout.html + draft.content_body))
    if content is None or draft.word_template_code:
        entry.merged = False
        return _fields_of(entry, {})
    if content.extension.lower() not in WORD_ENDINGS or draft.merged:
        return ()
    try:
        return Letter(content.data or b"", is_field).names
    except DomainError as error:
        return Finding("document", content.file_name, str(error.message))


def look_over_mail(contacts: Sequence[Contact], message: Message) -> list[Finding]:
    """The same for a mail that is being written to some contacts; those after the first fifty are not looked at."""
    entries = []
    found = _of_setup()
    for contact in contacts[:MOST_LOOKED_AT]:
        if contact.privacy_blocked:
            found.append(blocked(contact))
            continue
        try:
            entries.append((probe_of(contact, message), _fields_of_mail(contact, message)))
        except DomainError as error:
            found.append(Finding("document", masked(contact).name, str(error.message)))
    words, known = captions(get_language() or ""), values_of([entry for entry, _used in entries])
    for (entry, used), values in zip(entries, known, strict=True):
        found += [*_of_contact(entry), *_of_fields(entry, used, values, words)]
    return list(dict.fromkeys(found))[:MOST_FINDINGS]


def _fields_of_mail(contact: Contact, message: Message) -> list[str]:
    kind = chosen(message.template_code, message.language_code, contact)
    named = fields_of_html(message.subject + as_html(message.body) + (kind.layout if kind else ""))
    return [name for name in named if name != _NUMBER]


def _of_setup() -> list[Finding]:
    found = []
    needed: tuple[Callable[[], object], ...] = (require_account, emails_template)
    for refuse in needed:
        try:
            refuse()
        except DomainError as error:
            found.append(Finding("account", "", str(error.message)))
    return found


def _of_account(entry: InteractionLogEntry) -> list[Finding]:
    if entry.correspondence_type != CorrespondenceType.EMAIL:
        return []
    try:
        require_account()
    except DomainError as error:
        return [Finding("account", "", str(error.message))]
    return []


def blocked(contact: Contact) -> Finding:
    return Finding("blocked", masked(contact).name, _("is privacy-blocked and gets nothing."))


def _name(entry: InteractionLogEntry) -> str:
    return masked(entry.contact).name if entry.contact else _("No contact")


def _of_contact(entry: InteractionLogEntry) -> list[Finding]:
    if entry.contact is not None and entry.contact.privacy_blocked:
        return [blocked(entry.contact)]
    if entry.correspondence_type == CorrespondenceType.EMAIL and not recipient_addresses(entry):
        return [Finding("address", _name(entry), _("has no e-mail address."))]
    if entry.correspondence_type == CorrespondenceType.HARD_COPY and not _has_place(entry):
        return [Finding("blank", _name(entry), _("has no postal address."))]
    return []


def _has_place(entry: InteractionLogEntry) -> bool:
    """Whether a letter would find its way: street or town are known."""
    place = entry.contact_alt_address or entry.contact
    return place is not None and bool(place.address or place.address_2 or place.post_code or place.city)


def _fields_of(entry: InteractionLogEntry, known: dict[object, tuple[str, ...] | Finding]) -> tuple[str, ...] | Finding:
    """The fields that the entry's letter or layout names; each document is read once."""
    kept = entry.attachment
    if kept is not None and kept.email_layout is not None:
        return tuple(fields_of_html(kept.email_layout.html + kept.content_body))
    is_file = kept is not None and kept.file_extension.lower() in WORD_ENDINGS
    if entry.merged or not (is_file or entry.word_template_code):
        return ()
    key = kept.sha256 if is_file and kept is not None else edited_template(entry)
    if key not in known:
        data = content_of(kept) if is_file and kept is not None else bytes_of(edited_template(entry))
        try:
            known[key] = Letter(data, is_field).names
        except DomainError as error:
            known[key] = Finding("document", entry.word_template_code or "", str(error.message))
    return known[key]


def _of_fields(
    entry: InteractionLogEntry, used: Sequence[str], values: Mapping[str, str], words: Mapping[str, str]
) -> list[Finding]:
    fields = [name for name in used if not name.startswith(_LAYOUT)]
    unknown = [name for name in fields if name not in NAMES]
    blank = [words.get(name, name) for name in fields if name in NAMES and not values.get(name)]
    found = [Finding("unknown", f"{{{{ {name} }}}}", _("is no merge field and stays as it is.")) for name in unknown]
    if blank:
        found.append(Finding("blank", _name(entry), _("has no value for: %(fields)s.") % {"fields": ", ".join(blank)}))
    return found
