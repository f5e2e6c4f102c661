"""Setup pages of the register's code tables (contacts 6.5)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import (
    BusinessRelation,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    Salutation,
    SalutationFormula,
    WebSource,
)
from tuttava.contacts.models.links import ContactLink
from tuttava.foundation.errors import Text
from tuttava.foundation.models import CodeTable
from tuttava.ui.lists.codes import code_table, count_column
from tuttava.ui.lists.declare import Column, Sort
from tuttava.ui.registry import has_route

GROUPS = gettext_lazy("Groups and codes of contacts")
GREETING = gettext_lazy("Correspondence")
FIELDS = ("code", "description", "closed")


def _list_of(filter_name: str) -> Callable[[str], str]:
    """The address of the contacts that hold a code."""
    return lambda code: f"{reverse('contacts')}?f={filter_name}:is:{quote(code)}"


def _holding_relation(code: str) -> str:
    """The contacts that hold a business relation, with what they are linked to (B.6)."""
    if not has_route("business-relation-contacts"):
        return _list_of("relation_code")(code)
    return f"{reverse('business-relation-contacts')}?f=code:is:{quote(code)}"


def _linked(
    model: type[CodeTable],
    link: type[ContactLink],
    *,
    path: str,
    icon: str,
    order: int,
    about: Text,
    opens: Callable[[str], str],
) -> None:
    """The page of a code that contacts hold, with their number (C-89); ``opens`` is the address of those contacts."""
    counted, prepare = count_column(link, link.code_name, opens, gettext_lazy("contacts"))
    code_table(
        model,
        path=path,
        group=GROUPS,
        icon=icon,
        order=order,
        fields=FIELDS,
        extra=(counted,),
        prepare=prepare,
        description=about,
    )


_linked(
    IndustryGroup,
    ContactIndustryGroup,
    path="industry-groups",
    icon="building-storefront",
    order=410,
    about=gettext_lazy("What companies do."),
    opens=_list_of("industry_group"),
)
_linked(
    MailingGroup,
    ContactMailingGroup,
    path="mailing-groups",
    icon="envelope",
    order=420,
    about=gettext_lazy("Who gets which mailing."),
    opens=_list_of("mailing_group"),
)
_linked(
    JobResponsibility,
    ContactJobResponsibility,
    path="job-responsibilities",
    icon="briefcase",
    order=430,
    about=gettext_lazy("What persons are responsible for in their company."),
    opens=_list_of("job_responsibility"),
)
_linked(
    BusinessRelation,
    ContactBusinessRelation,
    path="business-relations",
    icon="link",
    order=440,
    about=gettext_lazy("What contacts are to you: customer, vendor, press, authority."),
    opens=_holding_relation,
)
code_table(
    OrganizationalLevel,
    path="organizational-levels",
    group=GROUPS,
    icon="chart-bar",
    order=450,
    fields=FIELDS,
    description=gettext_lazy("How high a person stands in the company."),
)
code_table(
    WebSource,
    path="web-sources",
    group=GROUPS,
    icon="globe-alt",
    order=460,
    fields=("code", "description", "url", "closed"),
    description=gettext_lazy("Places on the web to look companies up; %1 stands for the search word."),
)


def _formulas(salutation: Salutation) -> str:
    address = f"{reverse('setup-salutation-formulas')}?f=salutation_ref_code:is:{quote(salutation.code)}"
    return format_html('<a href="{}">{}</a>', address, _("Formulas"))


code_table(
    Salutation,
    path="salutations",
    group=GREETING,
    icon="chat-bubble-left",
    order=510,
    fields=FIELDS,
    extra=(Column("formulas", gettext_lazy("formulas"), 120, cell=_formulas, value=lambda salutation: ""),),
    description=gettext_lazy("How letters and e-mails greet a contact."),
)
code_table(
    SalutationFormula,
    path="salutation-formulas",
    group=GREETING,
    title=gettext_lazy("Salutation formulas"),
    listed=False,
    parent=("setup-salutations", gettext_lazy("Salutations")),
    fields=(
        "salutation_ref_code",
        "language_code",
        "salutation_type",
        "salutation",
        "name_1",
        "name_2",
        "name_3",
        "name_4",
        "name_5",
    ),
    sorts=(Sort("key", ("salutation_ref_code", "salutation_type", "id")),),
    description=gettext_lazy("%1 to %5 in the text stand for the five names."),
)
