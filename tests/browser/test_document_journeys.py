"""Lines of an order typed by keyboard alone and pasted from a spreadsheet; the order printed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.documents import making
from tuttava.documents.models import Document, DocumentLine
from tuttava.foundation.context import acting
from tuttava.trade.models import Item

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]

#: What a spreadsheet puts on the clipboard, as an event of the focused cell gets it.
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""


@pytest.fixture
def order() -> tuple[Document, Item, Item]:
    """An order without lines, and two items to sell."""
    with acting(user_name="anna", door="browser"):
        chair, table = making.item(description="Chair Mira"), making.item("400", description="Table Mira")
        return making.document(customer_id=making.customer(making.company("Fjellbygg AS")).pk), chair, table


def test_lines_are_typed_by_keyboard_and_pasted_and_the_order_is_printed(
    sit: Sit,
    order: tuple[Document, Item, Item],
    accessible_in_both_themes: Callable[[Page], None],
    pictures: Path | None,
) -> None:
    document, chair, table = order
    page = sit().open(f"/documents/{document.pk}")
    page.wait_for_load_state("networkidle")
    page.locator("line-grid td.lc[data-field=no]").last.focus()
    page.keyboard.type(chair.no)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("line-grid tbody tr").first).to_contain_text("Chair Mira")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("#line-totals")).to_contain_text("375.00")
    page.locator("line-grid td.lc[data-field=no]").last.focus()
    page.evaluate(PASTE, f"{table.no}\tBig table\t2\n{chair.no}\tSpare chair\t1\n")
    expect(page.locator("#line-totals")).to_contain_text("1,500.00")
    lines = DocumentLine.objects.filter(document=document).order_by("line_no").values_list("description", "quantity")
    assert list(lines) == [("Chair Mira", Decimal(3)), ("Big table", Decimal(2)), ("Spare chair", Decimal(1))]
    page.keyboard.press("Escape")
    accessible_in_both_themes(page)
    if pictures is not None:
        page.screenshot(path=pictures / "order-lines.png", full_page=True)
    page.locator("h1").focus()
    page.keyboard.press("p")
    dialog = page.locator("dialog.paper")
    expect(dialog.get_by_role("img", name="Page 1 of 1")).to_be_visible()
    accessible_in_both_themes(page)
    if pictures is not None:
        page.screenshot(path=pictures / "print.png")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Print").click()
    assert download.value.suggested_filename.endswith(f"{document.no}.pdf")
    expect(page.locator("#toasts")).to_contain_text("is printed")
    document.refresh_from_db()
    assert document.no_printed == 1
