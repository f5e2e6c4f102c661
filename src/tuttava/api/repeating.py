"""A POST that is sent again with the same id is answered as the first time (A-37)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from tuttava.api.errors import ApiError, bad_request
from tuttava.api.request import Answer, Call
from tuttava.api.values import parse_guid

HEADER = "Repeatability-Request-ID"
_RESULT = {"Repeatability-Result": "accepted"}
#: What a request claims before it does anything: a second one with the same id waits here until the first is through.
_CLAIM = (
    "INSERT INTO public.api_repeatedrequest AS r (user_id, request_id, digest, at, status, is_json, headers, content)"
    " VALUES (%(user)s, %(id)s, %(digest)s, clock_timestamp(), 0, false, '{}', '')"
    " ON CONFLICT (user_id, request_id) DO UPDATE SET digest = excluded.digest, at = excluded.at, status = 0"
    " WHERE r.at < clock_timestamp() - interval '24 hours' RETURNING r.id"
)
_STORE = (
    "UPDATE public.api_repeatedrequest SET status = %(status)s, is_json = %(is_json)s, headers = %(headers)s,"
    " content = %(content)s WHERE user_id = %(user)s AND request_id = %(id)s"
)
_FIND = (
    "SELECT digest, status, is_json, headers::text, content FROM public.api_repeatedrequest"
    " WHERE user_id = %(user)s AND request_id = %(id)s AND status > 0"
    " AND at >= clock_timestamp() - interval '24 hours'"
)
#: A few old rows with each new one, so that they never pile up.
_SWEEP = (
    "DELETE FROM public.api_repeatedrequest WHERE id IN (SELECT id FROM public.api_repeatedrequest"
    " WHERE at < clock_timestamp() - interval '24 hours' ORDER BY at LIMIT 20 FOR UPDATE SKIP LOCKED)"
)


def once(call: Call, work: Callable[[], Answer]) -> Answer:
    """The answer of ``work``, or the one given before; kept in the transaction in which ``work`` writes."""
    key = _key(call)
    if key is None:
        return work()
    with transaction.atomic():
        if not _claimed(key):
            return _again(key)
        answer = work()
        _keep(call, key, answer)
    return answer


def once_outside(call: Call, work: Callable[[], Answer]) -> Answer:
    """The same for work that has several transactions: whoever comes second waits for a lock instead of a row."""
    key = _key(call)
    if key is None:
        return work()
    with _locked(key):
        if _found(key) is not None:
            return _again(key)
        answer = work()
        if answer.status < 400 and _claimed(key):
            _keep(call, key, answer)
    return answer


def _key(call: Call) -> dict[str, Any] | None:
    """Under what the answer to a request is kept; None: nobody will ask for it again."""
    text = call.header(HEADER)
    if not text or call.method != "POST":
        return None
    try:
        wanted = parse_guid(text)
    except ApiError as error:
        raise bad_request(_("%(header)s must be a GUID.") % {"header": HEADER}, HEADER) from error
    sent = [call.service.name, call.path, sorted(call.query), call.header("company")]
    digest = hashlib.sha256(repr(sent).encode() + b"\0" + call.body).hexdigest()
    return {"user": call.user.pk, "id": wanted, "digest": digest}


def _claimed(key: dict[str, Any]) -> bool:
    """Whether this request is the first with its id in 24 hours."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, key)
        if cursor.fetchone() is None:
            return False
        cursor.execute(_SWEEP)
    return True


def _keep(call: Call, key: dict[str, Any], answer: Answer) -> None:
    answer.headers |= _RESULT
    headers = dict(answer.headers)
    if call.applied:
        headers["Preference-Applied"] = ", ".join(call.applied)
    stored: dict[str, Any] = {
        "status": answer.status,
        "is_json": answer.is_json,
        "headers": json.dumps(headers),
        "content": answer.content,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {**key, **stored})


def _found(key: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, key)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _again(key: dict[str, Any]) -> Answer:
    """The stored answer; raises 400 when the id stood on another request."""
    found = _found(key)
    if found is None or found[0] != key["digest"]:
        raise bad_request(
            _("%(header)s was used for another request already. Draw a new one for each request.") % {"header": HEADER},
            HEADER,
        )
    _digest, status, is_json, headers, content = found
    body = json.loads(bytes(content)) if is_json else bytes(content) or None
    return Answer(status, body, json.loads(headers))


@contextmanager
def _locked(key: dict[str, Any]) -> Iterator[None]:
    """One request with this id at a time, over all transactions it has."""
    name = [f"{key['user']} {key['id']}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)
