"""One interaction on a page of its own: what was said, its comments, its file, and what can be done with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import log_looks, masked
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions import life, related, showing
from tuttava.interactions.attachments import is_layout
from tuttava.interactions.confidential import CONTENTS, is_hidden, may_set_private, set_private, shown
from tuttava.interactions.errors import log_entry_read_only
from tuttava.interactions.models import Delivery, DeliveryState, DeliveryStatus, InteractionComment, InteractionLogEntry
from tuttava.interactions.pages.log import READ, SET, entry_url
from tuttava.interactions.titles import titles
from tuttava.ui import registry, values
from tuttava.ui.answers import Answer, respond
from tuttava.ui.banners import Banner, Way
from tuttava.ui.cards import Action, Badge, CardField, CardPage, Group, register_card, views_of
from tuttava.ui.cards.sublists import Line, SubList
from tuttava.ui.undo import undo_address

F = CardField


def _never(_entry: Any) -> bool:
    return False


def _may_write(entry: InteractionLogEntry) -> bool:
    return not entry.postponed and current().may(life.WRITE, SET)


def _may_resume(entry: InteractionLogEntry) -> bool:
    return entry.postponed and current().may(life.WRITE, SET)


def _is_shown(entry: InteractionLogEntry) -> bool:
    return showing.is_shown(entry) and not entry.email_logged


def _is_mail_shown(entry: InteractionLogEntry) -> bool:
    return showing.is_shown(entry) and entry.email_logged


def _is_editable(entry: InteractionLogEntry) -> bool:
    """Whether what was typed into a layout that was not delivered can be changed (I-49)."""
    held = entry.attachment
    return _may_write(entry) and held is not None and not held.read_only and is_layout(held) and not is_hidden(entry)


def _may_delete(entry: InteractionLogEntry) -> bool:
    return (entry.canceled or entry.postponed) and current().may(life.DELETE, SET)


def _person(name: str, label: Any) -> CardField:
    def words(entry: InteractionLogEntry) -> str:
        contact = getattr(entry, name)
        return masked(contact).name or contact.no if contact else ""

    def link(entry: InteractionLogEntry) -> str:
        contact = getattr(entry, name)
        return contact_url(contact) if contact else ""

    return F(f"{name}_id", label, value=words, link=link, editable=_never)


def _read(name: str, **more: Any) -> CardField:
    return F(name, editable=_never, **more)


def _filled(name: str) -> CardField:
    """A field that shows only where it says something."""
    return _read(name, visible=lambda entry: bool(getattr(entry, name)))


GROUPS = (
    Group(
        "said",
        gettext_lazy("Interaction"),
        [
            _person("contact", gettext_lazy("contact")),
            _person("contact_company", gettext_lazy("company")),
            _read("date"),
            _read("time_of_interaction"),
            _read("description", wide=True),
            _read("subject", visible=lambda entry: entry.subject not in ("", entry.description), wide=True),
            _read("interaction_template_code", label=gettext_lazy("template")),
            _read("interaction_group_code", label=gettext_lazy("group")),
            _read("salesperson_code", label=gettext_lazy("salesperson")),
            F("evaluation", editable=_may_write),
            _read("cost_lcy"),
            _read("duration_min"),
        ],
        summary=("date", "description"),
    ),
    Group(
        "way",
        gettext_lazy("How"),
        [
            _read("information_flow"),
            _read("initiated_by"),
            _read("correspondence_type"),
            _read("interaction_language_code", label=gettext_lazy("language")),
            _filled("contact_via"),
            _read("delivery_status", visible=lambda entry: entry.delivery_status != "none"),
            _read("entry_no"),
            _read("user_name"),
        ],
        summary=("information_flow", "correspondence_type"),
    ),
    Group(
        "related",
        gettext_lazy("Related to"),
        [_filled(f"{name}_no") for name in related.KINDS]
        + [_read("document_type", visible=lambda entry: entry.document_type != "none"), _filled("document_no")],
        visible=lambda entry: any(getattr(entry, f"{name}_no") for name in (*related.KINDS, "document")),
    ),
)


def _badges(entry: InteractionLogEntry) -> list[Badge]:
    found = [
        (entry.canceled, _("Canceled"), "danger"),
        (entry.attempt_failed, _("Attempt failed"), "warning"),
        (entry.postponed, _("Postponed"), "accent"),
        (entry.delivery_status == "error", _("Not delivered"), "danger"),
        (entry.delivery_status == "in_progress", _("Being delivered"), "plain"),
        (entry.email_logged, _("Logged e-mail"), "plain"),
        (bool(entry.private_for), _("Private"), "plain"),
    ]
    return [Badge(words, tone) for shown, words, tone in found if shown]


def _masked(entry: InteractionLogEntry) -> frozenset[str]:
    """What this user may not read, on the card and in its history."""
    if not is_hidden(entry):
        return frozenset()
    return frozenset({*CONTENTS, "comment", "file_name", "content_body", "attachment_id"})


def _save(entry: InteractionLogEntry, typed: dict[str, Any], version: int | None) -> Any:
    """The evaluation is all that is changed here (I-67, I-73)."""
    other = next((name for name in typed if name != "evaluation"), "")
    if other:
        raise log_entry_read_only(entry.entry_no, other)
    return life.evaluate([entry.pk], typed["evaluation"])[0]


def _comment(line: InteractionComment) -> Line:
    detail = " · ".join(part for part in (values.show(line.date) if line.date else "", line.code) if part)
    return Line(line.comment, detail)


COMMENTS = SubList(
    "comments",
    gettext_lazy("Comments"),
    InteractionComment,
    [F("comment", kind="lines", wide=True), F("date"), F("code")],
    _comment,
    owner="entry",
    order_by=["line_no"],
    main=True,
    label_new=gettext_lazy("New comment"),
    visible=lambda entry: not is_hidden(entry),
)


def _banner(entry: InteractionLogEntry) -> Banner | None:
    """What to do about a mail that nobody knows to have been sent."""
    if entry.delivery_status != DeliveryStatus.ERROR:
        return None
    newest = Delivery.objects.filter(entry=entry).order_by("-changed_at").first()
    if newest is None or newest.state != DeliveryState.UNKNOWN:
        return None
    if entry.postponed:
        way = Way(_("Go on writing"), reverse("interaction-mail", kwargs={"pk": entry.pk}), "dialog")
    else:
        way = Way(_("Resend"), f"{reverse('interactions-resend')}?ids={entry.pk}", "dialog")
    return Banner(newest.error, [way])


def _at(name: str) -> Callable[[Any], str]:
    return lambda entry: reverse(name, kwargs={"pk": entry.pk})


def _may_sell(entry: InteractionLogEntry) -> bool:
    return _may_write(entry) and not entry.canceled and not entry.opportunity_no and bool(related.kind("opportunity"))


CARD = register_card(
    CardPage(
        name="interaction",
        path="interactions",
        model=InteractionLogEntry,
        caption=gettext_lazy("Interaction"),
        title=lambda entry: shown(entry, "description") or _("(no description)"),
        masked=_masked,
        opened=lambda entry: log_looks([entry.contact] if entry.contact else []),
        subtitle=lambda entry: titles([entry])[entry.pk],
        badges=_badges,
        banner=_banner,
        groups=GROUPS,
        parent=lambda: (reverse("interactions"), _("Interactions")),
        actions=(
            Action("resume", gettext_lazy("Resume"), _at("interaction-resume"), "dialog", "play", _may_resume),
            Action("show", gettext_lazy("Show"), _at("interaction-file"), "external", "eye", _is_shown),
            Action("open", gettext_lazy("Show"), _at("interaction-open"), "post", "eye", _is_mail_shown),
            Action("text", gettext_lazy("Edit text"), _at("interaction-text"), "dialog", "pencil-square", _is_editable),
            Action(
                "cancel",
                gettext_lazy("Cancel"),
                _at("interaction-cancel"),
                "post",
                "no-symbol",
                lambda entry: _may_write(entry) and not entry.canceled,
            ),
            Action(
                "restore",
                gettext_lazy("Take the cancellation back"),
                _at("interaction-cancel"),
                "post",
                "arrow-uturn-left",
                lambda entry: _may_write(entry) and entry.canceled,
            ),
            Action(
                "share",
                gettext_lazy("Share with everybody"),
                _at("interaction-share"),
                "post",
                "eye",
                lambda entry: bool(entry.private_for) and _may_write(entry) and may_set_private(entry),
            ),
            Action(
                "private",
                gettext_lazy("Make private"),
                _at("interaction-private"),
                "post",
                "eye-slash",
                lambda entry: not entry.private_for and _may_write(entry) and may_set_private(entry),
            ),
            Action(
                "opportunity",
                gettext_lazy("Create opportunity"),
                _at("interaction-opportunity"),
                "post",
                "light-bulb",
                _may_sell,
            ),
            Action(
                "delete", gettext_lazy("Delete"), _at("interaction-delete"), "post", "trash", _may_delete, danger=True
            ),
        ),
        lists=(COMMENTS,),
        select_related=("contact", "contact_company", "attachment", "salesperson"),
        save=_save,
        right=READ,
    )
)

# -- what the buttons do ---------------------------------------------------------------------------------------------


def found(pk: uuid.UUID) -> InteractionLogEntry:
    require(READ, SET)
    entry = InteractionLogEntry.objects.select_related("attachment").filter(pk=pk).first()
    if entry is None:
        raise Http404
    return entry


def posted(request: HttpRequest, pk: uuid.UUID) -> InteractionLogEntry:
    if request.method != "POST":
        raise Http404
    return found(pk)


def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel, or take that back (I-69)."""
    entry = posted(request, pk)

    def work() -> Answer:
        with unit_of_work("cancel interactions") as unit:
            life.toggle_canceled([entry.pk])
        done = _("Taken back: the interaction counts again.") if entry.canceled else _("The interaction was canceled.")
        tell("interaction.canceled", done)
        answer = whole(request, entry)
        answer.undo = undo_address(unit)
        return answer

    return respond(request, work, home=entry_url(entry))


def share(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A private e-mail becomes everybody's."""
    return _privacy(request, pk, private=False)


def make_private(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A logged e-mail becomes private."""
    return _privacy(request, pk, private=True)


def _privacy(request: HttpRequest, pk: uuid.UUID, *, private: bool) -> HttpResponse:
    entry = posted(request, pk)

    def work() -> Answer:
        set_private([entry.pk], private)
        closed = _("Others see that there was an e-mail, but not what it says.")
        tell("interaction.private", closed if private else _("The e-mail is shared."))
        return whole(request, entry)

    return respond(request, work, home=entry_url(entry))


def opportunity(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """I-74."""
    entry = posted(request, pk)

    def work() -> Answer:
        life.create_opportunity(entry)
        return whole(request, entry)

    return respond(request, work, home=entry_url(entry))


def whole(request: HttpRequest, entry: InteractionLogEntry) -> Answer:
    views = views_of("interaction")
    fresh = views.load(entry.pk)
    return Answer(parts=views.whole(request, fresh), version=fresh.version)


def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """I-72, I-78: what was done can be taken back."""
    entry = posted(request, pk)

    def work() -> Answer:
        with unit_of_work("delete interactions", str(entry.entry_no)) as unit:
            life.delete_entry(entry)
        tell("interaction.deleted", _("Interaction %(entry)s was deleted.") % {"entry": entry.entry_no})
        home = "interactions-postponed" if entry.postponed else "interactions"
        return Answer(redirect=reverse(home), undo=undo_address(unit))

    return respond(request, work, home=reverse("interactions"))


_ROUTES = (
    ("cancel", cancel),
    ("share", share),
    ("private", make_private),
    ("opportunity", opportunity),
    ("delete", delete),
)
for _route, _view in _ROUTES:
    registry.add_route(f"interactions/<uuid:pk>/{_route}", _view, f"interaction-{_route}")

__all__ = ["CARD"]
