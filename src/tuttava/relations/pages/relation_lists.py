"""Business relations as lists: those of one contact or register, and the contacts that hold a code (B.6)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import BusinessRelation, Contact, ContactBusinessRelation, LinkToTable
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked
from tuttava.foundation.bulk_edit import delete_all
from tuttava.foundation.context import require
from tuttava.foundation.fields import as_code
from tuttava.foundation.records import rules_of
from tuttava.relations.errors import type_must_be_company
from tuttava.relations.pages.registers import SHOWN, record_url, shown_name
from tuttava.relations.queries import considered_relations, records_of
from tuttava.ui import registry
from tuttava.ui.lists.declare import BulkAction, Column, Filter, ListPage, Plan, Sort
from tuttava.ui.lists.mount import register_list

C = Column
#: Columns of the list of one contact, where its name would stand in every row.
OF_CONTACT = ("business_relation_code", "description", "link_to_table", "linked_no", "record")


def _rows() -> QuerySet[Any]:
    rows = ContactBusinessRelation.objects.select_related("contact", "business_relation")
    return rows.defer("contact__search_tokens", "contact__search_text")


def _prepare(rows: list[Any]) -> None:
    """The linked records of a page, one query a register."""
    found = records_of(rows)
    for row in rows:
        row.record = found.get(row.pk)


def _search(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    """By number of the contact or of the record, or by code."""
    code = as_code(text)
    fits = Q(linked_no__startswith=code) | Q(contact__no=code) | Q(business_relation=code)
    return list(rows.filter(fits).order_by("link_to_table", "linked_no").values_list("pk", flat=True)[:limit])


def _contact_cell(row: Any) -> str:
    contact = masked(row.contact)
    return format_html('<a href="{}">{}</a>', contact_url(contact), contact.name or contact.no)


def _record_cell(row: Any) -> str:
    if row.record is None:
        return ""
    return format_html('<a href="{}">{}</a>', record_url(row.record), shown_name(row.record))


def _record_name(row: Any) -> str:
    return shown_name(row.record) if row.record is not None else ""


def _table(row: Any) -> str:
    return str(row.get_link_to_table_display()).strip()


def _href(row: Any) -> str:
    """The card of the linked record, of a label that of the contact."""
    linked = row.linked_id is not None and row.link_to_table in SHOWN
    return reverse(row.link_to_table, kwargs={"pk": row.linked_id}) if linked else contact_url(row.contact)


def _of_contact(operator: str, values: Sequence[str]) -> Q:
    """The relations that count for a contact: its own and its company's (B-14)."""
    contact = Contact.objects.filter(no=as_code(values[0])).only("id", "company_id").first()
    if contact is None:
        return Q(pk__in=())
    return Q(contact_id__in={owner for owner in (contact.pk, contact.company_id) if owner is not None})


_CONTACT = C("contact", _("contact"), 220, cell=_contact_cell, value=lambda row: masked(row.contact).name)
_CONTACT_NO = C("contact_no", _("contact number"), 120, value=lambda row: row.contact.no)
_CODE = C("business_relation_code", _("code"), 110)
_WORDS = C("description", _("description"), 200, value=lambda row: row.business_relation.description)
_TABLE = C("link_to_table", width=130, value=_table, sort="record")
_NO = C("linked_no", _("number"), 110)
_RECORD = C("record", _("name of the record"), 220, cell=_record_cell, value=_record_name)

_SORTS = (
    Sort("contact", ("contact_id", "business_relation_code", "id")),
    Sort("record", ("link_to_table", "linked_no", "id")),
)
_BY_CODE = Filter(
    "code", _("Business relation code"), "code", "business_relation_code", model=BusinessRelation, quick=True
)
_FILTERS = (
    _BY_CODE,
    Filter(
        "table",
        _("Linked to"),
        "choice",
        "link_to_table",
        choices=[choice for choice in LinkToTable.choices if choice[0] != LinkToTable.BLANK],
        quick=True,
    ),
    Filter("contact", _("Contact number"), condition=_of_contact, operators=("is",), quick=True),
)
UNLINK = BulkAction(
    "unlink",
    _("Unlink"),
    lambda rows, values: delete_all(rows.order_by("pk")),
    lambda rows, values: Plan(rows.order_by().count()),
    icon="link-slash",
    danger=True,
)


def _register(name: str, title: Any, columns: Sequence[Column], intro: Any) -> None:
    register_list(
        ListPage(
            name=name,
            path=name,
            title=title,
            model=ContactBusinessRelation,
            columns=columns,
            sorts=_SORTS,
            filters=_FILTERS,
            rows=_rows,
            search=_search,
            href=_href,
            prepare=_prepare,
            bulk=(UNLINK,),
            set_name=rules_of(ContactBusinessRelation).set_name,
            parent=("setup-business-relations", _("Business relations")),
            intro=intro,
        )
    )


_register(
    "contact-relations",
    _("Contact business relations"),
    (_CODE, _WORDS, _CONTACT, _CONTACT_NO, _TABLE, _NO, _RECORD),
    _("What contacts are to you, and the records they are linked with. Unlinked, both sides stay as they are."),
)
_register(
    "business-relation-contacts",
    _("Business relation contacts"),
    (_CONTACT, _CONTACT_NO, _TABLE, _NO, _RECORD, _CODE),
    _("The contacts that hold a business relation."),
)


def relations_url(contact: Any) -> str:
    """The list of a contact's relations."""
    query = urlencode({"f": f"contact:is:{contact.no}", "cols": ",".join(OF_CONTACT)})
    return f"{reverse('contact-relations')}?{query}"


def follow(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where the status of a contact leads: the one linked record, or the list of its relations (B-86)."""
    require("api.read", "contacts")
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    rows = list(considered_relations(contact)[:2])
    if len(rows) == 1 and rows[0].linked_id is not None and rows[0].link_to_table in SHOWN:
        return HttpResponseRedirect(reverse(rows[0].link_to_table, kwargs={"pk": rows[0].linked_id}))
    if not rows and contact.is_person:
        raise type_must_be_company(contact)
    return HttpResponseRedirect(relations_url(contact))


registry.add_route("contacts/<uuid:pk>/relation", follow, "contact-relation")
