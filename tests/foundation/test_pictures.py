"""Pictures of records; contacts show what a kind can ask for."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.contacts.people import change, contact
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError, PermissionDenied, QuestionsPending
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import JournalChange, Picture
from tuttava.foundation.pictures import copy_picture, delete_picture, picture_changed, picture_file, set_picture
from tuttava.foundation.undo import undo_unit

pytestmark = pytest.mark.usefixtures("company")


def image(kind: str = "JPEG", size: tuple[int, int] = (400, 200), mode: str = "RGB", **options: object) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(target, kind, **options)
    return target.getvalue()


def located() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return image(exif=exif.tobytes())


@pytest.mark.parametrize(
    ("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif"), ("BMP", "bmp")]
)
def test_five_formats_are_accepted_and_keep_their_type_in_the_download_name(kind: str, ending: str) -> None:  # C-97
    owner = contact(no="P/1", name="Fjord AS")
    set_picture(owner, image(kind))
    found = picture_file(owner)
    assert found is not None
    assert (found.name, found.content_type) == (f"P_1 Fjord AS.{ending}", f"image/{kind.lower()}")
    assert Image.open(io.BytesIO(found.content)).format == kind


def test_location_and_camera_data_are_removed_and_the_picture_stands_upright() -> None:  # C-97
    owner = contact()
    saved = set_picture(owner, located())
    stored = Image.open(io.BytesIO(saved.content))
    assert not stored.getexif() and "exif" not in stored.info
    assert (saved.width, saved.height) == stored.size == (200, 400)
    assert b"CameraMaker" not in saved.content


def test_large_pictures_are_stored_smaller_with_a_thumbnail() -> None:  # C-97
    owner = contact()
    saved = set_picture(owner, image("PNG", (3000, 1500)))
    assert (saved.width, saved.height) == (1200, 600)
    small = picture_file(owner, thumbnail=True)
    assert small is not None and Image.open(io.BytesIO(small.content)).size == (160, 80)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "CMYK", "LA", "I;16"])
def test_every_colour_mode_is_readable(mode: str) -> None:  # C-97
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert set_picture(contact(), image(kind, mode=mode)).width == 400


@pytest.mark.parametrize("data", [b"", b"GIF89a....", b"<svg onload=x/>", image()[:200], b"\x89PNG\r\n\x1a\n"])
def test_anything_else_is_refused_whatever_it_calls_itself(data: bytes) -> None:  # C-97
    with pytest.raises(DomainError) as refused:
        set_picture(contact(), data)
    assert refused.value.code == "picture.invalid"


def test_other_formats_are_refused_by_their_content() -> None:  # C-97
    with pytest.raises(DomainError) as refused:
        set_picture(contact(), image("TIFF"))
    assert refused.value.code == "picture.invalid"


def test_transparent_gif_of_many_frames_is_stored_as_its_first() -> None:  # C-97
    saved = set_picture(contact(), image("GIF", mode="RGBA", save_all=True, append_images=[Image.new("RGBA", (9, 9))]))
    stored = Image.open(io.BytesIO(saved.content))
    assert (stored.format, getattr(stored, "n_frames", 1), stored.size) == ("GIF", 1, (400, 200))


def test_too_many_bytes_or_pixels_are_refused_before_decoding() -> None:  # C-97
    bomb = image("PNG", (9000, 9000), mode="1")
    assert len(bomb) < 100_000
    for data in (bomb, b"\xff" * (10 * 1024 * 1024 + 1)):
        with pytest.raises(DomainError) as refused:
            set_picture(contact(), data)
        assert refused.value.code == "picture.too_large"


@pytest.mark.parametrize("blank", ["no", "name"])
def test_number_and_name_are_needed_first(blank: str) -> None:  # C-97
    owner = contact()
    Contact.objects.filter(pk=owner.pk).update(**{blank: ""})
    owner.refresh_from_db()
    with pytest.raises(DomainError) as refused:
        set_picture(owner, image())
    assert (refused.value.code, refused.value.field) == ("contact.required", blank)


def test_replacing_and_deleting_ask_first() -> None:  # C-97
    owner = contact()
    first = set_picture(owner, image())
    with acting(Context(interactive=True)):
        with pytest.raises(QuestionsPending):
            set_picture(owner, image("PNG"))
        with pytest.raises(QuestionsPending):
            delete_picture(owner)
    with acting(Context(interactive=True, answers={"q_picture_replace": "no", "q_picture_delete": "no"})):
        assert set_picture(owner, image("PNG")).pk == first.pk
        assert not delete_picture(owner)
    assert set_picture(owner, image("PNG")).content_type == "image/png"
    assert delete_picture(owner) and picture_file(owner) is None
    assert Picture.objects.count() == 0


def test_picture_of_a_blocked_contact_is_for_the_privacy_role() -> None:  # C-72, C-97
    owner = contact()
    set_picture(owner, image())
    owner = change(owner, privacy_blocked=True)
    with acting(Context(rights=frozenset({"api.read"}))), pytest.raises(PermissionDenied):
        picture_file(owner)
    assert picture_file(owner)


def test_bytes_of_a_picture_stay_out_of_the_journal() -> None:  # C-97
    saved = set_picture(contact(), image())
    (entry,) = JournalChange.objects.filter(record_id=saved.pk)
    assert "content" not in entry.new and "thumbnail" not in entry.new and entry.new["width"] == 400


@contextmanager
def hearing() -> Iterator[list[tuple[str, list[uuid.UUID]]]]:
    heard: list[tuple[str, list[uuid.UUID]]] = []

    def listen(parent_kind: str, parent_ids: list[uuid.UUID], **_signal: object) -> None:
        heard.append((parent_kind, sorted(parent_ids)))

    picture_changed.connect(listen)
    try:
        yield heard
    finally:
        picture_changed.disconnect(listen)


def test_setting_and_deleting_is_told_and_touches_the_contact() -> None:  # C-80, C-97
    owner = contact()
    Contact.objects.filter(pk=owner.pk).update(last_modified_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    with hearing() as heard:
        set_picture(owner, image())
        delete_picture(owner)
        delete_picture(owner)
    assert heard == [("contact", [owner.pk])] * 2
    owner.refresh_from_db()
    assert owner.last_modified_at.year > 2020


def test_copying_replaces_pictures_that_differ_and_tells_of_those_alone() -> None:  # B.3
    source, bare, other, same = contact(), contact(), contact(), contact()
    set_picture(source, image("PNG"))
    set_picture(other, image("JPEG"))
    set_picture(same, image("PNG"))
    kept = Picture.objects.get(parent_id=same.pk).pk
    with hearing() as heard:
        changed = copy_picture("contact", source.pk, "contact", [bare.pk, other.pk, same.pk])
    assert sorted(changed) == sorted([bare.pk, other.pk]) and heard == [("contact", sorted(changed))]
    assert {row.content_type for row in Picture.objects.all()} == {"image/png"}
    assert Picture.objects.count() == 4 and Picture.objects.get(parent_id=same.pk).pk == kept


def test_copying_costs_the_same_for_any_number() -> None:
    source = contact()
    set_picture(source, image())
    costs = []
    for number in (1, 50):
        ids = [uuid.uuid4() for _each in range(number)]
        with unit_of_work("copy"), CaptureQueriesContext(connection) as asked:
            assert len(copy_picture("contact", source.pk, "customer", ids)) == number
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_copying_from_a_record_without_picture_leaves_the_others_alone() -> None:  # B.3
    source, other = contact(), contact()
    set_picture(other, image())
    with hearing() as heard:
        assert copy_picture("contact", source.pk, "contact", [other.pk]) == []
        assert copy_picture("contact", other.pk, "contact", []) == []
    assert heard == [] and Picture.objects.count() == 1


def test_copied_picture_comes_back_with_an_undo() -> None:  # C-87, C-97
    source, other = contact(), contact()
    set_picture(source, image("PNG"))
    set_picture(other, image("JPEG", (10, 10)))
    with unit_of_work("copy") as unit:
        copy_picture("contact", source.pk, "contact", [other.pk])
    undo_unit(unit)
    back = Picture.objects.get(parent_id=other.pk)
    assert (back.content_type, back.width) == ("image/jpeg", 10) and bytes(back.thumbnail)[:2] == b"\xff\xd8"


def test_undone_deletion_of_a_picture_whose_record_is_gone_brings_nothing_back() -> None:  # C-87
    owner = contact()
    set_picture(owner, image())
    with unit_of_work("delete picture") as unit:
        delete_picture(owner)
    records.delete(owner)
    undo_unit(unit)
    assert not Picture.objects.exists()


def test_whoever_may_not_change_the_record_may_not_change_its_picture() -> None:
    owner = contact()
    with acting(Context(rights=frozenset({"api.read", "api.write:customers"}))):
        for work in (lambda: set_picture(owner, image()), lambda: delete_picture(owner)):
            with pytest.raises(PermissionDenied):
                work()
    with acting(Context(rights=frozenset({"api.write:contacts"}))):
        assert set_picture(owner, image())
