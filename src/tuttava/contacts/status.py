"""The business relation status of all contacts whom a change of the setup's relation codes may concern (B-18).

The status depends on those codes where exactly one relation counts: that of contacts with the former or the new code,
and of their people. A few are put right at once; more in the background, and lists show the stale ones until then.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.rules.relations import CODE_FIELDS
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.context import acting
from tuttava.foundation.jobs import JobRun, enqueue, job
from tuttava.foundation.journal import unit_of_work

KIND = "contacts.refresh_status"
#: Contacts with a relation that are put right at once.
MOST_AT_ONCE = 200
#: Contacts with a relation of one transaction; their people come on top.
SLICE = 500


def refresh_all(codes: Iterable[str]) -> None:
    """Work the status of everybody out anew whom these relation codes concern, as the setup is now."""
    wanted = sorted(set(codes))
    owners = _next(wanted, None, MOST_AT_ONCE + 1)
    if len(owners) > MOST_AT_ONCE:
        enqueue(KIND, _("Business relation status of all contacts"), {"codes": wanted})
    elif owners:
        _refresh(owners)


@job(KIND)
def run_refresh(run: JobRun) -> dict[str, int]:
    """Slice by slice in the order of the contacts' ids, each slice one transaction."""
    codes = run.arguments["codes"]
    total = _owners(codes).count()
    last: str | None = run.state.get("last")
    done: int = run.state.get("done", 0)
    while owners := _next(codes, uuid.UUID(last) if last else None, SLICE):
        done += len(owners)
        with run.chunk(done=done, total=total), acting(cache={}), unit_of_work("refresh status"):
            changed = _refresh(owners)
            last = str(owners[-1])
            run.state.update(last=last, done=done, refreshed=run.state.get("refreshed", 0) + changed)
    return {"refreshed": run.state.get("refreshed", 0)}


def _owners(codes: list[str]) -> QuerySet[ContactBusinessRelation, Any]:
    """The contacts that have a relation with one of the codes, each once."""
    rows = ContactBusinessRelation.objects.filter(business_relation__code__in=codes).order_by("contact_id")
    return rows.values_list("contact_id", flat=True).distinct()


def _next(codes: list[str], last: uuid.UUID | None, count: int) -> list[uuid.UUID]:
    rows = _owners(codes)
    return list((rows.filter(contact_id__gt=last) if last else rows)[:count])


# The rule of B-15, for many contacts at once. Whoever relates one of them meanwhile waits, and has the last word.
_UPDATE = """
UPDATE contacts_contact c
   SET contact_business_relation = s.status, last_modified_at = statement_timestamp()
  FROM (SELECT p.id,
               CASE WHEN count(r.id) = 0 THEN 'none'
                    WHEN count(r.id) > 1 THEN 'multiple'
                    WHEN bool_and(r.link_to_table <> 'blank' AND r.linked_no <> ''
                                  AND r.business_relation_code = ANY(%(known)s)) THEN min(r.link_to_table)
                    ELSE 'other' END AS status
          FROM contacts_contact p
          LEFT JOIN contacts_contactbusinessrelation r ON r.contact_id IN (p.id, p.company_id)
         WHERE p.id = ANY(%(ids)s)
         GROUP BY p.id) s
 WHERE c.id = s.id AND c.contact_business_relation <> s.status
"""


def _refresh(owners: list[uuid.UUID]) -> int:
    """Put these contacts and their people right; how many were not."""
    setup = marketing_setup()
    known = [code for name in CODE_FIELDS.values() if (code := getattr(setup, name))]
    people = Contact.objects.filter(company_id__in=owners)
    concerned = Contact.objects.filter(pk__in=owners).union(people).values_list("pk")
    locked = Contact.objects.filter(pk__in=concerned).order_by("pk").select_for_update(of=("self",), no_key=True)
    ids = list(locked.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, {"known": known, "ids": ids})
        return int(cursor.rowcount)
