"""Why a contact is on a segment, or is not: each step with what it asked and what became of the contact."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked
from tuttava.foundation.context import require
from tuttava.foundation.fields import as_code
from tuttava.segments import sentences
from tuttava.segments.criteria_log import Step
from tuttava.segments.explaining import Explanation, StepFound, why
from tuttava.segments.models import CriteriaAction
from tuttava.segments.pages.building import address
from tuttava.segments.pages.finding import found, segment_url
from tuttava.ui import registry


@dataclass(frozen=True)
class Asked:
    """A filter in words, and whether the contact meets it."""

    text: str
    matches: bool


@dataclass(frozen=True)
class Looked:
    """A step in words, what it asked, and what became of the contact: ``tone`` is added, removed or plain."""

    number: int
    text: str
    asked: list[Asked]
    outcome: str
    tone: str = ""


@require_GET
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for a contact; then tell."""
    segment = found(pk)
    require("api.read", "contacts")
    typed = request.GET.get("contact", "").strip()
    contact = Contact.objects.filter(no=as_code(typed)).first() if typed else None
    context: dict[str, Any] = {
        "segment": segment,
        "typed": typed,
        "page_title": _("Why is somebody on segment %(no)s?") % {"no": segment.no},
        "home": segment_url(segment),
        "building_url": address(segment),
        "error": _("There is no contact “%(no)s”.") % {"no": typed[:40]} if typed and contact is None else "",
    }
    if contact is not None:
        told = why(segment, contact)
        context |= {
            "contact": masked(contact),
            "contact_url": contact_url(contact),
            "verdict": _verdict(told),
            "is_on": bool(told.lines),
            "looked": _looked(told.steps),
            "earlier": told.earlier,
        }
    return render(request, "segments/why.html", context)


def _verdict(told: Explanation) -> str:
    name = {"name": masked(told.contact).name or told.contact.no}
    if len(told.lines) > 1:
        words = ngettext("%(name)s is on the segment once.", "%(name)s is on the segment %(count)s times.", 2)
        return words % {**name, "count": len(told.lines)}
    if told.lines:
        return _("%(name)s is on the segment.") % name
    if told.blocked:
        return _("%(name)s is not on the segment, and may not be on any: privacy comes first.") % name
    if told.excluded:
        return _("%(name)s is not on the segment, and asked not to be on any.") % name
    return _("%(name)s is not on the segment.") % name


def _looked(steps: Sequence[StepFound]) -> list[Looked]:
    """All steps and filters in words, told together."""
    asked = [Step(CriteriaAction.ADD, {each.entity: each.filters}) for step in steps for each in step.filters]
    told = sentences.tell_steps([*(step.step for step in steps), *asked])
    filters = iter(told[len(steps) :])
    return [
        Looked(
            step.step.number,
            words.text,
            [Asked(next(filters).who, each.matches) for each in step.filters],
            *_outcome(step),
        )
        for step, words in zip(steps, told, strict=False)
    ]


def _outcome(step: StepFound) -> tuple[str, str]:
    if step.inserted:
        return (_("Added here, through the company.") if step.through_company else _("Added here.")), "added"
    if step.removed:
        return (_("Removed here, through the company.") if step.through_company else _("Removed here.")), "removed"
    if step.step.action != CriteriaAction.ADD:
        return (_("Stayed.") if step.existed else _("Was not on the segment then.")), ""
    if step.existed:
        return _("Was on the segment already."), ""
    if step.excluded:
        return _("Not added: not to be on segments."), ""
    if step.matches or step.through_company:
        return _("Fits now, but did not when the step was done."), ""
    return _("Does not fit."), ""


registry.add_route("segments/<uuid:pk>/building/why", page, "segment-why")
