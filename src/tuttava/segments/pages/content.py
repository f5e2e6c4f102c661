"""Content of a segment by language, and that of single lines: what is sent, under which subject (S-20 to S-25)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.privacy import masked
from tuttava.foundation import records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.mail_html import clean_html, is_document
from tuttava.foundation.rich_text import as_typed
from tuttava.interactions.attachments import import_content, is_html, is_layout, preview, set_body, text_of, whole
from tuttava.interactions.models import EmailLayout, InteractionAttachment
from tuttava.interactions.pages.files import download, html_page, quiet
from tuttava.interactions.pages.mail import merge_fields
from tuttava.interactions.word_files import MOST_BYTES
from tuttava.segments import attachments, contents
from tuttava.segments.entities.common import LANGUAGES as SET
from tuttava.segments.models import AttachmentState, Segment, SegmentInteractionLanguage, SegmentLine
from tuttava.segments.pages.finding import CARD, found, segment_url
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import CardField, views_of
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards import dialog, form_fields, read_form

#: Layouts and rows that can be chosen from.
_MOST = 50
FIELDS = (
    CardField("language_code", help=gettext_lazy("Contacts with this language get it. Blank: for everybody else.")),
    CardField("description"),
    CardField("subject", wide=True),
    CardField("word_template_code", wide=True),
)
#: What text that the editor made begins and ends with.
_AROUND = whole("\n").split("\n")


def may_write() -> bool:
    """Whether the user may change content."""
    return current().may("api.write", SET)


def words_of(row: SegmentInteractionLanguage) -> str:
    """What a row sends: its Word template, its layout or its file."""
    held = row.attachment
    if held is None:
        return _("Word template %(code)s") % {"code": row.word_template_code} if row.word_template_code else ""
    if held.email_layout_code:
        return _("E-mail in layout %(code)s") % {"code": held.email_layout_code}
    return held.file_name or (_("E-mail") if is_html(held) else f".{held.file_extension}")


def box(segment: Any) -> dict[str, Any]:
    """The languages of the segment with what is sent in each."""
    rows = contents.rows_of(segment).select_related("attachment", "language").order_by("language")
    writable = may_write()
    return {
        "rows": [_line(segment, row, writable=writable) for row in rows],
        "new_url": reverse("segment-language-new", kwargs={"pk": segment.pk})
        if writable and segment.interaction_template_code
        else "",
    }


def _line(segment: Any, row: SegmentInteractionLanguage, *, writable: bool) -> dict[str, Any]:
    keys = {"pk": segment.pk, "row": row.pk}
    language = row.language
    return {
        "language": (language.name or language.code) if language else _("Any language"),
        "subject": row.subject,
        "content": words_of(row),
        "default": row.language_code == segment.language_default_code,
        "content_url": Place(segment, row.language_code or "").url(),
        "edit_url": reverse("segment-language", kwargs=keys) if writable else "",
        "delete_url": reverse("segment-language-delete", kwargs=keys) if writable else "",
    }


@dataclass(frozen=True)
class Place:
    """What content is looked at: of a segment in a language (blank: the row without one), or of one of its lines."""

    segment: Segment
    language: str | None = None
    line: SegmentLine | None = None

    @classmethod
    def read(cls, request: HttpRequest, pk: uuid.UUID, line: uuid.UUID | None) -> Place:
        """The place in an address; 404 where there is none."""
        segment = found(pk)
        require("api.read", SET)
        if line is None:
            return cls(segment, request.GET.get("language", segment.language_default_code or "")[:10])
        row = SegmentLine.objects.select_related("contact").filter(pk=line, segment=segment).first()
        if row is None:
            raise Http404
        row.segment = segment
        return cls(segment, None, row)

    @property
    def of(self) -> Segment | SegmentLine:
        return self.line or self.segment

    @property
    def row(self) -> SegmentInteractionLanguage | None:
        return attachments.row_for(self.of, self.language)

    def url(self, verb: str = "") -> str:
        """The address of the dialog, or of something done there."""
        keys: dict[str, Any] = {"pk": self.segment.pk}
        name = "segment-content"
        if self.line is not None:
            name, keys = "segment-line-content", keys | {"line": self.line.pk}
        address = reverse(f"{name}-{verb}" if verb else name, kwargs=keys)
        return address if self.language is None else f"{address}?{urlencode({'language': self.language})}"


def line_url(line: SegmentLine) -> str:
    """The dialog of the content of a line."""
    return Place(line.segment, None, line).url()


# -- rows of the segment ---------------------------------------------------------------------------------------------


def language(request: HttpRequest, pk: uuid.UUID, row: uuid.UUID | None = None) -> HttpResponse:
    """Add a language, or change what is written about one."""
    segment = found(pk)
    require("api.write", SET)
    known = contents.rows_of(segment).filter(pk=row).first() if row else None
    if row and known is None:
        raise Http404
    if request.method != "POST":
        return _row_form(request, segment, known)
    return respond(
        request,
        lambda: _save_row(request, segment, known),
        home=segment_url(segment),
        refused=lambda error: _row_form(request, segment, known, error),
    )


def _save_row(request: HttpRequest, segment: Segment, row: SegmentInteractionLanguage | None) -> Answer:
    typed = read_form(SegmentInteractionLanguage, FIELDS, request.POST.dict())
    if row is None:
        records.create(SegmentInteractionLanguage, typed, given={"segment_id": segment.pk})
    else:
        version = request.POST.get("version", "")
        records.change(row, typed, version=int(version) if version.isdigit() else None)
    return _done(request, segment)


def _row_form(
    request: HttpRequest,
    segment: Segment,
    row: SegmentInteractionLanguage | None,
    error: DomainError | None = None,
) -> HttpResponse:
    now = {field.name: getattr(row, field.name) for field in FIELDS} if row else {}
    typed = request.POST.dict() if error is not None else None
    fields = form_fields(SegmentInteractionLanguage, FIELDS, values_now=now, typed=typed, error=error)
    context = {
        "title": _("Language") if row else _("New language"),
        "fields": fields,
        "version": row.version if row else "",
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
        "submit": _("Save") if row else _("Add"),
        "home": segment_url(segment),
        "draft": "" if row else f"segment.language.{segment.pk}",
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


def delete_language(request: HttpRequest, pk: uuid.UUID, row: uuid.UUID) -> HttpResponse:
    """Take a language away; the next one takes its place (S-25)."""
    segment = found(pk)
    known = contents.rows_of(segment).filter(pk=row).first()
    if known is None or request.method != "POST":
        raise Http404

    def work() -> Answer:
        with unit_of_work("delete segment language", segment.no) as unit:
            records.delete(known)
        words = _("Language %(language)s was removed.") % {"language": known.language_code or _("(any)")}
        tell("row.deleted", words)
        answer = _done(request, segment)
        answer.undo = undo_address(unit)
        return answer

    return respond(request, work, home=segment_url(segment))


def _done(request: HttpRequest, segment: Segment) -> Answer:
    """The card anew: language, subject and lines follow."""
    views = views_of(CARD)
    fresh = views.load(segment.pk)
    return Answer(parts=views.whole(request, fresh), version=fresh.version, close=True)


# -- files -----------------------------------------------------------------------------------------------------------


def show(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID | None = None) -> HttpResponse:
    """What is sent, with everything that can be done about it."""
    return _dialog(request, Place.read(request, pk, line))


def _dialog(request: HttpRequest, place: Place, error: DomainError | None = None) -> HttpResponse:
    row = place.row
    held = row.attachment if row else None
    writable = may_write() and bool(place.of.interaction_template_code)
    word = place.of.word_template_code or (row.word_template_code if row else None)
    text = _text(held) if held is not None else ""
    context = {
        "title": _title(place),
        "home": segment_url(place.segment),
        "error": str(error) if error else "",
        "note": _note(place, word),
        "name": words_of(row) if row else "",
        "size": held.size_bytes if held is not None and not is_layout(held) else 0,
        "file_url": place.url("file") if held and not word else "",
        "preview_url": place.url("preview") if held is not None and is_html(held) else "",
        "may_work": writable and not word,
        "layouts": [(each.code, each.description) for each in EmailLayout.objects.order_by("code")[:_MOST]],
        "layout": (held.email_layout_code or "") if held else "",
        "text": request.POST.get("text", as_typed(text or "")) if error else as_typed(text or ""),
        "writes": held is None or text is not None,
        "merge_fields": merge_fields(),
        "sources": _sources(place, row),
        "urls": {verb: place.url(verb) for verb in _VERBS},
        "inherits": place.line is not None and _state(place) == AttachmentState.UNIQUE,
    }
    return dialog(request, "segments/content_dialog.html", context, status=422 if error else 200)


def _title(place: Place) -> str:
    if place.line is None:
        return _("Content: %(language)s") % {"language": place.language or _("any language")}
    contact = place.line.contact
    who = (masked(contact).name or contact.no) if contact else str(place.line.line_no)
    return _("Content for %(name)s") % {"name": who}


def _state(place: Place) -> str:
    return contents.state_of(place.line) if place.line is not None else ""


def _note(place: Place, word: str | None) -> str:
    if not place.of.interaction_template_code:
        return _("Choose an interaction template first.")
    if word:
        return _("Word template %(code)s makes the letters. Take it out to send something else.") % {"code": word}
    if place.line is None:
        return ""
    if _state(place) == AttachmentState.UNIQUE:
        return _("This line has content of its own.")
    return _("This line has the content of the segment. What you change here is for this line alone.")


def _text(held: InteractionAttachment) -> str | None:
    """The text of an e-mail as it can be written on; None for a file that the editor did not make."""
    if is_layout(held):
        return held.content_body
    if not is_html(held) or not held.size_bytes:
        return None
    text = text_of(held)
    if not is_document(text):
        return text
    start, end = _AROUND
    return text.removeprefix(start).removesuffix(end) if text.startswith(start) and text.endswith(end) else None


def _sources(place: Place, row: SegmentInteractionLanguage | None) -> list[tuple[str, str]]:
    """Other languages of the segment whose content could be copied."""
    others = contents.rows_of(place.segment).filter(attachment__isnull=False)
    if row is not None:
        others = others.exclude(pk=row.pk)
    return [(str(one.pk), one.language_code or _("any language")) for one in others.order_by("language")[:_MOST]]


def _write(request: HttpRequest, place: Place) -> None:
    """What was written goes into the file that is there, else into a new one."""
    text, layout = request.POST.get("text", ""), request.POST.get("layout", "").strip()
    row = place.row
    held = row.attachment if row else None
    if held is None or _text(held) is None or (held.email_layout_code or "") != layout:
        attachments.create_attachment(place.of, text, layout=layout or None, language=place.language)
        return
    opened = attachments.open_attachment(place.of, language=place.language)
    if is_layout(opened):
        set_body(opened, text)
    else:
        import_content(opened, whole(clean_html(text)).encode())


def _upload(request: HttpRequest, place: Place) -> None:
    file = request.FILES.get("file")
    data = file.read(MOST_BYTES + 1) if file else None
    name, kind = (file.name or "", file.content_type or "") if file else ("", "")
    attachments.import_attachment(place.of, data, name, kind, language=place.language)


def _copy(request: HttpRequest, place: Place) -> None:
    wanted = request.POST.get("source", "")
    source = next((pk for pk, _words in _sources(place, place.row) if pk == wanted), None)
    if source is None:
        raise DomainError("not_found", _("Choose the language to copy from."), field="source")
    attachments.copy_from(place.of, SegmentInteractionLanguage.objects.get(pk=source), language=place.language)


def _remove(_request: HttpRequest, place: Place) -> None:
    attachments.remove_attachment(place.of, language=place.language)


def _inherit(_request: HttpRequest, place: Place) -> None:
    if place.line is not None:
        attachments.inherit(place.line)


_VERBS: Mapping[str, Callable[[HttpRequest, Place], None]] = {
    "write": _write,
    "upload": _upload,
    "copy": _copy,
    "remove": _remove,
    "inherit": _inherit,
}


def _does(verb: str) -> registry.View:
    def view(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID | None = None) -> HttpResponse:
        place = Place.read(request, pk, line)
        if request.method != "POST":
            raise Http404
        require("api.write", SET)

        def work() -> Answer:
            _VERBS[verb](request, place)
            return _done(request, place.segment)

        return respond(
            request, work, home=segment_url(place.segment), refused=lambda error: _dialog(request, place, error)
        )

    return view


def file(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID | None = None) -> HttpResponse:
    """The file itself, called after its segment (S-24)."""
    place = Place.read(request, pk, line)
    held = attachments.export_attachment(place.of, language=place.language)
    if held is None:
        raise Http404
    return download(*held)


def look(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID | None = None) -> HttpResponse:
    """How an e-mail looks, its merge fields as they are."""
    row = Place.read(request, pk, line).row
    if row is None or row.attachment is None or not is_html(row.attachment):
        raise Http404
    return html_page(preview(row.attachment))


for _base, _name in (
    ("segments/<uuid:pk>/content", "segment-content"),
    ("segments/<uuid:pk>/lines/<uuid:line>/content", "segment-line-content"),
):
    registry.add_route(_base, show, _name)
    registry.add_route(f"{_base}/file", file, f"{_name}-file")
    registry.add_route(f"{_base}/preview", quiet(look), f"{_name}-preview")
    for _verb in _VERBS:
        registry.add_route(f"{_base}/{_verb}", _does(_verb), f"{_name}-{_verb}")
registry.add_route("segments/<uuid:pk>/languages/new", language, "segment-language-new")
registry.add_route("segments/<uuid:pk>/languages/<uuid:row>", language, "segment-language")
registry.add_route("segments/<uuid:pk>/languages/<uuid:row>/delete", delete_language, "segment-language-delete")
