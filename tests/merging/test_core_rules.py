"""Every reference has a rule."""

from __future__ import annotations

import pytest
from django.db import models

from tests.merging.parties import company
from tuttava.contacts.models import Contact
from tuttava.foundation import merge_rules
from tuttava.foundation.merge_rules import Clash, references_of, refers, without_rule
from tuttava.merging.actions import start_merge, table_lines

pytestmark = pytest.mark.usefixtures("company")


def test_every_column_that_names_a_contact_customer_or_vendor_has_a_rule() -> None:  # M-25
    assert without_rule() == []


def test_a_reference_that_nobody_declared_is_named(monkeypatch: pytest.MonkeyPatch) -> None:  # M-25
    class Visit(models.Model):
        contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
        owner_id = models.UUIDField()

        class Meta:
            app_label = "contacts"

    try:
        assert without_rule() == ["contacts.Visit.contact_id", "contacts.Visit.owner_id"]
    finally:
        models.base.apps.all_models["contacts"].pop("visit")  # type: ignore[attr-defined]
        models.base.apps.clear_cache()  # type: ignore[attr-defined]


def test_a_kind_that_rows_can_hang_on_needs_a_rule_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:  # M-11
    kept = {key: each for key, each in merge_rules._references["vendor"].items() if "commentline" not in key[0]}
    monkeypatch.setitem(merge_rules._references, "vendor", kept)
    assert without_rule() == ["foundation.CommentLine.owner_id"]


def test_a_room_can_register_a_free_field_with_numbers(monkeypatch: pytest.MonkeyPatch) -> None:  # M-11
    monkeypatch.setitem(merge_rules._references, "contact", dict(merge_rules._references["contact"]))
    refers("contact", Contact, "external_id", holds="no")
    one, two, other = company(), company(), company()
    Contact.objects.filter(pk=other.pk).update(external_id=two.no)
    line = next(each for each in table_lines(start_merge("contact", one.no, two.no)) if each.field == "external_id")
    assert (line.current_count, line.duplicate_count, line.in_primary_key) == (0, 1, False)


def test_conflicts_are_asked_of_coded_rows_only() -> None:  # M-13, M-22, M-32
    asked = {each.name for each in references_of("contact") if each.clash is Clash.ASK}
    assert asked == {
        "contacts.contactbusinessrelation.contact_id",
        "contacts.contactaltaddress.contact_id",
        "contacts.contactaltaddressperiod.contact_id",
        "contacts.contactindustrygroup.contact_id",
        "contacts.contactmailinggroup.contact_id",
        "contacts.contactjobresponsibility.contact_id",
        "contacts.contactwebsource.contact_id",
    }
