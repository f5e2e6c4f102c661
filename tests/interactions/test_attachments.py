"""Attachments: where they are kept, what they are, moving and removing them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interactions.making import make_company
from tests.interactions.wizards import template, variant
from tuttava.contacts.models import MarketingSetup
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import jobs, records
from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.models import AttachmentContent, Job, JobStatus
from tuttava.interactions import disk_files
from tuttava.interactions.attachments import (
    content_of,
    discard,
    import_content,
    is_html,
    is_layout,
    is_ready,
    is_word,
    new_attachment,
    preview,
    ready_ones,
    rendered,
    set_body,
)
from tuttava.interactions.drafting import Source, start
from tuttava.interactions.models import EmailLayout, InteractionAttachment, InteractionDraft, StorageType
from tuttava.interactions.relocating import KIND, misplaced, relocate
from tuttava.interactions.storing import NewContent, bytes_of, hash_of
from tuttava.interactions.wizard import next_step

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def told() -> Iterator[Any]:
    with acting(messages=[], cache={}):
        yield


def keep_in(folder: Path | None) -> None:
    """Set where attachments are kept, without moving those that are there."""
    with acting(answers={"I-87": "no"}):
        values = {"attachment_storage_type": "disk_file" if folder else "embedded"}
        records.change(marketing_setup(), values | ({"attachment_storage_location": str(folder)} if folder else {}))


def made(data: bytes | None = b"Hello", extension: str = "txt", **more: Any) -> InteractionAttachment:
    return new_attachment(NewContent(data=data, extension=extension, read_only=False, **more))


def layout(body: str = "", html: str = "<p>Dear {{ contact.name }}</p>{{ layout.content }}") -> InteractionAttachment:
    records.create(EmailLayout, {"code": "FRAME", "html": html})
    return made(None, "html", email_layout_code="FRAME", content_body=body)


def test_new_attachments_go_where_the_setup_says(tmp_path: Path) -> None:  # I-83
    assert made().storage_type == StorageType.EMBEDDED
    keep_in(tmp_path)
    kept = made()
    assert (kept.storage_type, kept.storage_pointer, kept.content_id) == ("disk_file", str(tmp_path), None)
    assert (tmp_path / f"{kept.no}.txt").read_bytes() == b"Hello"
    assert content_of(kept) == b"Hello"


def test_working_copies_are_embedded_and_made_from_disk_files_too(tmp_path: Path) -> None:  # I-85
    keep_in(tmp_path)
    template("OPEN", wizard_action="open")
    assert variant("OPEN", None, "Dear ...").attachment is not None
    draft = start(Source(contact=make_company()), {"interaction_template_code": "OPEN", "salesperson_code": "PS"})
    before = set(tmp_path.iterdir())
    opened = next_step(draft)
    assert bytes_of(InteractionDraft.objects.get(pk=opened.pk).content_id) == b"Dear ..."
    assert set(tmp_path.iterdir()) == before


def test_files_on_disk_need_their_folder() -> None:  # I-83
    keep_in(None)
    MarketingSetup.objects.update(attachment_storage_type="disk_file", attachment_storage_location="")
    current().cache.clear()
    with pytest.raises(DomainError) as refused:
        made()
    assert refused.value.code == "storage_location_required"


@pytest.mark.parametrize("extension", ["../../etc/passwd", "tx/t", ".t\0xt", "a b", "x" * 40])
def test_no_extension_leads_out_of_the_folder(tmp_path: Path, extension: str) -> None:  # I-83
    keep_in(tmp_path / "deep")
    kept = made(extension=extension)
    assert disk_files.path_of(kept) == tmp_path / "deep" / str(kept.no)


def test_read_only_content_stays_and_changes_are_dated() -> None:  # I-84
    kept = made()
    InteractionAttachment.objects.filter(pk=kept.pk).update(last_date_modified=None, last_time_modified=None)
    kept.refresh_from_db()
    changed = import_content(kept, b"Bye", "bye.md")
    assert (content_of(changed), changed.file_extension, changed.file_name) == (b"Bye", "md", "bye.md")
    assert changed.last_date_modified is not None
    assert changed.last_time_modified is not None
    InteractionAttachment.objects.filter(pk=kept.pk).update(read_only=True)
    for work in (lambda: import_content(changed, b"x"), lambda: set_body(changed, "x")):
        with pytest.raises(DomainError) as refused:
            work()
        assert refused.value.code == "attachment_read_only"


def test_a_file_goes_with_its_attachment_and_a_missing_one_is_told(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:  # I-86
    keep_in(tmp_path)
    first, second = made(), made()
    disk_files.path_of(second).unlink()
    with django_capture_on_commit_callbacks(execute=True):
        discard([first.pk, second.pk, None])
    assert not InteractionAttachment.objects.filter(pk__in=[first.pk, second.pk]).exists()
    assert list(tmp_path.iterdir()) == []
    assert [message.severity for message in current().messages] == ["warning"]


def test_embedded_bytes_are_let_go_and_can_be_brought_back() -> None:  # I-86
    kept = made()
    discard([kept.pk])
    assert AttachmentContent.objects.get(pk=kept.content_id).unused_since is not None


@pytest.mark.parametrize("way", ["embedded to disk", "disk to disk", "disk to embedded"])
def test_relocating_moves_every_attachment(tmp_path: Path, way: str) -> None:  # I-87
    keep_in(tmp_path / "old" if way.startswith("disk") else None)
    kept = [made(f"File {number}".encode()) for number in range(3)]
    frame = layout("Body")
    if way.startswith("disk"):
        (tmp_path / "old" / f"{kept[0].no}.txt").rename(tmp_path / "old" / str(kept[0].no))
    target = None if way.endswith("embedded") else tmp_path / "new"
    keep_in(target)
    result = relocate()
    assert isinstance(result, dict)
    assert result["failed"] == 0
    assert not misplaced().exists()
    for number, one in enumerate(kept):
        one.refresh_from_db()
        assert (one.storage_type, one.storage_pointer) == (("disk_file", str(target)) if target else ("embedded", ""))
        assert content_of(one) == f"File {number}".encode()
        assert (one.content_id is None) == (target is not None)
    if way.startswith("disk"):
        assert list((tmp_path / "old").iterdir()) == []
    frame.refresh_from_db()
    assert (frame.email_layout_code, frame.content_body) == ("FRAME", "Body")


def test_relocating_leaves_what_cannot_be_moved_and_can_be_repeated(tmp_path: Path) -> None:  # I-87
    keep_in(tmp_path)
    lost, damaged, sound = made(b"Lost"), made(b"Damaged"), made(b"Sound")
    disk_files.path_of(lost).unlink()
    disk_files.path_of(damaged).write_bytes(b"Something else")
    keep_in(None)
    assert relocate() == {"moved": 1, "failed": 2}
    assert disk_files.path_of(damaged).read_bytes() == b"Something else"
    disk_files.path_of(damaged).write_bytes(b"Damaged")
    assert relocate() == {"moved": 1, "failed": 1}
    sound.refresh_from_db()
    assert content_of(sound) == b"Sound"


def test_an_interrupted_relocation_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: Any) -> None:  # I-87
    keep_in(tmp_path)
    kept = [made(f"File {number}".encode()) for number in range(3)]
    keep_in(None)
    real, calls = disk_files.read, []

    def failing(attachment: InteractionAttachment) -> bytes:
        calls.append(attachment.no)
        if len(calls) == 2:
            raise MemoryError
        return real(attachment)

    monkeypatch.setattr(disk_files, "read", failing)
    stopped = jobs.run_now(KIND, "Move")
    assert stopped.status == JobStatus.FAILED
    assert [one.storage_type for one in InteractionAttachment.objects.filter(pk__in=[row.pk for row in kept])] == [
        "embedded",
        "disk_file",
        "disk_file",
    ]
    again = jobs.run_now(KIND, "Move")
    assert again.result["moved"] == 2
    assert list(tmp_path.iterdir()) == []


def test_another_storage_offers_the_move(tmp_path: Path) -> None:  # I-87, C-115
    made()
    with acting(answers={"I-87": "yes"}):
        values = {"attachment_storage_type": "disk_file", "attachment_storage_location": str(tmp_path)}
        records.change(marketing_setup(), values)
    assert Job.objects.filter(kind=KIND).exists()


def test_relocating_needs_the_right_to_write_attachments() -> None:  # I-87
    with acting(rights=frozenset({"api.read", "api.write"})), pytest.raises(PermissionDenied):
        relocate()


@pytest.mark.parametrize(
    ("data", "extension", "states"),
    [
        (b"<html><body>Hi</body></html>", "HTML", (True, False, True)),
        (b"\xef\xbb\xbf<html>Hi</html>", "html", (True, False, True)),
        (b"Just text", "html", (True, False, False)),
        (b"", "html", (True, False, False)),
        (b"<html></html>", "docx", (False, False, False)),
    ],
)
def test_html_is_ready_a_layout_or_neither(data: bytes, extension: str, states: Any) -> None:  # I-88
    kept = made(data, extension)
    assert (is_html(kept), is_layout(kept), is_ready(kept)) == states
    assert is_word(kept) == (extension == "docx")
    assert bool(rendered(kept)) == states[2]  # I-89


def test_many_are_looked_at_by_their_beginnings_alone(tmp_path: Path, django_assert_num_queries: Any) -> None:  # I-88
    frame = layout("Body")
    kept = [made(b"<html>" + b"x" * 3_000_000, "html"), made(b"Text", "html"), made(b"<html>", "txt"), frame]
    keep_in(tmp_path)
    kept += [made(b"\xef\xbb\xbf<html></html>", "html"), made(b"", "html")]
    with django_assert_num_queries(1):
        ready = ready_ones(kept)
    assert ready == {one.pk for one in kept if is_ready(one)} == {kept[0].pk, kept[4].pk}


@pytest.mark.parametrize("body", ["", "Hello"])
def test_a_layout_is_a_layout_with_and_without_body(body: str) -> None:  # I-88
    kept = layout(body)
    assert (is_html(kept), is_layout(kept), is_ready(kept)) == (True, True, False)


def test_long_bodies_come_back_as_they_were() -> None:  # I-89
    body = "<p>Æøå &amp; 漢字 </p>\n" * 500
    kept = set_body(layout(), body)
    kept = InteractionAttachment.objects.select_related("email_layout").get(pk=kept.pk)
    assert (kept.content_body, kept.email_layout_code) == (body, "FRAME")
    page = rendered(kept)
    assert page.startswith("<html>")
    assert page.endswith("</html>")
    assert "<p>Æøå &amp; 漢字 </p>" in page
    assert "Dear {{ contact.name }}" in page


def test_a_ready_attachment_renders_as_itself_and_shows_without_scripts() -> None:  # I-89, I-90
    page = "<html><body><script>alert(1)</script><p>Hi</p></body></html>"
    kept = made(page.encode(), "html")
    assert rendered(kept) == page
    assert "script" not in preview(kept)
    assert "<p>Hi</p>" in preview(kept)
    with pytest.raises(DomainError) as refused:
        preview(made(b"", "html"))
    assert refused.value.code == "attachment_empty"


def test_a_message_id_replaces_the_old_one_completely() -> None:  # I-91
    kept = made(internet_message_id="<long-old-id@example.com>")
    changed = records.change(kept, {"internet_message_id": "<new@x>", "mail_message_id": "m"})
    assert (changed.internet_message_id, changed.internet_message_hash) == ("<new@x>", hash_of("<new@x>"))
    assert changed.mail_message_hash == hash_of("m")
    assert records.change(changed, {"mail_message_id": ""}).mail_message_hash == ""
