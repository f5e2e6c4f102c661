"""Rules of the templates for new customers, vendors and employees."""

from __future__ import annotations

from django.db.models import Max

from tuttava.foundation.code_rules import LINE_STEP, require_filled
from tuttava.foundation.records import Edit, Rules, register
from tuttava.partners.models import CustomerTemplate, EmployeeTemplate, TemplateRule, VendorTemplate
from tuttava.partners.rules.lists import AddressRules, CodedRules


@register
class CustomerTemplateRules(AddressRules[CustomerTemplate]):
    model = CustomerTemplate
    set_name = "customerTemplates"


@register
class VendorTemplateRules(AddressRules[VendorTemplate]):
    model = VendorTemplate
    set_name = "vendorTemplates"


@register
class EmployeeTemplateRules(CodedRules[EmployeeTemplate]):
    model = EmployeeTemplate
    set_name = "employeeTemplates"


@register
class TemplateRuleRules(Rules[TemplateRule]):
    model = TemplateRule
    set_name = "templateRules"
    write_right = "api.admin"
    delete_right = "api.admin"

    def before_save(self, edit: Edit[TemplateRule]) -> None:
        require_filled(edit, "field", "template_code")
        if not edit.get("line_no"):
            lines = TemplateRule.objects.filter(table=edit.get("table"))
            edit.put("line_no", (lines.aggregate(last=Max("line_no"))["last"] or 0) + LINE_STEP)
