"""The setups of sales, purchasing, finance and personnel in the CRM service: one row each (17.12)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from tuttava.api import edm
from tuttava.api.build import code_behind, crm_set, one_row_set, properties_of
from tuttava.api.declare import Navigation, Property
from tuttava.foundation import records
from tuttava.foundation.models import CompanyInformation, Currency
from tuttava.partners.models import FinanceSetup, HrSetup, PurchaseSetup, SalesSetup
from tuttava.partners.models.setups import OneRow
from tuttava.partners.setups import setup_of


def _properties(model: type[OneRow], name: str, series: str, spelled: str) -> tuple[Property, ...]:
    return properties_of(model, name, exclude=["only_row"], names={series: spelled})


one_row_set(
    SalesSetup,
    "salesSetup",
    ensure=partial(setup_of, SalesSetup),
    properties=_properties(SalesSetup, "salesSetup", "customer_nos_code", "customerNos"),
)
one_row_set(
    PurchaseSetup,
    "purchaseSetup",
    ensure=partial(setup_of, PurchaseSetup),
    properties=_properties(PurchaseSetup, "purchaseSetup", "vendor_nos_code", "vendorNos"),
)
one_row_set(
    HrSetup,
    "hrSetup",
    ensure=partial(setup_of, HrSetup),
    properties=_properties(HrSetup, "hrSetup", "employee_nos_code", "employeeNos"),
)


#: Own currency is the organisation's; it is entered there.
CURRENCY = "currency_code"


def _with_currency(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With own currency, and a tag that changes when the setup or the organisation does."""
    setup_of(FinanceSetup)
    company = CompanyInformation.objects.annotate(tag=Cast("version", TextField()))
    theirs = Coalesce(Subquery(company.values("tag")[:1]), Value(""), output_field=TextField())
    found: QuerySet[Any] = rows.annotate(
        own_currency=Subquery(company.values("currency__code")[:1]),
        own_currency_id=Subquery(company.values("currency__id")[:1]),
        tag=Concat(Cast("version", TextField()), Value("."), theirs, output_field=TextField()),
    )
    return found


def _change(record: FinanceSetup, values: Mapping[str, Any], _tag: object) -> FinanceSetup:
    """Own currency goes to the organisation, the rest to the setup."""
    if CURRENCY in values:
        company = CompanyInformation.objects.get_or_create(only_row=True)[0]
        records.change(company, {CURRENCY: values[CURRENCY]})
    own = {name: value for name, value in values.items() if name != CURRENCY}
    return records.change(record, own) if own else record


crm_set(
    FinanceSetup,
    "financeSetup",
    "financeSetup",
    natural_key=(),
    properties=(
        *_properties(FinanceSetup, "financeSetup", "bank_account_nos_code", "bankAccountNos"),
        Property("currencyCode", edm.code(10), "own_currency", write=CURRENCY, nullable=True),
        Property(
            "currencyId",
            edm.GUID,
            "own_currency_id",
            write=CURRENCY,
            convert=code_behind(Currency),
            nullable=True,
        ),
    ),
    navigations=(Navigation("currency", Currency, many=False, theirs="code", ours="own_currency"),),
    rows=_with_currency,
    change=_change,
    version="tag",
    methods=frozenset({"GET", "PATCH"}),
)
