"""Who trades with a demo company, in what, and how a document is put together."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from tuttava.contacts.models import Contact, ContactBusinessRelation, ContactType
from tuttava.documents.entering import enter_documents, enter_lines
from tuttava.documents.models import STEP, Area, Document, DocumentComment, DocumentType
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.company import company_information
from tuttava.foundation.context import current
from tuttava.partners.models import CustomerBlocked
from tuttava.trade.demo.items import UNTAXED, Article, known_articles
from tuttava.trade.demo.parties import Party, buyers, sellers
from tuttava.trade.models import LineType

SEED = 20261123

Values = dict[str, Any]


@dataclass
class Sheet:
    """A document that is to be entered: what it is, whose, of which day, and its lines."""

    area: Area
    kind: DocumentType
    day: dt.date
    values: Values
    lines: list[Values] = field(default_factory=list)
    remark: str = ""


class Desk:
    """Draws parties, items and words in a fixed order, and enters what was put together."""

    def __init__(self, language: str) -> None:
        self.random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        self.words = _words(language)
        self.articles = [each for each in known_articles(language) if each.is_stocked]
        self.services = [each for each in known_articles(language) if not each.is_stocked]
        served = [each for each in buyers() if each.record.blocked == CustomerBlocked.NONE]
        self.buyers = [each for each in served if not each.is_private]
        self.private = [each for each in served if each.is_private]
        self.sellers = [each for each in sellers(self.articles) if each.articles]
        self.today = current().today

    def word(self, code: str) -> str:
        """One of the texts of a kind."""
        return self.random.choice(self.words[code])

    def ago(self, days: int) -> dt.date:
        """A day in the past, or the Friday before."""
        day = self.today - dt.timedelta(days=days)
        return day - dt.timedelta(days=max(0, day.weekday() - 4))

    def sold(self, kind: DocumentType, days: int, party: Party | None = None, *, lines: int = 0) -> Sheet:
        """A document for a customer."""
        party = party or self.random.choice(self.buyers)
        sheet = Sheet(Area.SALES, kind, self.ago(days), {"customer_id": party.record.pk})
        for article in self.random.sample(self.articles, lines or self.random.choice((1, 2, 3, 3, 4, 5))):
            sheet.lines.append(self._line(party, article, self._quantity(party, article)))
        if self.random.random() < 0.15:
            sheet.lines.append({"line_type": LineType.TEXT, "description": self.word("line")})
        if self.random.random() < 0.25:
            sheet.remark = self.word("remark")
        if kind != DocumentType.QUOTE and self.random.random() < 0.4:
            sheet.values["external_document_no"] = f"PO-{self.random.randint(1000, 9999)}"
        return sheet

    def bought(self, kind: DocumentType, days: int) -> Sheet:
        """A document for a vendor, of what it makes."""
        party = self.random.choice(self.sellers)
        sheet = Sheet(Area.PURCHASE, kind, self.ago(days), {"vendor_id": party.record.pk})
        for article in self.random.sample(list(party.articles), min(len(party.articles), self.random.randint(1, 4))):
            sheet.lines.append(self._line(party, article, article.pack * self.random.randint(4, 12)))
        sheet.values["external_document_no"] = f"{self.random.randint(20000, 99999)}"
        return sheet

    def serviced(self, kind: DocumentType, days: int) -> Sheet:
        """A document of the service: hours, and now and then a part."""
        party = self.random.choice(self.buyers)
        values = {"customer_id": party.record.pk, "description": self.word("service")}
        sheet = Sheet(Area.SERVICE, kind, self.ago(days), values)
        for article in self.random.sample(self.services, min(2, len(self.services))):
            sheet.lines.append(self._line(party, article, self.random.randint(1, 4)))
        if not sheet.lines:
            sheet.lines.append(self._line(party, self.random.choice(self.articles), 1))
        return sheet

    def offered(self, contact: Contact, template_code: str, days: int) -> Sheet:
        """A quote for somebody who is no customer yet."""
        values = {"account_contact_id": contact.pk, "customer_template_code": template_code}
        sheet = Sheet(Area.SALES, DocumentType.QUOTE, self.ago(days), values)
        for article in self.random.sample(self.articles, self.random.randint(2, 4)):
            sheet.lines.append(
                {
                    "line_type": LineType.ITEM,
                    "no": article.item.no,
                    "quantity": article.pack * self.random.randint(1, 4),
                }
            )
        return sheet

    def _line(self, party: Party, article: Article, quantity: int) -> Values:
        line: Values = {"line_type": LineType.ITEM, "no": article.item.no, "quantity": quantity}
        if not party.vat:
            line["tax_group_code"] = UNTAXED
        if party.is_wholesaler:
            line["line_discount_pct"] = 12
        elif self.random.random() < 0.15:
            line["line_discount_pct"] = self.random.choice((5, 10))
        return line

    def _quantity(self, party: Party, article: Article) -> int:
        return self.random.randint(1, 3) if party.is_private else article.pack * self.random.randint(1, 5)

    def enter(self, sheets: Sequence[Sheet]) -> list[Document]:
        """Enter documents with lines and remarks, in the order of their days; answers them in the order given."""
        ordered = sorted(sheets, key=lambda sheet: sheet.day)
        entered = enter_documents([(each.area, each.kind, {**_dated(each), **each.values}) for each in ordered])
        pairs = list(zip(entered, ordered, strict=True))
        enter_lines([(document, line) for document, sheet in pairs for line in sheet.lines])
        insert_many(
            [
                DocumentComment(document=document, line_no=STEP, date=sheet.day, comment=sheet.remark)
                for document, sheet in pairs
                if sheet.remark
            ]
        )
        found = {id(sheet): document for document, sheet in pairs}
        return [found[id(sheet)] for sheet in sheets]


def prospects(most: int) -> list[Contact]:
    """People at companies that are neither customers nor vendors yet, one of each, our country first."""
    linked = ContactBusinessRelation.objects.filter(linked_id__isnull=False).values("contact_id")
    people = Contact.objects.filter(type=ContactType.PERSON, privacy_blocked=False, company__privacy_blocked=False)
    free = people.exclude(pk__in=linked).exclude(company__in=linked)
    home = company_information().country_code or None
    found = sorted(free.order_by("no")[:200], key=lambda each: each.country_code not in (None, home))
    by_company = {each.company_id: each for each in reversed(found)}
    return [each for each in found if by_company[each.company_id] is each][:most]


def _dated(sheet: Sheet) -> Values:
    dates: Values = {"document_date": sheet.day, "order_date": sheet.day}
    if sheet.kind == DocumentType.QUOTE:
        dates["valid_until_date"] = sheet.day + dt.timedelta(days=30)
    elif sheet.kind != DocumentType.BLANKET_ORDER:
        dates["posting_date"] = sheet.day
    return dates


def _words(language: str) -> Mapping[str, list[str]]:
    """What people wrote by hand, by kind."""
    found: dict[str, list[str]] = defaultdict(list)
    with (files("tuttava.documents") / "data" / "demo_texts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["code"]].append(row[language])
    return found
