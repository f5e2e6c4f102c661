"""“Merge with…” on a card: both sides, choices, the result, what moves, conflicts as questions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact, ContactAltAddress, ContactMailingGroup, MailingGroup
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.merging.models import Merge, MergeConflict, MergeStatus
from tuttava.partners.models import Customer, ShipToAddress

pytestmark = pytest.mark.usefixtures("company")
JSON = {"Accept": "application/json"}


@pytest.fixture
def manager(company: Company) -> Client:
    """Somebody who may merge."""
    return sign_in(company, name="marit", sets="CRM-MANAGER")


@pytest.fixture
def stays(company: Company) -> Contact:
    return records.create(Contact, {"no": "A1", "type": "company", "name": "Nordlys AS", "city": "Oslo"})


@pytest.fixture
def folded(company: Company) -> Contact:
    values = {"no": "B1", "type": "company", "name": "Nordlys Energi AS", "phone_no": "22 33 44 55"}
    return records.create(Contact, values)


class Desk:
    """The page on which records are merged into one."""

    def __init__(self, client: Client, root: str, record: Any, table: str = "contact") -> None:
        self.client = client
        self.card = f"{root}/{table}s/{record.pk}"
        self.address = f"{self.card}/merge"

    def show(self) -> str:
        answer = self.client.get(self.address)
        assert answer.status_code == 200
        return answer.content.decode()

    def press(self, what: str, **values: str) -> Any:
        return self.client.post(self.address, {"do": what, **values})

    def field(self, name: str, side: str) -> dict[str, str]:
        return {f"field:{name}": side}


@pytest.fixture
def desk(manager: Client, root: str, stays: Contact) -> Desk:
    return Desk(manager, root, stays)


@pytest.fixture
def compared(desk: Desk, folded: Contact) -> Desk:
    """The page with one duplicate."""
    assert desk.press("add", duplicate="B1").status_code == 302
    return desk


def only_merge() -> Merge:
    return Merge.objects.get(status=MergeStatus.OPEN)


# --- who may, and whom ------------------------------------------------------------------------------------------------


def test_only_who_may_merge_is_offered_it(editor: Client, manager: Client, root: str, stays: Contact) -> None:  # M-1
    address = f"{root}/contacts/{stays.pk}"
    assert f"{address}/merge" in manager.get(address).content.decode()
    assert f"{address}/merge" not in editor.get(address).content.decode()
    assert editor.get(f"{address}/merge").status_code == 403
    assert editor.post(f"{address}/merge", {"do": "merge"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "words"), [("A1", "merged with itself"), ("NOPE", "There is no"), ("P1", "a person")]
)
def test_refusals_stand_at_the_look_up(desk: Desk, typed: str, words: str) -> None:  # M-4, M-5, M-37
    records.create(Contact, {"no": "P1", "type": "person", "first_name": "Ada"})
    answer = desk.press("add", duplicate=typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Merge.objects.exists()


def test_merging_without_a_duplicate_is_refused(desk: Desk) -> None:  # M-4
    assert "Choose" in desk.press("merge").content.decode()


def test_words_that_fit_one_record_are_enough(desk: Desk, folded: Contact) -> None:
    desk.press("add", duplicate="nordlys energi")
    assert only_merge().duplicate_id == folded.pk


def test_lookup_offers_the_same_type_and_not_the_record_itself(
    manager: Client, root: str, stays: Contact, folded: Contact
) -> None:  # M-4, M-37
    records.create(Contact, {"no": "P1", "type": "person", "first_name": "Nordlys"})
    found = manager.get(f"{root}/lookup/merge-contact?of={stays.pk}&q=nordlys").content.decode()
    assert 'data-value="B1"' in found
    assert 'data-value="A1"' not in found
    assert 'data-value="P1"' not in found


# --- fields and the result --------------------------------------------------------------------------------------------


def test_differing_fields_are_shown_with_the_better_value_chosen(compared: Desk) -> None:  # M-7, M-40
    page = compared.show()
    key = only_merge().pk
    assert f'name="field:phone_no" value="{key}" checked' in page
    assert 'name="field:city" value="current" checked' in page
    assert 'name="field:no"' not in page
    assert "fields are equal" in page
    assert "Few differences" in page


def test_many_differences_raise_doubt(desk: Desk) -> None:  # M-7
    values = {"name": "Verft AS", "phone_no": "1", "address": "A 1", "home_page": "a.example", "name_2": "x"}
    more = {"email": "a@a.example", "fax_no": "12", "mobile_phone_no": "12", "county": "q", "city": "Moss"}
    records.change(Contact.objects.get(no="A1"), {**values, **more})
    records.create(
        Contact, {"no": "B1", "type": "company", **{name: f"{text}9" for name, text in (values | more).items()}}
    )
    desk.press("add", duplicate="B1")
    assert "look twice" in desk.show()


def test_result_follows_the_choices_without_keeping_them(compared: Desk) -> None:  # M-24
    key = str(only_merge().pk)
    before = only_merge().overrides
    answer = compared.client.get(compared.address, compared.field("name", key), headers=JSON).json()
    assert "Nordlys Energi AS" in answer["parts"]["merge-preview"]
    answer = compared.client.get(compared.address, compared.field("name", "current"), headers=JSON).json()
    assert "Nordlys Energi AS" not in answer["parts"]["merge-preview"]
    assert only_merge().overrides == before


def test_choices_are_kept_while_something_else_is_done(compared: Desk) -> None:
    compared.press("update", **compared.field("phone_no", "current"))
    assert "phone_no" not in only_merge().overrides
    compared.press(f"take:{only_merge().pk}")
    assert {"city", "name", "phone_no"} <= set(only_merge().overrides)
    compared.press("take:current")
    assert only_merge().overrides == []
    compared.press("take:proposed")
    assert "phone_no" in only_merge().overrides


def test_locked_fields_are_explained_and_take_no_choice(desk: Desk) -> None:  # M-43
    records.create(Contact, {"no": "B1", "type": "company", "name": "Nordlys", "privacy_blocked": True})
    desk.press("add", duplicate="B1")
    page = desk.show()
    assert 'name="field:privacy_blocked"' not in page
    assert "of either record stays in force" in page


def test_parts_of_a_persons_name_are_taken_together(manager: Client, root: str) -> None:
    one = records.create(Contact, {"no": "P1", "type": "person", "first_name": "Ada", "surname": "Berg"})
    records.create(Contact, {"no": "P2", "type": "person", "first_name": "Adele", "surname": "Bergh"})
    desk = Desk(manager, root, one)
    desk.press("add", duplicate="P2")
    assert "goes with name" in desk.show()
    desk.press("merge", **desk.field("name", str(only_merge().pk)))
    one.refresh_from_db()
    assert (one.first_name, one.surname, one.name) == ("Adele", "Bergh", "Adele Bergh")


def test_values_of_blocked_contacts_are_masked(manager: Client, root: str, stays: Contact) -> None:  # C-72
    records.create(Contact, {"no": "B1", "type": "company", "name": "Hemmelig AS", "privacy_blocked": True})
    desk = Desk(manager, root, stays)
    desk.press("add", duplicate="B1")
    assert "Hemmelig" not in desk.show()


# --- what moves -------------------------------------------------------------------------------------------------------


def test_rows_that_move_are_counted_and_shown_page_by_page(compared: Desk, folded: Contact) -> None:  # M-10, M-40
    for number in range(23):
        records.create(Contact, {"type": "person", "first_name": f"Nr {number:02}", "company_no": folded.no})
    assert "contacts.contact.company_id" in compared.show()
    rows = f"{compared.address}?rows=contacts.contact.company_id"
    first = compared.client.get(rows, headers=JSON).json()["parts"]["rows-contacts-contact-company_id"]
    assert first.count("/contacts/") >= 20
    assert "at=20" in first
    last = compared.client.get(f"{rows}&at=20").content.decode()
    assert "Nr 22" in last
    assert "Nr 01" not in last


# --- merging ----------------------------------------------------------------------------------------------------------


def test_merge_leads_to_the_survivor_with_undo(compared: Desk, stays: Contact, folded: Contact) -> None:  # M-23, M-29
    merge = only_merge()
    answer = compared.press("merge", **compared.field("name", str(merge.pk)))
    assert answer.status_code == 302
    assert answer.url == compared.card
    stays.refresh_from_db()
    assert (stays.no, stays.name, stays.phone_no, stays.city) == ("A1", "Nordlys Energi AS", "22 33 44 55", "Oslo")
    assert not Contact.objects.filter(pk=folded.pk).exists()


def test_several_duplicates_are_merged_in_one_step(compared: Desk, stays: Contact) -> None:  # M-40
    records.create(Contact, {"no": "C1", "type": "company", "name": "Nordlys", "email": "post@nordlys.example"})
    compared.press("add", duplicate="C1")
    assert compared.show().count("Is folded in") == 4
    compared.press("merge")
    stays.refresh_from_db()
    assert (stays.phone_no, stays.email) == ("22 33 44 55", "post@nordlys.example")
    merges = Merge.objects.filter(status=MergeStatus.MERGED)
    assert merges.count() == 2
    assert len({merge.unit_id for merge in merges}) == 1


def test_a_duplicate_is_left_out_again(compared: Desk) -> None:
    compared.press(f"leave:{only_merge().pk}")
    assert not Merge.objects.exists()


def test_the_other_record_stays_instead(compared: Desk, folded: Contact) -> None:
    answer = compared.press("swap", **compared.field("city", "current"))
    assert answer.url.endswith(f"/contacts/{folded.pk}/merge")
    merge = only_merge()
    assert (merge.current_no, merge.duplicate_no) == ("B1", "A1")
    assert "city" in merge.overrides
    assert "phone_no" not in merge.overrides


def test_others_do_not_see_what_one_prepares(compared: Desk, company: Company, root: str, stays: Contact) -> None:
    other = Desk(sign_in(company, name="olav", sets="CRM-MANAGER"), root, stays)
    assert "Is folded in" not in other.show()


# --- conflicts --------------------------------------------------------------------------------------------------------


@pytest.fixture
def ships(manager: Client, root: str) -> Desk:
    """Two customers with an address of the same code (M.6, example 2)."""
    one = records.create(Customer, {"no": "K1", "name": "Granit AB"})
    two = records.create(Customer, {"no": "K2", "name": "Granit AB"})
    for customer, code, city in (
        (one, "HOME", "Oslo"),
        (one, "SHOP", "Oslo"),
        (two, "HOME", "Moss"),
        (two, "DEPOT", ""),
    ):
        records.create(ShipToAddress, {"customer_id": customer.pk, "code": code, "city": city})
    desk = Desk(manager, root, one, "customer")
    desk.press("add", duplicate="K2")
    return desk


def codes() -> list[str]:
    return sorted(ShipToAddress.objects.filter(customer__no="K1").values_list("code", flat=True))


def test_conflicts_are_asked_before_anything_happens(ships: Desk) -> None:  # M-13, M-14, M-17
    page = ships.show()
    assert "1 row cannot simply move" in page
    assert "HOME" in page
    answer = ships.press("merge")
    assert answer.status_code == 302
    assert "Resolve 1 conflict first" in ships.client.get(answer.url).content.decode()
    assert Customer.objects.filter(no="K2").exists()


def test_both_rows_stay_with_a_new_code(ships: Desk) -> None:  # M-21
    conflict = MergeConflict.objects.get()
    ships.press(f"rename:{conflict.pk}", **{f"c:{conflict.pk}:key:code": "home2"})
    ships.press("merge")
    assert codes() == ["DEPOT", "HOME", "HOME2", "SHOP"]


def test_one_row_stays_with_the_chosen_values(ships: Desk) -> None:  # M-20
    conflict = MergeConflict.objects.get()
    ships.press(f"remove:{conflict.pk}", **{f"c:{conflict.pk}:field:city": "duplicate"})
    assert not MergeConflict.objects.exists()
    ships.press("merge")
    assert codes() == ["DEPOT", "HOME", "SHOP"]
    assert ShipToAddress.objects.get(customer__no="K1", code="HOME").city == "Moss"


def test_a_missing_new_code_is_said_at_its_input(ships: Desk) -> None:  # M-21
    conflict = MergeConflict.objects.get()
    answer = ships.client.post(ships.address, {"do": f"rename:{conflict.pk}"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "merge.change_key"
    assert MergeConflict.objects.filter(pk=conflict.pk).exists()


def test_all_conflicts_are_settled_at_once(ships: Desk) -> None:  # M-22
    ships.press("all:keep_both")
    ships.press("merge")
    assert len(codes()) == 4


def test_groups_of_the_same_code_fall_to_one(compared: Desk, stays: Contact, folded: Contact) -> None:  # M-32
    records.create(MailingGroup, {"code": "NEWS2"})
    for contact in (stays, folded):
        records.create(ContactMailingGroup, {"contact_id": contact.pk, "mailing_group_code": "NEWS2"})
    records.create(ContactAltAddress, {"contact_id": folded.pk, "code": "SUMMER"})
    compared.press("merge")
    conflict = MergeConflict.objects.get()
    assert "Both rows hold the same" in compared.show()
    compared.press(f"remove:{conflict.pk}")
    compared.press("merge")
    assert ContactMailingGroup.objects.filter(contact=stays).count() == 1
    assert ContactAltAddress.objects.filter(contact=stays).count() == 1


# --- contacts behind merged customers ---------------------------------------------------------------------------------


def test_contacts_of_merged_customers_are_suggested(manager: Client, root: str) -> None:  # M-35
    one = records.create(Customer, {"no": "K1", "name": "Granit AB"})
    records.create(Customer, {"no": "K2", "name": "Granit Sverige AB"})
    desk = Desk(manager, root, one, "customer")
    desk.press("add", duplicate="K2")
    desk.press("merge")
    page = manager.get(desk.card).content.decode()
    assert "Merge the contacts too" in page
    assert "/merge?with=" in page
