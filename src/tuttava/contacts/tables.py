"""The contact list: its columns, orders and filters (contacts 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactType,
    CorrespondenceType,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    RelationStatus,
)
from tuttava.contacts.privacy import MASK, is_hidden
from tuttava.foundation.models import Country, Territory
from tuttava.partners.models import Salesperson
from tuttava.ui.lists.declare import Column, Filter, Sort
from tuttava.ui.lists.operators import linked
from tuttava.ui.registry import has_route
from tuttava.ui.templatetags.ui import icon
from tuttava.ui.values import show


def personal(name: str) -> Callable[[Contact], Any]:
    """The value of a field classed as personal (C-74), masked where it must be."""
    return lambda contact: MASK if getattr(contact, name) and is_hidden(contact) else getattr(contact, name)


def card_of(contact: Contact) -> str:
    """The address of a contact's card."""
    return reverse("contact", kwargs={"pk": contact.pk}) if has_route("contact") else ""


def _name(contact: Contact) -> str:
    drawing = icon("building-office-2" if contact.is_company else "user", 16, "micro")
    kind = contact.get_type_display()
    name = personal("name")(contact) or _("(no name)")
    lock = icon("lock-closed", 16, "micro") if contact.privacy_blocked else ""
    return format_html(
        '<span class="row-name">{}<span class="unseen">{}: </span><span class="row-words">{}</span>{}</span>',
        drawing,
        kind,
        name,
        lock,
    )


def _relation(contact: Contact) -> str:
    status = contact.contact_business_relation
    if status in (RelationStatus.BLANK, RelationStatus.NONE):
        return ""
    tone = "accent" if status in (RelationStatus.CUSTOMER, RelationStatus.MULTIPLE) else ""
    words = contact.get_contact_business_relation_display()
    if not has_route("contact-relation"):
        return format_html('<span class="badge {}">{}</span>', tone, words)
    url = reverse("contact-relation", kwargs={"pk": contact.pk})
    return format_html('<a class="badge {}" href="{}">{}</a>', tone, url, words)


def _phone(contact: Contact) -> str:
    number = personal("phone_no")(contact)
    if not number or number == MASK:
        return str(number)
    return format_html('<a class="plain-link" href="tel:{}">{}</a>', contact.phone_no_normalised or number, number)


def _email(contact: Contact) -> str:
    address = personal("email")(contact)
    if not address or address == MASK:
        return str(address)
    return format_html('<a class="plain-link" href="mailto:{}">{}</a>', address, address)


def _text(name: str, width: int = 140, **options: Any) -> Column:
    return Column(name, width=width, value=personal(name), **options)


def row_class(contact: Contact) -> str:
    alone = "is-person" if contact.company_no else "is-person is-alone"
    kind = "is-company" if contact.is_company else alone
    return f"{kind} is-blocked" if contact.privacy_blocked else kind


SORTS = (
    Sort("company", (Lower("company_name"), "company_no", "type", Lower("name"), "id")),
    Sort("name", (Lower("name"), "id")),
    Sort("no", ("no",)),
    Sort("city", (Lower("city"), "id")),
    Sort("changed", ("last_modified_at", "id")),
    Sort("post_code", ("post_code", "id")),
    Sort("salesperson", ("salesperson_code", "id"), nullable=True),
    Sort("country", ("country_code", "id"), nullable=True),
    Sort("territory", ("territory_code", "id"), nullable=True),
)

COLUMNS = (
    Column("name", width=250, sort="name", cell=_name, value=personal("name")),
    Column("no", width=100, sort="no"),
    Column("company_name", width=210, sort="company"),
    Column("contact_business_relation", width=130, cell=_relation),
    Column("phone_no", width=140, cell=_phone, value=personal("phone_no")),
    Column("email", width=220, cell=_email, value=personal("email")),
    Column("salesperson_code", gettext_lazy("salesperson"), width=110, sort="salesperson", phone=False),
    Column("territory_code", gettext_lazy("territory"), width=90, sort="territory", phone=False),
    Column("city", width=130, sort="city", value=personal("city"), hidden=True),
    Column("type", width=100, hidden=True),
    _text("name_2", hidden=True),
    _text("job_title", hidden=True),
    _text("address", 180, hidden=True),
    _text("post_code", 100, hidden=True, sort="post_code"),
    _text("county", hidden=True),
    Column("country_code", gettext_lazy("country"), width=90, hidden=True, sort="country"),
    _text("mobile_phone_no", hidden=True),
    _text("fax_no", hidden=True),
    Column("currency_code", gettext_lazy("currency"), width=90, hidden=True),
    Column("language_code", gettext_lazy("language"), width=90, hidden=True),
    _text("search_name", hidden=True),
    Column("correspondence_type", width=130, hidden=True),
    Column("home_page", width=180, hidden=True, value=personal("home_page")),
    Column("vat_registration_no", hidden=True, value=personal("vat_registration_no")),
    Column("registration_number", hidden=True),
    Column("external_id", width=110, hidden=True),
    Column("privacy_blocked", width=110, kind="flag", hidden=True),
    Column("minor", width=80, kind="flag", hidden=True),
    Column("parental_consent_received", width=140, kind="flag", hidden=True),
    Column("exclude_from_segment", width=140, kind="flag", hidden=True),
    Column("last_modified_at", width=170, kind="moment", hidden=True, sort="changed"),
)

FILTERS = (
    Filter("type", gettext_lazy("Type"), "choice", choices=ContactType.choices, quick=True),
    Filter("salesperson", gettext_lazy("Salesperson"), "code", "salesperson_code", model=Salesperson, quick=True),
    Filter("territory", gettext_lazy("Territory"), "code", "territory_code", model=Territory, quick=True),
    Filter("country", gettext_lazy("Country"), "code", "country_code", model=Country, quick=True),
    Filter("post_code", gettext_lazy("Post code"), quick=True),
    Filter("city", gettext_lazy("City"), lower=True, quick=True),
    Filter(
        "relation",
        gettext_lazy("Business relation"),
        "choice",
        "contact_business_relation",
        choices=[choice for choice in RelationStatus.choices if choice[0] != RelationStatus.BLANK],
        quick=True,
    ),
    Filter(
        "relation_code",
        gettext_lazy("Business relation code"),
        "code",
        model=BusinessRelation,
        condition=linked(ContactBusinessRelation, "business_relation"),
        operators=("is", "not"),
    ),
    Filter("blocked", gettext_lazy("Privacy blocked"), "flag", "privacy_blocked", quick=True),
    Filter("changed", gettext_lazy("Changed"), "moment", "last_modified_at", quick=True),
    Filter(
        "mailing_group",
        gettext_lazy("Mailing group"),
        "code",
        model=MailingGroup,
        condition=linked(ContactMailingGroup, "mailing_group"),
        operators=("is", "not", "blank", "filled"),
        quick=True,
    ),
    Filter(
        "industry_group",
        gettext_lazy("Industry group"),
        "code",
        model=IndustryGroup,
        condition=linked(ContactIndustryGroup, "industry_group"),
        operators=("is", "not", "blank", "filled"),
        quick=True,
    ),
    Filter(
        "job_responsibility",
        gettext_lazy("Job responsibility"),
        "code",
        model=JobResponsibility,
        condition=linked(ContactJobResponsibility, "job_responsibility"),
        operators=("is", "not", "blank", "filled"),
    ),
    Filter("name", gettext_lazy("Name"), lower=True),
    Filter("company_name", gettext_lazy("Company name"), lower=True),
    Filter("no", gettext_lazy("Number"), operators=("is", "begins")),
    Filter(
        "correspondence",
        gettext_lazy("Correspondence type"),
        "choice",
        "correspondence_type",
        choices=CorrespondenceType.choices,
    ),
    Filter("minor", gettext_lazy("Minor"), "flag"),
)


def when(contact: Contact) -> str:
    """When a contact last changed, in the reader's words."""
    return show(contact.last_modified_at, "moment")
