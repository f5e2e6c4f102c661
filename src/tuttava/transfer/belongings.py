"""What hangs on an imported contact: groups, comments, further addresses, the picture. Set-based per chunk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import Max
from django.utils.translation import gettext as _

from tuttava.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
)
from tuttava.contacts.models.links import ContactLink
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import CommentLine, OwnerKind, PictureParent
from tuttava.foundation.pictures import pictures_of, set_picture
from tuttava.foundation.records import Edit, Record, rules_of, save_many
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Note, Plan
from tuttava.transfer.targets import Conversion, Target
from tuttava.transfer.values import Converter

LINK_MODELS: dict[str, type[ContactLink]] = {
    "mailing_groups": ContactMailingGroup,
    "industry_groups": ContactIndustryGroup,
    "job_responsibilities": ContactJobResponsibility,
    "business_relations": ContactBusinessRelation,
}
COMMENT_LENGTH = 2000
COMMENT_STEP = 10_000

Pairs = Sequence[tuple[Plan, Contact]]


def save(pairs: Pairs) -> set[int]:
    """Save what the rows add to their contacts; returns the ``id()`` of the plans that added something."""
    return _links(pairs) | _comments(pairs) | _addresses(pairs) | _pictures(pairs)


def entered(record: Record, values: dict[str, Any]) -> Edit[Any]:
    """A new record with ``values`` entered by its rules."""
    edit: Edit[Any] = Edit(record, rules_of(type(record)), typed=values)
    for name, value in values.items():
        edit.enter(name, value)
    return edit


def _links(pairs: Pairs) -> set[int]:
    touched: set[int] = set()
    for name, model in LINK_MODELS.items():
        wanted = [(plan, contact, code) for plan, contact in pairs for code in plan.links.get(name, ())]
        if not wanted:
            continue
        there = set(
            model._default_manager.filter(contact__in=[contact.pk for _plan, contact, _code in wanted]).values_list(
                "contact_id", model.code_name
            )
        )
        edits = []
        for plan, contact, code in wanted:
            if (contact.pk, code) not in there:
                there.add((contact.pk, code))
                touched.add(id(plan))
                edits.append(entered(_new_link(model, contact), {f"{model.code_name}_code": code}))
        save_many(edits)
    return touched


def _new_link(model: type[ContactLink], contact: Contact) -> ContactLink:
    make: Any = model
    return cast("ContactLink", make(contact=contact))


def _comments(pairs: Pairs) -> set[int]:
    wanted = [(plan, contact) for plan, contact in pairs if plan.comment]
    if not wanted:
        return set()
    ids = [contact.pk for _plan, contact in wanted]
    lines = CommentLine.objects.filter(owner_kind=OwnerKind.CONTACT, owner_id__in=ids, sub_no=0)
    last = dict(lines.values_list("owner_id").annotate(last=Max("line_no")).values_list("owner_id", "last"))
    there = set(lines.values_list("owner_id", "comment"))
    touched: set[int] = set()
    edits = []
    for plan, contact in wanted:
        for text in _pieces(plan.comment):
            if (contact.pk, text) in there:
                continue
            last[contact.pk] = last.get(contact.pk, 0) + COMMENT_STEP
            line = CommentLine(owner_kind=OwnerKind.CONTACT, owner_id=contact.pk, line_no=last[contact.pk])
            edits.append(entered(line, {"comment": text}))
            touched.add(id(plan))
    save_many(edits)
    return touched


def _pieces(text: str) -> list[str]:
    """The text in comment lines of at most 2000 characters, cut at line ends and blanks."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > COMMENT_LENGTH:
        cut = max(rest.rfind("\n", 0, COMMENT_LENGTH), rest.rfind(" ", 0, COMMENT_LENGTH))
        cut = cut if cut > 0 else COMMENT_LENGTH
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest else pieces


def _addresses(pairs: Pairs) -> set[int]:
    wanted = [(plan, contact) for plan, contact in pairs if plan.row.extras.get("alt_addresses")]
    if not wanted:
        return set()
    there = set(
        ContactAltAddress.objects.filter(contact__in=[contact.pk for _plan, contact in wanted]).values_list(
            "contact_id", "code"
        )
    )
    touched: set[int] = set()
    edits = []
    for plan, contact in wanted:
        for address in plan.row.extras["alt_addresses"]:
            code = next((c for c in (address["code"], *_numbered(address["code"])) if (contact.pk, c) not in there), "")
            if not code or (contact.pk, address["code"]) in there:
                continue
            there.add((contact.pk, code))
            try:
                edits.append(entered(ContactAltAddress(contact=contact), _address_values(address, code)))
                touched.add(id(plan))
            except DomainError as error:
                plan.notes.append(
                    Note(error.code, _("Address %(code)s was left out: %(reason)s") % {"code": code, "reason": error})
                )
    save_many(edits)
    return touched


def _numbered(code: str) -> list[str]:
    return [f"{code[:8]}{number}" for number in range(2, 10)]


def _address_values(address: dict[str, str], code: str) -> dict[str, Any]:
    values: dict[str, Any] = {name: value for name, value in address.items() if value} | {"code": code}
    if "country_code" in values:
        country = Target("country_code", _("Country"), Conversion.COUNTRY)
        values["country_code"] = Converter(Options(), dry=False).value(country, values["country_code"])
    order = ("code", "country_code", "post_code", "city", "county", "address", "address_2")
    return {name: values[name] for name in order if name in values}


def _pictures(pairs: Pairs) -> set[int]:
    """Pictures of contacts that have none yet; one that cannot be used costs the picture, not the row."""
    wanted = [(plan, contact) for plan, contact in pairs if plan.row.extras.get("picture")]
    ids = [contact.pk for _plan, contact in wanted]
    there = set(pictures_of(PictureParent.CONTACT, ids).values_list("parent_id", flat=True)) if ids else set()
    touched: set[int] = set()
    for plan, contact in wanted:
        if contact.pk in there:
            continue
        try:
            set_picture(contact, plan.row.extras["picture"])
            touched.add(id(plan))
        except DomainError as error:
            plan.notes.append(Note(error.code, str(error), "picture"))
    return touched
