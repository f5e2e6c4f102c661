"""The list *Duplicate contacts* (D.5): all pairs, separate ones included, with the user's word on each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.privacy import masked
from tuttava.contacts.search import search_ids
from tuttava.duplicates.actions import set_separate
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.pages.parties import queue_url
from tuttava.duplicates.pages.words import BANDS, found_by, likelihood
from tuttava.duplicates.queries import listed_pairs
from tuttava.foundation.journal import unit_of_work
from tuttava.ui import registry
from tuttava.ui.lists.declare import BulkAction, Column, Filter, ListPage, Plan, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.templatetags.ui import icon

NAME = "duplicate-contacts"
_UNSEEN = [f"{side}__{name}" for side in ("contact", "duplicate") for name in ("search_tokens", "search_text")]
#: Pairs of so many contacts are looked through by a search.
_FOUND = 200


def _rows() -> QuerySet[ContactDuplicate]:
    return listed_pairs().select_related("contact", "duplicate").defer(*_UNSEEN)


def _search(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    ids = search_ids(text, limit=_FOUND)
    found = rows.filter(Q(contact_id__in=ids) | Q(duplicate_id__in=ids)).order_by("-score", "id")
    return list(found.values_list("pk", flat=True)[:limit])


def _named(contact: Contact) -> str:
    shown = masked(contact)
    drawing = icon("building-office-2" if contact.is_company else "user", 16, "micro")
    return format_html(
        '<span class="row-name">{}<span class="row-words">{}</span></span>', drawing, shown.name or shown.no
    )


def switch(pair: ContactDuplicate) -> str:
    """The one cell of the list that is written: whether both are separate."""
    label = _("%(contact)s and %(duplicate)s are separate") % {
        "contact": masked(pair.contact).name or pair.contact.no,
        "duplicate": masked(pair.duplicate).name or pair.duplicate.no,
    }
    return format_html(
        '<button type="button" class="link-button switch" role="switch" aria-checked="{}" aria-label="{}"'
        ' hx-post="{}" hx-swap="outerHTML"><span class="track"></span></button>',
        "true" if pair.separate_contacts else "false",
        label,
        reverse("duplicate-separate", kwargs={"pk": pair.pk}),
    )


def _score(pair: ContactDuplicate) -> str:
    found = likelihood(pair.score)
    if found.score is None:
        return ""
    return format_html('<span class="badge {}" title="{}">{}</span>', found.tone, found.words, found.score)


def _details(pair: ContactDuplicate) -> str:
    url = reverse("duplicate-details", kwargs={"pk": pair.pk})
    return format_html('<a class="plain-link" data-dialog href="{}">{}</a>', url, _("View details"))


def _band(operator: str, values: Sequence[str]) -> Q:
    """Pairs whose score lies in one of the bands, each named by its least score."""
    ends = {
        str(least): (least, upper) for (least, *_), upper in zip(BANDS, [101, *(b[0] for b in BANDS)], strict=False)
    }
    found = Q(pk__in=[])
    for value in values:
        if value in ends:
            least, upper = ends[value]
            found |= Q(score__gte=least, score__lt=upper)
    return ~found if operator == "not" else found


def _origin(operator: str, values: Sequence[str]) -> Q:
    found = Q(pk__in=[])
    for value in values:
        if value in ("classic", "smart"):
            found |= Q(**{value: True})
    return ~found if operator == "not" else found


def _plan(wanted: bool) -> Any:
    def plan(rows: QuerySet[Any], _values: Mapping[str, str]) -> Plan:
        already = rows.filter(separate_contacts=wanted).count()
        return Plan(rows.count() - already, already)

    return plan


def _run(wanted: bool) -> Any:
    def run(rows: QuerySet[Any], _values: Mapping[str, str]) -> int:
        found = list(rows.filter(separate_contacts=not wanted))
        for pair in found:
            set_separate(pair, wanted)
        return len(found)

    return run


@require_POST
def separate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Turn the switch of one row; answers with it."""
    pair = _rows().filter(pk=pk).first()
    if pair is None:
        raise Http404
    with unit_of_work("separate contacts"):
        changed = set_separate(pair, not pair.separate_contacts)
    changed.contact, changed.duplicate = pair.contact, pair.duplicate
    return HttpResponse(switch(changed))


def _href(pair: ContactDuplicate) -> str:
    """An open pair is decided in the queue; one that is settled is looked at."""
    if pair.separate_contacts:
        return reverse("duplicate-details", kwargs={"pk": pair.pk})
    return queue_url(pair.pk)


LIST = register_list(
    ListPage(
        name=NAME,
        path="duplicates/list",
        title=gettext_lazy("Duplicate contacts"),
        model=ContactDuplicate,
        columns=(
            Column("contact_no", gettext_lazy("number"), 100, value=lambda pair: pair.contact.no, sort="contact"),
            Column(
                "contact_name",
                gettext_lazy("name"),
                240,
                value=lambda pair: masked(pair.contact).name,
                cell=lambda pair: _named(pair.contact),
            ),
            Column("duplicate_no", gettext_lazy("duplicate"), 100, value=lambda pair: pair.duplicate.no),
            Column(
                "duplicate_name",
                gettext_lazy("duplicate's name"),
                240,
                value=lambda pair: masked(pair.duplicate).name,
                cell=lambda pair: _named(pair.duplicate),
            ),
            Column("separate_contacts", gettext_lazy("separate"), 90, cell=switch),
            Column("score", width=80, cell=_score, sort="score"),
            Column("no_of_matching_strings", gettext_lazy("matching strings"), 140, sort="strings"),
            Column("details", gettext_lazy("details"), 120, value=lambda pair: "", cell=_details),
            Column("found_by", gettext_lazy("found by"), 200, value=found_by, hidden=True),
            Column("put_off_at", width=170, kind="moment", hidden=True),
        ),
        sorts=(
            Sort("score", ("score", "id"), nullable=True),
            Sort("contact", ("contact__no", "id")),
            Sort("strings", ("no_of_matching_strings", "id")),
        ),
        filters=(
            Filter("separate", gettext_lazy("Separate"), "flag", "separate_contacts", quick=True),
            Filter("type", gettext_lazy("Type"), "choice", "contact__type", choices=ContactType.choices, quick=True),
            Filter(
                "score",
                gettext_lazy("Score"),
                "choice",
                choices=[(str(least), words) for least, words, _tone in BANDS],
                condition=_band,
                quick=True,
            ),
            Filter(
                "found",
                gettext_lazy("Found by"),
                "choice",
                choices=[("classic", gettext_lazy("Search strings")), ("smart", gettext_lazy("Likeness"))],
                condition=_origin,
                quick=True,
            ),
            Filter("no", gettext_lazy("Number"), "text", "contact__no"),
            Filter("duplicate_no", gettext_lazy("Duplicate's number"), "text", "duplicate__no"),
        ),
        rows=_rows,
        search=_search,
        href=_href,
        row_class=lambda pair: "is-blocked" if pair.separate_contacts else "",
        bulk=(
            BulkAction(
                "separate",
                gettext_lazy("Not the same"),
                _run(True),
                _plan(True),
                icon="no-symbol",
                done=gettext_lazy("%(count)d pairs are marked as separate."),
            ),
            BulkAction(
                "open",
                gettext_lazy("Ask again"),
                _run(False),
                _plan(False),
                icon="arrow-uturn-left",
                done=gettext_lazy("%(count)d pairs are open again."),
            ),
        ),
        start=Start(
            gettext_lazy("No duplicates"),
            gettext_lazy("Pairs of contacts that may be the same party stand here as soon as a search finds some."),
            icon="document-duplicate",
        ),
        parent=("duplicates", gettext_lazy("Duplicates")),
        set_name="contactDuplicates",
    )
)
registry.add_route("duplicates/list/<uuid:pk>/separate", separate, "duplicate-separate")
