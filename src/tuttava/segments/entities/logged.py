"""Logged segments in the CRM service (17.4, S-64, S-80 to S-82)."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import CRM, File, Navigation, Property, Stream
from tuttava.api.files import stored_file
from tuttava.api.provided import Provided
from tuttava.foundation.context import require
from tuttava.interactions.entities import log
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments.entities.common import LOGGED
from tuttava.segments.logged import print_file_of
from tuttava.segments.models import LoggedSegment

#: What campaigns tell of logged segments, once there are any.
OF_CAMPAIGN = Provided()


def _no_of_interactions() -> Combinable:
    """Those that are canceled as the logged segment is, or are not (1.2)."""
    entries = InteractionLogEntry.objects.filter(
        logged_segment_entry_no=OuterRef("entry_no"), canceled=OuterRef("canceled")
    ).order_by()
    counted = entries.values("logged_segment_entry_no").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))


def _print_file(logged: LoggedSegment) -> File | None:
    """What its latest run printed, whoever ran it; None: nothing (I-164)."""
    require(log.READ, LOGGED)
    found = print_file_of(logged)
    return None if found is None else File(stored_file(found.content_id), found.media_type, found.file_name)


LOGGED_SET = crm_set(
    LoggedSegment,
    LOGGED,
    "loggedSegment",
    natural_key=("entryNo",),
    properties=(
        *properties_of(
            LoggedSegment,
            "loggedSegment",
            exclude=["kept"],
            read_only=[field.attname for field in LoggedSegment._meta.concrete_fields],
        ),
        Property(
            "noOfInteractions",
            edm.INT,
            expression=_no_of_interactions,
            read_only=True,
            caption=gettext_lazy("number of interactions"),
        ),
        OF_CAMPAIGN.figure("no_of_campaign_entries", edm.INT, gettext_lazy("number of campaign entries")),
    ),
    navigations=(
        Navigation(log.SET, log.SET, theirs="logged_segment_entry_no", ours="entry_no", partner="loggedSegment"),
    ),
    streams=(Stream("printFile", _print_file),),
    methods=frozenset({"GET"}),
    tracked=True,
)
CRM.extend(
    log.SET,
    navigations=[
        Navigation(
            "loggedSegment", LOGGED, many=False, theirs="entry_no", ours="logged_segment_entry_no", partner=log.SET
        )
    ],
)
