"""What a person takes from its company, when linked and when the company changes (C-29 to C-34).

There is no mark "changed by hand": a value follows exactly when it equals the company's old value (C-31), unless the
person pinned the field. The rules of one person are pure functions; the passing on is set-based.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q

from tuttava.contacts.models import Contact, ContactType, CorrespondenceType, MarketingSetup
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.cleaning import same
from tuttava.foundation.context import acting
from tuttava.foundation.records import Edit, rules_of, save_many

#: Fields that follow one by one, each with the setup field that turns it on (C-29, step 2).
SINGLE: Mapping[str, str] = {
    "salesperson_code": "inherit_salesperson_code",
    "territory_code": "inherit_territory_code",
    "country_code": "inherit_country_code",
    "language_code": "inherit_language_code",
    "format_region": "inherit_format_region",
}
#: The four fields by which two addresses are the same (C-59) ...
ADDRESS = ("address", "address_2", "post_code", "city")
#: ... and what moves together with them (C-29, step 3).
ADDRESS_BLOCK = (*ADDRESS, "county")
#: Ways to reach somebody that follow one by one (C-30, step 4).
COMMUNICATION = (
    *("phone_no", "telex_no", "fax_no", "telex_answer_back", "email", "home_page"),
    *("extension_no", "mobile_phone_no", "pager"),
)
#: Everything that can follow a company, as a person's card marks it.
FOLLOWED = (*SINGLE, *ADDRESS_BLOCK, *COMMUNICATION)
#: People that are counted before a change; more are "more than".
MOST_COUNTED = 1000

#: People that one statement passes changes on to.
BATCH = 500

Values = Mapping[str, Any]
#: By the id of a company: what its people could take over before a change, and what after.
Changes = dict[uuid.UUID, tuple[Values, Values]]


def values_of(contact: Contact) -> dict[str, Any]:
    """What the people of this company may take over."""
    return {name: getattr(contact, name) for name in ("name", *FOLLOWED, "correspondence_type")}


def flag_of(setup: MarketingSetup, name: str) -> bool:
    """Whether the setup lets ``name`` follow the company."""
    if name in SINGLE:
        return bool(getattr(setup, SINGLE[name]))
    return setup.inherit_address_details if name in ADDRESS_BLOCK else setup.inherit_communication_details


def group_of(name: str) -> tuple[str, ...]:
    """The fields that are pinned and taken over together with ``name``: the whole address, or itself."""
    return ADDRESS_BLOCK if name in ADDRESS_BLOCK else (name,)


def inherit(edit: Edit[Contact], company: Contact, previous: Contact | None) -> None:
    """Fill a person that is being linked to ``company`` and belonged to ``previous`` (C-29).

    What the caller typed in the same request and what the person pinned is left alone.
    """
    setup, kept = marketing_setup(), edit.typed | set(edit.get("pinned_fields"))
    for name, flag in SINGLE.items():
        if getattr(setup, flag) and name not in kept and getattr(company, name):
            edit.copy(name, getattr(company, name))
    if setup.inherit_address_details and not kept & set(ADDRESS) and is_stale(edit.record, previous):
        for name in ADDRESS_BLOCK:
            if name not in kept:
                edit.copy(name, getattr(company, name))
    if setup.inherit_communication_details:
        for name in (*COMMUNICATION, "correspondence_type"):
            if name not in kept and _may_be_replaced(name, edit.get(name), previous):
                edit.copy(name, getattr(company, name))


def is_stale(person: Contact, previous: Contact | None) -> bool:
    """Whether a person's address is blank or still that of the company it belonged to (C-29, step 3)."""
    if not any(getattr(person, name) for name in ADDRESS):
        return True
    return previous is not None and all(getattr(person, name) == getattr(previous, name) for name in ADDRESS)


def _may_be_replaced(name: str, value: str, previous: Contact | None) -> bool:
    blank = not value or (name == "correspondence_type" and value == CorrespondenceType.NONE)
    return blank or (previous is not None and value == getattr(previous, name))


def following(person: Values, pinned: Collection[str], old: Values, new: Values, setup: MarketingSetup) -> Values:
    """What a person takes over when its company changes from ``old`` to ``new`` (C-30), by field name."""
    taken: dict[str, Any] = {}
    changed = [name for name in FOLLOWED if not same(old[name], new[name])]
    address = all(person[name] == old[name] for name in ADDRESS) and not set(ADDRESS_BLOCK) & set(pinned)
    for name in changed:
        follows = address if name in ADDRESS_BLOCK else same(person[name], old[name]) and name not in pinned
        if follows and flag_of(setup, name):
            taken[name] = new[name]
    if old["name"] != new["name"]:
        taken["company_name"] = new["name"]
    return taken


def catch_up(edit: Edit[Contact], seen: Contact, now: Contact) -> None:
    """The company changed between the look that the person inherited from and this save: follow it."""
    person = {name: edit.get(name) for name in FOLLOWED}
    setup = marketing_setup()
    for name, value in following(person, edit.get("pinned_fields"), values_of(seen), values_of(now), setup).items():
        if name not in edit.typed:
            edit.copy(name, value)
    edit.copy("company_no", now.no)
    edit.copy("company_name", now.name)


def followers(company_id: Any, old: Values, new: Values, setup: MarketingSetup) -> Q | None:
    """The people of a company whom its change from ``old`` to ``new`` reaches; None: nobody can be."""
    return _reached(company_id, old, [name for name in ("name", *FOLLOWED) if not same(old[name], new[name])], setup)


def _reached(company_id: Any, old: Values, changed: Sequence[str], setup: MarketingSetup) -> Q | None:
    """The people whom a change of the fields ``changed`` reaches, given the company's values before it."""
    people = Q(company_id=company_id, type=ContactType.PERSON)
    if "name" in changed:
        return people
    reached = Q()
    groups = {group_of(name) for name in changed if flag_of(setup, name)}
    for group in groups:
        tested = ADDRESS if group == ADDRESS_BLOCK else group
        follows = Q(*[_equals(name, old[name]) for name in tested])
        reached |= follows & ~Q(pinned_fields__overlap=list(group))
    return people & reached if groups else None


def _equals(name: str, value: Any) -> Q:
    return Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})


def pass_on(edits: Sequence[Edit[Contact]]) -> None:
    """Bring the people of changed companies along (C-30, C-32), each read fresh and locked in a stable order (C-82)."""
    names = ("name", *FOLLOWED)
    changes: Changes = {
        edit.record.pk: ({name: edit.old(name) for name in names}, values_of(edit.record))
        for edit in edits
        if not edit.is_new and edit.record.is_company and edit.changed(*names)
    }
    if len(changes) > 1:
        found = _locked_of_many(changes)
    else:
        reached = [followers(pk, old, new, marketing_setup()) for pk, (old, new) in changes.items()]
        found = _locked(reached[0]) if reached and reached[0] is not None else iter(())
    for people in found:
        _pass_on_to(people, changes)


def _locked(reached: Q) -> Iterator[list[Contact]]:
    """The people in question, locked in the order of their ids, a batch at a time."""
    found = Contact.objects.filter(reached).order_by("pk").select_for_update(of=("self",))
    people = list(found[:BATCH])
    while people:
        yield people
        people = list(found.filter(pk__gt=people[-1].pk)[:BATCH]) if len(people) == BATCH else []


def _locked_of_many(changes: Changes) -> Iterator[list[Contact]]:
    """The same for many companies at once: all their people are looked at, those who follow are locked."""
    setup = marketing_setup()
    rows = Contact.objects.filter(company_id__in=changes, type=ContactType.PERSON).order_by("pk")
    looked_at = rows.values("pk", "company_id", "pinned_fields", *FOLLOWED)
    chunk = list(looked_at[:BATCH])
    while chunk:
        follow = [
            row["pk"] for row in chunk if following(row, row["pinned_fields"], *changes[row["company_id"]], setup)
        ]
        yield list(rows.filter(pk__in=follow).select_for_update(of=("self",))) if follow else []
        chunk = list(looked_at.filter(pk__gt=chunk[-1]["pk"])[:BATCH]) if len(chunk) == BATCH else []


def _pass_on_to(people: Sequence[Contact], changes: Changes) -> None:
    setup, edits = marketing_setup(), []
    for person in people:
        edit = Edit(person, rules_of(Contact))
        old, new = changes[edit.get("company_id")]
        for name, value in following(edit.stored, person.pinned_fields, old, new, setup).items():
            edit.copy(name, value)
        edits.append(edit)
    with acting(interactive=False):
        save_many(edits)


def people_affected(company: Contact, values: Mapping[str, Any]) -> int:
    """How many people will change when ``values`` are entered on ``company`` and saved (C-31)."""
    stored = Contact.objects.get(pk=company.pk)
    edit = Edit(stored, rules_of(Contact), typed=values)
    with acting(interactive=False, messages=[]):
        for name, value in values.items():
            edit.enter(name, value)
    old = {name: edit.old(name) for name in ("name", *FOLLOWED)}
    reached = followers(stored.pk, old, values_of(stored), marketing_setup()) if stored.is_company else None
    return 0 if reached is None else Contact.objects.filter(reached).count()


def people_following(company: Contact, name: str) -> int:
    """How many people would take over a new value of the company's field ``name`` (C-31).

    Counts to one more than :data:`MOST_COUNTED`, so that the answer takes one short query.
    """
    reached = _reached(company.pk, values_of(company), [name], marketing_setup()) if company.is_company else None
    found = Contact.objects.filter(reached).order_by() if reached is not None else Contact.objects.none()
    return found.values("pk")[: MOST_COUNTED + 1].count()


def inheritance_of(contact: Contact) -> dict[str, str]:
    """For each field that can follow the company: ``company`` (follows), ``own`` or ``pinned`` (C-31).

    Empty for companies and independent persons.
    """
    company = contact.company if contact.is_person else None
    if company is None:
        return {}
    setup = marketing_setup()
    address = all(getattr(contact, name) == getattr(company, name) for name in ADDRESS)
    states = {}
    for name in FOLLOWED:
        equal = address if name in ADDRESS_BLOCK else same(getattr(contact, name), getattr(company, name))
        states[name] = "company" if equal and flag_of(setup, name) else "own"
    return states | dict.fromkeys(contact.pinned_fields, "pinned")
