"""The contact export as a report of the CRM service (C 7, 17.13)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm, reporting
from tuttava.api.declare import CRM, Parameter
from tuttava.api.reporting import Asked, Dataset, Group, Published
from tuttava.foundation.errors import DomainError
from tuttava.transfer import exporting
from tuttava.transfer.models import FileFormat
from tuttava.transfer.set_exports import Extract, checked_columns, entities

#: Contacts of one run; what takes more is a job for ``exportJobs``.
MOST_ROWS = 20_000


def _extract(asked: Asked) -> Extract:
    contacts = CRM.sets["contacts"]
    columns = checked_columns(contacts, asked.parameters["columns"] or [])
    return Extract(contacts, columns, asked.rows("contacts").filter(privacy_blocked=False))


def _data(asked: Asked) -> Dataset:
    extract = _extract(asked)
    rows = [list(entity.values()) for entity in islice(entities(extract), MOST_ROWS + 1)]
    _check(len(rows))
    return Dataset(extract.names, rows)


def _check(count: int) -> None:
    if count > MOST_ROWS:
        raise DomainError(
            "report.too_many",
            _("More than %(max)d contacts fit. Take them out with an export job.") % {"max": MOST_ROWS},
        )


def _table(asked: Asked) -> Iterator[bytes]:
    """The standard columns stand under their labels, as in every other export of contacts."""
    extract = _extract(asked)
    if extract.columns:
        return reporting.csv_of(_data(asked))
    _check(extract.rows.order_by()[: MOST_ROWS + 1].count())
    return exporting.write(extract.rows.order_by("no"), FileFormat.CSV)


reporting.publish(
    Published(
        name="contactExport",
        group=Group.CONTACTS,
        caption=gettext_lazy("Contact export"),
        data=_data,
        parameters=(Parameter("columns", edm.TEXTS),),
        table=_table,
    )
)
