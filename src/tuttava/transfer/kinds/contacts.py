"""Contacts: persons and companies in one file, in any mixture."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import BusinessRelation, Contact, IndustryGroup, JobResponsibility, MailingGroup
from tuttava.transfer.contact_writer import CONTACT_FIELDS, ContactWriter
from tuttava.transfer.kinds.declare import Kind
from tuttava.transfer.models import ImportKind
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Late, Plan
from tuttava.transfer.targets import Conversion, Target, field_targets, links_target
from tuttava.transfer.values import Converter

PERSON_FIELDS = frozenset(
    {
        "first_name",
        "middle_name",
        "surname",
        "initials",
        "job_title",
        "organizational_level_code",
        "company_no",
        "company_name",
        "job_responsibilities",
    }
)
NAME_PARTS = ("first_name", "middle_name", "surname")


def settle(plan: Plan, options: Options) -> None:
    """Person or company, and one source for the name: its parts are surer than the whole."""
    values = plan.values
    wish = values.get("type") or options.contact_type
    given = values.keys() | plan.links.keys()
    plan.is_person = plan.late = wish == "person" or (wish == "auto" and bool(given & PERSON_FIELDS))
    if plan.is_person:
        if any(values.get(name) for name in ("first_name", "surname")):
            values.pop("name", None)
        plan.company_text = str(values.pop("company_name", ""))
    else:
        company_name = values.pop("company_name", "")
        values.setdefault("name", company_name)
        values.pop("company_no", None)
    plan.title = _title(plan)


def _title(plan: Plan) -> str:
    parts = " ".join(str(plan.values[name]) for name in NAME_PARTS if plan.values.get(name))
    return str(
        parts or next((found for name in ("name", "email", "external_id") if (found := plan.values.get(name))), "")
    )


def _says_person(target: Target, text: str, converter: Converter) -> bool:
    return bool(converter.understood(target, text) == "person")


CONTACTS = Kind(
    name=ImportKind.CONTACTS,
    set_name="contacts",
    fields=[
        *field_targets(Contact, CONTACT_FIELDS),
        links_target("mailing_groups", _("mailing groups"), MailingGroup),
        links_target("industry_groups", _("industry groups"), IndustryGroup),
        links_target("job_responsibilities", _("job responsibilities"), JobResponsibility),
        links_target("business_relations", _("business relations"), BusinessRelation),
        Target("comment", _("comment"), Conversion.COMMENT),
    ],
    matchers=("no", "external_id", "email", "vat_registration_no", "name"),
    make=lambda options, dry: ContactWriter(options, dry=dry),
    settle=settle,
    late=Late("type", _says_person, frozenset({"company_no", "company_name"})),
    types=True,
)
