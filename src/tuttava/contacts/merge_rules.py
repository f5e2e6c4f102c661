"""What refers to contacts, and what of this room to customers and vendors, when two are merged (M-32 to M-36)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tuttava.contacts.models import (
    Contact,
    ContactAffiliation,
    ContactAltAddress,
    ContactAltAddressPeriod,
    ContactBusinessRelation,
    ContactEmail,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactLink,
    ContactMailingGroup,
    ContactType,
    ContactWebSource,
    PersonalDataAccess,
    TaxNumberCheck,
)
from tuttava.contacts.rules.derived import refresh_status
from tuttava.foundation.merge_rules import Clash, Key, Sides, records_merged, refers
from tuttava.foundation.models import (
    AttachmentContent,
    AttachmentParent,
    CommentLine,
    DocumentAttachment,
    OutboxMail,
    OwnerKind,
    Picture,
    PictureParent,
)
from tuttava.foundation.search import refresh_search

_CODED: tuple[type[ContactLink], ...] = (
    ContactIndustryGroup,
    ContactMailingGroup,
    ContactJobResponsibility,
    ContactWebSource,
)


def declare() -> None:
    """Name every column, and listen for what follows."""
    records_merged.connect(_merged, dispatch_uid="contacts.merged")
    _declare_contacts()
    for table in ("customer", "vendor"):
        refers(
            table,
            ContactBusinessRelation,
            "linked_id",
            where={"link_to_table": table},
            copies={"linked_no": "no"},
            mover=_move_links,
        )


def _declare_contacts() -> None:
    people = {"type": ContactType.PERSON.value}
    refers("contact", Contact, "company_id", where=people, copies={"company_no": "no", "company_name": "name"})
    refers(
        "contact",
        ContactBusinessRelation,
        "contact_id",
        key=("business_relation_code",),
        keys=(Key(("link_to_table",), filled="linked_id"),),
        gives_way="linked_id",
        clash=Clash.ASK,
    )
    refers("contact", ContactAltAddress, "contact_id", key=("code",), clash=Clash.ASK)
    refers("contact", ContactAltAddressPeriod, "contact_id", key=("starting_date",), clash=Clash.ASK)
    for model in _CODED:
        refers("contact", model, "contact_id", key=(f"{model.code_name}_code",), clash=Clash.ASK)
    refers("contact", ContactEmail, "contact_id", clash=Clash.APPEND, line="line_no")
    refers("contact", ContactAffiliation, "contact_id")
    refers("contact", ContactAffiliation, "company_id")
    refers("contact", TaxNumberCheck, "contact_id")
    refers("contact", PersonalDataAccess, "contact_id", set_name="personalDataAccesses")
    comments = {"owner_kind": OwnerKind.CONTACT.value}
    refers(
        "contact",
        CommentLine,
        "owner_id",
        key=("sub_no",),
        where=comments,
        clash=Clash.APPEND,
        line="line_no",
        noted=True,
    )
    files = {"parent_kind": AttachmentParent.CONTACT.value}
    refers("contact", DocumentAttachment, "parent_id", where=files, clash=Clash.APPEND, line="line_no")
    refers("contact", AttachmentContent, "parent_id", hidden=True)
    refers("contact", OutboxMail, "related_id", hidden=True)
    pictures = {"parent_kind": PictureParent.CONTACT.value}
    refers("contact", Picture, "parent_id", where=pictures, clash=Clash.PICK)


def _merged(*, table: str, current: Any, moved: Mapping[str, list[uuid.UUID]], **_signal: Any) -> None:
    """Moved people are found by their new company; its status is worked out anew, and so is theirs (M-31, M-38)."""
    if table == "contact":
        people = moved.get("contacts.contact.company_id", [])
        refresh_search(Contact, people, last_modified_at=timezone.now())
        refresh_status([current.pk])


def _move_links(sides: Sides) -> list[uuid.UUID]:
    """Both contacts are linked to the surviving record; that of the other one becomes its second contact (M-35)."""
    rows = ContactBusinessRelation.objects.filter(linked_id=sides.duplicate_id)
    moved = list(rows.order_by("pk").values_list("pk", flat=True))
    linked = ContactBusinessRelation.objects.filter(linked_id=sides.current_id, secondary=False).exists()
    values = {"linked_id": sides.current_id, "linked_no": sides.current_no}
    rows.update(**values, **({"secondary": True} if linked else {}))
    return moved
