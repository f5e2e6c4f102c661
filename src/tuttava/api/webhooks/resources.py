"""Which sets tell of their changes (A-98)."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from tuttava.api.companies import split_company
from tuttava.api.declare import SERVICES
from tuttava.api.errors import bad_request, no_segment, not_allowed
from tuttava.api.paths import segments_of
from tuttava.api.request import Answer, Call

_NAME = "webhookSupportedResources"
_FILTER = re.compile(r"\s*resource\s+eq\s+'((?:[^']|'')*)'\s*")


def supported_resources(pattern: str = "*") -> list[str]:
    """Sets with webhooks as ``v2.0/contacts``; ``pattern`` is a name, with ``*`` behind it a beginning of names."""
    names = [
        f"{service.path}/{entity_set.name}"
        for service in SERVICES
        for entity_set in service.sets.values()
        if entity_set.webhooks
    ]
    if pattern.endswith("*"):
        return [name for name in names if name.startswith(pattern[:-1])]
    return [name for name in names if name == pattern]


def answer(call: Call) -> Answer:
    """``companies({id})/webhookSupportedResources``, the one resource of the runtime's service."""
    segments = segments_of(call.path)
    company, rest = split_company(call, segments) if segments else (None, segments)
    if company is None or len(rest) != 1 or rest[0].name != _NAME or rest[0].key is not None:
        raise no_segment(segments[-1].name if segments else "")
    if call.method not in ("GET", "HEAD"):
        raise not_allowed(["GET", "HEAD"])
    text = call.option("$filter")
    found = _FILTER.fullmatch(text) if text is not None else None
    if text is not None and found is None:
        raise bad_request(_("Only this filter is understood here: resource eq 'v2.0*'."), "$filter")
    names = supported_resources(found[1].replace("''", "'") if found else "*")
    context = f"{call.root}/$metadata#companies({company.pk})/{_NAME}"
    return Answer(200, {"@odata.context": context, "value": [{"resource": name} for name in names]})
