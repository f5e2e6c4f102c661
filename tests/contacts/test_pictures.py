"""Pictures of contacts."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.contacts.people import change, contact
from tuttava.contacts.models import Contact, ContactPicture
from tuttava.contacts.pictures import delete_picture, picture_file, set_picture
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError, PermissionDenied, QuestionsPending
from tuttava.foundation.models import JournalChange

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
    assert refused.value.code == "contact.picture.invalid"


def test_other_formats_are_refused_by_their_content() -> None:  # C-97
    with pytest.raises(DomainError) as refused:
        set_picture(contact(), image("TIFF"))
    assert refused.value.code == "contact.picture.invalid"


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
        assert refused.value.code == "contact.picture.too_large"


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
    assert ContactPicture.objects.count() == 0


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
