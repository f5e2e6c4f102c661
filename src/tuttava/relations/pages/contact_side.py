"""What the contact card offers of business relations: open the linked record, create as, link with existing (B.6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact, ContactBusinessRelation, RelationStatus
from tuttava.contacts.privacy import is_hidden
from tuttava.contacts.relations import known_relation_code
from tuttava.foundation.context import current
from tuttava.foundation.errors import Text
from tuttava.partners.models import BankAccount, Employee, Vendor
from tuttava.relations.pages.registers import SHOWN
from tuttava.relations.pages.relation_lists import relations_url
from tuttava.relations.queries import considered_relations
from tuttava.ui.cards import Action, add_action

MENU = _("Business relation")
_REMEMBERED = "relations_considered"


def considered(contact: Any) -> Sequence[ContactBusinessRelation]:
    """The relations of a contact and its company (B-14), read once a view; no question where the status says none."""
    if _REMEMBERED not in vars(contact):
        none = contact.contact_business_relation == RelationStatus.NONE
        vars(contact)[_REMEMBERED] = [] if none else list(considered_relations(contact))
    found: Sequence[ContactBusinessRelation] = vars(contact)[_REMEMBERED]
    return found


def linked_rows(contact: Any, table: str) -> list[ContactBusinessRelation]:
    """The rows that lead to a register: with its table and the setup's code of it (B-87)."""
    code = known_relation_code(table)
    return [
        row
        for row in considered(contact)
        if row.link_to_table == table and row.linked_id is not None and row.business_relation_code == code and code
    ]


def open_url(contact: Any, table: str) -> str:
    """The card of the one linked record, or the list of the relations when there are several (B-87)."""
    rows = linked_rows(contact, table)
    return reverse(table, kwargs={"pk": rows[0].linked_id}) if len(rows) == 1 else relations_url(contact)


def may_become(contact: Contact, table: str) -> bool:
    """Whether it makes sense to offer this register; the rules have the last word (B-22 to B-24, B-33 to B-35)."""
    if contact.privacy_blocked or not current().may("api.write", SHOWN[table].set_name):
        return False
    if table == Employee.table and contact.is_company:
        return False
    if table in (Vendor.table, BankAccount.table) and contact.company_id is None:
        return False
    taken = [row for row in considered(contact) if row.link_to_table == table and row.linked_id is not None]
    if table == Employee.table:
        taken = [row for row in taken if row.contact_id == contact.pk]
    return not taken


_OPEN: dict[str, Text] = {
    "customer": _("Open customer"),
    "vendor": _("Open vendor"),
    "bank_account": _("Open bank account"),
    "employee": _("Open employee"),
}
_CREATE: dict[str, Text] = {
    "customer": _("Create as customer"),
    "vendor": _("Create as vendor"),
    "bank_account": _("Create as bank account"),
    "employee": _("Create as employee"),
}
_LINK: dict[str, Text] = {
    "customer": _("Link with existing customer"),
    "vendor": _("Link with existing vendor"),
    "bank_account": _("Link with existing bank account"),
    "employee": _("Link with existing employee"),
}


def _at(name: str, table: str) -> Callable[[Any], str]:
    return lambda contact: reverse(name, kwargs={"pk": contact.pk, "table": table})


def _actions(table: str) -> list[Action]:
    """The three things one can do about a register."""

    def linked(contact: Any) -> bool:
        return bool(linked_rows(contact, table))

    def free(contact: Any) -> bool:
        return may_become(contact, table) and not is_hidden(contact)

    drawing = SHOWN[table].icon
    return [
        Action(
            f"open-{table}",
            _OPEN[table],
            lambda contact: open_url(contact, table),
            "link",
            drawing,
            linked,
            menu=MENU,
            section="open",
        ),
        Action(
            f"create-{table}",
            _CREATE[table],
            _at("contact-create-as", table),
            "dialog",
            "plus",
            free,
            menu=MENU,
            section="create",
        ),
        Action(
            f"link-{table}",
            _LINK[table],
            _at("contact-link", table),
            "dialog",
            "link",
            free,
            menu=MENU,
            section="link",
        ),
    ]


for _same_kind in zip(*(_actions(table) for table in SHOWN), strict=True):
    for _action in _same_kind:
        add_action("contact", _action)
add_action(
    "contact",
    Action(
        "relations",
        _("All business relations"),
        relations_url,
        "link",
        "queue-list",
        lambda contact: bool(considered(contact)),
        menu=MENU,
        section="all",
    ),
)
