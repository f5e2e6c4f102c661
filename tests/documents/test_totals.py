"""Amounts to the cent: discounts, VAT, rounding."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents import making
from tuttava.documents.models import Document, DocumentLine, DocumentType
from tuttava.documents.money import rounded, spread
from tuttava.documents.totals import calculate, vat_summary
from tuttava.foundation import records
from tuttava.trade.models import LineType

pytestmark = pytest.mark.usefixtures("company")


def test_halves_go_away_from_zero() -> None:
    assert rounded(Decimal("2.345")) == Decimal("2.35") and rounded(Decimal("-2.345")) == Decimal("-2.35")


def test_parts_add_up_to_the_whole() -> None:
    assert spread(Decimal("10.00"), [Decimal(1)] * 3) == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]


def test_line_discount_and_invoice_discount_come_off_before_vat() -> None:
    order = making.document(DocumentType.ORDER)
    sold = making.item("100")
    making.line(order, sold, "1", line_discount_pct=Decimal(10))
    making.line(order, sold, "1")
    order = records.change(order, {"invoice_discount_amount": Decimal(19)})
    assert (order.amount, order.amount_including_vat) == (Decimal("171.00"), Decimal("213.75"))
    shares = [line.invoice_discount_amount for line in order.lines.order_by("line_no")]
    assert shares == [Decimal("9.00"), Decimal("10.00")]
    order = records.change(order, {"invoice_discount_amount": Decimal(0)})
    assert order.amount == Decimal("190.00")


def test_vat_is_rounded_once_for_each_percentage() -> None:
    order = making.document()
    sold = making.item("0.33")
    for _ in range(3):
        making.line(order, sold, "1")
    order.refresh_from_db()
    assert order.amount == Decimal("0.99") and order.amount_including_vat == Decimal("1.24")


def test_prices_with_vat_keep_their_total() -> None:
    order = making.document(prices_including_vat=True)
    making.line(order, making.item("80"), "1")
    order.refresh_from_db()
    line = order.lines.get()
    assert line.unit_price == Decimal(100) and order.amount == Decimal(80)
    assert order.amount_including_vat == Decimal(100)


def test_amount_typed_over_the_line_is_a_discount() -> None:
    line = making.line(making.document(), making.item("100"), "2")
    line = records.change(line, {"line_amount": Decimal(150)})
    assert (line.line_discount_amount, line.line_discount_pct) == (Decimal(50), Decimal(25))


_LINES = st.lists(
    st.tuples(
        st.decimals("-500", "1000", places=2),
        st.sampled_from([Decimal(0), Decimal(8), Decimal("25.5"), Decimal(25)]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=_LINES, discount=st.decimals("0", "300", places=2), including=st.booleans())
def test_lines_summary_and_total_always_agree(
    lines: list[tuple[Decimal, Decimal]], discount: Decimal, including: bool
) -> None:
    made = [DocumentLine(line_type=LineType.ITEM, line_amount=amount, vat_pct=vat) for amount, vat in lines]
    header = Document(invoice_discount_amount=discount, prices_including_vat=including)
    calculate(header, made)
    summary = vat_summary(made)
    assert header.amount == sum(line.amount for line in made)
    assert header.amount == sum(each.base for each in summary)
    assert header.amount_including_vat == header.amount + sum(each.vat for each in summary)
    whole = sum(line.line_amount for line in made) - header.invoice_discount_amount
    assert (header.amount_including_vat if including else header.amount) == whole
