"""Setup of e-mail logging: what enabling demands, what is locked, how secrets are kept, and the recurring job."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from tests.mailbox.making import (
    THEIRS,
    emails_template,
    entries,
    folder_setup,
    make_person,
    message,
    salesperson,
)
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory.actions import copy_company
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.schemas import in_schema
from tuttava.interactions.models import InteractionTemplateSetup
from tuttava.mailbox import actions, schedule
from tuttava.mailbox.models import EmailLoggingActivity, EmailLoggingSetup, MailLoggingState
from tuttava.mailbox.running import Counts, run_job, run_mail_logging, run_once
from tuttava.mailbox.sealing import seal, unseal
from tuttava.mailbox.setup import mail_setup

pytestmark = pytest.mark.usefixtures("company")
COMPLETE = {"mailbox_address": "log@ours.example", "source": "eml_folder", "consent_given": True}


def _refusal(values: dict[str, object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        records.change(mail_setup(), values)
    return refused.value


def test_a_new_setup_has_the_usual_values() -> None:  # 2.13
    setup = mail_setup()
    assert (setup.port, setup.security, setup.batch_size, setup.interval_minutes, setup.max_attempts) == (
        *(993, "tls", 50),
        *(10, 3),
    )
    assert (setup.inbox_folder, setup.archive_folder, setup.ignored_folder) == ("INBOX", "Archive", "Tuttava-Ignored")
    assert (setup.unmatched_action, setup.store_message, setup.consent_given) == ("move", "eml", False)


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("mailbox_address", "mailbox_required"),
        ("folder_path", "mailbox_required"),
        ("consent_given", "consent_required"),
        ("template", "emails_template_required"),
        ("inbox", "mailbox_unavailable"),
    ],
)
def test_enabling_demands_address_consent_template_and_an_answering_mailbox(
    tmp_path: Path, left_out: str, code: str
) -> None:  # I-145
    emails_template()
    if left_out != "inbox":
        (tmp_path / "inbox").mkdir()
    if left_out == "template":
        InteractionTemplateSetup.objects.update(emails_code=None)
    given = {**COMPLETE, "folder_path": str(tmp_path), "enabled": True}
    given.pop(left_out, None)
    assert _refusal(given).code == code
    assert not mail_setup().enabled and not MailLoggingState.objects.filter(next_run_at__isnull=False).exists()


def test_enabling_starts_the_job_after_a_minute_and_disabling_ends_it(tmp_path: Path) -> None:  # I-145
    with acting(user_name="mona"):
        folder_setup(tmp_path)
    state = MailLoggingState.objects.get()
    assert state.user_name == "mona" and state.next_run_at is not None
    assert dt.timedelta(seconds=50) < state.next_run_at - timezone.now() <= dt.timedelta(minutes=1)
    actions.disable()
    assert MailLoggingState.objects.get().next_run_at is None


def test_settings_are_locked_while_enabled(tmp_path: Path) -> None:  # I-145
    folder_setup(tmp_path)
    refused = _refusal({"batch_size": 10})
    assert (refused.code, refused.field) == ("settings_locked", "batch_size")
    with pytest.raises(DomainError) as clearing:
        actions.clear()
    assert clearing.value.code == "settings_locked"
    records.change(actions.disable(), {"batch_size": 10})
    assert mail_setup().batch_size == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mailbox_address", "other@ours.example"),
        ("host", "mail.ours.example"),
        ("user_name", "other"),
        ("secret", "other"),
    ],
)
def test_another_mailbox_needs_consent_anew(field: str, value: str) -> None:  # 2.13
    records.change(mail_setup(), {"secret": "first", "consent_given": True, "mailbox_address": "log@ours.example"})
    assert mail_setup().consent_given
    records.change(mail_setup(), {"secret": "first", "batch_size": 7})
    assert mail_setup().consent_given
    records.change(mail_setup(), {field: value})
    assert not mail_setup().consent_given
    assert records.change(mail_setup(), {"host": "again.example", "consent_given": True}).consent_given


def test_secrets_are_sealed_and_stand_in_no_journal() -> None:  # 2.13
    records.change(mail_setup(), {"secret": "s3cret-word", "host": "mail.ours.example"})
    setup = mail_setup()
    assert "s3cret" not in setup.secret and unseal(setup.secret) == "s3cret-word"
    records.change(setup, {"secret": "", "user_name": "u"})
    assert unseal(mail_setup().secret) == "s3cret-word"
    records.change(mail_setup(), {"secret": "another"})
    told = [*JournalChange.objects.filter(record_type="mailbox.emailloggingsetup").values_list("old", "new")]
    assert "mail.ours.example" in str(told)
    assert "secret" not in str(told)


def test_a_secret_sealed_elsewhere_is_no_secret(settings: object) -> None:  # 2.13
    sealed = seal("word")
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert unseal(sealed) is None
    assert unseal("") == ""


def test_clearing_empties_address_credentials_and_consent() -> None:  # I-146
    records.change(
        mail_setup(),
        {**COMPLETE, "host": "h.example", "user_name": "u", "secret": "s", "batch_size": 7, "consent_given": True},
    )
    with acting(answers={"q_clear_email_logging": "no"}):
        assert actions.clear().mailbox_address
    cleared = actions.clear()
    assert (cleared.mailbox_address, cleared.host, cleared.user_name, cleared.secret) == ("", "", "", "")
    assert (cleared.consent_given, cleared.batch_size) == (False, 50)


def test_validating_notes_what_fails(tmp_path: Path) -> None:  # I-146
    records.change(mail_setup(), {**COMPLETE, "folder_path": str(tmp_path)})
    with pytest.raises(DomainError) as refused:
        actions.validate()
    assert refused.value.code == "mailbox_unavailable"
    assert EmailLoggingActivity.objects.get().level == "failed"
    (tmp_path / "inbox").mkdir()
    actions.validate()
    assert list(EmailLoggingActivity.objects.values_list("entry_no", "level")) == [(2, "info"), (1, "failed")]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"mailbox_address": "nobody"}, "mailbox_address_invalid"),
        ({"batch_size": 0}, "batch_size_required"),
        ({"batch_size": 1001}, "value_invalid"),
        ({"inbox_folder": "IN\nBOX"}, "value_invalid"),
        ({"archive_folder": "inbox"}, "folders_not_distinct"),
        ({"ignored_folder": "Archive"}, "folders_not_distinct"),
    ],
)
def test_values_that_cannot_be_are_refused(values: dict[str, object], code: str) -> None:  # 2.13
    assert _refusal(values).code == code


def test_verbs_need_the_right() -> None:  # I-162
    with acting(rights=frozenset({"api.read", "api.write", "interaction_log.write"})):
        for verb in (actions.enable, actions.disable, actions.clear, actions.validate, actions.recreate_job):
            with pytest.raises(DomainError) as refused:
                verb()
            assert refused.value.code == "permission.denied"
        with pytest.raises(DomainError) as refused:
            run_mail_logging()
        assert refused.value.code == "permission.denied"


def test_a_run_needs_an_enabled_setup() -> None:  # I-147
    with pytest.raises(DomainError) as refused:
        run_mail_logging()
    assert refused.value.code == "logging_disabled"


def test_a_run_without_template_reads_nothing(tmp_path: Path) -> None:  # I-145
    folder_setup(tmp_path)
    (tmp_path / "inbox" / "a.eml").write_bytes(message())
    InteractionTemplateSetup.objects.update(emails_code=None)
    with pytest.raises(DomainError) as refused:
        run_once()
    assert refused.value.code == "emails_template_required"
    assert (tmp_path / "inbox" / "a.eml").exists()


def test_a_directory_is_read_oldest_first_and_its_files_move(tmp_path: Path) -> None:  # I-147, I-156, I-157
    folder_setup(tmp_path)
    salesperson()
    make_person(email=THEIRS)
    inbox = tmp_path / "inbox"
    for age, (name, sender) in enumerate([("b", THEIRS), ("a", THEIRS), ("c", "stranger@x.example")]):
        (inbox / f"{name}.eml").write_bytes(message(sender, subject=name))
        import os

        os.utime(inbox / f"{name}.eml", (1000 + age, 1000 + age))
    (inbox / "notes.txt").write_text("no message")
    (inbox / "link.eml").symlink_to(tmp_path / "elsewhere")
    assert run_once() == Counts(found=3, logged=2, ignored=1)
    assert [entry.subject for entry in entries()] == ["b", "a"]
    assert sorted(path.name for path in (tmp_path / "archive").iterdir()) == ["a.eml", "b.eml"]
    assert [path.name for path in (tmp_path / "ignored").iterdir()] == ["c.eml"]
    assert sorted(path.name for path in inbox.iterdir()) == ["link.eml", "notes.txt"]


def test_files_of_one_name_do_not_replace_each_other(tmp_path: Path) -> None:  # I-156
    folder_setup(tmp_path)
    salesperson()
    make_person(email=THEIRS)
    for _twice in range(2):
        (tmp_path / "inbox" / "a.eml").write_bytes(message())
        run_once()
    assert len(list((tmp_path / "archive").iterdir())) == 2


def test_files_left_in_the_inbox_are_not_read_again(tmp_path: Path) -> None:  # I-157
    folder_setup(tmp_path, unmatched_action="leave")
    (tmp_path / "inbox" / "a.eml").write_bytes(message())
    assert run_once().ignored == 1
    assert len(list((tmp_path / "inbox").iterdir())) == 1
    assert run_once() == Counts()


def test_a_file_that_cannot_be_archived_is_removed_and_stays_stored(tmp_path: Path) -> None:  # I-156
    folder_setup(tmp_path)
    salesperson()
    make_person(email=THEIRS)
    (tmp_path / "archive").write_text("a file where a directory should be")
    (tmp_path / "inbox" / "a.eml").write_bytes(message())
    assert run_once() == Counts(found=1, logged=1)
    assert list((tmp_path / "inbox").iterdir()) == []


def _due() -> None:
    MailLoggingState.objects.update(next_run_at=timezone.now() - dt.timedelta(seconds=1))


def test_the_clock_queues_a_due_run_once(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-145
    monkeypatch.setattr("tuttava.foundation.jobs._defer", lambda _job: None)
    User.objects.create(username="mona")
    with acting(user_name="mona"):
        folder_setup(tmp_path, interval_minutes=30)
    assert schedule.queue_due(company) is None
    _due()
    row = schedule.queue_due(company)
    assert row is not None and (row.user_name, row.kind) == ("mona", schedule.KIND)
    assert Job.objects.get(pk=row.pk).seen
    _due()
    assert schedule.queue_due(company) is None
    Job.objects.filter(pk=row.pk).update(status=JobStatus.DONE)
    assert schedule.queue_due(company) is not None
    assert not Job.objects.filter(pk=row.pk).exists()
    state = MailLoggingState.objects.get()
    assert state.next_run_at is not None and state.next_run_at - timezone.now() > dt.timedelta(minutes=29)


def test_a_failed_run_is_tried_again_soon_as_often_as_set(tmp_path: Path) -> None:  # I-145
    folder_setup(tmp_path, max_attempts=2, interval_minutes=60)
    (tmp_path / "inbox").rmdir()
    waits = []
    for _attempt in range(2):
        with pytest.raises(DomainError):
            run_once()
        state = MailLoggingState.objects.get()
        assert state.next_run_at is not None
        waits.append(round((state.next_run_at - timezone.now()).total_seconds() / 60))
    assert waits == [1, 60]
    assert EmailLoggingActivity.objects.filter(level="failed").count() == 2
    (tmp_path / "inbox").mkdir()
    run_once()
    state = MailLoggingState.objects.get()
    assert (state.failed_runs, state.last_error) == (0, "") and state.last_success_at is not None


def test_recreating_gives_the_job_to_the_current_user(tmp_path: Path) -> None:  # I-146
    with acting(user_name="mona"):
        folder_setup(tmp_path)
    with acting(Context(user_name="nils")):
        actions.recreate_job()
    assert MailLoggingState.objects.get().user_name == "nils"
    actions.disable()
    with pytest.raises(DomainError) as refused:
        actions.recreate_job()
    assert refused.value.code == "logging_disabled"


def test_a_run_as_job_tells_its_counts(tmp_path: Path) -> None:  # I-147
    from tuttava.foundation import jobs

    folder_setup(tmp_path)
    (tmp_path / "inbox" / "a.eml").write_bytes(message("stranger@x.example"))
    row = jobs.run_now(schedule.KIND, "E-mail logging")
    assert run_job is not None
    assert row.result == {
        "found": 1,
        "logged": 0,
        "ignored": 1,
        "failed": 0,
        "text": "1 messages found: 0 logged, 1 ignored, 0 failed.",
    }


def test_the_copy_of_a_company_reads_no_mail(company: Company, tmp_path: Path) -> None:  # I-145
    folder_setup(tmp_path)
    copied = copy_company(company, name="Copied for mail")
    with in_schema(copied.schema):
        assert not EmailLoggingSetup.objects.get().enabled
    assert mail_setup().enabled
