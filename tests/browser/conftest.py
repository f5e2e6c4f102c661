"""The product served to a real browser, with a committed company and somebody who may do everything."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.chromium import find as find_chromium
from tuttava.foundation.directory.models import Company, User


@pytest.fixture(scope="session")
def site(live_database: Company, django_db_blocker: object) -> Iterator[str]:
    """The address of a server that works on the committed company."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from pytest_django.plugin import DjangoDbBlocker

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    blocker: DjangoDbBlocker = django_db_blocker  # type: ignore[assignment]
    with blocker.unblock():
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.daemon_threads = True
        server.set_app(get_wsgi_application())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; without one these tests are skipped, except where CI asks for them."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield _launch(playwright)


def _launch(playwright: Playwright) -> Browser:
    try:
        return playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no browser: {error}")


@dataclass
class Seat:
    """Somebody at a browser in a company; ``problems`` gathers what the page complained about."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.base}{path}")
        return self.page


Sit = Callable[..., Seat]


@pytest.fixture
def sit(site: str, chromium: Browser, live_company: Company) -> Iterator[Sit]:
    """Opens browsers: ``sit("berit", width=390, theme="dark", script=False)``."""
    contexts: list[BrowserContext] = []

    def open_seat(
        name: str = "berit", *, width: int = 1440, height: int = 900, theme: str = "light", script: bool = True
    ) -> Seat:
        user, _new = User.objects.get_or_create(
            username=name, defaults={"is_superuser": True, "full_name": name.title(), "language": "en"}
        )
        User.objects.filter(pk=user.pk).update(theme=theme)
        context = chromium.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, locale="en-GB"
        )
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": _session(user), "url": site}])
        seat = Seat(context.new_page(), f"{site}/c/{live_company.slug}")
        seat.page.on("pageerror", lambda error: seat.problems.append(str(error)))
        seat.page.on("console", lambda line: _note(seat, line.text))
        return seat

    yield open_seat
    for context in contexts:
        context.close()


def _note(seat: Seat, text: str) -> None:
    if "Content Security Policy" in text or "Refused to" in text:
        seat.problems.append(text)


def _session(user: User) -> str:
    """A signed-in session, as after signing in with a password."""
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@pytest.fixture
def server(site: str, live_company: Company) -> str:
    """The address of the committed company."""
    return f"{site}/c/{live_company.slug}"


@pytest.fixture
def browser_page(sit: Sit) -> Iterator[Page]:
    """A page of a signed-in user; what it complains about fails the test."""
    seat = sit("berit", width=1280, theme="auto")
    User.objects.filter(username="berit").update(language="en")
    yield seat.page
    assert not seat.problems, seat.problems


RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def _check(page: Page, options: dict[str, object]) -> None:
    found = Axe().run(page, options=options).response["violations"]
    told = [f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]]
    assert not told, "\n".join(told)


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails on any violation of WCAG 2.2 A or AA that axe finds in a page."""
    return lambda page: _check(page, RULES)


@pytest.fixture
def accessible_in_both_themes() -> Callable[[Page], None]:
    """The same in the light theme, and the colours in the dark one too: nothing else differs between them."""

    def check(page: Page) -> None:
        page.emulate_media(reduced_motion="reduce")  # no colour is caught on its way
        page.evaluate("document.documentElement.dataset.theme = 'light'")
        _check(page, RULES)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        _check(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})

    return check


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where tests leave screenshots to be looked at (TUTTAVA_PICTURES), if anywhere."""
    folder = os.environ.get("TUTTAVA_PICTURES")
    return Path(folder) if folder else None
