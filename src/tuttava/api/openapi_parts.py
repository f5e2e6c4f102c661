"""The parts of an OpenAPI document that all operations share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tuttava.api.edm import Kind, Type
from tuttava.foundation.errors import Text

Json = dict[str, Any]

#: Headers that every writing request may carry.
WRITING = ("prefer", "answers", "workDate", "acceptLanguage")

_KINDS: dict[Kind, Json] = {
    Kind.STRING: {"type": "string"},
    Kind.GUID: {"type": "string", "format": "uuid"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.INT32: {"type": "integer", "format": "int32"},
    Kind.INT64: {"type": "integer", "format": "int64"},
    Kind.DECIMAL: {"type": "number"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.TIME: {"type": "string", "examples": ["10:30:00"]},
    Kind.INSTANT: {"type": "string", "format": "date-time"},
    Kind.DURATION: {"type": "string", "format": "duration"},
    Kind.STREAM: {"type": "string", "format": "binary"},
    Kind.UNTYPED: {},
}

_TEXT: Json = {"type": "string"}
SCHEMAS: dict[str, Json] = {
    "Page": {
        "type": "object",
        "properties": {
            "@odata.context": _TEXT,
            "@odata.count": {"type": "integer"},
            "@odata.nextLink": {"type": "string", "format": "uri"},
            "@odata.deltaLink": {"type": "string", "format": "uri"},
        },
    },
    "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": _TEXT,
                    "message": _TEXT,
                    "target": _TEXT,
                    "details": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"code": _TEXT, "message": _TEXT, "target": _TEXT},
                        },
                    },
                    "innererror": {"type": "object", "properties": {"domainCode": _TEXT, "rule": _TEXT}},
                },
            }
        },
    },
    "Batch": {
        "type": "object",
        "required": ["requests"],
        "properties": {
            "requests": {
                "type": "array",
                "maxItems": 100,
                "items": {
                    "type": "object",
                    "required": ["method", "url"],
                    "properties": {
                        "id": _TEXT,
                        "method": {"enum": ["GET", "POST", "PATCH", "DELETE"]},
                        "url": _TEXT,
                        "headers": {"type": "object", "additionalProperties": _TEXT},
                        "body": {},
                        "dependsOn": {"type": "array", "items": _TEXT},
                        "atomicityGroup": _TEXT,
                    },
                },
            }
        },
    },
}


def ref(kind: str, name: str) -> Json:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def schema_of(wanted: Type) -> Json:
    """The schema of a value that is no enum."""
    made = dict(_KINDS[wanted.kind])
    if wanted.length and wanted.kind is Kind.STRING:
        made["maxLength"] = wanted.length
    return {"type": "array", "items": made} if wanted.many else made


def parameter(name: str, place: str, schema: Json, words: Text, *, required: bool = False) -> Json:
    """A parameter; those of a path are always required."""
    made: Json = {"name": name, "in": place, "schema": schema, "description": str(words)}
    return made | ({"required": True} if required or place == "path" else {})


def parameters() -> Json:
    """Query options and headers, by the names operations refer to."""
    text, whole = {"type": "string"}, {"type": "integer", "minimum": 0}
    return {
        "companyId": parameter("companyId", "path", {"type": "string", "format": "uuid"}, _("The company.")),
        "filter": parameter("$filter", "query", text, _("Which records: city eq 'Oslo' and type eq 'Person'")),
        "orderby": parameter("$orderby", "query", text, _("In which order: displayName desc")),
        "top": parameter("$top", "query", whole, _("At most so many records in all.")),
        "skip": parameter("$skip", "query", whole, _("Leave out so many records first.")),
        "count": parameter("$count", "query", {"type": "boolean"}, _("Also count all records that fit.")),
        "select": parameter("$select", "query", text, _("Only these properties.")),
        "expand": parameter("$expand", "query", text, _("Also the records behind these navigations.")),
        "search": parameter("$search", "query", text, _("Words to find, in any order.")),
        "ifMatch": parameter("If-Match", "header", text, _("The tag (@odata.etag) last read, or *."), required=True),
        "ifMatchOptional": parameter("If-Match", "header", text, _("The tag (@odata.etag) last read.")),
        "prefer": parameter(
            "Prefer",
            "header",
            text,
            "odata.maxpagesize=n, return=minimal, respond-async, odata.track-changes, "
            'odata.include-annotations="tuttava.*"',
        ),
        "answers": parameter("Tuttava-Answers", "header", text, _("Answers to questions: code=yes; code=no; or ask.")),
        "workDate": parameter(
            "Tuttava-Work-Date", "header", {"type": "string", "format": "date"}, _("The work date of this request.")
        ),
        "acceptLanguage": parameter("Accept-Language", "header", text, _("The language of messages.")),
    }


_REFUSALS = {"400": "Refused", "404": "NotFound", "409": "Conflict"}


def responses() -> Json:
    """The refusals, all of one shape."""
    content = {"application/json": {"schema": ref("schemas", "Error")}}
    words = {
        "Refused": _("The request cannot be read, or a rule refuses it."),
        "Unauthorized": _("Not signed in."),
        "Forbidden": _("A right is missing."),
        "NotFound": _("There is no such record."),
        "Conflict": _("Somebody else has changed the record since."),
        "TooMany": _("Too many requests; try again after Retry-After seconds."),
    }
    return {name: {"description": text, "content": content} for name, text in words.items()}


def refusals(*statuses: str) -> Json:
    """The refusals of an operation: its own and those of every one."""
    found = {status: ref("responses", _REFUSALS[status]) for status in statuses}
    every = {"401": "Unauthorized", "403": "Forbidden", "429": "TooMany"}
    return found | {status: ref("responses", name) for status, name in every.items()}


def answers(status: int, schema: str, *refused: str) -> Json:
    """The good answer (``schema`` blank: without body) and the refusals."""
    good: Json = {"description": _("Done.")}
    if schema:
        good["content"] = {"application/json": {"schema": ref("schemas", schema)}}
    return {str(status): good, **refusals(*refused)}


def body(schema: Json, required: bool = True) -> Json:
    """A JSON body."""
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def security(origin: str) -> Json:
    """How to sign in (section 2); ``origin`` is the part of the address before ``/api``."""
    token = f"{origin}/oauth2/v2.0/token"
    return {
        "accessKey": {
            "type": "http",
            "scheme": "basic",
            "description": _("User name, and a web-service access key as the password."),
        },
        "oauth2": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {"tokenUrl": token, "scopes": {}},
                "authorizationCode": {
                    "authorizationUrl": f"{origin}/oauth2/v2.0/authorize",
                    "tokenUrl": token,
                    "refreshUrl": token,
                    "scopes": {},
                },
            },
        },
    }
