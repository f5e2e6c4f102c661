"""Rules of salespeople and teams, and of the preferences that name a salesperson."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tuttava.foundation.communication import check_phone, checked_email
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import UserPreference
from tuttava.foundation.records import Edit, Rules, register
from tuttava.partners.dimensions import remove_dimensions
from tuttava.partners.models import DimensionParent, Salesperson, Team, TeamMember


def require_code(edit: Edit[Any]) -> None:
    """Refuse a blank key."""
    if not edit.get("code"):
        raise DomainError(
            "field_required",
            _("A %(record)s needs a code.") % {"record": edit.record._meta.verbose_name},
            field="code",
        )


@register
class SalespersonRules(Rules[Salesperson]):
    model = Salesperson
    set_name = "salespeople"

    def enter_phone_no(self, edit: Edit[Salesperson], value: str) -> None:
        """C-41."""
        check_phone(value, field="phone_no", label=_("phone"))
        edit.put("phone_no", value)

    def enter_email(self, edit: Edit[Salesperson], value: str) -> None:
        """One address (C-43)."""
        edit.put("email", checked_email(value, field="email"))

    def enter_email_2(self, edit: Edit[Salesperson], value: str) -> None:
        """C-43."""
        edit.put("email_2", checked_email(value, field="email_2"))

    def before_save(self, edit: Edit[Salesperson]) -> None:
        require_code(edit)
        edit.put("search_email", edit.get("email"))

    def before_delete(self, record: Salesperson) -> None:
        remove_dimensions(DimensionParent.SALESPERSON, [record.pk])


@register
class TeamRules(Rules[Team]):
    model = Team
    set_name = "teams"

    def before_save(self, edit: Edit[Team]) -> None:
        require_code(edit)


@register
class TeamMemberRules(Rules[TeamMember]):
    """A salesperson once in a team, on either side's page."""

    model = TeamMember
    set_name = "teamMembers"


@register
class UserPreferenceRules(Rules[UserPreference]):
    """Everybody keeps their own; whose row it is decides the door that opens it."""

    model = UserPreference
    set_name = "userPreferences"
    write_right = "api.read"

    def enter_salesperson_code(self, edit: Edit[UserPreference], value: str) -> None:
        """A salesperson of this company who may be chosen (C-36)."""
        if value and not Salesperson.objects.filter(code=value, blocked=False, privacy_blocked=False).exists():
            raise DomainError("not_found", _("There is no salesperson “%(code)s” who can be chosen.") % {"code": value})
        edit.put("salesperson_code", value)

    def enter_time_zone(self, edit: Edit[UserPreference], value: str) -> None:
        """A name of the time zone database, such as Europe/Oslo (C-80)."""
        if value and value not in zoneinfo.available_timezones():
            raise DomainError("not_found", _("“%(name)s” is not a known time zone.") % {"name": value})
        edit.put("time_zone", value)

    def enter_language(self, edit: Edit[UserPreference], value: str) -> None:
        if value and value not in dict(settings.LANGUAGES):
            raise DomainError("not_found", _("“%(code)s” is not a language of the product.") % {"code": value})
        edit.put("language", value)
