"""Wizards and mails are looked over while they are written."""

from __future__ import annotations

import pytest

from tests.interactions.letters import word_template
from tests.interactions.making import make_person, vocabulary
from tests.interactions.wizards import layout_variant, template
from tuttava.contacts.models import Contact
from tuttava.foundation import mail
from tuttava.foundation.errors import DomainError
from tuttava.interactions import drafting, wizard
from tuttava.interactions.drafting import Source
from tuttava.interactions.kept_mails import Message
from tuttava.interactions.models import EmailLayout, InteractionDraft, InteractionLogEntry, InteractionTemplateSetup
from tuttava.interactions.preflight import Finding, look_over_draft, look_over_mail

pytestmark = pytest.mark.usefixtures("company")


def begun(contact: Contact, **values: str) -> InteractionDraft:
    given = {"description": "Spring", "salesperson_code": "PS", **values}
    return drafting.start(Source(contact=contact), given)


def kinds(found: list[Finding]) -> list[tuple[str, str]]:
    return [(each.kind, each.name) for each in found]


def test_a_letter_tells_what_it_lacks_before_and_after_it_is_filled_in() -> None:  # I-92, I-163
    word_template("{{contact.name}} {{entry.entry_no}} {{contact.fax_no}} {{contact.shoe}}")
    template("LETTER", word_template_code="T-LETTER", wizard_action="merge", correspondence_type_default="hard_copy")
    anna = make_person(name="Anna Berg", correspondence_type="hard_copy", address="Storgata 1")
    draft = begun(anna, interaction_template_code="LETTER")
    before = look_over_draft(draft)
    assert kinds(before) == [("unknown", "{{ contact.shoe }}"), ("blank", "Anna Berg")]
    assert "fax" in before[1].text and not any(each.stops for each in before)
    draft = wizard.next_step(wizard.next_step(draft))
    assert draft.merged and look_over_draft(draft) == before
    assert not InteractionLogEntry.objects.exists()


def test_what_keeps_a_layout_from_going_is_told() -> None:  # I-60, I-100
    template("NEWS")
    layout_variant("NEWS")
    EmailLayout.objects.update(html="<p>{{ contact.job_title }}</p>{{ layout.content }}")
    anna = make_person(name="Anna Berg", email="a@example.com", job_title="Buyer")
    draft = begun(anna, interaction_template_code="NEWS", correspondence_type="email")
    assert look_over_draft(draft) == []
    Contact.objects.filter(pk=anna.pk).update(email="", job_title="")
    draft = InteractionDraft.objects.get(pk=draft.pk)
    assert kinds(look_over_draft(draft)) == [("address", "Anna Berg"), ("blank", "Anna Berg")]
    printed = drafting.enter(draft, {"correspondence_type": "hard_copy"})
    assert ("document", "Spring") in kinds(look_over_draft(printed))
    Contact.objects.filter(pk=anna.pk).update(privacy_blocked=True)
    blocked = InteractionDraft.objects.get(pk=draft.pk)
    assert "blocked" in dict(kinds(look_over_draft(blocked)))


def test_what_is_only_noted_is_not_looked_over() -> None:
    template("MEET")
    draft = begun(make_person(correspondence_type="none"), interaction_template_code="MEET")
    assert draft.correspondence_type == "none" and look_over_draft(draft) == []


def test_a_mail_without_anything_to_send_is_told() -> None:  # I-46
    template("NOTE", correspondence_type_default="email")
    draft = begun(make_person(email="a@example.com"), interaction_template_code="NOTE", correspondence_type="email")
    assert kinds(look_over_draft(draft)) == [("document", "Spring")]
    with pytest.raises(DomainError) as refused:
        wizard.finish(draft)
    assert refused.value.code == "email_content_required"


def test_a_mail_is_looked_over_for_each_contact() -> None:  # I-60, I-163
    vocabulary()
    buyer = make_person(name="Anna", email="a@example.com", job_title="Buyer")
    other, quiet, locked = (make_person(name=name, email="a@example.com") for name in ("Berit", "Quiet", "Locked"))
    Contact.objects.filter(pk=quiet.pk).update(email="")
    Contact.objects.filter(pk=locked.pk).update(privacy_blocked=True)
    contacts = list(Contact.objects.filter(pk__in=[each.pk for each in (buyer, other, quiet, locked)]).order_by("no"))
    found = look_over_mail(contacts, Message("Hi {{contact.job_title}}", "<p>{{contact.shoe}}</p>"))
    assert [each.kind for each in found] == ["blocked", "unknown", "blank", "address", "blank"]
    assert [each.name for each in found if each.kind == "blank"] == ["Berit", "Quiet"]


def test_without_account_or_template_a_mail_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:  # I-48, I-105
    vocabulary()
    anna = make_person(email="a@example.com")
    InteractionTemplateSetup.objects.update(emails=None)

    def missing() -> None:
        raise DomainError("mail_account_missing", "No mail account is set up.")

    monkeypatch.setattr("tuttava.interactions.preflight.require_account", missing)
    assert mail.is_transactional()
    found = look_over_mail([anna], Message("Hi"))
    assert [(each.kind, each.stops) for each in found] == [("account", True), ("account", True)]
