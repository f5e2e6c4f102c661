"""Pictures and files of items (A-85, A-86)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Json, Service
from tests.pictures import image
from tuttava.foundation.models import DocumentAttachment, Picture
from tuttava.trade.models import Item

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def item(api: Service) -> Json:
    return api.made("items", {"number": "1000", "displayName": "Rope"})


def test_item_has_a_picture(api: Service, item: Json) -> None:
    place = f"items({item['id']})/picture"
    assert api.get(place).json["width"] == 0
    Item.objects.update(last_modified_at="2020-01-01T00:00:00Z")
    assert api.patch(f"{place}/pictureContent", image()).status == 204
    found = api.get(f"items({item['id']})?$expand=picture($expand=item)").json
    assert (found["picture"]["parentType"], found["picture"]["width"]) == ("Item", 40)
    assert found["picture"]["item"]["number"] == "1000" and found["lastModifiedDateTime"] > "2021"
    assert "1000%20Rope.png" in api.get(f"{place}/pictureContent").headers["Content-Disposition"]


def test_item_has_files(api: Service, item: Json) -> None:
    made = api.made(f"items({item['id']})/documentAttachments", {"fileName": "Data sheet.txt"})
    assert (made["parentType"], made["parentId"]) == ("Item", item["id"])
    assert api.get(f"documentAttachments({made['id']})?$expand=item").json["item"]["number"] == "1000"


def test_what_hangs_on_an_item_goes_with_it(api: Service, item: Json) -> None:
    api.patch(f"items({item['id']})/picture/pictureContent", image())
    api.made(f"items({item['id']})/documentAttachments", {"fileName": "Data sheet.txt"})
    assert api.delete(f"items({item['id']})").status == 204
    assert not Picture.objects.exists() and not DocumentAttachment.objects.exists()
