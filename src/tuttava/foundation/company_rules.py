"""Rules of the organisation's own data."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.communication import check_phone, checked_email
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import CompanyInformation, PictureParent
from tuttava.foundation.pictures import Parent, has_pictures
from tuttava.foundation.places import PlaceRules
from tuttava.foundation.records import Edit, Rules, register

has_pictures(PictureParent.COMPANY_INFORMATION, Parent(CompanyInformation, named=lambda company: company.name))


@register
class CompanyInformationRules(PlaceRules, Rules[CompanyInformation]):
    model = CompanyInformation
    set_name = "companyInformation"
    write_right = "api.admin"

    def enter_country_code(self, edit: Edit[CompanyInformation], value: str | None) -> None:
        """The country stands after the address here and clears nothing."""
        edit.put("country_code", value)

    def enter_phone_no(self, edit: Edit[CompanyInformation], value: str) -> None:
        """C-41."""
        check_phone(value, field="phone_no", label=_("phone"))
        edit.put("phone_no", value)

    def enter_email(self, edit: Edit[CompanyInformation], value: str) -> None:
        """One address (C-43)."""
        edit.put("email", checked_email(value, field="email"))

    def before_delete(self, record: CompanyInformation) -> None:
        raise DomainError("setup.cannot_delete", _("The company information cannot be deleted. Change its values."))

    def describe(self, record: CompanyInformation) -> str:
        return str(record._meta.verbose_name)
