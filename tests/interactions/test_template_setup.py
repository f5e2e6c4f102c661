"""Which template an event uses."""

from __future__ import annotations

import pytest

from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from tuttava.interactions.template_setup import (
    DOCUMENTS,
    EVENTS,
    outgoing_calls_template,
    template_for,
    template_setup,
)
from tuttava.interactions.templates_actions import import_attachment

pytestmark = pytest.mark.usefixtures("company")


def put(event: str, code: str | None) -> None:
    records.change(template_setup(), {f"{event}_code": code})


@pytest.mark.parametrize("event", EVENTS)
def test_only_meeting_invitations_may_have_an_attachment(event: str) -> None:  # I-16
    if event == "meeting_invitation":
        put(event, "MINUTES")
        assert template_for(event) == "MINUTES"
        return
    with pytest.raises(DomainError) as refused:
        put(event, "MINUTES")
    assert (refused.value.code, refused.value.field) == ("template_has_attachment", f"{event}_code")


def test_a_blank_event_is_no_error() -> None:  # I-17
    put("sales_quotes", None)
    assert template_for("sales_quotes") == ""
    assert template_for("sales_invoices") == "S-INVOICE"
    with acting(rights=frozenset({"api.write"})):
        assert template_for("sales_invoices") == ""


@pytest.mark.parametrize("event", ["sales_quotes", "purchase_orders", "service_contracts", "cover_sheets"])
def test_templates_of_documents_have_no_languages(event: str) -> None:  # I-18
    assert event in DOCUMENTS
    code = template_for(event)
    with pytest.raises(DomainError) as refused:
        records.create(InteractionTemplateLanguage, {"language_code": "NB"}, given={"interaction_template_code": code})
    assert refused.value.code == "document_template_has_languages"
    assert code in str(refused.value)
    assert "NB" in str(refused.value)
    records.create(
        InteractionTemplateLanguage, {"language_code": "NB"}, given={"interaction_template_code": "WORKSHOP"}
    )
    with pytest.raises(DomainError) as refused:
        put(event, "WORKSHOP")
    assert refused.value.code == "document_template_has_languages"


def test_a_template_with_a_file_is_refused_for_its_file_first() -> None:  # I-16, I-18
    with pytest.raises(DomainError) as refused:
        put("sales_quotes", "BUSLETTER")
    assert refused.value.code == "template_has_attachment"


def test_templates_of_mail_may_have_languages() -> None:  # I-18
    given = {"interaction_template_code": "EMAIL"}
    stored = records.create(InteractionTemplateLanguage, {"language_code": "NB"}, given=given)
    import_attachment(stored, b"x", "x.txt")
    put("emails", "CALL-IN")
    put("emails", "EMAIL")
    assert template_for("emails") == "EMAIL"


def test_a_template_in_use_gets_no_attachment_afterwards() -> None:  # I-16
    given = {"interaction_template_code": "EMAIL"}
    blank = records.create(InteractionTemplateLanguage, {}, given=given)
    for work in (
        lambda: import_attachment(blank, b"x", "x.txt"),
        lambda: records.change(blank, {"email_layout_code": "PLAIN"}),
    ):
        with pytest.raises(DomainError) as refused:
            work()
        assert (refused.value.code, refused.value.rule) == ("template_has_attachment", "I-16")
    norwegian = records.create(InteractionTemplateLanguage, {"language_code": "NB"}, given=given)
    import_attachment(norwegian, b"x", "x.txt")
    with pytest.raises(DomainError) as refused:
        records.change(InteractionTemplate.objects.get(code="EMAIL"), {"default_language_code": "NB"})
    assert (refused.value.code, refused.value.field) == ("template_has_attachment", "default_language_code")
    put("emails", None)
    put("email_draft", None)
    import_attachment(InteractionTemplateLanguage.objects.get(pk=blank.pk), b"x", "x.txt")


def test_invitations_may_get_an_attachment_afterwards() -> None:  # I-16
    given = {"interaction_template_code": template_for("meeting_invitation")}
    import_attachment(records.create(InteractionTemplateLanguage, {}, given=given), b"x", "x.txt")


def test_a_call_needs_its_template() -> None:  # I-19
    assert outgoing_calls_template() == "CALL-OUT"
    put("outgoing_calls", None)
    with pytest.raises(DomainError) as refused:
        outgoing_calls_template()
    assert refused.value.code == "outgoing_calls_template_required"


def test_the_setup_stays() -> None:  # 2.5
    with pytest.raises(DomainError) as refused:
        records.delete(template_setup())
    assert refused.value.code == "setup.cannot_delete"


def test_a_shipped_template_serves_every_event() -> None:  # section 6
    setup = template_setup()
    assert all(getattr(setup, f"{event}_code") for event in EVENTS)
    assert InteractionTemplate.objects.get(code=setup.outgoing_calls_code).ignore_contact_correspondence_type
