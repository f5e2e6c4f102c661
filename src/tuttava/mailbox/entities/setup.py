"""The setup of e-mail logging and its activity log (17.10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of, type_of
from tuttava.api.declare import CRM, Action, EntitySet, Property
from tuttava.foundation import jobs
from tuttava.foundation.models import Job
from tuttava.foundation.spelling import camel
from tuttava.mailbox import actions
from tuttava.mailbox.models import EmailLoggingActivity, EmailLoggingSetup
from tuttava.mailbox.setup import mail_setup

SETUP, ACTIVITIES = "emailLoggingSetup", "emailLoggingActivities"
_VERBS: dict[str, Callable[[], EmailLoggingSetup]] = {"enable": actions.enable, "validate": actions.validate}
_KIND = "mailbox.setup"


@jobs.job(_KIND)
def _run_verb(run: jobs.JobRun) -> None:
    """A verb that talks to the mailbox, as a job."""
    _VERBS[run.arguments["verb"]]()


def _connecting(name: str) -> Action:
    """A verb that talks to the mailbox: no transaction is open meanwhile, and what failed stays noted."""

    def run(_setup: EmailLoggingSetup, *, wait: bool = True) -> EmailLoggingSetup | Job:
        return _VERBS[name]() if wait else jobs.enqueue(_KIND, name, {"verb": name})

    return Action(name, run, returns=SETUP, long=True)


def _rows(found: Any) -> Any:
    mail_setup()
    return found


crm_set(
    EmailLoggingSetup,
    SETUP,
    SETUP,
    natural_key=(),
    properties=properties_of(
        EmailLoggingSetup,
        SETUP,
        exclude=["only_row"],
        replace={
            name: (Property(camel(name), edm.text(0), write=name, write_only=True),)
            for name in ("secret", "client_secret")
        },
    ),
    rows=_rows,
    methods=frozenset({"GET", "PATCH"}),
    actions=(
        _connecting("enable"),
        Action("disable", actions.disable, returns=SETUP),
        Action("clear", actions.clear, returns=SETUP),
        _connecting("validate"),
        Action("recreateJob", actions.recreate_job, returns=SETUP),
    ),
)

CRM.register(
    EntitySet(
        name=ACTIVITIES,
        entity="emailLoggingActivity",
        model=EmailLoggingActivity,
        natural_key=("entryNo",),
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property("entryNo", edm.BIG, "entry_no", read_only=True),
            Property("at", edm.INSTANT, "at", read_only=True),
            Property(
                "level",
                type_of(EmailLoggingActivity._meta.get_field("level"), "emailLoggingActivity", "level"),
                "level",
                read_only=True,
            ),
            Property("context", edm.text(100), "context", read_only=True),
            Property("message", edm.text(2000), "message", read_only=True),
            Property("internetMessageId", edm.text(0), "internet_message_id", read_only=True),
        ),
        methods=frozenset({"GET"}),
        version="",
    )
)
