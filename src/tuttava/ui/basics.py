"""Setup pages of the foundation's own tables: places, languages, currencies, numbers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation import series
from tuttava.foundation.errors import DomainError
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.models import (
    Country,
    Currency,
    Language,
    NumberSeries,
    NumberSeriesLine,
    NumberSeriesRelationship,
    PostCode,
    Territory,
    VatFormat,
)
from tuttava.ui import registry
from tuttava.ui.lists.codes import code_table
from tuttava.ui.lists.declare import Column, Filter, Sort
from tuttava.ui.notices import notify

PLACES = gettext_lazy("Places and languages")
NUMBERS = gettext_lazy("Numbers")

code_table(
    Country,
    path="countries",
    group=PLACES,
    icon="globe-europe-africa",
    order=110,
    fields=(
        "code",
        "name",
        "iso_code",
        "address_format",
        "custom_address_format",
        "contact_address_format",
        "county_name",
    ),
    description=gettext_lazy("Countries and regions, and how addresses are written there."),
)
code_table(
    Language,
    path="languages",
    group=PLACES,
    icon="language",
    order=120,
    fields=("code", "name", "format_region", "closed"),
    description=gettext_lazy("Languages used towards contacts; salutations follow them."),
)
code_table(
    Currency,
    path="currencies",
    group=PLACES,
    icon="banknotes",
    order=130,
    fields=("code", "description", "symbol"),
)
code_table(
    Territory,
    path="territories",
    group=PLACES,
    icon="map",
    order=140,
    fields=("code", "name", "closed"),
    description=gettext_lazy("Sales areas."),
)
code_table(
    PostCode,
    path="post-codes",
    group=PLACES,
    icon="map-pin",
    order=150,
    fields=("code", "city", "country_code", "county", "time_zone"),
    sorts=(Sort("key", ("code", "city", "id")),),
    description=gettext_lazy("Entering a post code fills in the city, and the other way round."),
)


def _next_line(request: HttpRequest) -> dict[str, Any]:
    """The number of a new line behind the last one of its country."""
    country = request.POST.get("country_code", "").strip().upper()
    last = VatFormat.objects.filter(country__code=country).aggregate(last=Max("line_no"))["last"] or 0
    return {"line_no": last + LINE_STEP}


code_table(
    VatFormat,
    path="tax-number-formats",
    group=PLACES,
    icon="identification",
    order=160,
    fields=("country_code", "format"),
    sorts=(Sort("key", ("country_code", "line_no")),),
    given=_next_line,
    description=gettext_lazy("Accepted shapes of tax numbers: # is a digit, @ a letter, ? any character."),
)


# --- number series ------------------------------------------------------------------------------------------------
def _current_lines(rows: list[Any]) -> None:
    lines = series.current_lines([row.code for row in rows])
    for row in rows:
        row.current = lines.get(row.code)


def _from_line(name: str) -> Any:
    return lambda row: getattr(row.current, name) if row.current else ""


def _series_links(row: NumberSeries) -> str:
    code = quote(row.code)
    links = [
        (f"{reverse('setup-number-series-lines')}?f=series_code:is:{code}", _("Lines")),
        (f"{reverse('setup-number-series-relationships')}?f=main_code:is:{code}", _("Relationships")),
        (f"{reverse('number-series-test')}?code={code}", _("Test")),
    ]
    return format_html_join(" · ", '<a href="{}">{}</a>', links)


def _expiring(operator: str, values: Any) -> Any:
    codes = list(series.expiring().values_list("code", flat=True)[:1000])
    return Q(code__in=codes) if operator == "yes" else ~Q(code__in=codes)


code_table(
    NumberSeries,
    path="number-series",
    group=NUMBERS,
    icon="hashtag",
    order=210,
    fields=("code", "description", "default_nos", "manual_nos", "date_order"),
    extra=(
        Column("starting_no", gettext_lazy("starting number"), 120, value=_from_line("starting_no")),
        Column("ending_no", gettext_lazy("ending number"), 120, value=_from_line("ending_no")),
        Column("last_no_used", gettext_lazy("last number used"), 130, value=_from_line("last_no_used")),
        Column(
            "mode",
            gettext_lazy("mode"),
            150,
            value=lambda row: row.current.get_mode_display() if row.current else "",
        ),
        Column("links", gettext_lazy("more"), 190, cell=_series_links, value=lambda row: ""),
    ),
    filters=(
        Filter(
            "expiring", gettext_lazy("Running out"), "flag", condition=_expiring, operators=("yes", "no"), quick=True
        ),
    ),
    prepare=_current_lines,
    description=gettext_lazy("Where contacts and other records get their numbers from."),
)


def _last_numbers(rows: list[Any]) -> None:
    """Fast lines keep their last number in a sequence."""
    numbers = series.last_numbers(NumberSeriesLine.objects.filter(pk__in=[row.pk for row in rows]))
    for row in rows:
        row.last_drawn = numbers.get(row.pk, "")


def _next_series_line(request: HttpRequest) -> dict[str, Any]:
    code = request.POST.get("series_code", "").strip().upper()
    last = NumberSeriesLine.objects.filter(series__code=code).aggregate(last=Max("line_no"))["last"] or 0
    return {"line_no": last + LINE_STEP}


SERIES_PAGE = ("setup-number-series", gettext_lazy("Number series"))
code_table(
    NumberSeriesLine,
    path="number-series-lines",
    group=NUMBERS,
    title=gettext_lazy("Number series lines"),
    listed=False,
    parent=SERIES_PAGE,
    fields=(
        "series_code",
        "starting_date",
        "starting_no",
        "ending_no",
        "warning_no",
        "increment_by",
        "mode",
        "last_no_used",
    ),
    extra=(
        Column("last_drawn", gettext_lazy("really used last"), 130, value=lambda row: row.last_drawn),
        Column("open", gettext_lazy("open"), 80, kind="flag"),
        Column("last_date_used", gettext_lazy("last date used"), 120, kind="date"),
    ),
    sorts=(Sort("key", ("series_code", "line_no")),),
    prepare=_last_numbers,
    given=_next_series_line,
)
code_table(
    NumberSeriesRelationship,
    path="number-series-relationships",
    group=NUMBERS,
    title=gettext_lazy("Number series relationships"),
    listed=False,
    parent=SERIES_PAGE,
    fields=("main_code", "series_code"),
    sorts=(Sort("key", ("main_code", "series_code")),),
    description=gettext_lazy("The second series may be chosen wherever the first is set up."),
)


def _test(request: HttpRequest) -> Any:
    """Say which number a series would give next; nothing is drawn."""
    code = request.GET.get("code", "")
    try:
        found = series.test_series(code)
        notify(request, _("The next number of %(series)s is %(number)s.") % {"series": code, "number": found})
    except DomainError as error:
        notify(request, error.message, severity="error")
    return HttpResponseRedirect(reverse("setup-number-series"))


registry.add_route("setup/number-series/test", _test, "number-series-test")
