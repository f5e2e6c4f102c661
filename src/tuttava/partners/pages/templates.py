"""Templates for new customers, vendors and employees: a list and a card each, and the rules that select them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.partners.models import (
    CustomerTemplate,
    DimensionParent,
    EmployeeTemplate,
    RegisterTemplate,
    TemplateRule,
    VendorTemplate,
)
from tuttava.partners.pages.dimensions import dimension_list
from tuttava.partners.pages.people import PEOPLE
from tuttava.partners.pages.terms import TRADE
from tuttava.partners.templating import SELECTED
from tuttava.ui.cards import CardField, CardPage, Group, register_card
from tuttava.ui.lists.codes import code_table
from tuttava.ui.lists.declare import Column, Sort

F = CardField

_PLACE = (
    *(F("address"), F("address_2"), F("post_code", lookup="post-code"), F("city", lookup="city")),
    *(F("county"), F("country_code")),
)
_REACHED = (
    *(F("phone_no", kind="phone"), F("mobile_phone_no", kind="phone"), F("email", kind="email")),
    *(F("home_page", kind="web"), F("fax_no"), F("language_code"), F("format_region"), F("contact")),
)
_TERMS = (
    *(F("payment_terms_code"), F("payment_method_code"), F("shipment_method_code"), F("currency_code")),
    *(F("territory_code"), F("prices_including_vat"), F("invoice_disc_code"), F("priority")),
)
_POSTING = (
    *(F("gen_bus_posting_group"), F("vat_bus_posting_group"), F("tax_area_code"), F("tax_liable")),
    F("statistics_group"),
)
_HEAD = (F("code"), F("description"), F("no_series_code"))


def _party(own: str, terms: Sequence[CardField], posting: Sequence[CardField]) -> tuple[Group, ...]:
    return (
        Group("general", _("General"), [*_HEAD, F("contact_type"), F(own), F("blocked")]),
        Group("terms", _("Terms"), [*_TERMS, *terms]),
        Group("posting", _("Posting"), [*posting, *_POSTING]),
        Group(
            "communication",
            _("Communication"),
            [*_PLACE, *_REACHED],
            summary=("city", "county", "country_code"),
            open=False,
        ),
    )


GROUPS: dict[type[RegisterTemplate], tuple[Group, ...]] = {
    CustomerTemplate: _party(
        "salesperson_code",
        [
            *(F("credit_limit_lcy"), F("customer_price_group"), F("customer_disc_group"), F("reserve")),
            F("copy_address_to_quote_from"),
        ],
        [F("customer_posting_group")],
    ),
    VendorTemplate: _party("purchaser_code", [], [F("vendor_posting_group"), F("irs_1099_code")]),
    EmployeeTemplate: (
        Group(
            "general",
            _("General"),
            [
                *(*_HEAD, F("gender"), F("post_code", lookup="post-code"), F("city", lookup="city"), F("county")),
                F("country_code"),
            ],
        ),
        Group(
            "posting",
            _("Posting"),
            [
                *(F("employee_posting_group"), F("statistics_group_code"), F("application_method")),
                *(F("cost_center_code"), F("cost_object_code")),
            ],
        ),
    ),
}


def _templates(model: type[RegisterTemplate], *, group: Text, icon: str, order: int, about: Text) -> None:
    """The list of a register's templates, in which new ones are made, and the card with all they give."""
    name, path = f"{model.table}-template", f"{model.table}-templates"
    caption = model._meta.verbose_name

    def parent() -> tuple[str, Text]:
        return reverse(f"setup-{path}"), str(model._meta.verbose_name_plural).capitalize()

    def opener(template: Any) -> str:
        return format_html('<a href="{}">{}</a>', reverse(name, kwargs={"pk": template.pk}), gettext("Open"))

    register_card(
        CardPage(
            name=name,
            path=f"setup/{path}",
            model=model,
            caption=caption or name,
            title=lambda template: template.description or template.code,
            subtitle=lambda template: f"{str(caption).capitalize()} · {template.code}",
            parent=parent,
            groups=GROUPS[model],
            lists=(dimension_list(DimensionParent(f"{model.table}_template")),),
        )
    )
    code_table(
        model,
        path=path,
        group=group,
        icon=icon,
        order=order,
        fields=("code", "description", *(("contact_type",) if model is not EmployeeTemplate else ())),
        extra=(Column("open", _("details"), 120, cell=opener, value=lambda template: ""),),
        description=about,
    )


_templates(
    CustomerTemplate,
    group=TRADE,
    icon="document-duplicate",
    order=355,
    about=_("What new customers start with."),
)
_templates(
    VendorTemplate,
    group=TRADE,
    icon="document-duplicate",
    order=356,
    about=_("What new vendors start with."),
)
_templates(
    EmployeeTemplate,
    group=PEOPLE,
    icon="document-duplicate",
    order=331,
    about=_("What new employees start with."),
)


def _asked(rule: TemplateRule) -> str:
    """The field in words."""
    model = SELECTED[rule.table]
    labels = {field.attname: field.verbose_name for field in model._meta.concrete_fields}
    label = str(labels.get(rule.field, rule.field))
    return label[:1].upper() + label[1:]


code_table(
    TemplateRule,
    path="template-rules",
    group=TRADE,
    title=_("Template selection"),
    icon="funnel",
    order=357,
    fields=("table", "field", "value", "template_code", "line_no"),
    extra=(Column("asked", _("field in words"), 180, value=_asked),),
    sorts=(Sort("key", ("table", "line_no", "id")),),
    description=_("The first rule whose field has the value chooses the template of a new customer or vendor."),
)
