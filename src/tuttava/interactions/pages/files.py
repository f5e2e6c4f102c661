"""Files of template languages, Word templates and layouts on their cards: get, send, copy, remove, look at."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail_html import clean_html
from tuttava.foundation.records import Record, rules_of
from tuttava.interactions import attachments, templates_actions, word_templates
from tuttava.interactions.merge_fields import FIELDS, SOURCES
from tuttava.interactions.models import EmailLayout, InteractionTemplateLanguage, WordTemplate
from tuttava.interactions.word import DOCX
from tuttava.interactions.word_files import MOST_BYTES
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import views_of
from tuttava.ui.wizards import dialog

VARIANT = "interaction-template-language"
WORD = "word-template"
LAYOUT = "email-layout"


def at(suffix: str, record: Record) -> str:
    """The address of one of the things below."""
    return reverse(suffix, kwargs={"pk": record.pk})


def _found(model: type[Any], pk: uuid.UUID) -> Any:
    require("api.read", rules_of(model).set_name)
    row = model._default_manager.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def may_write(record: Record) -> bool:
    """Whether this user may set up templates."""
    return current().may("template_setup.write", rules_of(type(record)).set_name)


def variant_box(variant: InteractionTemplateLanguage) -> dict[str, Any]:
    """The file of a language: what it is, and what can be done with it."""
    held = variant.attachment
    layout = held is not None and attachments.is_layout(held)
    return {
        "name": (held.file_name or f"{variant.interaction_template_code}.{held.file_extension}") if held else "",
        "size": held.size_bytes if held and not layout else None,
        "note": _("The text of the e-mail goes into the layout.") if layout else "",
        "download": at(f"{VARIANT}-file", variant) if held and not layout else "",
        "preview": at(f"{VARIANT}-preview", variant) if held and attachments.is_html(held) else "",
        "upload": at(f"{VARIANT}-upload", variant) if may_write(variant) and not variant.word_template_code else "",
        "remove": at(f"{VARIANT}-remove", variant) if held and may_write(variant) else "",
        "copies": _copies(variant),
        "copy": at(f"{VARIANT}-copy", variant),
        "blank": _("The Word template is used.") if variant.word_template_code else _("No file yet."),
    }


def _copies(variant: InteractionTemplateLanguage) -> list[tuple[str, str]]:
    """The other languages of the template whose file could be copied (I-14)."""
    if not may_write(variant) or variant.word_template_code:
        return []
    others = InteractionTemplateLanguage.objects.filter(
        interaction_template__code=variant.interaction_template_code, attachment__isnull=False
    ).exclude(pk=variant.pk)
    return [
        (str(other.pk), other.language_code or str(_("any language"))) for other in others.order_by("language")[:30]
    ]


def word_box(template: WordTemplate) -> dict[str, Any]:
    """The document of a Word template."""
    held = template.content_id is not None
    return {
        "name": template.file_name if held else "",
        "download": at(f"{WORD}-file", template) if held else "",
        "upload": at(f"{WORD}-upload", template) if may_write(template) else "",
        "accept": ".docx,.dotx",
        "blank": _("No document yet. Send one with merge fields such as {{ contact.name }}."),
    }


def _sent(request: HttpRequest) -> tuple[bytes | None, str, str]:
    file = request.FILES.get("file")
    if file is None:
        return None, "", ""
    return file.read(MOST_BYTES + 1), file.name or "", file.content_type or ""


def _change(card: str, model: type[Any], work: Callable[[HttpRequest, Any], Any]) -> registry.View:
    """A view that does ``work`` with a record by POST and shows its card anew."""

    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        if request.method != "POST":
            raise Http404
        record = _found(model, pk)

        def answer() -> Answer:
            work(request, record)
            views = views_of(card)
            fresh = views.load(record.pk)
            return Answer(parts=views.whole(request, fresh), version=fresh.version, close=True)

        return respond(request, answer, home=at(card, record))

    return view


def _upload_variant(request: HttpRequest, variant: InteractionTemplateLanguage) -> None:
    templates_actions.import_attachment(variant, *_sent(request))


def _remove_variant(request: HttpRequest, variant: InteractionTemplateLanguage) -> None:
    templates_actions.remove_attachment(variant)


def _copy_variant(request: HttpRequest, variant: InteractionTemplateLanguage) -> None:
    wanted = request.POST.get("source", "")
    source = next((pk for pk, _words in _copies(variant) if pk == wanted), None)
    if source is None:
        raise DomainError("attachment_required", _("Choose a language that has a file."), field="source", rule="I-14")
    templates_actions.copy_attachment(variant, InteractionTemplateLanguage.objects.get(pk=source))


def _upload_word(request: HttpRequest, template: WordTemplate) -> None:
    data, name, _media_type = _sent(request)
    if data is None:
        raise DomainError("create_canceled", _("No file was chosen. Nothing was changed."), field="file")
    word_templates.set_document(template, data, name)


def download(data: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep; never opened by the browser."""
    response = HttpResponse(data, content_type=media_type or "application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def variant_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The file of a language, called after its template (I-15)."""
    found = templates_actions.export_attachment(_found(InteractionTemplateLanguage, pk))
    if found is None:
        raise Http404
    return download(found[0], found[1], found[2])


def word_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The document of a Word template."""
    template = _found(WordTemplate, pk)
    if template.content_id is None:
        raise Http404
    return download(word_templates.document_of(template), template.file_name, DOCX)


def word_fields(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose the merge fields that a new document gets (create_word_template)."""
    template = _found(WordTemplate, pk)

    def work() -> Answer:
        chosen: dict[str, list[str]] = {}
        for name in request.POST.getlist("field"):
            source, _dot, field = name.partition(".")
            chosen.setdefault(source, []).append(field)
        if not chosen:
            raise DomainError("field_required", _("Choose at least one merge field."), field="field")
        word_templates.make_document(template, chosen)
        views = views_of(WORD)
        fresh = views.load(template.pk)
        return Answer(parts=views.whole(request, fresh), version=fresh.version, close=True)

    def form(error: DomainError | None = None) -> HttpResponse:
        context = {
            "title": _("Create document"),
            "replaces": template.content_id is not None,
            "sources": _choices(template.fields or {}),
            "form_error": str(error) if error else "",
            "home": at(WORD, template),
        }
        return dialog(request, "interactions/word_fields.html", context, status=422 if error else 200)

    if request.method != "POST":
        return form()
    return respond(request, work, home=at(WORD, template), refused=form)


def _choices(chosen: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Every merge field by its source, in words; those that the template has are ticked."""
    return [
        {
            "title": title,
            "fields": [
                {"name": f"{source}.{name}", "words": words, "checked": name in chosen.get(source, ())}
                for name, words in FIELDS[source].items()
            ],
        }
        for source, title in SOURCES.items()
    ]


def variant_preview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How the HTML of a language looks (I-90)."""
    held = _found(InteractionTemplateLanguage, pk).attachment
    if held is None or not attachments.is_html(held):
        raise Http404
    return html_page(attachments.preview(held))


def layout_preview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How a layout looks, its merge fields as they are."""
    return html_page(attachments.whole(clean_html(_found(EmailLayout, pk).html)))


_QUIET = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "form-action": ["'none'"],
    "sandbox": ["allow-popups"],
}


def quiet(view: Callable[..., HttpResponse]) -> registry.View:
    """Shown on its own, without scripts and without anything from elsewhere."""
    shown: registry.View = csp_replace(_QUIET)(view)
    return shown


def html_page(html: str) -> HttpResponse:
    return HttpResponse(html, content_type="text/html; charset=utf-8")


for name, view in (
    (f"{VARIANT}-file", variant_file),
    (f"{VARIANT}-preview", quiet(variant_preview)),
    (f"{VARIANT}-upload", _change(VARIANT, InteractionTemplateLanguage, _upload_variant)),
    (f"{VARIANT}-remove", _change(VARIANT, InteractionTemplateLanguage, _remove_variant)),
    (f"{VARIANT}-copy", _change(VARIANT, InteractionTemplateLanguage, _copy_variant)),
    (f"{WORD}-file", word_file),
    (f"{WORD}-fields", word_fields),
    (f"{WORD}-upload", _change(WORD, WordTemplate, _upload_word)),
    (f"{LAYOUT}-preview", quiet(layout_preview)),
):
    card, _dash, verb = name.rpartition("-")
    registry.add_route(f"setup/{card}s/<uuid:pk>/{verb}", view, name)
