"""Refusals of this room that several places give."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError


def segment_empty() -> DomainError:
    return DomainError("segment_empty", _("The segment has no line with a contact. Add contacts first."), rule="S-61")


def nothing_to_undo() -> DomainError:
    return DomainError("nothing_to_undo", _("There is no step to go back."), rule="S-34")


def no_criteria() -> DomainError:
    return DomainError(
        "no_criteria", _("The segment has no steps to save. Add, remove or keep contacts first."), rule="S-55"
    )


def already_logged(number: str) -> DomainError:
    return DomainError(
        "segment_already_logged", _("Segment %(no)s was logged already.") % {"no": number}, field="no", rule="S-61"
    )


def being_logged(number: str) -> DomainError:
    return DomainError(
        "segment_being_logged",
        _("Segment %(no)s is being logged or reopened and cannot be changed now.") % {"no": number},
        rule="S-60",
    )
