"""Segments of a demo company: three visitors of an event, one built in several steps, and one that was sent.

All of it goes through the actions that people use. Each contact is written to in its own language where the demo knows
it, else in the company's. Nothing leaves the house: mails go to the outbox, or are only noted where a mail server is
set up.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from django.db.models import QuerySet

from tuttava.contacts.models import Contact, ContactMailingGroup, ContactType, CorrespondenceType
from tuttava.foundation import mail, records
from tuttava.foundation.company import company_information
from tuttava.foundation.context import acting
from tuttava.foundation.directory.actions import company_created, demo_data_wanted
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Language
from tuttava.interactions.defaults import INVITATION, LAYOUT
from tuttava.interactions.models import InteractionTemplate
from tuttava.partners.models import Salesperson
from tuttava.segments import attachments, logging, saved, steps
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine

LANGUAGES = ("en", "nb", "nl", "fi")
VISITORS = 3
#: The saved criteria, and the mailing group they begin with.
CRITERIA, GROUP = "QUIETNEWS", "NEWS"
#: Contacts to whom the invitation went.
INVITED = 12
MAILBOX_FULL = "mailbox full"


def connect() -> None:
    """Listen to new companies and to wishes for demo data, after contacts and interactions are there."""
    company_created.connect(_company_created, dispatch_uid="segments.demo")
    demo_data_wanted.connect(_demo_data_wanted, dispatch_uid="segments.demo")


def _company_created(*, setup_data: str, language: str, **_signal: Any) -> None:
    if setup_data == "demo":
        create_demo_segments(language)


def _demo_data_wanted(*, contacts: int | None, **_signal: Any) -> None:
    if contacts is None:
        create_demo_segments((company_information().language_code or "en").lower())


def create_demo_segments(language: str = "en") -> int:
    """Give the company at hand some segments, unless it has some of its own; answers how many it got."""
    if Segment.objects.exists() or LoggedSegment.objects.exists():
        return 0
    seller = Salesperson.objects.filter(blocked=False, privacy_blocked=False).order_by("code").first()
    if seller is None or not InteractionTemplate.objects.filter(code=INVITATION).exists():
        return 0
    spoken = language if language in LANGUAGES else "en"
    with (
        acting(rights=frozenset({"*"}), interactive=False, answers={}, messages=[], cache={}),
        unit_of_work("create demo segments"),
    ):
        return _visitors(spoken, seller.code) + _quiet(spoken, seller.code) + _invited(spoken, seller.code)


@cache
def demo_texts() -> Mapping[str, Mapping[str, str]]:
    """The texts in each language by their keys."""
    text = (files("tuttava.segments") / "data" / "demo_texts.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


def _visitors(language: str, seller: str) -> int:
    """Three people who came to an event (1.6)."""
    rows = Contact.objects.filter(type=ContactType.PERSON, company__isnull=False, email__gt="")
    known = rows.filter(privacy_blocked=False, exclude_from_segment=False).order_by("no")
    numbers = list(known.values_list("no", flat=True)[:VISITORS])
    if not numbers:
        return 0
    segment = _segment("visitors", language, seller)
    steps.add_contacts(segment, {"contact": {"no": "|".join(numbers)}})
    return 1


def _quiet(language: str, seller: str) -> int:
    """Built in three steps, which are kept as saved criteria."""
    if not _readers().exists():
        return 0
    segment = _segment("quiet", language, seller)
    steps.add_contacts(segment, {"mailingGroup": {"mailingGroupCode": GROUP}})
    steps.reduce_contacts(segment, {"interactionLogEntry": {"date": "workdate-3M.."}})
    steps.refine_contacts(segment, {"contact": {"email": "<>''"}})
    saved.save_criteria(segment, CRITERIA, demo_texts()["quiet"][language])
    return 1


def _invited(language: str, seller: str) -> int:
    """An invitation in several languages that went out as e-mail; one of them did not arrive."""
    if not _readers().exists():
        return 0
    segment = _segment("logged", language, seller)
    steps.add_contacts(segment, {"mailingGroup": {"mailingGroupCode": GROUP}, "contact": {"email": "<>''"}})
    numbers = SegmentLine.objects.filter(segment=segment).order_by("line_no").values_list("contact__no", flat=True)
    steps.refine_contacts(segment, {"contact": {"no": "|".join(numbers[:INVITED])}})
    _write(segment, language)
    deliver = mail.is_transactional()
    if deliver:
        mail.fail_next(MAILBOX_FULL)
    logging.log_segment(segment, deliver=deliver)
    return 1


def _readers() -> QuerySet[Contact]:
    """Whom the newsletter may reach."""
    allowed = Contact.objects.filter(privacy_blocked=False, exclude_from_segment=False, email__gt="")
    return allowed.filter(pk__in=ContactMailingGroup.objects.filter(mailing_group__code=GROUP).values("contact"))


def _write(segment: Segment, language: str) -> None:
    """The invitation, in the company's language and in those of the demo's contacts."""
    known = set(Language.objects.filter(code__in=[each.upper() for each in LANGUAGES]).values_list("code", flat=True))
    for each in (language, *(other for other in LANGUAGES if other != language)):
        if each.upper() not in known:
            continue
        texts = {key: row[each] for key, row in demo_texts().items()}
        leave = f'<p><a href="{{{{ entry.unsubscribe_link }}}}">{texts["leave"]}</a></p>'
        row = attachments.create_attachment(segment, texts["body"] + leave, layout=LAYOUT, language=each.upper())
        records.change(row, {"subject": texts["subject"]})
    segment.refresh_from_db()


def _segment(key: str, language: str, seller: str) -> Segment:
    values = {"description": demo_texts()[key][language], "salesperson_code": seller}
    segment = records.create(Segment, values)
    chosen: dict[str, Any] = {"interaction_template_code": INVITATION}
    if key == "logged":
        chosen |= {"ignore_contact_correspondence_type": True, "correspondence_type_default": CorrespondenceType.EMAIL}
    return records.change(segment, chosen)
