"""The picture on a card: shown small in the header, and in a box to upload, take, download and delete it (C-97).

A room whose records can have pictures puts :data:`PICTURE` among the boxes of its card; that is all.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.errors import DomainError
from tuttava.foundation.images import LARGEST_FILE
from tuttava.foundation.models import Picture
from tuttava.foundation.pictures import (
    delete_picture,
    kind_of,
    parent_of,
    picture_file,
    pictures_of,
    set_picture,
)
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards.declare import CardPage, FactBox, card_of
from tuttava.ui.cards.fields import address

YEAR = 365 * 24 * 3600
#: Where a row that was read for a card keeps the id of its picture.
_FACE = "face_id"


def _page_of(record: Any) -> CardPage:
    page = card_of(type(record))
    assert page is not None
    return page


def with_face(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Read the id of each row's picture along."""
    found: QuerySet[Any] = rows.annotate(
        **{_FACE: Subquery(Picture.objects.filter(parent_id=OuterRef("pk")).values("pk")[:1])}
    )
    return found


def face(record: Any) -> str:
    """The address of the record's small picture, blank without one; the id keeps old ones out of caches."""
    kind = kind_of(type(record))
    found = vars(record).get(_FACE)
    if _FACE not in vars(record):
        found = pictures_of(kind, [record.pk]).values_list("pk", flat=True).first()
    if found is None or parent_of(kind).hidden(record):
        return ""
    return f"{address(_page_of(record), record, 'picture')}?small=1&v={found}"


def _context(record: Any) -> dict[str, Any]:
    page = _page_of(record)
    names = {"file": "picture", "upload": "picture-upload", "delete": "picture-delete"}
    return {
        "url": face(record),
        "name": page.title(record),
        **{key: address(page, record, name) for key, name in names.items()},
    }


def _visible(record: Any) -> bool:
    return not parent_of(kind_of(type(record))).hidden(record)


#: The box; a card that has it also shows the picture in its header.
PICTURE = FactBox("picture", gettext_lazy("Picture"), "ui/cards/picture.html", _context, _visible, late=True)


def is_pictured(page: CardPage) -> bool:
    """Whether the card shows pictures."""
    return any(box.name == PICTURE.name for box in page.boxes)


class PictureViews:
    """The addresses of the picture on one card; ``load`` and ``whole`` are those of the card's views."""

    def __init__(
        self,
        page: CardPage,
        load: Callable[..., Any],
        whole: Callable[[HttpRequest, Any], dict[str, str]],
    ) -> None:
        self.page, self._load, self._whole = page, load, whole

    def show(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        """The picture; ``small`` the thumbnail, ``download`` as a file."""
        file = picture_file(self._load(pk, bare=True), thumbnail="small" in request.GET)
        if file is None:
            raise Http404
        response = HttpResponse(file.content, content_type=file.content_type)
        response.headers["Cache-Control"] = f"private, max-age={YEAR if 'v' in request.GET else 0}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if "download" in request.GET:
            response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
        return response

    def upload(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        """Set the picture from an uploaded file."""

        def work(record: Any) -> None:
            file = request.FILES.get("picture")
            if file is None:
                raise DomainError("field_required", _("Choose a picture first."), field="picture")
            set_picture(record, file.read(LARGEST_FILE + 1))

        return self._do(request, pk, work)

    def delete(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        """Delete the picture."""
        return self._do(request, pk, delete_picture)

    def _do(self, request: HttpRequest, pk: uuid.UUID | None, work: Callable[[Any], Any]) -> HttpResponse:
        if request.method != "POST":
            raise Http404
        record = self._load(pk, bare=True)

        def answer() -> Answer:
            work(record)
            fresh = self._load(pk)
            return Answer(parts=self._whole(request, fresh), version=fresh.version, close=True)

        return respond(request, answer, home=address(self.page, record))
