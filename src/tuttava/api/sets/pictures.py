"""Pictures of records of any kind in both services (16.9, A-85).

A room calls :func:`owns_pictures` for the records of a kind; the navigation of their set is made by
:func:`picture_navigation`. A picture has its owner's id and is there for each owner, empty while none was sent: along
the navigation of a kind, the entities of the set are that kind's records.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, SERVICES, STANDARD, EntitySet, File, Navigation, Property, Stream
from tuttava.foundation.context import tell
from tuttava.foundation.models import Picture, PictureParent
from tuttava.foundation.pictures import (
    Parent,
    delete_picture,
    has_pictures,
    kind_of,
    parent_of,
    picture_file,
    pictures_of,
    set_picture,
)
from tuttava.foundation.records import Record

NAME = "pictures"
#: The reference's English words.
_LISTED = [each for each in PictureParent if each is not PictureParent.COMPANY_INFORMATION]
_WORDS = {each.value: each.value.title() for each in _LISTED if each.value}
_PARENT_TYPES = {
    STANDARD.name: edm.standard_enum("pictureEntityParentType", _LISTED, _WORDS),
    CRM.name: edm.crm_enum("pictureParentType", [(each.value, each.label) for each in _LISTED]),
}


def owns_pictures(kind: PictureParent, parent: Parent, navigation: str, target: str) -> None:
    """Tell that records of ``kind`` can have a picture; ``navigation`` leads from it to their set ``target``."""
    has_pictures(kind, parent)
    back = Navigation(navigation, target, many=False, partner="picture")
    for service in SERVICES:
        service.extend(NAME, navigations=[back])


@lru_cache
def picture_navigation(kind: PictureParent, *, partner: str) -> Navigation:
    """From a record to its picture."""
    return Navigation("picture", NAME, many=False, contained=True, partner=partner, shape=_shape_of(kind))


def _shape_of(kind: PictureParent) -> Callable[[EntitySet], EntitySet]:
    def shape(pictures: EntitySet) -> EntitySet:
        """The set as records of the kind have it."""
        stated = replace(pictures.by_name["parentType"], expression=lambda: Value(kind.value, output_field=TextField()))
        properties = tuple(stated if each.name == stated.name else each for each in pictures.properties)
        return replace(pictures, model=parent_of(kind).model, properties=properties)

    return shape


def read_picture(owner: Record) -> File | None:
    """The picture of a record as a file (C-97)."""
    found = picture_file(owner)
    return File(found.content, found.content_type, found.name) if found else None


def write_picture(owner: Record, content: bytes, name: str, media_type: str) -> None:
    """Replace the picture; the bytes decide what it is (C-97)."""
    before = pictures_of(kind_of(type(owner)), [owner.pk]).values_list("pk", flat=True).first()
    if set_picture(owner, content).pk == before:
        _tell_declined("q_picture_replace")


def remove_picture(owner: Record, version: int | None = None) -> None:
    """Delete the picture; fine when there is none (A-85)."""
    if not delete_picture(owner):
        _tell_declined("q_picture_delete")


def _tell_declined(question: str) -> None:
    """A question was answered no (A-41)."""
    tell("declined", _("The picture stays as it was."), target=question)


def _own() -> QuerySet[Picture]:
    """The picture of the record at hand; ids are unique whatever the kind."""
    return Picture.objects.filter(parent_id=OuterRef("pk"))


def _stored(column: str, empty: Value) -> Combinable:
    return Coalesce(Subquery(_own().values(column)[:1]), empty, output_field=empty.output_field)


def _tagged(owners: QuerySet[Record]) -> QuerySet[Record]:
    """With what changes whenever the picture does: each picture stored is a new row."""
    tag = Subquery(_own().annotate(tag=Cast("pk", TextField())).values("tag")[:1])
    return owners.annotate(picture_tag=Coalesce(tag, Value("", output_field=TextField())))


def _picture_set(parents: edm.Type) -> EntitySet:
    no_number, no_text = Value(0, output_field=IntegerField()), Value("", output_field=TextField())
    return EntitySet(
        name=NAME,
        entity="picture",
        model=Picture,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property("parentType", parents, "parent_kind", read_only=True),
            Property("width", edm.INT, expression=lambda: _stored("width", no_number), read_only=True),
            Property("height", edm.INT, expression=lambda: _stored("height", no_number), read_only=True),
            Property("contentType", edm.text(80), expression=lambda: _stored("content_type", no_text), read_only=True),
        ),
        streams=(Stream("pictureContent", read_picture, write_picture, remove_picture),),
        methods=frozenset({"GET", "PATCH", "DELETE"}),
        rows=_tagged,
        version="picture_tag",
        delete=remove_picture,
        needs_parent="api.picture_owner_required",
    )


for _service in SERVICES:
    _service.register(_picture_set(_PARENT_TYPES[_service.name]))
