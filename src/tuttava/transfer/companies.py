"""Companies that a company column names: found, or created once, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from tuttava.contacts.models import Contact, ContactType
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import numbers_now
from tuttava.foundation.records import Edit, blank, rules_of, save_many
from tuttava.transfer.headings import normalise
from tuttava.transfer.plans import Plan


def attach(plans: Sequence[Plan], *, dry: bool) -> set[str]:
    """Give every person of the rows the number of the company its row names; returns the names that were new.

    A dry run creates nothing: persons of new companies stay without one in it.
    """
    wanted = [plan for plan in plans if plan.company_text and not plan.values.get("company_no")]
    known = _found([plan.company_text for plan in wanted])
    missing: dict[str, str] = {}
    for plan in wanted:
        if plan.company_text not in known:
            missing.setdefault(normalise(plan.company_text) or plan.company_text, plan.company_text)
    if missing and not dry:
        _create(missing, wanted, known)
    for plan in wanted:
        number = known.get(plan.company_text) or known.get(missing.get(normalise(plan.company_text), ""))
        if number:
            plan.values["company_no"] = number
    return set(missing)


def _found(names: Sequence[str]) -> dict[str, str]:
    """Number of the company each text names: by number, else by name ignoring case; the oldest when several do."""
    texts = sorted(set(names))
    if not texts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.text, c.no FROM unnest(%s::text[], %s::text[]) AS k(text, code) CROSS JOIN LATERAL"
            " (SELECT no FROM contacts_contact c WHERE lower(c.name) = lower(k.text) AND c.type = %s"
            "  ORDER BY c.id LIMIT 1) c"
            " UNION ALL SELECT k.text, c.no FROM unnest(%s::text[], %s::text[]) AS k(text, code)"
            " JOIN contacts_contact c ON c.no = k.code AND c.type = %s",
            [texts, texts, ContactType.COMPANY, texts, [as_code(text) for text in texts], ContactType.COMPANY],
        )
        found = dict(cursor.fetchall())
    return found | _former(text for text in texts if text not in found)


def _former(texts: Iterable[str]) -> dict[str, str]:
    """Numbers of the companies that those with these numbers were merged into (M-41)."""
    by_code = {as_code(text): text for text in texts}
    return {by_code[old]: no for old, no in numbers_now(Contact, by_code).items()}


def _create(missing: dict[str, str], wanted: Sequence[Plan], known: dict[str, str]) -> None:
    try:
        with transaction.atomic():
            known.update(_save(list(missing.values())))
        return
    except DomainError:
        pass
    for text in missing.values():
        try:
            with transaction.atomic():
                known.update(_save([text]))
        except DomainError as error:
            for plan in wanted:
                if normalise(plan.company_text) == normalise(text):
                    plan.refuse(error, "company_name")


def _save(names: Sequence[str]) -> dict[str, str]:
    rules = rules_of(Contact)
    edits: list[Edit[Contact]] = []
    for name in names:
        edit = Edit(blank(Contact), rules, typed=["type", "name"])
        edit.enter("type", ContactType.COMPANY)
        edit.enter("name", " ".join(name.split()))
        edits.append(edit)
    save_many(edits)
    return {name: edit.record.no for name, edit in zip(names, edits, strict=True)}
