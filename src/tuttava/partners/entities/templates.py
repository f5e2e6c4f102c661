"""Templates for new customers, vendors and employees, and their selection, in the CRM service (17.1, 16.5)."""

from __future__ import annotations

from django.db.models import Case, F, TextField, Value, When
from django.db.models.expressions import Combinable

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import CRM, Navigation, Property
from tuttava.foundation.models import Country
from tuttava.foundation.spelling import camel, snake
from tuttava.partners.entities.dimensions import dimensions_navigation, owns_dimensions
from tuttava.partners.models import (
    CustomerTemplate,
    DimensionParent,
    EmployeeTemplate,
    RegisterTemplate,
    TemplateRule,
    VendorTemplate,
)
from tuttava.partners.templating import SELECTED

#: Registers, templates and addresses say country and region (A-112).
COUNTRY = {"country_code": "countryRegionCode"}
COUNTRY_NAVIGATION = Navigation("countryRegion", Country, many=False, theirs="code", ours="country_code")


def _template_set(model: type[RegisterTemplate], name: str, entity: str) -> None:
    kind = DimensionParent(f"{model.table}_template")
    crm_set(
        model,
        name,
        entity,
        natural_key=("code",),
        properties=properties_of(
            model,
            entity,
            names=COUNTRY,
            replace={"no_series_code": (Property("noSeries", edm.code(20), "no_series_code", nullable=True),)},
        ),
        navigations=(COUNTRY_NAVIGATION, dimensions_navigation(kind, partner=entity)),
        left_out=("country_code", "no_series_code"),
    )
    owns_dimensions(CRM, kind, model, entity, "code")


_template_set(CustomerTemplate, "customerTemplates", "customerTemplate")
_template_set(VendorTemplate, "vendorTemplates", "vendorTemplate")
_template_set(EmployeeTemplate, "employeeTemplates", "employeeTemplate")


def _attribute(name: str) -> str:
    """The attribute that a property of customers or vendors is entered in (A-117); the rules refuse what is none."""
    for model in SELECTED.values():
        declared = CRM.set_of(model)
        prop = declared and (declared.by_name.get(name) or declared.by_name.get(camel(name)))
        if prop and prop.source:
            return prop.source
    spelled = {public: stored for stored, public in COUNTRY.items()}
    return spelled.get(camel(name), snake(name))


def _property_name() -> Combinable:
    """The field as properties spell it (A-117)."""
    found = {
        field.attname: COUNTRY.get(field.attname, camel(field.attname))
        for model in SELECTED.values()
        for field in model._meta.concrete_fields
    }
    differing = [When(field=stored, then=Value(name)) for stored, name in found.items() if stored != name]
    return Case(*differing, default=F("field"), output_field=TextField())


crm_set(
    TemplateRule,
    "templateSelectionRules",
    "templateSelectionRule",
    natural_key=("table", "lineNo"),
    properties=properties_of(
        TemplateRule,
        "templateSelectionRule",
        replace={
            "field": (Property("field", edm.text(40), expression=_property_name, write="field", convert=_attribute),)
        },
    ),
)
