"""A year of trade made up: sales with seasons, goods that come back, purchases that keep the stock up, and payments."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tuttava.foundation.context import current
from tuttava.trade.demo.items import Article
from tuttava.trade.demo.parties import Party
from tuttava.trade.models import PostedKind

SEED = 20261123
DAYS, INVOICES = 365, 1200
_CENT = Decimal("0.01")
#: What a month sells against the average, and how that differs for goods of a season.
_MONTHS = (0.75, 0.8, 0.95, 0.95, 1.1, 1.0, 0.55, 0.9, 1.05, 1.15, 1.6, 1.3)
_SEASONS = {
    "even": (1.0,) * 12,
    "gift": (0.6, 0.8, 0.8, 0.9, 1.1, 1.0, 0.7, 0.8, 0.9, 1.3, 2.2, 2.2),
    "winter": (1.6, 1.3, 0.8, 0.5, 0.4, 0.3, 0.4, 0.7, 1.2, 1.6, 2.0, 1.9),
    "summer": (0.3, 0.4, 0.9, 1.5, 2.2, 2.0, 1.6, 1.0, 0.6, 0.4, 0.4, 0.4),
}
_GROWTH = 0.12
#: How late customers pay: a share of them, with the fewest and most days after the due date.
_HABITS = {(-4, 2): 0.62, (3, 14): 0.26, (15, 40): 0.12}
#: So many customers have paid nothing that fell due lately; blocked ones bought last some months ago.
_STOPPED, _LATELY, _GONE = 3, 75, 150
#: Goods come back within days; orders are placed every so many days, for the time until the next delivery.
_BACK, _REVIEW, _AHEAD = (3, 14), 28, 10


@dataclass(eq=False)
class Line:
    """One line: an article, or a cost without one (``text``). ``price`` is before ``discount`` percent."""

    article: Article | None
    quantity: int
    price: Decimal
    discount: int = 0
    text: str = ""

    @property
    def full(self) -> Decimal:
        return self.quantity * self.price

    @property
    def amount(self) -> Decimal:
        return (self.full * (100 - self.discount) / 100).quantize(_CENT, ROUND_HALF_UP)

    @property
    def cost(self) -> Decimal:
        return self.quantity * self.article.item.unit_cost if self.article else Decimal(0)


@dataclass(eq=False)
class Document:
    """A posted document. ``payment`` closes it; ``paid`` is what was paid of one that is still open."""

    kind: PostedKind
    party: Party
    date: dt.date
    due: dt.date
    lines: list[Line]
    no: str = ""
    order_no: str = ""
    credits: list[Document] = field(default_factory=list)
    payment: Payment | None = None
    paid: Decimal = Decimal(0)

    @property
    def is_credit(self) -> bool:
        return self.kind == PostedKind.SALES_CREDIT_MEMO

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return (self.amount * (100 + self.party.vat) / 100).quantize(_CENT, ROUND_HALF_UP)


@dataclass(eq=False)
class Payment:
    party: Party
    date: dt.date
    amount: Decimal = Decimal(0)
    no: str = ""


class Year:
    """Makes up the trade of the year that ends today, in a fixed order of draws."""

    def __init__(
        self,
        articles: Sequence[Article],
        buyers: Sequence[Party],
        sellers: Sequence[Party],
        words: Mapping[str, str],
        worth_of_euro: int,
    ) -> None:
        self.random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        self.articles = articles
        self.buyers = buyers
        self.sellers = sellers
        self.words = words
        self.worth_of_euro = worth_of_euro
        self.today = current().today
        self.start = self.today - dt.timedelta(days=DAYS)
        self.sales: list[Document] = []
        self.purchases: list[Document] = []
        self.receipts: list[Payment] = []
        self.payments: list[Payment] = []
        #: How many of each article lie in stock in the end.
        self.stock: dict[Article, int] = defaultdict(int)

    def trade(self) -> None:
        """A year of it; nothing at all without customers."""
        if not self.buyers:
            return
        self._tastes()
        self._sell()
        self._take_back()
        self._buy()
        self._collect()
        self._pay()
        self._number()

    # -- sales -------------------------------------------------------------------------------------------------------

    def _tastes(self) -> None:
        """What each customer likes to buy, and how much of it."""
        kinds = sorted({str(each.item.item_category_code) for each in self.articles})
        for party in self.buyers:
            liked = self.random.sample(kinds, 4)
            party.articles = [each for each in self.articles if each.item.item_category_code in liked]
            party.size *= self.random.lognormvariate(0, 0.5)

    def _sell(self) -> None:
        days = [self.start + dt.timedelta(days=number) for number in range(DAYS + 1)]
        days = [day for day in days if day.weekday() < 5]
        demand = [_MONTHS[day.month - 1] * (1 + _GROWTH * place / len(days)) for place, day in enumerate(days)]
        weights = [party.size**0.7 for party in self.buyers]
        for day in sorted(self.random.choices(days, demand, k=INVOICES)):
            party = self.random.choices(self.buyers, weights)[0]
            while party.is_gone and (self.today - day).days < _GONE:
                party = self.random.choices(self.buyers, weights)[0]
            lines = [self._line(party, article) for article in self._basket(party, day)]
            self.sales.append(Document(PostedKind.SALES_INVOICE, party, day, party.terms.apply(day), lines))

    def _basket(self, party: Party, day: dt.date) -> list[Article]:
        """One to six articles, mostly those that the customer likes, by season."""
        number = self.random.choices(range(1, 7), (3, 5, 6, 5, 3, 2))[0]
        known = party.articles if self.random.random() < 0.85 else list(self.articles)
        weights = [_SEASONS[each.season][day.month - 1] for each in known]
        return list(dict.fromkeys(self.random.choices(known, weights, k=number)))

    def _line(self, party: Party, article: Article) -> Line:
        price = article.item.unit_price
        if party.is_private:
            return Line(article, self.random.randint(1, 3), price)
        packs = max(1, round(self.random.lognormvariate(0.4, 0.6) * party.size**0.5))
        discount = 12 if party.is_wholesaler else self.random.choices((0, 5, 10), (8, 2, 1))[0]
        return Line(article, packs * article.pack, price, discount)

    def _take_back(self) -> None:
        """Now and then some of what was delivered comes back, and is credited."""
        several = [invoice for invoice in self.sales if len(invoice.lines) > 1]
        for invoice in self.random.sample(several, len(several) // 30):
            line = self.random.choice(invoice.lines)
            day = min(_workday(invoice.date + dt.timedelta(days=self.random.randint(*_BACK))), self.today)
            back = Line(line.article, self.random.randint(1, line.quantity), line.price, line.discount)
            invoice.credits = [Document(PostedKind.SALES_CREDIT_MEMO, invoice.party, day, invoice.due, [back])]
        self.sales += [credit for invoice in self.sales for credit in invoice.credits]

    # -- purchases ---------------------------------------------------------------------------------------------------

    def _buy(self) -> None:
        """Every four weeks vendors deliver what will be sold until their next delivery, and freight is charged."""
        moved = self._moved()
        for place, seller in enumerate(self.sellers):
            for day in self._reviews(place):
                until = day + dt.timedelta(days=_REVIEW + _AHEAD)
                lines = [self._service(seller)] if not seller.articles else []
                lines += [line for each in seller.articles for line in self._restock(each, moved[each], until)]
                if lines:
                    due = seller.terms.apply(day)
                    self.purchases.append(Document(PostedKind.PURCHASE_INVOICE, seller, day, due, lines))
        for article, sold in moved.items():
            self.stock[article] -= sum(quantity for _day, quantity in sold)

    def _reviews(self, place: int) -> list[dt.date]:
        first = self.start - dt.timedelta(days=place % 7)
        days = (_workday(first + dt.timedelta(days=number)) for number in range(0, DAYS + 7, _REVIEW))
        return [day for day in days if day <= self.today]

    def _moved(self) -> dict[Article, list[tuple[dt.date, int]]]:
        """When how much of each stocked article left the house, less what came back."""
        moved: dict[Article, list[tuple[dt.date, int]]] = defaultdict(list)
        for document in self.sales:
            for line in document.lines:
                if line.article is not None and line.article.is_stocked:
                    moved[line.article].append((document.date, -line.quantity if document.is_credit else line.quantity))
        return moved

    def _restock(self, article: Article, moved: list[tuple[dt.date, int]], until: dt.date) -> list[Line]:
        """A line for what is short until a day; some weeks' sales more stay in stock. ``stock``: bought so far."""
        spare = sum(quantity for _day, quantity in moved) // 10
        short = sum(quantity for day, quantity in moved if day <= until) + spare - self.stock[article]
        if short <= 0:
            return []
        crate = article.pack * 2
        quantity = -(-short // crate) * crate
        self.stock[article] += quantity
        return [Line(article, quantity, article.item.unit_cost)]

    def _service(self, seller: Party) -> Line:
        word = "advertising" if seller.trade == "ADVERT" else "freight"
        return Line(None, 1, Decimal(self.random.randint(250, 1400) * self.worth_of_euro), text=self.words[word])

    # -- payments ----------------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        """Most pay about when they should, some late, and a few have stopped; a payment is for all of a day."""
        firms = [party for party in self.buyers if not party.is_private]
        stopped = self.random.sample(firms, min(_STOPPED, len(firms)))
        habits = {party: self.random.choices(list(_HABITS), list(_HABITS.values()))[0] for party in self.buyers}
        paid: dict[tuple[Party, dt.date], Payment] = {}
        for invoice in [document for document in self.sales if not document.is_credit]:
            party = invoice.party
            day = _workday(invoice.due + dt.timedelta(days=self.random.randint(*habits[party])))
            day = max(day, invoice.date, *(credit.date for credit in invoice.credits))
            unpaid = party in stopped and (self.today - invoice.due).days < _LATELY
            if unpaid or day > self.today:
                continue
            payment = paid.setdefault((party, day), Payment(party, day))
            for document in (invoice, *invoice.credits):
                document.payment = payment
                payment.amount += -document.gross if document.is_credit else document.gross
        self.receipts = [*paid.values(), *self._parts()]

    def _parts(self) -> Iterable[Payment]:
        """Of some overdue invoices a part was paid."""
        overdue = [each for each in self.sales if each.payment is None and each.due < self.today and not each.credits]
        for invoice in [each for each in overdue if not each.is_credit][::6]:
            invoice.paid = (invoice.gross * Decimal("0.4")).quantize(Decimal(1))
            day = max(_workday(invoice.due, back=True), invoice.date)
            yield Payment(invoice.party, day, invoice.paid)

    def _pay(self) -> None:
        """Vendors are paid when it is due."""
        paid: dict[tuple[Party, dt.date], Payment] = {}
        for invoice in self.purchases:
            day = _workday(invoice.due)
            if day <= self.today:
                invoice.payment = paid.setdefault((invoice.party, day), Payment(invoice.party, day))
                invoice.payment.amount += invoice.gross
        self.payments = list(paid.values())

    def _number(self) -> None:
        """Numbers follow the dates."""
        counts: dict[str, int] = defaultdict(int)
        for documents in (self.sales, self.purchases):
            documents.sort(key=lambda each: each.date)
            for document in documents:
                counts[document.kind] += 1
                document.no = f"{_PREFIX[document.kind]}-{counts[document.kind] + 10000}"
                document.order_no = "" if document.is_credit else document.no.replace("I-", "O-")
        for prefix, payments in (("IN", self.receipts), ("OUT", self.payments)):
            payments.sort(key=lambda each: each.date)
            for place, payment in enumerate(payments, 10001):
                payment.no = f"{prefix}-{place}"


_PREFIX: Mapping[str, str] = {
    PostedKind.SALES_INVOICE: "SI",
    PostedKind.SALES_CREDIT_MEMO: "SC",
    PostedKind.PURCHASE_INVOICE: "PI",
}


def _workday(day: dt.date, *, back: bool = False) -> dt.date:
    """The day itself, or the next (or last) one that is no Saturday or Sunday."""
    step = dt.timedelta(days=-1 if back else 1)
    while day.weekday() > 4:
        day += step
    return day
