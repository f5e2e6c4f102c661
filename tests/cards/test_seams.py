"""What rooms above the card machine add to it, and histories with very long entries."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import UnitOfWork
from tuttava.ui import undo
from tuttava.ui.banners import Banner
from tuttava.ui.cards import declare, history

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def firm() -> Contact:
    return records.create(Contact, {"name": "Nordlys AS"})


def test_a_very_long_unit_of_work_fills_one_page_of_the_history(firm: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LONG_UNIT", 5)
    with unit_of_work("many", "Many changes"):
        for number in range(8):
            records.change(Contact.objects.get(pk=firm.pk), {"phone_no": f"22 33 44 {number:02}"})
    first = history.history([firm.pk], limit=3)
    second = history.history([firm.pk], first.before, limit=3)
    assert [unit.title for unit in first.units] == ["Many changes"]
    assert [unit.title for unit in second.units] == ["Added"]
    assert second.before is None


def test_short_units_go_on_on_the_next_page(firm: Contact) -> None:
    with unit_of_work("few", "Few changes"):
        for number in range(4):
            records.change(Contact.objects.get(pk=firm.pk), {"phone_no": f"22 33 44 {number:02}"})
    first = history.history([firm.pk], limit=3)
    second = history.history([firm.pk], first.before, limit=3)
    assert [unit.title for unit in second.units] == ["Few changes", "Added"]


def test_a_room_takes_back_its_own_units(
    client: Client, base: str, firm: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    def own(_request: HttpRequest, unit: object) -> HttpResponse:
        return HttpResponse(f"own {unit}")

    monkeypatch.setattr(undo, "_own", {})
    with unit_of_work("own way", "Own") as unit:
        records.change(firm, {"phone_no": "22 33 44 55"})
    undo.register_undo("own way", own)
    assert client.post(f"{base}/undo/{unit}").content.decode() == f"own {unit}"
    undo.register_undo("own way", None)
    (entry,) = [each for each in history.history([firm.pk]).units if each.id == unit]
    assert UnitOfWork.objects.get(pk=unit).action == "own way"
    assert not entry.can_undo


def test_a_room_above_suggests_something_on_a_card(
    client: Client, base: str, firm: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declare, "_banners", {})
    declare.add_banner("contact", lambda record: Banner(f"Look at {record.name}"))
    assert "Look at Nordlys AS" in client.get(f"{base}/contacts/{firm.pk}").content.decode()
