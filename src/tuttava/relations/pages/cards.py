"""The cards of customers, vendors, bank accounts and employees (B.6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.pages.card import map_url
from tuttava.foundation.context import current
from tuttava.foundation.models import CommentLine, OwnerKind, PictureParent
from tuttava.relations.pages import facts, groups, register_actions, sublists
from tuttava.relations.pages.notices import suggest_contact
from tuttava.relations.pages.registers import SHOWN, is_hidden, list_url, masked, shown_name
from tuttava.ui.cards import CHANGES, PICTURE, Action, CardPage, FactBox, Group, add_source, register_card
from tuttava.ui.cards.comments import register_comments
from tuttava.ui.cards.sublists import SubList

_CODES = ("country", "language", "currency", "territory")
_TERMS = ("payment_terms", "payment_method", "shipment_method", "tax_area", "primary_contact")
#: What a card reads along with its record, so that codes have words.
RELATED: dict[str, Sequence[str]] = {
    "customer": (*_CODES, *_TERMS, "salesperson", "bill_to_customer"),
    "vendor": (*_CODES, *_TERMS, "purchaser", "pay_to_vendor"),
    "bank_account": (*_CODES, "our_contact"),
    "employee": ("country", "salesperson"),
}
#: Fields whose change alters much of the card: other fields follow, badges come and go.
RELOADED = frozenset({"primary_contact_id", "contact", "privacy_blocked", "blocked", "contact_type"})


def _subtitle(record: Any) -> str:
    parts = [
        SHOWN[record.table].caption,
        record.no,
        "" if is_hidden(record) else getattr(record, "job_title", ""),
    ]
    return " · ".join(str(part) for part in parts if part)


def _at(suffix: str) -> Callable[[Any], str]:
    """The address of one of the record's own pages."""
    return lambda record: reverse(f"{record.table}-{suffix}", kwargs={"pk": record.pk})


def _email(record: Any) -> str:
    return str(getattr(record, "company_email", "") or record.email)


def _mailto(record: Any) -> str:
    return "mailto:" + ",".join(part.strip() for part in _email(record).split(";"))


def _linked(record: Any) -> bool:
    return facts.relation_behind(record) is not None


def _may_write(record: Any) -> bool:
    return current().may("api.write", SHOWN[record.table].set_name)


def _actions(table: str) -> list[Action]:
    """What can be done with a record; employees get no contact by themselves (B-88)."""
    commented = table in OwnerKind.values
    found = [
        Action("email", _("E-mail"), _mailto, "link", "envelope", lambda one: bool(_email(one)) and facts.shown(one)),
        Action(
            "map",
            _("Map"),
            map_url,
            "external",
            "map-pin",
            lambda one: bool(one.address or one.city) and facts.shown(one),
        ),
        Action("contact", _("Contact"), _at("contact"), "link", "user", _linked),
    ]
    if table != "employee":
        unlinked = Action(
            "create-contact",
            _("Create contact"),
            _at("contact"),
            "post",
            "user-plus",
            lambda one: not _linked(one) and _may_write(one),
        )
        found.append(unlinked)
    if commented:
        found.insert(2, Action("comment", _("Comment"), _at("comments"), "dialog", "chat-bubble-left"))
    found.append(Action("delete", _("Delete"), _at("delete"), "post", "trash", _may_write, danger=True))
    return found


def _boxes(table: str) -> list[FactBox]:
    found = [
        FactBox("people", _("Contacts"), "relations/people.html", facts.people),
        FactBox("timeline", _("Timeline"), "ui/cards/timeline_box.html", facts.timeline(table)),
    ]
    return [*found, PICTURE] if table in PictureParent.values else found


def _annotate(lists: Sequence[SubList], table: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """Whether there is anything in each list, in the card's one query, so that blank lists ask nothing."""

    def annotate(rows: QuerySet[Any]) -> QuerySet[Any]:
        found: dict[str, Any] = {
            f"has_{sub.name}": Exists(sub.model._default_manager.filter(**{sub.owner: OuterRef("pk")})) for sub in lists
        }
        if table in OwnerKind.values:
            comments = CommentLine.objects.filter(owner_kind=table, owner_id=OuterRef("pk"))
            found["has_comments"] = Exists(comments)
        annotated: QuerySet[Any] = rows.annotate(**found)
        return annotated

    return annotate


def _refreshed(_changed: set[str]) -> Sequence[str]:
    """The timeline shows every change, the contacts what was carried over to them."""
    return ("timeline", "people")


def _register(table: str, shown_groups: Sequence[Group], lists: Sequence[SubList] = (), **options: Any) -> None:
    pages = SHOWN[table]
    page = register_card(
        CardPage(
            name=table,
            path=pages.list_name,
            model=pages.model,
            caption=pages.caption,
            title=shown_name,
            subtitle=_subtitle,
            badges=facts.badges,
            masked=masked,
            groups=shown_groups,
            parent=lambda: (list_url(table), pages.title),
            actions=_actions(table),
            boxes=_boxes(table),
            lists=lists,
            annotate=_annotate(lists, table),
            select_related=RELATED[table],
            reload_on=RELOADED,
            refresh_boxes=_refreshed,
            **options,
        )
    )
    add_source(table, CHANGES)
    if table in OwnerKind.values:
        register_comments(page, OwnerKind(table))
    register_actions.mount(table)


def _banner(table: str) -> Callable[[Any], Any]:
    return lambda record: None if _linked(record) else suggest_contact(table, record)


_register("customer", groups.CUSTOMER, sublists.CUSTOMER, banner=_banner("customer"))
_register("vendor", groups.VENDOR, sublists.VENDOR, banner=_banner("vendor"))
_register("bank_account", groups.BANK_ACCOUNT, sublists.BANK_ACCOUNT)
_register("employee", groups.EMPLOYEE, sublists.EMPLOYEE)
