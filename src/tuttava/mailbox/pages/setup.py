"""The setup card with its guided steps, its switch, and how the logging is doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tuttava.foundation.context import require, tell
from tuttava.mailbox import actions
from tuttava.mailbox.health import health_of, next_step
from tuttava.mailbox.models import AuthMethod, EmailLoggingSetup, Source
from tuttava.mailbox.running import run_mail_logging
from tuttava.mailbox.setup import mail_setup
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.banners import Banner, Way
from tuttava.ui.cards import Action, Badge, CardField, CardPage, FactBox, Group, register_card

F = CardField
CARD = "email-logging"
VERB = "email-logging-verb"
ACTIVITY = "email-logging-activity"
DROP = "log-email"
IGNORED = "email-logging-ignored"
RIGHT = actions.RIGHT


def _enabled(setup: Any) -> bool:
    return bool(setup.enabled)


def _disabled(setup: Any) -> bool:
    return not setup.enabled


def _from_server(setup: Any) -> bool:
    return bool(setup.source == Source.IMAP)


def _from_directory(setup: Any) -> bool:
    return bool(setup.source == Source.EML_FOLDER)


def _with_tokens(setup: Any) -> bool:
    return _from_server(setup) and bool(setup.auth_method == AuthMethod.OAUTH2)


def _secret_shown(setup: Any) -> str:
    """That there is one, nothing more."""
    return "••••••••" if setup.secret else ""


def _field(name: str, **more: Any) -> CardField:
    """A setting: locked while the logging is enabled (I-145)."""
    return F(name, editable=_disabled, **more)


def _badges(setup: EmailLoggingSetup) -> list[Badge]:
    return [Badge(_("On"), "accent") if setup.enabled else Badge(_("Off"))]


def _verb(name: str) -> Callable[[Any], str]:
    return lambda _setup: reverse(VERB, kwargs={"verb": name})


def _context(setup: EmailLoggingSetup) -> dict[str, Any]:
    health = health_of(setup)
    return {
        "health": health,
        "next": next_step(health.steps),
        "activity_url": reverse(ACTIVITY) + "?sort=-number",
        "steps": [
            (step, reverse(step.url_name) if step.url_name and registry.has_route(step.url_name) else "")
            for step in health.steps
        ],
    }


def _banner(setup: EmailLoggingSetup) -> Banner | None:
    """What to do next, until the logging is on."""
    step = None if setup.enabled else next_step(health_of(setup).steps)
    if step is None:
        return None
    ways = [Way(_("Enable"), _verb("enable")(setup), "post", "play")] if step.verb else []
    if step.url_name and registry.has_route(step.url_name):
        ways = [Way(_("Open"), reverse(step.url_name))]
    return Banner(_("Next step: %(step)s") % {"step": step.text}, ways)


register_card(
    CardPage(
        name=CARD,
        path="setup/email-logging",
        model=EmailLoggingSetup,
        single=mail_setup,
        title=lambda setup: str(_("E-mail logging")),
        subtitle=lambda setup: setup.mailbox_address,
        caption=gettext_lazy("E-mail logging"),
        parent=lambda: (reverse("setup"), _("Setup")),
        badges=_badges,
        banner=_banner,
        reload_on=frozenset(
            {"source", "auth_method", "mailbox_address", "host", "user_name", "secret", "consent_given"}
        ),
        boxes=(FactBox("health", gettext_lazy("Health"), "mailbox/health.html", _context, first=True),),
        actions=(
            Action("enable", gettext_lazy("Enable"), _verb("enable"), "post", "play", visible=_disabled),
            Action("run", gettext_lazy("Read now"), _verb("run"), "post", "arrow-path", visible=_enabled),
            Action("disable", gettext_lazy("Disable"), _verb("disable"), "post", "pause", visible=_enabled),
            Action("validate", gettext_lazy("Test the connection"), _verb("validate"), "post", "signal"),
            Action(
                "activity",
                gettext_lazy("Activity log"),
                lambda _setup: reverse(ACTIVITY) + "?sort=-number",
                icon="list-bullet",
            ),
            Action(
                "ignored",
                gettext_lazy("Ignored messages"),
                lambda _setup: reverse(IGNORED),
                icon="archive-box-x-mark",
                visible=_enabled,
            ),
            Action("recreate", gettext_lazy("Recreate job"), _verb("recreate"), "post", "user", visible=_enabled),
            Action("clear", gettext_lazy("Clear"), _verb("clear"), "post", "trash", visible=_disabled, danger=True),
        ),
        groups=(
            Group(
                "mailbox",
                gettext_lazy("Mailbox"),
                [
                    *(_field("mailbox_address", kind="email"), _field("source")),
                    *(_field("host", visible=_from_server), _field("port", visible=_from_server)),
                    *(_field("security", visible=_from_server), _field("user_name", visible=_from_server)),
                    _field("auth_method", visible=_from_server),
                    _field(
                        "secret",
                        kind="password",
                        visible=_from_server,
                        value=_secret_shown,
                        read=lambda text, _setup: text,
                        text=lambda _setup: "",
                        help=gettext_lazy(
                            "Kept sealed and never shown. Leave it blank to keep the one that is stored. With a token"
                            " address this is the refresh token."
                        ),
                    ),
                    *(_field(name, visible=_with_tokens) for name in ("token_url", "client_id")),
                    _field(
                        "client_secret",
                        kind="password",
                        visible=_with_tokens,
                        value=lambda setup: "••••••••" if setup.client_secret else "",
                        read=lambda text, _setup: text,
                        text=lambda _setup: "",
                        help=gettext_lazy("Kept sealed and never shown."),
                    ),
                    _field("scope", visible=_with_tokens),
                    _field("folder_path", visible=_from_directory, wide=True),
                    _field("consent_given"),
                ],
                note=gettext_lazy(
                    "Your mail system copies mail from outside and mail to outside into one shared mailbox."
                    " Mail between contacts and salespeople is logged, everything else is left out."
                ),
            ),
            Group(
                "handling",
                gettext_lazy("What happens to messages"),
                [
                    *(_field("inbox_folder", visible=_from_server), _field("archive_folder", visible=_from_server)),
                    *(_field("ignored_folder", visible=_from_server), _field("unmatched_action")),
                    _field("store_message"),
                ],
            ),
            Group(
                "runs",
                gettext_lazy("Runs"),
                [_field("interval_minutes"), _field("batch_size"), _field("max_attempts")],
            ),
        ),
    )
)


def _run() -> None:
    counts = run_mail_logging()
    assert isinstance(counts, dict)
    text = ngettext(
        "%(found)d message found: %(logged)d logged, %(ignored)d ignored, %(failed)d failed.",
        "%(found)d messages found: %(logged)d logged, %(ignored)d ignored, %(failed)d failed.",
        counts["found"],
    )
    tell("mailbox.run", text % counts)


def _told(verb: Callable[[], Any], code: str, text: Any) -> Callable[[], None]:
    def run() -> None:
        verb()
        tell(code, str(text))

    return run


_VERBS: dict[str, Callable[[], None]] = {
    "enable": _told(actions.enable, "mailbox.enabled", gettext_lazy("E-mail logging is on. The first run is soon.")),
    "disable": _told(actions.disable, "mailbox.disabled", gettext_lazy("E-mail logging is off.")),
    "validate": _told(actions.validate, "mailbox.answered", gettext_lazy("The mailbox answered.")),
    "recreate": _told(actions.recreate_job, "mailbox.recreated", gettext_lazy("The job runs in your name now.")),
    "clear": _told(actions.clear, "mailbox.cleared", gettext_lazy("Address, credentials and consent were cleared.")),
    "run": _run,
}


@require_POST
def do(request: HttpRequest, verb: str) -> HttpResponse:
    """One of the verbs, then the card anew."""
    require(RIGHT)
    if verb not in _VERBS:
        raise Http404

    def work() -> Answer:
        _VERBS[verb]()
        return Answer(redirect=reverse(CARD))

    return respond(request, work, home=reverse(CARD))


registry.add_route("setup/email-logging/do/<slug:verb>", do, VERB)
registry.add_setup(
    registry.SetupEntry(
        CARD,
        gettext_lazy("E-mail logging"),
        CARD,
        icon="envelope",
        order=220,
        group=gettext_lazy("Interactions"),
        right=RIGHT,
        description=gettext_lazy("Log mail with contacts by reading a shared mailbox."),
        words=gettext_lazy("mail imap inbox bcc journal"),
    )
)
