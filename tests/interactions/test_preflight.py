"""What is in the way is listed before anything is made."""

from __future__ import annotations

import pytest

from tests.interactions.letters import entry, layout, word_template
from tests.interactions.making import make_person
from tuttava.contacts.models import Contact
from tuttava.foundation.models import OutboxMail
from tuttava.interactions.models import Delivery, InteractionLogEntry
from tuttava.interactions.outgoing import NEEDED
from tuttava.interactions.preflight import Finding, look_over
from tuttava.interactions.storing import NewContent

pytestmark = pytest.mark.usefixtures("company")


def found(*entries: InteractionLogEntry) -> list[Finding]:
    rows = InteractionLogEntry.objects.filter(pk__in=[each.pk for each in entries]).select_related(*NEEDED)
    return look_over(list(rows.order_by("entry_no")))


def test_fields_without_value_and_unknown_ones_are_named() -> None:  # I-163
    word_template("{{contact.name}} {{contact.job_title}} {{contact.fax_no}} {{contact.shoe}}")
    anna = make_person(name="Anna Berg", email="anna@example.com")
    told = found(entry(anna, word_template_code="T-LETTER"))
    assert [(each.kind, each.name, each.stops) for each in told] == [
        ("unknown", "{{ contact.shoe }}", False),
        ("blank", "Anna Berg", False),
    ]
    assert "job title" in told[1].text and "fax" in told[1].text and "Contact: name" not in told[1].text


def test_missing_addresses_and_blocks_are_named_and_nothing_is_made() -> None:  # I-60
    word_template()
    quiet, locked, homeless = (make_person(name=name, email="a@example.com") for name in ("Q", "L", "H"))
    rows = [
        entry(quiet, word_template_code="T-LETTER"),
        entry(locked, word_template_code="T-LETTER"),
        entry(homeless, word_template_code="T-LETTER", correspondence_type="hard_copy"),
    ]
    Contact.objects.filter(pk=quiet.pk).update(email="")
    Contact.objects.filter(pk=locked.pk).update(privacy_blocked=True)
    told = found(*rows)
    assert [(each.kind, each.stops) for each in told] == [("address", True), ("blocked", True), ("blank", False)]
    assert "postal address" in told[2].text
    assert not Delivery.objects.exists() and not OutboxMail.objects.exists()


def test_layouts_are_looked_over_with_what_was_typed_into_them() -> None:  # I-98
    layout("<html>{{ layout.content }} {{ contact.name }}</html>")
    content = NewContent(extension="html", email_layout_code="T-PLAIN", content_body="{{ contact.job_title }}")
    (told,) = found(entry(make_person(email="a@example.com"), content))
    assert told.kind == "blank" and "job title" in told.text
