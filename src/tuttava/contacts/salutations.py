"""How letters and mails greet a contact (C-61 to C-64)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, NamePart, SalutationFormula, SalutationType
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code

LONGEST_TEXT = 260
NAMES = ("name_1", "name_2", "name_3", "name_4", "name_5")

Formulas = dict[tuple[str, str], SalutationFormula]


@dataclass(frozen=True)
class Greeting:
    """One line of the preview: ``language`` is blank for the formula of all other languages."""

    language: str
    kind: str
    text: str


def salutation(contact: Contact, kind: str = SalutationType.FORMAL, language: str | None = None) -> str:
    """The greeting in ``language`` (the contact's own if None); without a formula it stops the job (C-61, C-63).

    Raises ``salutation.missing_formula`` and ``salutation.empty_text``, naming kind, language and contact.
    """
    code = as_code(contact.language_code if language is None else language)
    formula = _formula(contact, kind, code)
    names = {"kind": SalutationType(kind).label, "language": code or _("no language"), "no": contact.no}
    if formula is None:
        raise DomainError(
            "salutation.missing_formula",
            _("Contact %(no)s has no salutation (%(kind)s, %(language)s). Choose a salutation or add a formula to it.")
            % names,
            field="salutation_code",
            rule="C-61",
        )
    if not formula.salutation.strip():
        raise DomainError(
            "salutation.empty_text",
            _("The salutation of contact %(no)s (%(kind)s, %(language)s) has no text. Complete its formula.") % names,
            field="salutation_code",
            rule="C-61",
        )
    return fill_in(formula, contact)


def merge_salutation(contact: Contact, kind: str = SalutationType.FORMAL, language: str | None = None) -> str:
    """The same for letters and templates: blank instead of an error (C-63)."""
    formula = _formula(contact, kind, as_code(contact.language_code if language is None else language))
    return fill_in(formula, contact) if formula else ""


def fill_in(formula: SalutationFormula, contact: Contact) -> str:
    """The formula's text with the contact's names, without gaps where a name is blank (C-62)."""
    values = [_name(contact, getattr(formula, name)) for name in NAMES]
    text = re.sub("%([1-5])", lambda found: values[int(found.group(1)) - 1], formula.salutation)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,;:.!?])", r"\1", text)
    return text.strip()[:LONGEST_TEXT]


def preview(contact: Contact) -> list[Greeting]:
    """Every formula of the contact's salutation with what it makes of the contact (C-64)."""
    return [
        Greeting(language, kind, fill_in(formula, contact))
        for (language, kind), formula in sorted(_formulas(contact.salutation_code).items())
    ]


def without_salutation(contacts: QuerySet[Contact], kind: str = SalutationType.FORMAL) -> QuerySet[Contact]:
    """Those of ``contacts`` for whom letters would have no greeting, to be listed before a mailing (C-63)."""
    complete = SalutationFormula.objects.filter(salutation_type=kind).exclude(salutation="")
    greeted = Q(pk__in=[])
    for code, language in complete.values_list("salutation_ref__code", "language__code"):
        if language is None:
            greeted |= Q(salutation__code=code)
        else:
            spoken = Q(language__code=language) | Q(language__code__startswith=f"{language}-")
            greeted |= Q(salutation__code=code) & spoken
    return contacts.filter(~greeted | Q(salutation__isnull=True))


def _name(contact: Contact, part: str) -> str:
    return "" if part == NamePart.NONE else cast("str", getattr(contact, part)).strip()


def _formula(contact: Contact, kind: str, language: str) -> SalutationFormula | None:
    """The formula of the language, else of its base language (DE-AT: DE), else of no language (C-63)."""
    formulas = _formulas(contact.salutation_code)
    for code in dict.fromkeys((language, language.partition("-")[0], "")):
        if (code, kind) in formulas:
            return formulas[code, kind]
    return None


def _formulas(salutation_code: str | None) -> Formulas:
    """All formulas of a salutation, read once a call."""
    if not salutation_code:
        return {}
    cache = cast("dict[str, Formulas]", current().cache.setdefault(SalutationFormula, {}))
    if salutation_code not in cache:
        found = SalutationFormula.objects.filter(salutation_ref__code=salutation_code)
        cache[salutation_code] = {(row.language_code or "", row.salutation_type): row for row in found}
    return cache[salutation_code]
