"""Pictures of contacts in both services (A-85, C-97)."""

from __future__ import annotations

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import CRM, STANDARD, EntitySet, File, Navigation, Property, Stream
from tuttava.contacts.models import Contact, ContactPicture
from tuttava.contacts.pictures import delete_picture, picture_file, set_picture
from tuttava.foundation.context import tell
from tuttava.foundation.errors import Text

_PARENTS: list[tuple[str, Text]] = [
    ("", " "),
    ("customer", "Customer"),
    ("item", "Item"),
    ("vendor", "Vendor"),
    ("employee", "Employee"),
    ("contact", "Contact"),
]
_STANDARD_PARENTS = edm.Type(
    edm.Kind.ENUM,
    enum=edm.EnumType(
        "pictureEntityParentType",
        tuple(
            edm.Member(edm.standard_member(str(words)), stored, words, number)
            for number, (stored, words) in enumerate(_PARENTS)
        ),
    ),
)


def read_picture(contact: Contact) -> File | None:
    """The picture of a contact as a file (C-97)."""
    found = picture_file(contact)
    return File(found.content, found.content_type, found.name) if found else None


def write_picture(contact: Contact, content: bytes, name: str, media_type: str) -> None:
    """Replace the picture; the bytes decide what it is (C-97)."""
    before = ContactPicture.objects.filter(contact=contact).values_list("pk", flat=True).first()
    if set_picture(contact, content).pk == before:
        _tell_declined("q_picture_replace")


def remove_picture(contact: Contact, version: int | None = None) -> None:
    """Delete the picture; fine when there is none (A-85)."""
    if not delete_picture(contact):
        _tell_declined("q_picture_delete")


def _tell_declined(question: str) -> None:
    """A question was answered no (A-41)."""
    tell("declined", _("The picture stays as it was."), target=question)


def _stored(column: str, empty: Value) -> Combinable:
    found = Subquery(ContactPicture.objects.filter(contact=OuterRef("pk")).values(column)[:1])
    return Coalesce(found, empty, output_field=empty.output_field)


def _tagged(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """With what changes whenever the picture does: each picture stored is a new row."""
    pictures = ContactPicture.objects.filter(contact=OuterRef("pk")).annotate(tag=Cast("pk", TextField()))
    return contacts.annotate(
        picture_tag=Coalesce(Subquery(pictures.values("tag")[:1]), Value("", output_field=TextField()))
    )


def picture_set(parents: edm.Type) -> EntitySet:
    """Pictures as the contacts of one service have them."""
    no_number, no_text = Value(0, output_field=IntegerField()), Value("", output_field=TextField())
    return EntitySet(
        name="pictures",
        entity="picture",
        model=Contact,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property(
                "parentType", parents, expression=lambda: Value("contact", output_field=TextField()), read_only=True
            ),
            Property("width", edm.INT, expression=lambda: _stored("width", no_number), read_only=True),
            Property("height", edm.INT, expression=lambda: _stored("height", no_number), read_only=True),
            Property("contentType", edm.text(80), expression=lambda: _stored("content_type", no_text), read_only=True),
        ),
        navigations=(Navigation("contact", "contacts", many=False, partner="picture"),),
        streams=(Stream("pictureContent", read_picture, write_picture, remove_picture),),
        methods=frozenset({"GET", "PATCH", "DELETE"}),
        rows=_tagged,
        version="picture_tag",
        delete=remove_picture,
        needs_parent="api.picture_owner_required",
        caption=gettext_lazy("picture"),
        caption_plural=gettext_lazy("pictures"),
    )


STANDARD.register(picture_set(_STANDARD_PARENTS))
CRM.register(picture_set(edm.crm_enum("pictureParentType", _PARENTS)))
