"""Setup pages made by the card machine."""

from __future__ import annotations

import pytest
from django.test import Client

from tuttava.contacts.models import MarketingSetup
from tuttava.foundation.models import CompanyInformation, UserPreference
from tuttava.partners.models import Salesperson

pytestmark = pytest.mark.usefixtures("company")

HTML = {"Accept": "text/html"}


def page(client: Client, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200
    return answer.content.decode()


def test_marketing_setup_shows_its_sections(client: Client, base: str) -> None:  # C-113
    html = page(client, f"{base}/setup/marketing")
    for section in ("Inheritance", "Defaults for new contacts", "Numbering", "Duplicates"):
        assert section in html
    client.post(f"{base}/setup/marketing/field/search_hit_pct", {"value": "75"})
    assert MarketingSetup.objects.get().search_hit_pct == 75


def test_missing_setup_is_created_when_opened(client: Client, base: str) -> None:  # C-113
    MarketingSetup.objects.all().delete()
    page(client, f"{base}/setup/marketing")
    assert MarketingSetup.objects.get().restore_days == 30


def test_number_out_of_range_is_refused_at_its_field(client: Client, base: str) -> None:
    answer = client.post(f"{base}/setup/marketing/field/search_hit_pct", {"value": "101"})
    assert answer.json()["error"]["field"] == "search_hit_pct"


def test_storage_location_shows_only_for_disk_files(client: Client, base: str) -> None:  # C-115
    assert "f-attachment_storage_location" not in page(client, f"{base}/setup/marketing")
    answer = client.post(f"{base}/setup/marketing/field/attachment_storage_type", {"value": "disk_file"})
    assert "f-attachment_storage_location" in answer.json()["parts"]["card-body"]


def test_own_settings_are_those_of_the_user(client: Client, base: str) -> None:
    Salesperson.objects.create(code="AB", name="Anna Berg")
    page(client, f"{base}/my-settings")
    client.post(f"{base}/my-settings/field/salesperson_code", {"value": "ab"})
    assert UserPreference.objects.get(user_name="anna").salesperson_code == "AB"


def test_organisation_is_edited(client: Client, base: str) -> None:
    client.post(f"{base}/setup/company/field/name", {"value": "Nordlys Handel"})
    assert CompanyInformation.objects.get().name == "Nordlys Handel"
    assert "Nordlys Handel" in page(client, f"{base}/setup/company")


def test_salesperson_card_reads_percentages_in_the_users_language(client: Client, base: str) -> None:
    person = Salesperson.objects.create(code="AB", name="Anna Berg")
    UserPreference.objects.create(user_name="anna", language="nb")
    answer = client.post(f"{base}/setup/salespeople/{person.pk}/field/commission_pct", {"value": "7,25"})
    assert "7,25" in answer.json()["parts"]["f-commission_pct"]
    person.refresh_from_db()
    assert float(person.commission_pct) == 7.25
