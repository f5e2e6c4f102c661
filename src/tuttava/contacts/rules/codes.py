"""Code tables of the register that need nothing but their code (3.6)."""

from __future__ import annotations

from typing import TypeVar

from tuttava.contacts.models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
)
from tuttava.contacts.rules.required import require_field
from tuttava.foundation.models import CodeTable
from tuttava.foundation.records import Edit, Rules, register

C = TypeVar("C", bound=CodeTable)


class CodeRules(Rules[C]):
    """A code is required."""

    def before_save(self, edit: Edit[C]) -> None:
        require_field(edit, "code")


@register
class IndustryGroupRules(CodeRules[IndustryGroup]):
    model = IndustryGroup
    set_name = "industryGroups"


@register
class MailingGroupRules(CodeRules[MailingGroup]):
    model = MailingGroup
    set_name = "mailingGroups"


@register
class JobResponsibilityRules(CodeRules[JobResponsibility]):
    model = JobResponsibility
    set_name = "jobResponsibilities"


@register
class OrganizationalLevelRules(CodeRules[OrganizationalLevel]):
    model = OrganizationalLevel
    set_name = "organizationalLevels"


@register
class BusinessRelationRules(CodeRules[BusinessRelation]):
    model = BusinessRelation
    set_name = "businessRelations"
