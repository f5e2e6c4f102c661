"""Merge fields: their fixed names, where a text or Word document names them, and which of those nobody knows (I-163).

A field is ``{{ source.name }}``, or in Word also a MERGEFIELD ``Source_Name``; case and blanks inside do not matter.
Nothing here is executed: a text is searched for names, and names are replaced by values.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.context import tell
from tuttava.foundation.errors import Text
from tuttava.foundation.file_kinds import kind_of
from tuttava.interactions.word import Letter
from tuttava.interactions.word_fields import braced_name

_ADDRESSEE: dict[str, Text] = {
    "no": gettext_lazy("number"),
    "name": gettext_lazy("name"),
    "name_2": gettext_lazy("name 2"),
    "company_name": gettext_lazy("company name"),
    "address_block": gettext_lazy("address block"),
    "address": gettext_lazy("address"),
    "address_2": gettext_lazy("address 2"),
    "post_code": gettext_lazy("post code"),
    "city": gettext_lazy("city"),
    "county": gettext_lazy("county"),
    "country_name": gettext_lazy("country"),
    "job_title": gettext_lazy("job title"),
    "phone_no": gettext_lazy("phone"),
    "mobile_phone_no": gettext_lazy("mobile phone"),
    "fax_no": gettext_lazy("fax"),
    "email": gettext_lazy("e-mail"),
    "vat_registration_no": gettext_lazy("tax number"),
    "home_page": gettext_lazy("home page"),
    "formal_salutation": gettext_lazy("formal salutation"),
    "informal_salutation": gettext_lazy("informal salutation"),
}
#: Source, name and words of every field, in the order in which pick lists show them.
FIELDS: dict[str, dict[str, Text]] = {
    "entry": {
        "entry_no": gettext_lazy("entry number"),
        "document_date": gettext_lazy("document date"),
        "description": gettext_lazy("description"),
        "subject": gettext_lazy("subject"),
        "campaign_no": gettext_lazy("campaign"),
        "segment_no": gettext_lazy("segment"),
        "recipient_address": gettext_lazy("recipient's address"),
        "unsubscribe_link": gettext_lazy("link to unsubscribe from mailings"),
    },
    "contact": _ADDRESSEE,
    "salesperson": {
        "code": gettext_lazy("code"),
        "name": gettext_lazy("name"),
        "job_title": gettext_lazy("job title"),
        "phone_no": gettext_lazy("phone"),
        "email": gettext_lazy("e-mail"),
    },
    "company": {
        "name": gettext_lazy("name"),
        "name_2": gettext_lazy("name 2"),
        "address_block": gettext_lazy("address block"),
        "vat_registration_no": gettext_lazy("tax number"),
        "registration_number": gettext_lazy("registration number"),
        "phone_no": gettext_lazy("phone"),
        "fax_no": gettext_lazy("fax"),
        "bank_name": gettext_lazy("bank"),
        "bank_branch_no": gettext_lazy("bank branch"),
        "bank_account_no": gettext_lazy("bank account number"),
        "giro_no": gettext_lazy("giro number"),
    },
}
SOURCES: dict[str, Text] = {
    "entry": gettext_lazy("Interaction"),
    "contact": gettext_lazy("Contact"),
    "salesperson": gettext_lazy("Salesperson"),
    "company": pgettext_lazy("the user's own company", "Own company"),
}
#: Fields that only e-mail layouts have.
LAYOUT_FIELDS = frozenset({"layout.logo", "layout.content"})
#: Every field but those of layouts, as ``source.name``.
NAMES = frozenset(f"{source}.{name}" for source, names in FIELDS.items() for name in names)

_BRACES = re.compile(r"\{\{(.*?)\}\}", re.S)
#: What belongs to the language behind such braces and is no merge field.
_STATEMENTS = re.compile(r"\{[%#].*?[%#]\}", re.S)
#: What Word documents and templates are called.
_WORD = frozenset({"docx", "docm", "dotx", "dotm"})


@dataclass(frozen=True)
class Found:
    """The fields that a text names, each once in order of appearance: ``known`` as ``source.name``, others as typed."""

    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def canonical(typed: str) -> str:
    """What stands between the braces in its one spelling."""
    return braced_name(html.unescape(typed))


def fields_in_text(text: str, *, layout: bool = False) -> Found:
    """The fields in a plain or HTML text; ``layout``: it is an e-mail layout, which has fields of its own."""
    return _sorted(((canonical(typed), f"{{{{{typed}}}}}") for typed in _BRACES.findall(text)), text, layout)


def fields_in_docx(data: bytes) -> Found:
    """The fields in a Word document, both kinds, however Word has split them.

    Raises ``word_document_invalid``, ``word_document_too_large`` and ``word_document_macros``.
    """
    names = Letter(data, NAMES.__contains__).names
    return Found(
        tuple(name for name in names if name in NAMES),
        tuple(f"{{{{ {name} }}}}" for name in names if name not in NAMES),
    )


def _sorted(named: Iterable[tuple[str, str]], text: str, layout: bool) -> Found:
    valid = NAMES | LAYOUT_FIELDS if layout else NAMES
    known: dict[str, None] = {}
    unknown: dict[str, None] = dict.fromkeys(found.strip() for found in _STATEMENTS.findall(text))
    for name, typed in named:
        (known if name in valid else unknown)[name if name in valid else typed.strip()] = None
    return Found(tuple(known), tuple(unknown))


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with the fields that ``values`` (by ``source.name``) knows replaced; others stay as they are."""
    return _BRACES.sub(lambda found: values.get(canonical(found[1]), found[0]), text)


def places_of(text: str, name: str) -> list[int]:
    """Where a field stands in a text."""
    return [found.start() for found in _BRACES.finditer(text) if canonical(found[1]) == name]


def check_file(data: bytes, extension: str) -> Found:
    """Look a file over that is to become a template: refuse an unsound Word document, warn of unknown fields."""
    ending = extension.lower()
    if ending in _WORD or kind_of(data).ending == "docx":
        found = fields_in_docx(data)
    elif ending in ("html", "htm", "txt"):
        found = fields_in_text(data.decode("utf-8", "replace"))
    else:
        return Found()
    warn_of_unknown(found)
    return found


def warn_of_unknown(found: Found) -> None:
    """Tell which fields nobody knows; they stay in the text as they are."""
    if found.unknown:
        shown = ", ".join(each[:60] for each in found.unknown[:10])
        tell(
            "merge_field_unknown",
            _("These merge fields are not known and stay in the text as they are: %(fields)s.") % {"fields": shown},
            severity="warning",
        )


def captions(language: str = "") -> dict[str, str]:
    """``Source: field`` in words by ``source.name``, in a language or the one the setup has for it (I-92)."""
    wanted = (language or marketing_setup().mergefield_language or "en").lower()
    known = wanted if translation.check_for_language(wanted) else "en"
    with translation.override(known):
        return {
            f"{source}.{name}": f"{SOURCES[source]}: {words}"
            for source, names in FIELDS.items()
            for name, words in names.items()
        }
