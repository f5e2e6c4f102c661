"""Refusals of the service: status, code and body of A-57 to A-62."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api.declare import EntitySet
from tuttava.foundation.errors import ChangedMeanwhile, Detail, DomainError, PermissionDenied, QuestionsPending, Text
from tuttava.foundation.spelling import camel

#: Codes of the service that belong to a domain code (A-62); every other refusal of a rule is a dialog exception.
_CLOSER = {
    "field_required": "Application_FieldValidationException",
    "value_required": "Application_FieldValidationException",
    "setup.missing": "Application_FieldValidationException",
    "not_found": "Internal_InvalidTableRelation",
    "already_exists": "Internal_EntityWithSameKeyExists",
    "value_too_long": "Application_StringExceededLength",
    "value_invalid": "Application_EvaluateException",
    "bad_filter": "Application_FilterErrorException",
    "field_read_only": "BadRequest_InvalidOperation",
    "read_only": "BadRequest_InvalidOperation",
    "nothing_to_restore": "Internal_DataNotFoundFilter",
}


@dataclass
class ApiError(Exception):
    """A request is refused with ``status`` and ``code``; ``target`` is the property in the service's spelling."""

    status: int
    code: str
    message: Text
    target: str = ""
    details: Sequence[Detail] = ()
    domain_code: str = ""
    rule: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"

    def body(self, correlation: uuid.UUID) -> dict[str, Any]:
        """The error as JSON."""
        message = f"{str(self.message).rstrip('.')}.  CorrelationId:  {correlation}."
        error: dict[str, Any] = {
            "code": self.code,
            "message": message,
            "target": self.target,
            "details": [
                {"code": detail.code, "message": str(detail.message), "target": detail.target}
                for detail in self.details
            ],
        }
        if self.domain_code:
            error["innererror"] = {"domainCode": self.domain_code, "rule": self.rule}
        return {"error": error}


def bad_request(message: Text, target: str = "", *, code: str = "BadRequest") -> ApiError:
    """The request itself is wrong: 400."""
    return ApiError(400, code, message, target)


def not_found(code: str, message: Text, target: str = "") -> ApiError:
    return ApiError(404, code, message, target)


def no_segment(name: str) -> ApiError:
    """A-5: an unknown path segment."""
    return not_found("BadRequest_ResourceNotFound", _("There is no “%(name)s” here.") % {"name": name[:80]}, name[:80])


def no_record(entity_set: EntitySet) -> ApiError:
    """A-5: a known set, an unknown key."""
    return not_found(
        "Internal_RecordNotFound", _("%(set)s has no record with this key.") % {"set": entity_set.name}, entity_set.name
    )


def no_company() -> ApiError:
    """A-3."""
    return not_found("Internal_CompanyNotFound", _("There is no such company, or you may not enter it."))


def not_allowed(allow: Sequence[str]) -> ApiError:
    """A-5: a method that the resource does not offer. ``HEAD`` works where ``GET`` does."""
    allow = [*allow, "HEAD"] if "GET" in allow and "HEAD" not in allow else allow
    return ApiError(
        405,
        "BadRequest_MethodNotAllowed",
        _("This method is not allowed here. Allowed: %(methods)s.") % {"methods": ", ".join(allow)},
        headers=(("Allow", ", ".join(allow)),),
    )


def permission_denied(right: str, target: str) -> ApiError:
    """A-14."""
    return from_domain(PermissionDenied(right, target), None)


def from_domain(error: DomainError, entity_set: EntitySet | None, prefix: str = "") -> ApiError:
    """The refusal of a rule as the service tells it; fields in the spelling of ``entity_set`` (A-58, A-62)."""
    target = target_of(error.field, entity_set)
    if target and prefix:
        target = f"{prefix}/{target}"
    if isinstance(error, PermissionDenied):
        return ApiError(403, "Authorization_PermissionDenied", error.message, error.field, (), error.code, error.rule)
    if isinstance(error, QuestionsPending):
        return _unanswered(error)
    if isinstance(error, ChangedMeanwhile):
        details = [Detail("changed", name, target_of(name, entity_set)) for name in error.theirs]
        return ApiError(409, "Request_EntityChanged", error.message, target, details, error.code, error.rule)
    if error.code == "record_gone":
        return ApiError(404, "Internal_RecordNotFound", error.message, target, (), error.code, error.rule)
    details = [Detail(each.code, each.message, target_of(each.target, entity_set)) for each in error.details]
    return ApiError(400, code_of(error.code), error.message, target or prefix, details, error.code, error.rule)


def code_of(domain_code: str) -> str:
    """The service's code for a domain code (A-62)."""
    if domain_code.startswith("setup.") and domain_code.endswith(".missing"):
        return "Application_FieldValidationException"
    return _CLOSER.get(domain_code, "Application_DialogException")


def target_of(field: str, entity_set: EntitySet | None) -> str:
    """A model's field in the spelling of a set."""
    if entity_set is None or not field:
        return field
    found = entity_set.by_attribute.get(field) or entity_set.by_attribute.get(f"{field}_id")
    return found.name if found else camel(field)


def _unanswered(error: QuestionsPending) -> ApiError:
    details = [Detail(question.code, question.text, question.default) for question in error.questions]
    return ApiError(
        400,
        "Application_CallbackNotAllowed",
        _("This needs an answer first: %(questions)s") % {"questions": str(error)},
        details=details,
    )
