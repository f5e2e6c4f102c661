"""The contact that typed text means (C-66), and the contacts one may choose from (C-68).

For companies alone see :mod:`tuttava.contacts.lookup`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Length, Lower
from django.utils.translation import gettext as _
from rapidfuzz.distance import Levenshtein

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked, without_blocked
from tuttava.contacts.search import search_ids
from tuttava.foundation.context import choose, current
from tuttava.foundation.errors import Detail, DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import LONGEST_NUMBER, id_by_number
from tuttava.foundation.search import any_of, beginning, by_tokens
from tuttava.foundation.search_tokens import SHORTEST_PART
from tuttava.foundation.text import digits, fold, folded_words, words

#: Candidates that are offered; whoever finds none of them fitting types more.
MOST_OFFERED = 20
MOST_READ = 200
#: Similar names that are compared letter by letter; the index has narrowed them down.
MOST_COMPARED = 2000
SHORTEST_SIMILAR, LONGEST_SIMILAR = 5, 100
LETTERS_PER_EDIT = 5

APOSTROPHES = re.compile("['’‘`´]")
#: Fields in which the text may be found anywhere (C-66, step 6).
CONTAINING = ("no", "name", "city", "post_code", "email", "email_2", "external_id", "phone_no", "mobile_phone_no")
PHONES = ("phone_no", "mobile_phone_no", "phone_no_normalised", "mobile_phone_no_normalised")


def resolve_contact(text: str) -> Contact | None:
    """The contact, of any type, that ``text`` names; None when it is unknown (C-66).

    Several candidates: a person chooses (``q_contact``; cancelled: None); unattended callers get
    ``contact.ambiguous`` with the ranked candidates.
    """
    text = text.strip()
    if not text:
        return None
    for step in (_by_number, _by_exact_name, _by_name, _beginning_with, _containing, _similar):
        found = step(text)
        if found:
            return found[0] if len(found) == 1 else _chosen(text, found)
    return None


def contacts_to_choose(contact: Contact | None = None, party_contact: Contact | None = None) -> QuerySet[Contact]:
    """The contacts that a record offers for its contact field, companies first, then by name (C-68).

    ``party_contact`` is the company that stands for the customer or vendor the record names: its company's contacts
    alone. A record that names only a ``contact``: those of its company, or that one person when it has none.
    Otherwise all.
    """
    named = party_contact or contact
    found = _named().order_by("type", "name", "pk")
    if named is None:
        return found
    return found.filter(company_id=named.company_id) if named.company_id else found.filter(pk=named.pk)


def _all() -> QuerySet[Contact]:
    return Contact.objects.defer("search_tokens", "search_text")


def _named() -> QuerySet[Contact]:
    """Contacts that may be found by personal data (C-72)."""
    return _all() if current().may("privacy.manage") else without_blocked(_all())


def _by_number(text: str) -> Sequence[Contact]:
    """The contact with this number, or that the one which had it was merged into (M-41)."""
    found = id_by_number(Contact, text) if len(text) <= LONGEST_NUMBER else None
    return list(_all().filter(pk=found)) if found else []


def _by_exact_name(text: str) -> Sequence[Contact]:
    return [contact for contact in _equal_names(text) if contact.name == text]


def _by_name(text: str) -> Sequence[Contact]:
    """Equal ignoring case; an apostrophe stands for any one character."""
    if not APOSTROPHES.search(text):
        return _equal_names(text)
    front = " ".join(folded_words(APOSTROPHES.split(text)[0]))
    pattern = re.compile(".".join(re.escape(part) for part in APOSTROPHES.split(text)), re.IGNORECASE)
    near = _named().filter(_name_begins(front)).order_by("no")[:MOST_READ] if front else _equal_names(text)
    return [contact for contact in near if pattern.fullmatch(contact.name)]


def _equal_names(text: str) -> list[Contact]:
    equal = _named().alias(lower_name=Lower("name")).filter(lower_name=text.lower())
    return list(equal.order_by("no")[:MOST_OFFERED])


def _name_begins(folded: str) -> Q:
    return Q(search_text__gte=folded, search_text__lt=f"{folded}\U0010ffff")


def _beginning_with(text: str) -> Sequence[Contact]:
    """Number or name begins with the text, accents folded; in the order of names."""
    folded = " ".join(folded_words(text))
    begun = list(_named().filter(_name_begins(folded)).order_by("search_text", "no")[:MOST_OFFERED]) if folded else []
    numbered = _all().filter(no__startswith=as_code(text)).order_by("no")[:MOST_OFFERED]
    known = {contact.pk for contact in begun}
    return [*begun, *(contact for contact in numbered if contact.pk not in known)][:MOST_OFFERED]


def _containing(text: str) -> Sequence[Contact]:
    """One of a few fields holds the text, in any format of a phone number; best first."""
    ids = search_ids(text, limit=MOST_READ)
    contacts = _all().in_bulk(ids)
    found = [contacts[identity] for identity in ids if identity in contacts]
    return [contact for contact in found if _holds(contact, text)][:MOST_OFFERED]


def _holds(contact: Contact, text: str) -> bool:
    wanted, number = fold(text), digits(text).lstrip("0")
    if any(wanted in fold(getattr(contact, name)) for name in CONTAINING):
        return True
    dialled = not words(re.sub(r"\d", "", text)) and len(number) >= SHORTEST_PART
    return dialled and any(number in digits(getattr(contact, name)) for name in PHONES)


def _similar(text: str) -> Sequence[Contact]:
    """The name nearest to the text within one edit for five letters; of equally near ones the newest number."""
    edits = len(text) // LETTERS_PER_EDIT
    if not SHORTEST_SIMILAR <= len(text) <= LONGEST_SIMILAR:
        return []
    lowered = text.lower()
    measured = [
        (distance, pk)
        for pk, name in _near(text, edits)
        if (distance := Levenshtein.distance(lowered, name.lower(), score_cutoff=edits)) <= edits
    ]
    if not measured:
        return []
    least = min(distance for distance, _pk in measured)
    nearest = _all().filter(pk__in=[pk for distance, pk in measured if distance == least])
    return list(nearest.order_by("-no")[:1])


def _near(text: str, edits: int) -> list[tuple[uuid.UUID, str]]:
    """Names that share a piece with the text: cut into one piece more than edits, one of them is whole."""
    pieces = [piece for word in folded_words(text) for piece in _pieces(word, edits) if len(piece) >= SHORTEST_PART]
    if not pieces:
        return []
    query = any_of([term for piece in pieces for term in (beginning(f"^{piece}"), beginning(piece))])
    near = (
        _named()
        .alias(length=Length("name"))
        .filter(search_tokens__matches=query, length__gte=len(text) - edits, length__lte=len(text) + edits)
    )
    with by_tokens():
        return list(near.values_list("pk", "name")[:MOST_COMPARED])


def _pieces(word: str, edits: int) -> list[str]:
    """``word`` cut into parts of which one survives ``edits`` edits; never shorter than the index knows."""
    size = max(SHORTEST_PART, -(-len(word) // (edits + 1)))
    starts = range(0, max(1, len(word) - SHORTEST_PART + 1), size)
    return [word[start : start + size] for start in starts]


def _chosen(text: str, found: Sequence[Contact]) -> Contact | None:
    choices = [(contact.no, _words(contact)) for contact in found]
    if current().interactive or "q_contact" in current().answers:
        answer = choose("q_contact", _("Which contact is “%(text)s”?") % {"text": text}, choices)
        return next((contact for contact in found if contact.no == answer), None)
    raise DomainError(
        "contact.ambiguous",
        _("“%(text)s” may be any of several contacts: %(contacts)s. Give the number, or more of the name.")
        % {"text": text, "contacts": "; ".join(label for _no, label in choices[:5])},
        rule="C-66",
        details=[Detail(no, label, str(contact.pk)) for contact, (no, label) in zip(found, choices, strict=True)],
    )


def _words(contact: Contact) -> str:
    shown = masked(contact)
    company = shown.company_name if shown.is_person else ""
    return " · ".join(part for part in (shown.no, shown.name, company, shown.city) if part)
