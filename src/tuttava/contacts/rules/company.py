"""Belonging to a company: linking, leaving, moving (C-21 to C-28)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.blockers import Situation, blockers
from tuttava.contacts.errors import refer, wrong_type
from tuttava.contacts.lookup import forget_names, resolve_company
from tuttava.contacts.models import Contact
from tuttava.contacts.rules.inheritance import catch_up, inherit
from tuttava.contacts.signals import Move, persons_moved
from tuttava.foundation.context import ask, current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import former_ids, table_of
from tuttava.foundation.records import Edit, Rules

# Companies remembered in one context; a long import starts over instead of filling the memory.
_MOST_REMEMBERED = 5000


class CompanyRules(Rules[Contact]):
    """The company of a person, entered by number, id or name."""

    def enter_company_no(self, edit: Edit[Contact], value: str) -> None:
        """C-21 to C-24. A company may be given its own number."""
        if value == edit.get("company_no") or (edit.record.is_company and value == edit.get("no")):
            return
        set_company(edit, company_by_no(value) if value else None, "company_no")

    def enter_company_id(self, edit: Edit[Contact], value: uuid.UUID | None) -> None:
        """The same by id."""
        if value == edit.get("company_id") or (edit.record.is_company and value == edit.record.pk):
            return
        set_company(edit, _company_by_id(value) if value else None, "company_id")

    def enter_company_name(self, edit: Edit[Contact], value: str) -> None:
        """Text names a company, blank leaves it (C-26). A number sent along decides."""
        text = value.strip()
        if edit.record.is_company:
            edit.memory["company_name"] = text
        elif not text:
            self.enter_company_no(edit, "")
        elif text != edit.get("company_name") and not (edit.get("company_no") and "company_no" in edit.typed):
            set_company(edit, resolve_company(text), "company_name")


def set_company(edit: Edit[Contact], company: Contact | None, name: str) -> None:
    """Link a person to ``company``, or make it independent; ``name`` is the field it was entered in.

    Checked first, inherited after; the same company again changes nothing (C-24).
    """
    if company is not None and company.pk == edit.get("company_id"):
        return
    if edit.record.is_company:
        raise wrong_type(edit.record, name, rule="C-21")
    if company is not None and not company.is_company:
        raise DomainError(
            "contact.company.not_a_company",
            _("%(contact)s is a person, so nobody can belong to it. Choose a company.") % {"contact": refer(company)},
            field=name,
            rule="C-21",
        )
    _check_segments(edit)
    previous = _company_by_id(edit.get("company_id")) if edit.get("company_id") else None
    edit.copy("company_id", company.pk if company else None)
    edit.copy("company_no", company.no if company else "")
    edit.copy("company_name", company.name if company else "")
    if company is not None:
        edit.memory["company"] = company
        inherit(edit, company, previous)


def _check_segments(edit: Edit[Contact]) -> None:
    """C-22."""
    found = [] if edit.is_new else blockers(Situation.CHANGE_COMPANY, [edit.record.pk])
    if found:
        raise DomainError(
            found[0].code or "contact.company.on_segment",
            _("%(contact)s is on an open segment, so its company cannot change. Take it off the segment first.")
            % {"contact": refer(edit.record)},
            rule="C-22",
            details=[blocker.detail() for blocker in found],
        )


def check_own_name(edit: Edit[Contact]) -> None:
    """A company's company name is its own name; another one typed is refused (C-14)."""
    typed = edit.memory.get("company_name")
    if typed and typed.casefold() != edit.get("name").casefold():
        raise wrong_type(edit.record, "company_name", rule="C-21")


def prefetch_companies(numbers: Iterable[str]) -> Mapping[object, Contact]:
    """Read the companies with these numbers at once, for a batch that enters them one by one; by number and by id."""
    remembered = _remembered()
    missing = {as_code(number) for number in numbers} - remembered.keys() - {""}
    if missing:
        _remember(remembered, Q(no__in=missing))
        _remember_former(remembered, missing - remembered.keys())
    return remembered


def _remember_former(remembered: dict[object, Contact], numbers: Collection[object]) -> None:
    """Old numbers stand for the survivors (M-41)."""
    former = former_ids(table_of(Contact), map(str, numbers))
    if former:
        _remember(remembered, Q(pk__in=former.values()))
        remembered.update({number: remembered[pk] for number, pk in former.items() if pk in remembered})


def _remember(remembered: dict[object, Contact], wanted: Q) -> None:
    for company in Contact.objects.defer("search_tokens", "search_text").filter(wanted):
        remembered[company.no] = remembered[company.pk] = company


def forget_companies(contacts: Iterable[Contact]) -> None:
    """These were changed or deleted: read them anew."""
    forget_names()
    remembered = _remembered()
    for contact in contacts:
        old = remembered.pop(contact.pk, None)
        for number in (contact.no, old.no if old else ""):
            remembered.pop(number, None)


def _remembered() -> dict[object, Contact]:
    cache: dict[object, Contact] = current().cache.setdefault("contacts.companies", {})
    return cache


def start_batch(numbers: Iterable[str]) -> None:
    """Read the companies of a batch; what earlier batches of a long job left behind goes first."""
    remembered = _remembered()
    if len(remembered) > _MOST_REMEMBERED:
        remembered.clear()
    prefetch_companies(numbers)


def company_by_no(number: str) -> Contact:
    """The contact with this number; raises ``not_found``. Whether it is a company is for the caller to check."""
    found = _remembered().get(number) or prefetch_companies([number]).get(number)
    if found is None:
        raise DomainError(
            "not_found",
            _("There is no company with the number “%(no)s”.") % {"no": number},
            field="company_no",
            rule="C-21",
        )
    return found


def _company_by_id(identity: uuid.UUID) -> Contact:
    remembered = _remembered()
    if identity not in remembered:
        _remember(remembered, Q(pk=identity))
    if identity not in remembered:
        raise DomainError("not_found", _("This company does not exist any more."), field="company_id")
    return remembered[identity]


def hold_companies(edits: Sequence[Edit[Contact]]) -> None:
    """Keep the companies of newly linked persons from changing until this transaction ends.

    Without that, a change of the company going on elsewhere would miss the person. Who inherited from a version that
    is no longer the latest catches up here (C-82).
    """
    linked = [edit for edit in edits if "company" in edit.memory]
    seen = {edit.get("company_id"): edit.memory["company"].version for edit in linked} if linked else {}
    if not seen:
        return
    changed = _changed_since(seen)
    forget_companies(edit.memory["company"] for edit in linked if edit.get("company_id") in changed)
    for edit in linked:
        if edit.get("company_id") in changed:
            catch_up(edit, edit.memory["company"], _company_by_id(edit.get("company_id")))


def _changed_since(seen: dict[uuid.UUID, int]) -> set[uuid.UUID]:
    """Lock these companies against change, in the order of their ids; the ids whose version is not the one seen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, version FROM contacts_contact WHERE id = ANY(%s) ORDER BY id FOR SHARE", [list(seen)]
        )
        now = dict(cursor.fetchall())
    gone = seen.keys() - now.keys()
    if gone:
        raise DomainError("not_found", _("The company was deleted meanwhile. Choose another."), field="company_no")
    return {identity for identity, version in now.items() if version != seen[identity]}


def ask_about_work(edits: Sequence[Edit[Contact]]) -> None:
    """Ask whether open tasks and opportunities follow persons who leave a company (C-25)."""
    leaving = [edit for edit in edits if _has_left(edit)]
    open_work = blockers(Situation.OPEN_WORK, [edit.record.pk for edit in leaving])
    if not open_work:
        return
    text = ngettext(
        "%(count)d open task or opportunity stays with %(company)s. Should it follow %(contact)s instead?",
        "%(count)d open tasks and opportunities stay with %(company)s. Should they follow %(contact)s instead?",
        len(open_work),
    ) % {
        "count": len(open_work),
        "company": leaving[0].old("company_name"),
        "contact": ", ".join(refer(edit.record) for edit in leaving[:3]),
    }
    follows = ask("q_tasks_follow", text, default=False)
    for edit in leaving:
        edit.memory["work_follows"] = follows


def _has_moved(edit: Edit[Contact]) -> bool:
    """Whether a saved person changed its company; a change of type is no move."""
    return not edit.is_new and edit.record.is_person and not edit.changed("type") and edit.changed("company_id")


def _has_left(edit: Edit[Contact]) -> bool:
    return _has_moved(edit) and edit.old("company_id") is not None


def tell_moves(edits: Sequence[Edit[Contact]]) -> None:
    """Let the rooms above decide what becomes of the history (C-25)."""
    moves = [
        Move(
            edit.record.pk, edit.old("company_id"), edit.get("company_id"), bool(edit.memory.get("work_follows", False))
        )
        for edit in edits
        if _has_moved(edit)
    ]
    if moves:
        persons_moved.send(sender=Contact, moves=moves)
