"""Finding the company that typed text means (C-67)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.search import search_ids
from tuttava.foundation.context import choose, current
from tuttava.foundation.errors import Detail, DomainError
from tuttava.foundation.former import LONGEST_NUMBER, id_by_number
from tuttava.foundation.text import folded_words

# Candidates offered; whoever sees none of them fitting types more.
_MOST = 20
_REMEMBERED = "contacts.company_names"


def resolve_company(text: str) -> Contact:
    """The company that ``text`` names: by number, whole name, beginning of the name, or anything else it is found by.

    Several candidates, or none: a person chooses; unattended callers get ``contact.select_existing`` with them.
    """
    text = text.strip()
    remembered: dict[str, Contact] = current().cache.setdefault(_REMEMBERED, {})
    if text not in remembered:
        remembered[text] = _find(text)
    return remembered[text]


def forget_names() -> None:
    """Companies were written: the same text may mean another one now."""
    current().cache.pop(_REMEMBERED, None)


def _find(text: str) -> Contact:
    companies = Contact.objects.filter(type=ContactType.COMPANY).defer("search_tokens", "search_text")
    for candidates in (_by_number(companies, text), _by_name(companies, text)):
        if len(candidates) == 1:
            return candidates[0]
    found = candidates or _by_search(companies, text)
    begins = [company for company in found if _words(company.name).startswith(_words(text))]
    for group in (begins, found):
        if len(group) == 1:
            return group[0]
    return _chosen(text, found)


def _by_number(companies: QuerySet[Contact], text: str) -> Sequence[Contact]:
    """The company with this number, or that the one which had it was merged into (M-41)."""
    found = id_by_number(Contact, text) if len(text) <= LONGEST_NUMBER else None
    return list(companies.filter(pk=found)) if found else []


def _by_name(companies: QuerySet[Contact], text: str) -> Sequence[Contact]:
    """Companies of exactly this name, ignoring case; the one with equal case alone if there is one."""
    equal = list(companies.alias(lower_name=Lower("name")).filter(lower_name=text.lower()).order_by("no")[:_MOST])
    exact = [company for company in equal if company.name == text]
    return exact if len(exact) == 1 else equal


def _by_search(companies: QuerySet[Contact], text: str) -> Sequence[Contact]:
    ids = search_ids(text, limit=_MOST, base=companies)
    found = {company.pk: company for company in companies.filter(pk__in=ids)}
    return [found[identity] for identity in ids if identity in found]


def _words(text: str) -> str:
    return " ".join(folded_words(text))


def _chosen(text: str, found: Sequence[Contact]) -> Contact:
    choices = [(company.no, " · ".join(filter(None, (company.no, company.name, company.city)))) for company in found]
    answer = None
    if choices and (current().interactive or f"contact.company:{text}" in current().answers):
        question = _("Which company is “%(text)s”?") % {"text": text}
        answer = choose(f"contact.company:{text}", question, choices)
    picked = next((company for company in found if company.no == answer), None)
    if picked is not None:
        return picked
    raise DomainError(
        "contact.select_existing",
        _("“%(text)s” does not name exactly one company. Choose an existing company, or create it first.")
        % {"text": text},
        field="company_name",
        rule="C-67",
        details=[Detail(no, words, str(company.pk)) for company, (no, words) in zip(found, choices, strict=True)],
    )
