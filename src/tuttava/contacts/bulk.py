"""Changing many contacts at once: through every rule, set-based, as one unit of work (contacts list, Better 6.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import (
    Contact,
    ContactIndustryGroup,
    ContactMailingGroup,
    ContactType,
    IndustryGroup,
    MailingGroup,
)
from tuttava.contacts.models.links import ContactLink
from tuttava.foundation.bulk_edit import BATCH, delete_all, set_code
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Territory
from tuttava.foundation.records import Edit, rules_of, save_many
from tuttava.partners.models import Salesperson
from tuttava.ui.lists.declare import BulkAction, BulkField, Plan

Values = Mapping[str, str]


def add_link(rows: QuerySet[Contact], model: type[ContactLink], code: str) -> int:
    """Put every contact of ``rows`` that fits into a group; answers how many were not in it (C-88)."""
    require("api.write", "contacts")
    name = f"{model.code_name}_code"
    if not as_code(code):
        raise DomainError("value_required", _("Choose a group."), field=name)
    rules, added = rules_of(model), 0
    with unit_of_work(f"add {model.code_name}"):
        ids = list(_fitting(rows, model, code).values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            edits = [Edit(model(contact_id=pk), rules, typed=[name]) for pk in ids[start : start + BATCH]]
            for edit in edits:
                edit.enter(name, code)
            save_many(edits)
            added += len(edits)
    return added


def _fitting(rows: QuerySet[Contact], model: type[ContactLink], code: str) -> QuerySet[Contact]:
    """The contacts of ``rows`` whose type fits the group and that are not in it yet."""
    there = model._default_manager.filter(contact=OuterRef("pk"), **{model.code_name: as_code(code)})
    fitting = rows.order_by().filter(~Exists(there))
    return fitting.filter(type=model.allowed_type) if model.allowed_type else fitting


def delete_contacts(rows: QuerySet[Contact]) -> int:
    """Delete the contacts, persons before companies; one refusal (C-83) and all stay."""
    require("contacts.delete", "contacts")
    return delete_all(rows.order_by(F("type").desc(), "no"))


def _plan_code(name: str, rows: QuerySet[Contact], code: str) -> Plan:
    there = rows.order_by().filter(**{name: as_code(code)} if as_code(code) else {f"{name}__isnull": True}).count()
    return Plan(rows.order_by().count() - there, there)


def _plan_link(model: type[ContactLink], rows: QuerySet[Contact], code: str) -> Plan:
    everything = rows.order_by().count()
    fitting = rows.order_by().filter(type=model.allowed_type).count() if model.allowed_type else everything
    will = _fitting(rows, model, code).count()
    reason = _("only companies can be in it.") if model.allowed_type == ContactType.COMPANY else ""
    return Plan(will, fitting - will, everything - fitting, reason)


def _set_salesperson(rows: QuerySet[Contact], values: Values) -> int:
    return set_code(rows, "salesperson_code", values["code"])


def _set_territory(rows: QuerySet[Contact], values: Values) -> int:
    return set_code(rows, "territory_code", values["code"])


ACTIONS: Sequence[BulkAction] = (
    BulkAction(
        "salesperson",
        gettext_lazy("Set salesperson"),
        _set_salesperson,
        lambda rows, values: _plan_code("salesperson_code", rows, values["code"]),
        (BulkField("code", gettext_lazy("Salesperson"), Salesperson),),
        icon="user-circle",
    ),
    BulkAction(
        "territory",
        gettext_lazy("Set territory"),
        _set_territory,
        lambda rows, values: _plan_code("territory_code", rows, values["code"]),
        (BulkField("code", gettext_lazy("Territory"), Territory),),
        icon="map",
    ),
    BulkAction(
        "mailing-group",
        gettext_lazy("Add to mailing group"),
        lambda rows, values: add_link(rows, ContactMailingGroup, values["code"]),
        lambda rows, values: _plan_link(ContactMailingGroup, rows, values["code"]),
        (BulkField("code", gettext_lazy("Mailing group"), MailingGroup, required=True),),
        icon="envelope",
    ),
    BulkAction(
        "industry-group",
        gettext_lazy("Add to industry group"),
        lambda rows, values: add_link(rows, ContactIndustryGroup, values["code"]),
        lambda rows, values: _plan_link(ContactIndustryGroup, rows, values["code"]),
        (BulkField("code", gettext_lazy("Industry group"), IndustryGroup, required=True),),
        icon="tag",
    ),
    BulkAction(
        "delete",
        gettext_lazy("Delete"),
        lambda rows, values: delete_contacts(rows),
        lambda rows, values: Plan(rows.order_by().count()),
        icon="trash",
        right="contacts.delete",
        danger=True,
    ),
)
