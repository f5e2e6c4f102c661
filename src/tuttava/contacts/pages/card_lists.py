"""What hangs on a contact and is kept in lists on its card."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import (
    Contact,
    ContactAffiliation,
    ContactAltAddress,
    ContactAltAddressPeriod,
    ContactBusinessRelation,
    ContactEmail,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactWebSource,
)
from tuttava.contacts.pages.links import contact_url, record_of
from tuttava.contacts.pages.lookups import company_from
from tuttava.contacts.privacy import is_hidden
from tuttava.foundation import records
from tuttava.foundation.context import ask
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.lines import LINE_STEP
from tuttava.ui import values
from tuttava.ui.cards import CardField
from tuttava.ui.cards.sublists import Line, SubList

F = CardField


def _company(contact: Any) -> bool:
    return bool(contact.is_company)


def _clear(contact: Any) -> bool:
    """Personal data of a blocked contact is not shown to everybody (C-72)."""
    return not is_hidden(contact)


def _person(contact: Any) -> bool:
    return bool(contact.is_person)


def _code_line(name: str) -> Any:
    """A code row: its description, the code beside it."""

    def line(row: Any) -> Line:
        code = getattr(row, name)
        return Line(code.description or code.code, code.code if code.description else "")

    return line


def _relation_line(row: ContactBusinessRelation) -> Line:
    linked = f"{row.get_link_to_table_display()} {row.linked_no}" if row.linked_no else ""
    url = record_of(row) if row.linked_id else ""
    return Line(row.business_relation.description or row.business_relation.code, linked, url)


def _unlink(row: ContactBusinessRelation) -> bool:
    """End a relation; of a link it is asked, because both sides go on alone from then on (B-44)."""
    question = gettext("Unlink %(what)s? Both sides stay as they are, but changes no longer reach the other one.")
    words = f"{row.get_link_to_table_display()} {row.linked_no}"
    if row.linked_no and not ask("q_unlink", question % {"what": words}, default=True):
        return False
    records.delete(row)
    return True


def _dates(starting: Any, ending: Any) -> str:
    return f"{values.show(starting) or '…'} – {values.show(ending) or '…'}" if starting or ending else ""


def _address_line(row: ContactAltAddress) -> Line:
    parts = [row.company_name, row.address, f"{row.post_code} {row.city}".strip(), row.phone_no]
    return Line(row.code, ", ".join(part for part in parts if part))


def _period_line(row: ContactAltAddressPeriod) -> Line:
    code = row.alt_address.code if row.alt_address is not None else ""
    return Line(_dates(row.starting_date, row.ending_date), str(code or _("Main address")))


def _affiliation_line(row: ContactAffiliation) -> Line:
    detail = " · ".join(part for part in (row.role, _dates(row.starting_date, row.ending_date)) if part)
    return Line(row.company.name or row.company.no, detail, contact_url(row.company))


def _next_line_no(contact: Any) -> dict[str, Any]:
    last = ContactEmail.objects.filter(contact=contact).order_by("-line_no").values_list("line_no", flat=True).first()
    return {"line_no": (last or 0) + LINE_STEP}


def _alt_address(text: str, contact: Any) -> ContactAltAddress | None:
    """The contact's own address of that code; another contact's code counts as unknown (3.4)."""
    if not text:
        return None
    found = ContactAltAddress.objects.filter(contact=contact, code=as_code(text)).first()
    if found is None:
        raise DomainError(
            "not_found", gettext("This contact has no address “%(code)s”.") % {"code": text}, field="alt_address"
        )
    return found


def _alt_code(row: ContactAltAddressPeriod) -> str:
    return str(row.alt_address.code) if row.alt_address is not None else ""


def _other_company(text: str, contact: Any) -> Contact:
    found = company_from(text)
    if found is None:
        raise DomainError("field_required", gettext("Choose a company."), field="company")
    return found


_COMPANY = F("company", lookup="contact-company", read=_other_company, text=lambda row: row.company.no)

LISTS = (
    SubList(
        "mailing_groups",
        _("Mailing groups"),
        ContactMailingGroup,
        [F("mailing_group_code")],
        _code_line("mailing_group"),
        order_by=["mailing_group"],
        select_related=["mailing_group"],
    ),
    SubList(
        "industry_groups",
        _("Industry groups"),
        ContactIndustryGroup,
        [F("industry_group_code")],
        _code_line("industry_group"),
        order_by=["industry_group"],
        select_related=["industry_group"],
        visible=_company,
    ),
    SubList(
        "job_responsibilities",
        _("Job responsibilities"),
        ContactJobResponsibility,
        [F("job_responsibility_code")],
        _code_line("job_responsibility"),
        order_by=["job_responsibility"],
        select_related=["job_responsibility"],
        visible=_person,
    ),
    SubList(
        "relations",
        _("Business relations"),
        ContactBusinessRelation,
        [F("business_relation_code")],
        _relation_line,
        order_by=["business_relation"],
        select_related=["business_relation"],
        visible=_company,
        remove=_unlink,
        label_new=_("New business relation"),
    ),
    SubList(
        "emails",
        _("More e-mail addresses"),
        ContactEmail,
        [F("label"), F("email", kind="email")],
        lambda row: Line(row.email, row.label, ""),
        order_by=["line_no"],
        main=True,
        given=_next_line_no,
        visible=_clear,
    ),
    SubList(
        "alt_addresses",
        _("Alternative addresses"),
        ContactAltAddress,
        [
            *(F("code"), F("company_name"), F("address"), F("address_2"), F("country_code"), F("post_code"), F("city")),
            *(F("county"), F("phone_no", kind="phone"), F("mobile_phone_no", kind="phone"), F("email", kind="email")),
            *(F("fax_no"), F("home_page")),
        ],
        _address_line,
        order_by=["code"],
        main=True,
        label_new=_("New alternative address"),
        visible=_clear,
        empty=_("A cabin, a branch, a billing address: say when each applies."),
    ),
    SubList(
        "periods",
        _("Address periods"),
        ContactAltAddressPeriod,
        [
            F("starting_date"),
            F("ending_date"),
            F("alt_address", lookup="alt-address", read=_alt_address, text=_alt_code),
        ],
        _period_line,
        main=True,
        order_by=["starting_date"],
        select_related=["alt_address"],
        visible=lambda contact: getattr(contact, "has_alt_addresses", True),
    ),
    SubList(
        "web_sources",
        _("Web sources"),
        ContactWebSource,
        [F("web_source_code"), F("search_word")],
        _code_line("web_source"),
        order_by=["web_source"],
        select_related=["web_source"],
        visible=_company,
        main=True,
        launch=lambda row: reverse("contact-launch", kwargs={"pk": row.contact_id, "row": row.pk}),
    ),
    SubList(
        "affiliations",
        _("Also works for"),
        ContactAffiliation,
        [_COMPANY, F("role"), F("starting_date"), F("ending_date")],
        _affiliation_line,
        order_by=["starting_date"],
        main=True,
        select_related=["company"],
        visible=_person,
    ),
)
