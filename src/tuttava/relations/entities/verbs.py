"""Actions and functions of relations in the CRM service (17.1, B.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext as _

from tuttava.api import edm, values
from tuttava.api.build import id_behind
from tuttava.api.declare import CRM, Action, Navigation, Parameter
from tuttava.api.reading import LARGEST_PAGE
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.privacy import masked
from tuttava.contacts.resolving import contacts_to_choose
from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor
from tuttava.partners.rules.registers import REGISTERS
from tuttava.relations.actions import create_as, create_contact, differences, link, move_link
from tuttava.relations.founding_job import create_contacts
from tuttava.relations.linking import CONTACT, RECORD
from tuttava.relations.queries import hub_of, linked_record, main_contact

#: Sets of the registers, and the name of each in actions.
SETS: dict[type[RegisterEntry], tuple[str, str]] = {
    Customer: ("customers", "Customer"),
    Vendor: ("vendors", "Vendor"),
    BankAccount: ("bankAccounts", "BankAccount"),
    Employee: ("employees", "Employee"),
}
_TABLE = edm.crm_enum("linkTable", [(model.table, words) for model, (_name, words) in SETS.items()])
_SIDE = edm.crm_enum("linkMaster", [(CONTACT, "Contact"), (RECORD, "Record")])
_NO = Parameter("no", edm.code(20), required=True)
_CHOICE = (_NO, Parameter("master", _SIDE, default=CONTACT), Parameter("fields", edm.UNTYPED))
_TEMPLATE = (
    Parameter("templateCode", edm.code(20), default=""),
    Parameter("useTemplate", edm.BOOLEAN, default=True),
)


def _create_as(table: str, contact: Contact, template_code: str = "", use_template: bool = True) -> RegisterEntry:
    """B-20 to B-37."""
    return create_as(contact, table, template_code=template_code, use_template=use_template)


def _link(
    table: str, contact: Contact, no: str, master: str = CONTACT, fields: Mapping[str, Any] | None = None
) -> ContactBusinessRelation:
    """B-38 to B-43."""
    return link(contact, table, no, master=master, fields=_sides(fields))


def _move(
    relation: ContactBusinessRelation, no: str, master: str, fields: Mapping[str, Any] | None
) -> ContactBusinessRelation:
    """B-13."""
    return move_link(relation, no, master=master, fields=_sides(fields))


def _sides(fields: Mapping[str, Any] | None) -> dict[str, str]:
    """Whose value counts for single fields, by the fields' names in the service or their own (A-117, B-43)."""
    if fields is not None and not isinstance(fields, Mapping):
        raise DomainError(
            "value_invalid",
            _("fields is an object: names of fields, each with Contact or Record."),
            field="fields",
            rule="B-43",
        )
    return {_attribute(name): _side(name, side) for name, side in (fields or {}).items()}


def _attribute(name: str) -> str:
    found = CRM.sets["contacts"].by_name.get(name)
    return attribute(Contact, found.attribute or found.source).attname if found and found.attribute else name


def _side(name: str, side: Any) -> str:
    return str(values.read(side, _SIDE, name))


def _differences(contact: Contact, table: str, no: str) -> list[dict[str, Any]]:
    """What linking would have to decide, field by field (B-43)."""
    names = CRM.sets["contacts"].by_attribute
    model = REGISTERS[table]
    record = model._default_manager.get(pk=id_behind(model)(no))
    return [
        {
            "field": names[each.name].name if each.name in names else each.name,
            "caption": each.label,
            "contactValue": "" if each.contact_value is None else str(each.contact_value),
            "recordValue": "" if each.record_value is None else str(each.record_value),
        }
        for each in differences(masked(contact), record)
    ]


def _unlink(relation: ContactBusinessRelation) -> None:
    """B-44."""
    records.delete(relation)


def _linked_no(record: RegisterEntry, table: str) -> str:
    """B-69."""
    found = linked_record(record, table)
    return found.no if found else ""


def _choices(record: Customer | Vendor) -> QuerySet[Contact]:
    """C-68: the primary contact first."""
    first = Case(When(pk=record.primary_contact_id, then=Value(0)), default=Value(1))
    found = contacts_to_choose(party_contact=hub_of(record))
    return found.order_by(first, "type", "name", "pk")[:LARGEST_PAGE]


def _function(name: str, run: Callable[..., Any], *parameters: Parameter, **options: Any) -> Action:
    return Action(name, run, parameters, function=True, **options)


def _of_contacts() -> Iterable[Action]:
    for model, (name, words) in SETS.items():
        template = () if model is BankAccount else _TEMPLATE
        yield Action(f"createAs{words}", partial(_create_as, model.table), template, returns=name, created=True)
        choice = (_NO,) if model is Employee else _CHOICE
        yield Action(
            f"linkTo{words}", partial(_link, model.table), choice, returns="contactBusinessRelations", created=True
        )
    yield _function("linkDifferences", _differences, Parameter("table", _TABLE, required=True), _NO)


def _of_register(model: type[RegisterEntry]) -> Iterable[Action]:
    yield _function("linkedRecord", _linked_no, Parameter("table", _TABLE, required=True))
    if model is Employee:
        return
    yield Action("createContact", create_contact, returns="contacts", created=True)
    yield Action(
        "createContacts",
        create_contacts(model.table),
        (Parameter("filter", edm.UNTYPED),),
        on_set=True,
        long=True,
    )
    if model is not BankAccount:
        yield _function("mainContact", main_contact, returns="contacts")
        yield _function("contactChoices", _choices, returns="contacts", returns_many=True)


CRM.extend("contacts", actions=_of_contacts())
for _model, (_name, _words) in SETS.items():
    CRM.extend(_name, actions=_of_register(_model))
CRM.extend(
    "contactBusinessRelations",
    actions=(
        Action("unlink", _unlink),
        Action("moveLink", _move, _CHOICE, returns="contactBusinessRelations", created=True),
    ),
)
CRM.extend(
    "businessRelations",
    navigations=(
        Navigation("contactBusinessRelations", ContactBusinessRelation, theirs="business_relation_code", ours="code"),
    ),
)
