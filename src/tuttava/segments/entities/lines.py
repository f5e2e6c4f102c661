"""Lines of segments in the CRM service (17.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import code_behind, crm_set, existing, id_behind, properties_of
from tuttava.api.declare import Navigation, Property, Row, Wanted
from tuttava.contacts.entities.masks import NEEDED_OF_CHILD, mask_child
from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.privacy import RIGHT, mask_of
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Language
from tuttava.interactions.entities.drafts import entered
from tuttava.interactions.models import InteractionGroup, InteractionTemplate
from tuttava.segments import by_hand, figures
from tuttava.segments.entities.common import (
    LANGUAGES,
    LINES,
    attachment,
    code_and_id,
    of_segment,
    to_attachment,
    to_segment,
)
from tuttava.segments.models import AttachmentState, Segment, SegmentLine

_COMPANY_NAME = "contact_company__name"
_LIVE = ("contact__phone_no", "contact__mobile_phone_no", "contact__email", "contact_via")


def _person_name() -> Combinable:
    """A company's name stands in the name of the company."""
    return Case(
        When(contact__type=ContactType.PERSON, then=F("contact__name")), default=Value(""), output_field=CharField()
    )


def _template_id() -> Combinable:
    found = InteractionTemplate.objects.filter(code=OuterRef("interaction_template_code"))
    return Subquery(found.values("pk")[:1])


def _of_contact(name: str, column: str, length: int) -> Property:
    return Property(name, edm.text(length), f"contact__{column}", read_only=True, nullable=True)


_PROPERTIES = (
    Property("id", edm.GUID, "id", immutable=True),
    *of_segment(),
    Property("lineNo", edm.BIG, "line_no", read_only=True),
    *properties_of(
        SegmentLine,
        "segmentLine",
        exclude=("id", "segment_id", "line_no", "segment_no", "doc_no_occurrence"),
        names={"cost_lcy": "cost", "duration_min": "duration"},
        read_only=("campaign_entry_no", "merged", "interaction_group_code"),
        replace={
            "contact_id": (
                Property(
                    "contactNo", edm.code(20), "contact__no", write="contact_id", convert=id_behind(Contact),
                    nullable=True,
                ),
                Property("contactId", edm.GUID, "contact_id", convert=existing(Contact), nullable=True),
            ),
            "contact_company_id": (
                Property("contactCompanyNo", edm.code(20), "contact_company__no", read_only=True, nullable=True),
                Property("contactCompanyId", edm.GUID, "contact_company_id", read_only=True, nullable=True),
            ),
            "contact_alt_address_id": (
                Property(
                    "contactAltAddressCode", edm.code(10), "contact_alt_address__code",
                    write="contact_alt_address_code", nullable=True,
                ),
            ),
            "interaction_template_code": (
                Property("interactionTemplateCode", edm.code(10), "interaction_template_code"),
                Property(
                    "interactionTemplateId", edm.GUID, expression=_template_id, write="interaction_template_code",
                    convert=code_behind(InteractionTemplate), nullable=True,
                ),
            ),
            "interaction_language_code": code_and_id(
                "languageCode", "language", "interaction_language_code", Language, 10
            ),
            "attachment_id": attachment(),
        },
    ),
    Property("contactName", edm.text(100), expression=_person_name, read_only=True, nullable=True),
    Property("contactCompanyName", edm.text(100), _COMPANY_NAME, read_only=True, nullable=True),
    _of_contact("contactPhoneNo", "phone_no", 30),
    _of_contact("contactMobilePhoneNo", "mobile_phone_no", 30),
    _of_contact("contactEmail", "email", 80),
    Property(
        "attachmentState",
        edm.crm_enum("segmentLineAttachmentState", [(str(each.value), each.label) for each in AttachmentState]),
        expression=figures.attachment_state,
        read_only=True,
        caption=gettext_lazy("attachment state"),
    ),
)  # fmt: skip
_mask_contact = mask_child("contactName", *_LIVE)


def _finish(rows: Sequence[Row], wanted: Wanted) -> None:
    """C-72: whoever is blocked is not told by a line either, as a person or as the company."""
    _mask_contact([row for row in rows if row["contact_id"]], wanted)
    if current().may(RIGHT):
        return
    for row in rows:
        if row["contact_company__privacy_blocked"] and row.get(_COMPANY_NAME):
            row[_COMPANY_NAME] = mask_of(row[_COMPANY_NAME])


def segment_named(values: dict[str, Any], given: Mapping[str, Any]) -> Segment:
    """The segment that a new row belongs to; raises ``field_required``."""
    key = given.get("segment_id") or values.pop("segment_id", None)
    if key is None:
        raise DomainError("field_required", _("Say which segment this belongs to."), field="segment_id", rule="A-111")
    return Segment.objects.get(pk=key)


def _create(values: Mapping[str, Any], given: Mapping[str, Any]) -> SegmentLine:
    """S-31."""
    found = dict(values)
    segment = segment_named(found, given)
    own = {name: value for name, value in given.items() if name == "id"}
    with _at_contact():
        return by_hand.add_line(segment, entered(found, None), given=own)


def _change(line: SegmentLine, values: Mapping[str, Any], version: int | None) -> SegmentLine:
    with _at_contact():
        return by_hand.change_line(line, entered(values, line.contact_id), version=version)


@contextmanager
def _at_contact() -> Iterator[None]:
    """A blocked contact is refused at the property that names it (A-58)."""
    try:
        yield
    except DomainError as error:
        if error.code == "contact.privacy_blocked":
            error.field = "contact_id"
        raise


def _delete(line: SegmentLine, version: int | None) -> None:
    by_hand.delete_line(line, version=version)


LINE_SET = crm_set(
    SegmentLine,
    LINES,
    "segmentLine",
    natural_key=("segmentNo", "lineNo"),
    properties=_PROPERTIES,
    navigations=(
        to_segment(LINES),
        Navigation("contact", Contact, many=False, ours="contact_id"),
        Navigation("contactCompany", Contact, many=False, ours="contact_company_id"),
        to_attachment(),
        Navigation("language", Language, many=False, theirs="code", ours="interaction_language_code"),
        Navigation("interactionTemplate", InteractionTemplate, False, "code", "interaction_template_code"),
        Navigation("interactionGroup", InteractionGroup, False, "code", "interaction_group_code"),
        Navigation(
            LANGUAGES,
            LANGUAGES,
            theirs="line_id",
            contained=True,
            partner="segmentLine",
            fills=(("segment_id", "segment_id"), ("line_id", "id")),
        ),
    ),
    left_out=("interaction_language_code",),
    create=_create,
    change=_change,
    delete=_delete,
    finish=_finish,
    always=(*NEEDED_OF_CHILD, "contact_company__privacy_blocked"),
)
