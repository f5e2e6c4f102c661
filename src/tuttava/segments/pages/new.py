"""The dialog of a new segment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation import records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.partners.own import own_salesperson
from tuttava.segments.models import Segment
from tuttava.segments.pages.finding import SET, segment_url, title_of
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import CardField
from tuttava.ui.wizards import dialog, form_fields, read_form

FIELDS = (
    CardField("description", wide=True),
    CardField(
        "interaction_template_code",
        help=gettext_lazy("What each contact gets: a letter, a mail, a call. It can be chosen later."),
        wide=True,
    ),
    CardField("salesperson_code"),
    CardField("date"),
    CardField("no", help=gettext_lazy("Leave it blank for the next number.")),
)


def new(request: HttpRequest) -> HttpResponse:
    """Ask for the first values, or create."""
    require("api.write", SET)
    if request.method != "POST":
        return _form(request)
    return respond(
        request, lambda: _create(request), home=reverse("segments"), refused=lambda error: _form(request, error)
    )


def _create(request: HttpRequest) -> Answer:
    typed = {name: value for name, value in read_form(Segment, FIELDS, request.POST.dict()).items() if value}
    made = records.create(Segment, typed)
    tell("record.created", _("%(record)s was created.") % {"record": title_of(made)})
    return Answer(redirect=segment_url(made))


def _form(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    typed = request.POST.dict() if error is not None else None
    start = {"date": current().date, "salesperson_code": own_salesperson() or ""}
    fields = form_fields(Segment, FIELDS, values_now=start, typed=typed, error=error)
    context = {
        "title": _("New segment"),
        "fields": fields,
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
        "submit": _("Create"),
        "home": reverse("segments"),
        "draft": "segment.new",
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


registry.add_route("segments/new", new, "segment-new")
registry.add_command(
    registry.Command(
        "new-segment", gettext_lazy("New segment"), "segment-new", icon="funnel", order=60, right="api.write"
    )
)
