"""Items and the code tables of trade in the standard service (16.7)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.api.conftest import Service
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.search import search_ids
from tuttava.partners.models import SalesSetup
from tuttava.partners.setups import setup_of
from tuttava.trade.models import Item, ItemCategory, UnitOfMeasure, ValueEntry

pytestmark = pytest.mark.usefixtures("company")

ITEM = {
    "displayName": "Bicycle",
    "displayName2": "blue",
    "type": "Inventory",
    "itemCategoryCode": "bikes",
    "gtin": "4006381333931",
    "inventory": 0,
    "unitPrice": 4000.125,
    "priceIncludesTax": True,
    "unitCost": 2500,
    "taxGroupCode": "furniture",
    "generalProductPostingGroupCode": "retail",
    "inventoryPostingGroupCode": "resale",
    "baseUnitOfMeasureCode": "pcs",
}


@pytest.fixture
def codes(api: Service) -> None:
    api.made("itemCategories", {"code": "BIKES", "displayName": "Bicycles"})
    api.made("taxGroups", {"code": "FURNITURE", "displayName": "Furniture"})


@pytest.mark.usefixtures("codes")
def test_item_with_everything(api: Service) -> None:  # 16.7
    made = api.made("items?$expand=itemCategory,unitOfMeasure", ITEM)
    assert made["number"].isdigit()
    assert {name: made[name] for name in ("displayName", "unitPrice", "inventory", "type")} == {
        "displayName": "Bicycle",
        "unitPrice": 4000.125,
        "inventory": 0,
        "type": "Inventory",
    }
    assert made["itemCategory"]["displayName"] == "Bicycles"
    assert made["unitOfMeasure"]["internationalStandardCode"] == "C62"
    assert made["itemCategoryId"] == made["itemCategory"]["id"]
    assert made["taxGroupCode"] == "FURNITURE"
    assert (made["generalProductPostingGroupCode"], made["inventoryPostingGroupCode"]) == ("RETAIL", "RESALE")


def test_item_begins_without_inventory(api: Service) -> None:  # 16.7
    refused = api.post("items", {"displayName": "Bicycle", "inventory": 4})
    assert (refused.status, refused.target) == (400, "inventory")
    made = api.made("items", {"displayName": "Bicycle"})
    assert api.patch(f"items({made['id']})", {"inventory": 4}).status == 400
    assert api.patch(f"items({made['id']})", {"inventory": 0, "displayName": "Bike"}).json["displayName"] == "Bike"


def test_unknown_category_names_the_property(api: Service) -> None:
    refused = api.post("items", {"displayName": "Bicycle", "itemCategoryCode": "NONE"})
    assert (refused.status, refused.domain_code, refused.target) == (400, "not_found", "itemCategoryCode")
    nowhere = "5d115c9c-44e3-ea11-bb43-000d3a2feca1"
    refused = api.post("items", {"displayName": "Bicycle", "baseUnitOfMeasureId": nowhere})
    assert (refused.status, refused.target) == (400, "baseUnitOfMeasureId")


def test_number_series_of_items_is_named_when_missing() -> None:
    records.change(setup_of(SalesSetup), {"item_nos": None})
    with pytest.raises(DomainError) as refused:
        records.create(Item, {"description": "Bicycle"})
    assert (refused.value.code, refused.value.field) == ("setup.item_nos.missing", "item_nos")


def test_entries_follow_a_renumbered_item(api: Service) -> None:
    item = records.create(Item, {"no": "B1", "description": "Bicycle"})
    ValueEntry.objects.create(entry_no=1, item_no="B1", posting_date=dt.date(2026, 1, 1))
    api.patch(f"items({item.pk})", {"number": "B2"})
    assert ValueEntry.objects.get().item_no == "B2"


def test_items_are_found_by_words_number_and_bar_code() -> None:
    item = records.create(Item, {"description": "Städtvogn, blå", "gtin": "4006381333931"})
    for text in ("stadtv", "bla", item.no, "4006381333931"):
        assert search_ids(text, Item.objects.all()) == [item.pk], text
    records.change(item, {"description": "Bucket"})
    assert search_ids("stadtv", Item.objects.all()) == []


def test_item_in_use_keeps_its_codes() -> None:  # C-91
    records.create(ItemCategory, {"code": "BIKES"})
    records.create(Item, {"description": "Bicycle", "item_category": "BIKES", "base_unit_of_measure": "PCS"})
    for row in (ItemCategory.objects.get(code="BIKES"), UnitOfMeasure.objects.get(code="PCS")):
        with pytest.raises(DomainError) as refused:
            records.delete(row)
        assert refused.value.code == "code.in_use"


def test_files_hang_on_items(api: Service) -> None:
    item = records.create(Item, {"description": "Bicycle"})
    made = api.made("documentAttachments", {"parentId": str(item.pk), "parentType": "Item", "fileName": "a.txt"})
    assert [row["id"] for row in api.get(f"items({item.pk})/documentAttachments").value] == [made["id"]]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("unitsOfMeasure", {"code": "SET", "displayName": "Set", "internationalStandardCode": "SET", "symbol": "s"}),
        ("itemCategories", {"code": "CHAIRS", "displayName": "Chairs"}),
        ("customerReturnReasons", {"code": "LATE", "displayName": "Too late"}),
        ("taxGroups", {"code": "FOOD", "displayName": "Food"}),
        (
            "locations",
            {
                "code": "OSLO",
                "displayName": "Warehouse Oslo",
                "contact": "Ola",
                "addressLine1": "Gata 1",
                "city": "Oslo",
                "country": "NO",
                "phoneNumber": "22 33 44 55",
                "email": "oslo@example.org",
                "website": "example.org",
            },
        ),
    ],
)
def test_code_tables_are_kept(api: Service, name: str, body: dict[str, str]) -> None:  # 16.7
    made = api.made(name, body)
    assert {key: made[key] for key in body} == body
    assert api.get(f"{name}(code='{body['code']}')").json["id"] == made["id"]
    assert api.patch(f"{name}({made['id']})", {"displayName": "Other"}).json["displayName"] == "Other"
    assert api.delete(f"{name}({made['id']})").status == 204


def test_tax_groups_tell_how_the_country_taxes(api: Service) -> None:  # 16.7
    assert api.made("taxGroups", {"code": "FOOD"})["taxType"] == "VAT"
