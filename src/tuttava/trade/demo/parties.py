"""Who trades with a demo company: customers and vendors with the people who appear on their documents."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from tuttava.contacts.models import (
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactType,
)
from tuttava.foundation.company import company_information
from tuttava.foundation.date_formula import DateFormula, parse
from tuttava.partners.models import Customer, CustomerBlocked, PaymentTerms, Vendor
from tuttava.trade.demo.items import Article, usual_vat

_DUE = "14D"


@dataclass(eq=False)
class Party:
    """A customer or vendor as documents need it. ``size``: how much it trades, 1 is an ordinary shop."""

    record: Customer | Vendor
    terms: DateFormula
    vat: Decimal
    size: float = 1.0
    articles: list[Article] = field(default_factory=list)
    trade: str = ""
    #: Numbers of the contacts on documents.
    main_contact: str = ""
    billing_contact: str = ""

    @property
    def is_private(self) -> bool:
        return isinstance(self.record, Customer) and self.record.contact_type == ContactType.PERSON

    @property
    def is_gone(self) -> bool:
        """Whether nothing is sold to it any more."""
        return self.record.blocked == CustomerBlocked.ALL

    @property
    def is_wholesaler(self) -> bool:
        return self.trade == "WHOLE"

    @property
    def person_code(self) -> str | None:
        """Our salesperson or purchaser for it."""
        code = self.record.salesperson_code if isinstance(self.record, Customer) else self.record.purchaser_code
        return str(code) if code else None


_SIZES = {"WHOLE": 3.2, "RET": 1.0, "": 1.4}


def buyers() -> list[Party]:
    """The customers of the company at hand."""
    parties = _parties(Customer.objects.order_by("no"))
    for party in parties:
        party.size = 0.35 if party.is_private else _SIZES.get(party.trade, 1.0)
    return parties


def sellers(articles: Sequence[Article]) -> list[Party]:
    """The vendors of the company at hand with what they make."""
    parties = _parties(Vendor.objects.order_by("no"))
    for party in parties:
        party.articles = [each for each in articles if each.vendor == party.record.name]
    return parties


def _parties(records: QuerySet[Any]) -> list[Party]:
    terms = dict(PaymentTerms.objects.values_list("code", "due_date_calculation"))
    home = company_information().country_code or ""
    found = list(records.select_related("primary_contact"))
    relations = ContactBusinessRelation.objects.filter(linked_id__in=[each.pk for each in found])
    hubs = {row.linked_id: row.contact for row in relations.select_related("contact")}
    groups = ContactIndustryGroup.objects.filter(contact__in=hubs.values())
    trades = {row.contact_id: str(row.industry_group_code) for row in groups}
    paying = _who_pays(list(hubs.values()))
    return [
        Party(
            record,
            parse(terms.get(record.payment_terms_code or "") or _DUE, "en"),
            usual_vat() if record.country_code in (None, home) else Decimal(0),
            trade=trades.get(hub.pk, ""),
            main_contact=(record.primary_contact or hub).no,
            billing_contact=paying.get(hub.pk, hub.no),
        )
        for record in found
        if (hub := hubs.get(record.pk)) is not None
    ]


def _who_pays(hubs: Sequence[Contact]) -> dict[uuid.UUID, str]:
    """The number of whoever keeps the books at each company."""
    keeping = ContactJobResponsibility.objects.filter(
        contact__company__in=hubs, contact__type=ContactType.PERSON, job_responsibility__code__in=("APR", "ARR")
    )
    rows = keeping.order_by("-contact__no").values_list("contact__company_id", "contact__no")
    return {company: no for company, no in rows if company}
