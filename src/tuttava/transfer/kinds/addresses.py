"""Alternative addresses of contacts that exist."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import ContactAltAddress
from tuttava.foundation.cleaning import attribute
from tuttava.transfer.address_writer import ADDRESS_FIELDS, AddressWriter
from tuttava.transfer.kinds.declare import Kind
from tuttava.transfer.models import ImportKind
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Plan
from tuttava.transfer.targets import Conversion, Target, field_targets

#: The columns that say which contact a row belongs to.
OWNER_KEYS = (
    Target("no", _("Contact number"), key=True),
    Target("external_id", _("External ID of contact"), key=True),
    Target("name", _("Name of contact"), key=True),
)


def settle(plan: Plan, options: Options) -> None:
    """The company of an address stands under a name of its own, beside that of the contact."""
    plan.title = str(plan.values.get("name") or plan.values.get("external_id") or plan.values.get("no") or "")
    if "address_company_name" in plan.values:
        plan.values["company_name"] = plan.values.pop("address_company_name")


ALT_ADDRESSES = Kind(
    name=ImportKind.ALT_ADDRESSES,
    set_name="contacts",
    fields=[
        *OWNER_KEYS,
        Target("address_company_name", attribute(ContactAltAddress, "company_name").verbose_name),
        *field_targets(ContactAltAddress, ADDRESS_FIELDS),
        Target("starting_date", _("starting date"), Conversion.DATE),
        Target("ending_date", _("ending date"), Conversion.DATE),
    ],
    matchers=("no", "external_id", "name"),
    make=lambda options, dry: AddressWriter(options, dry=dry),
    settle=settle,
    aliases={"company_name": "address_company_name"},
)
