"""Whatever work on a request leads to becomes an answer: results, refusals, failures (A-30, A-57)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from tuttava.api.errors import ApiError, bad_request, from_domain
from tuttava.api.expressions import ExpressionError
from tuttava.api.negotiation import language_of, metadata_level, wants_numbers_as_text
from tuttava.api.request import Answer, Call
from tuttava.api.retrying import in_each_others_way
from tuttava.foundation.errors import DomainError

log = logging.getLogger(__name__)


def answered(call: Call, work: Callable[[Call], Answer]) -> Answer:
    """The answer to a request. Raises only what a batch has to begin anew: a deadlock in its transaction."""
    with translation.override(language_of(call)):
        try:
            answer = work(call)
        except ApiError as error:
            answer = refused(call, error)
        except DomainError as error:
            answer = refused(call, from_domain(error, None))
        except ExpressionError as error:
            answer = refused(call, bad_request(error.message, error.target))
        except DatabaseError as error:
            if call.held and in_each_others_way(error):
                raise
            answer = refused(call, _database_error(error))
        except Exception:
            log.exception("request %s failed", call.correlation)
            answer = refused(call, ApiError(500, "Internal_ServerError", _("Something went wrong on the server.")))
        answer.headers.setdefault("Content-Language", translation.get_language() or "en")
    return with_headers(call, answer)


def refused(call: Call, error: ApiError) -> Answer:
    """A refusal as an answer."""
    return Answer(error.status, error.body(call.correlation), dict(error.headers))


def _database_error(error: DatabaseError) -> ApiError:
    state = getattr(error.__cause__, "sqlstate", "") or ""
    if state == "57014":
        return ApiError(408, "Internal_OperationTimeout", _("This took too long and was taken back."))
    if state.startswith(("22", "23")):
        return ApiError(400, "Application_DialogException", _("This value cannot be stored or computed."))
    if isinstance(error, OperationalError | InterfaceError):
        return ApiError(
            503,
            "Internal_TenantUnavailable",
            _("The database does not answer. Try again soon."),
            headers=(("Retry-After", "5"),),
        )
    log.error("database error", exc_info=error)
    return ApiError(500, "Internal_ServerError", _("Something went wrong on the server."))


def with_headers(call: Call, answer: Answer) -> Answer:
    """The answer with the headers that every answer has."""
    answer.headers.setdefault("OData-Version", "4.0")
    answer.headers.setdefault("request-id", str(call.correlation))
    if answer.is_json:
        form = "; IEEE754Compatible=true" if wants_numbers_as_text(call) else ""
        kind = f"application/json; odata.metadata={metadata_level(call)}; odata.streaming=true{form}"
        answer.headers.setdefault("Content-Type", kind)
    if call.applied:
        answer.headers["Preference-Applied"] = ", ".join(call.applied)
    if call.header("tuttava-work-date") and answer.status < 400:
        answer.headers["Tuttava-Work-Date"] = call.header("tuttava-work-date")
    return answer
