"""Groups, templates and language variants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interactions.making import logged, make_company, vocabulary
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import AttachmentContent
from tuttava.foundation.undo import undo_unit
from tuttava.interactions.attachments import content_of
from tuttava.interactions.defaults import LAYOUT, LETTER
from tuttava.interactions.models import (
    InteractionAttachment,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
    WizardAction,
    WordTemplate,
)
from tuttava.interactions.templates_actions import (
    attachments_by_template,
    copy_attachment,
    export_attachment,
    import_attachment,
    open_variant,
    remove_attachment,
    variant_of,
)

pytestmark = pytest.mark.usefixtures("company")


def template(**values: Any) -> InteractionTemplate:
    return records.create(
        InteractionTemplate, {"code": "TALK", "interaction_group_code": "MEETING", "description": "Talk"} | values
    )


def variant(of: InteractionTemplate, language: str | None = "EN", **values: Any) -> InteractionTemplateLanguage:
    given = {"interaction_template_code": of.code}
    return records.create(InteractionTemplateLanguage, {"language_code": language} | values, given=given)


def with_file(of: InteractionTemplate, language: str | None = "EN") -> InteractionTemplateLanguage:
    return import_attachment(variant(of, language), b"Agenda", "Agenda.txt")


def refused(code: str, work: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        work()
    assert error.value.code == code
    return error.value


def test_groups_and_templates_need_a_code_of_their_own() -> None:  # I-1
    refused("field_required", lambda: records.create(InteractionGroup, {"description": "x"}))
    refused("already_exists", lambda: records.create(InteractionGroup, {"code": "meeting"}))
    refused("field_required", lambda: template(code=" "))
    refused("already_exists", lambda: template(code="minutes"))
    error = refused("interaction_group_required", lambda: template(interaction_group_code=None))
    assert error.field == "interaction_group_code"
    refused("not_found", lambda: template(interaction_group_code="NONE"))


def test_a_template_takes_its_variants_and_their_files_along_and_entries_keep_its_code() -> None:  # I-2
    vocabulary()
    entry = logged(make_company(name="Fjordkraft AS"))
    meet = InteractionTemplate.objects.get(code="MEET")
    held = with_file(meet).attachment_id
    records.delete(meet)
    assert not InteractionTemplateLanguage.objects.filter(interaction_template__code="MEET").exists()
    assert not InteractionAttachment.objects.filter(pk=held).exists()
    assert InteractionLogEntry.objects.get(pk=entry.pk).interaction_template_code == "MEET"


def test_templates_and_groups_in_use_stay() -> None:  # I-2
    refused("template_in_use", lambda: records.delete(InteractionTemplate.objects.get(code="EMAIL")))
    refused("group_in_use", lambda: records.delete(InteractionGroup.objects.get(code="MEETING")))
    records.delete(records.create(InteractionGroup, {"code": "FREE"}))


def test_a_template_of_a_postponed_interaction_stays() -> None:  # I-2
    from tests.interactions.making import said
    from tuttava.interactions.logging_core import log_interactions

    vocabulary()
    log_interactions([said(make_company(name="Fjordkraft AS"))], postponed=True)
    refused("template_in_use", lambda: records.delete(InteractionTemplate.objects.get(code="MEET")))


@pytest.mark.parametrize("name", ["unit_cost_lcy", "unit_duration_min"])
def test_costs_and_durations_are_not_negative(name: str) -> None:  # I-3
    assert refused("negative_value", lambda: template(**{name: -1})).field == name
    assert getattr(template(**{name: 0}), name) == 0


def test_a_default_language_without_variant_gets_one() -> None:  # I-5
    made = template(default_language_code="NB")
    assert variant_of(made) is not None
    assert InteractionTemplateLanguage.objects.get(interaction_template__code="TALK").description == "Talk"
    records.change(made, {"default_language_code": "NL"})
    languages = InteractionTemplateLanguage.objects.filter(interaction_template__code="TALK")
    assert set(languages.values_list("language_code", flat=True)) == {"NB", "NL"}


def test_without_a_variant_the_default_language_is_not_stored() -> None:  # I-5
    made = template()
    with acting(answers={"I-5": "no"}):
        refused("canceled_by_user", lambda: records.change(made, {"default_language_code": "NB", "description": "x"}))
    made.refresh_from_db()
    assert (made.default_language_code, made.description) == (None, "Talk")
    assert not InteractionTemplateLanguage.objects.filter(interaction_template__code="TALK").exists()


def test_the_wizard_action_follows_the_default_variant() -> None:  # I-6
    made = template()
    variant(made, "EN", email_layout_code=LAYOUT)
    variant(made, "NB")
    made = records.change(made, {"default_language_code": "EN"})
    assert made.wizard_action == WizardAction.MERGE
    made = records.change(made, {"default_language_code": "NB"})
    assert (made.wizard_action, made.word_template_code) == (WizardAction.NONE, None)


def test_merging_stays_where_the_variant_has_a_word_template() -> None:  # I-6
    made = template(wizard_action=WizardAction.MERGE)
    variant(made, "EN", word_template_code=LETTER)
    made = records.change(made, {"default_language_code": "EN"})
    assert (made.wizard_action, made.word_template_code) == (WizardAction.MERGE, LETTER)


@pytest.mark.parametrize("action", list(WizardAction))
@pytest.mark.parametrize("kind", ["no variant", "layout", "bare", "file", "word", "layout and word"])
def test_wizard_actions_fit_what_the_template_has(action: WizardAction, kind: str) -> None:  # I-7
    made = template(wizard_action=WizardAction.OPEN if action != WizardAction.OPEN else WizardAction.NONE)
    if kind != "no variant":
        stored = variant(
            made,
            "EN",
            email_layout_code=LAYOUT if "layout" in kind else None,
            word_template_code=LETTER if "word" in kind else None,
        )
        if kind == "file":
            import_attachment(stored, b"Agenda", "Agenda.txt")
        InteractionTemplate.objects.filter(pk=made.pk).update(
            default_language_code="EN", word_template_code=stored.word_template_code
        )
    wrong = {
        "no variant": set(),
        "layout": set(WizardAction) - {WizardAction.MERGE},
        "bare": {WizardAction.MERGE},
        "file": {WizardAction.MERGE},
        "word": {WizardAction.IMPORT},
        "layout and word": {WizardAction.IMPORT},
    }[kind]
    made.refresh_from_db()
    if action in wrong:
        refused("wizard_action_not_allowed", lambda: records.change(made, {"wizard_action": action}))
    else:
        assert records.change(made, {"wizard_action": action}).wizard_action == action


def test_a_word_template_takes_the_attachments_place_when_that_is_wanted() -> None:  # I-8
    made = template(default_language_code="EN")
    stored = import_attachment(variant_of(made) or pytest.fail(), b"Agenda", "Agenda.txt")
    refused("canceled_by_user", lambda: records.change(made, {"word_template_code": LETTER}))
    assert InteractionTemplate.objects.get(code="TALK").word_template_code is None
    with acting(answers={"I-8": "yes"}):
        records.change(made, {"word_template_code": LETTER})
    after = InteractionTemplateLanguage.objects.get(pk=stored.pk)
    assert (after.attachment_id, after.word_template_code) == (None, LETTER)
    assert not InteractionAttachment.objects.filter(pk=stored.attachment_id).exists()


def test_a_word_template_makes_the_missing_variant_and_is_no_import() -> None:  # I-8
    made = template(wizard_action=WizardAction.IMPORT)
    refused("word_template_not_allowed", lambda: records.change(made, {"word_template_code": LETTER}))
    records.change(records.change(made, {"wizard_action": WizardAction.NONE}), {"word_template_code": LETTER})
    stored = InteractionTemplateLanguage.objects.get(interaction_template__code="TALK")
    assert (stored.language_code, stored.word_template_code) == (None, LETTER)


def test_beside_a_word_template_nothing_is_done_with_attachments() -> None:  # I-9
    made = template(default_language_code="EN", word_template_code=LETTER)
    stored = variant_of(made) or pytest.fail()
    other = with_file(template(code="OTHER"), "EN")
    for work in (
        lambda: open_variant(made),
        lambda: import_attachment(stored, b"Agenda", "Agenda.txt"),
        lambda: copy_attachment(stored, other),
        lambda: remove_attachment(stored),
        lambda: export_attachment(stored),
    ):
        refused("word_template_in_use", work)


def test_the_default_language_follows_when_the_variants_language_is_renamed() -> None:  # I-10
    made = template(default_language_code="EN")
    records.change(variant_of(made) or pytest.fail(), {"language_code": "NB"})
    made.refresh_from_db()
    assert made.default_language_code == "NB"


def test_a_variant_takes_its_attachment_along() -> None:  # I-11
    stored = with_file(template(default_language_code="NB"), "EN")
    records.delete(stored)
    assert not InteractionAttachment.objects.filter(pk=stored.attachment_id).exists()
    default = InteractionTemplateLanguage.objects.get(interaction_template__code="TALK")
    records.delete(default)
    assert InteractionTemplate.objects.get(code="TALK").default_language_code is None


def test_an_attachment_is_removed_after_asking() -> None:  # I-11
    stored = with_file(template())
    with acting(answers={"I-11": "no"}):
        refused("canceled_by_user", lambda: remove_attachment(stored))
        assert InteractionAttachment.objects.filter(pk=stored.attachment_id).exists()
        assert remove_attachment(stored, confirm=False).attachment_id is None
    assert not InteractionAttachment.objects.filter(pk=stored.attachment_id).exists()


def test_a_layout_is_kept_in_an_attachment_that_goes_with_it() -> None:  # I-12
    before = InteractionAttachment.objects.count()
    stored = with_file(template())
    with acting(answers={"I-12": "no"}):
        refused("canceled_by_user", lambda: records.change(stored, {"email_layout_code": LAYOUT}))
    held = records.change(stored, {"email_layout_code": LAYOUT})
    attachment = held.attachment or pytest.fail()
    assert (attachment.email_layout_code, attachment.content_body, attachment.file_extension) == (LAYOUT, "", "html")
    assert InteractionAttachment.objects.count() == before + 1
    assert records.change(held, {"email_layout_code": None}).attachment_id is None
    assert InteractionAttachment.objects.count() == before


def test_a_file_replaces_a_file_only_when_it_may() -> None:  # I-13
    stored = with_file(template())
    refused("create_canceled", lambda: import_attachment(stored, None))
    with acting(answers={"I-13": "no"}):
        refused("canceled_by_user", lambda: import_attachment(stored, b"New", "New.txt"))
    replaced = import_attachment(stored, b"New", "New.txt")
    assert content_of(replaced.attachment or pytest.fail()) == b"New"
    assert not InteractionAttachment.objects.filter(pk=stored.attachment_id).exists()
    InteractionAttachment.objects.filter(pk=replaced.attachment_id).update(read_only=True)
    refused("attachment_read_only", lambda: import_attachment(replaced, b"Other", "Other.txt"))


def test_a_copied_attachment_is_another_one() -> None:  # I-14
    made = template()
    source = with_file(made, "EN")
    copied = copy_attachment(variant(made, "NB"), source)
    assert copied.attachment_id != source.attachment_id
    assert content_of(copied.attachment or pytest.fail()) == b"Agenda"
    refused("attachment_required", lambda: copy_attachment(source, variant(made, "NL")))


def test_an_export_is_named_after_the_template() -> None:  # I-15
    assert export_attachment(with_file(template())) == (b"Agenda", "TALK.txt", "text/plain")


def test_a_variant_stays_with_its_template_and_starts_with_its_words() -> None:  # 2.4
    stored = variant(template())
    assert stored.description == "Talk"
    refused("variant_template_fixed", lambda: records.change(stored, {"interaction_template_code": "MINUTES"}))
    refused("already_exists", lambda: variant(InteractionTemplate.objects.get(code="TALK")))
    WordTemplate.objects.filter(code=LETTER).update(language_code="NB")
    refused("word_template_language", lambda: records.change(stored, {"word_template_code": LETTER}))


def test_the_attachment_of_a_template_is_that_of_its_default_language() -> None:  # 2.3
    made = template()
    with_file(made, "EN")
    assert attachments_by_template([made]) == {}
    made = records.change(made, {"default_language_code": "EN"})
    assert set(attachments_by_template([made])) == {"TALK"}


def test_renaming_a_template_keeps_its_variants() -> None:  # C-92
    made = template(default_language_code="EN")
    records.change(made, {"code": "SPEECH"})
    assert InteractionTemplateLanguage.objects.filter(interaction_template__code="SPEECH").count() == 1


def test_templates_need_the_right_to_set_them_up() -> None:  # I-162
    made = template()
    with acting(rights=frozenset({"api.read", "api.write"})):
        with pytest.raises(PermissionDenied):
            records.change(made, {"description": "x"})
        with pytest.raises(PermissionDenied):
            import_attachment(InteractionTemplateLanguage.objects.all()[0], b"x", "x.txt")


def test_a_deleted_template_comes_back_with_its_files() -> None:  # C-87
    stored = with_file(template())
    with unit_of_work("delete template") as unit:
        records.delete(InteractionTemplate.objects.get(code="TALK"))
    undo_unit(unit)
    back = InteractionTemplateLanguage.objects.get(pk=stored.pk)
    assert back.attachment is not None
    assert content_of(back.attachment) == b"Agenda"
    assert AttachmentContent.objects.get(pk=back.attachment.content_id).unused_since is None
