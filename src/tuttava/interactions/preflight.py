"""What a look-over before sending finds: fields without value, missing addresses, privacy blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.privacy import masked
from tuttava.foundation.errors import DomainError
from tuttava.interactions.attachments import content_of
from tuttava.interactions.merge_fields import NAMES, captions
from tuttava.interactions.merge_values import is_field, recipient_addresses, values_of
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.outgoing import WORD_ENDINGS, edited_template
from tuttava.interactions.rendering import fields_of_html
from tuttava.interactions.storing import bytes_of
from tuttava.interactions.word import Letter

#: Findings told at most; the first ones say what to do.
MOST_FINDINGS = 100
_LAYOUT = "layout."


@dataclass(frozen=True)
class Finding:
    """``kind``: ``blocked``, ``address``, ``blank``, ``unknown`` or ``document``. The first two keep it from going."""

    kind: str
    name: str
    text: str

    @property
    def stops(self) -> bool:
        return self.kind in ("blocked", "address", "document")


def look_over(entries: Sequence[InteractionLogEntry]) -> list[Finding]:
    """What should be known before anything is made of entries; they come with :data:`outgoing.NEEDED`."""
    found: list[Finding] = []
    names: dict[object, tuple[str, ...] | Finding] = {}
    words = captions()
    for entry, values in zip(entries, values_of(entries), strict=True):
        found += _of_contact(entry)
        used = _fields_of(entry, names)
        found += [used] if isinstance(used, Finding) else _of_fields(entry, used, values, words)
        if len(found) >= MOST_FINDINGS:
            break
    return list(dict.fromkeys(found))[:MOST_FINDINGS]


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
