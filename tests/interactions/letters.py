"""Entries with something to send, for tests of delivery."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.interactions.documents import document_of
from tests.interactions.making import said, vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation.attachments import store_content
from tuttava.foundation.ids import new_id
from tuttava.interactions.logging_core import log_interactions
from tuttava.interactions.models import EmailLayout, InteractionLogEntry, WordTemplate
from tuttava.interactions.storing import NewContent

LAYOUT = (
    '<html><body style="color: #333">{{ contact.formal_salutation }}<div>{{ layout.content }}</div>'
    '<p>{{ salesperson.name }}, {{ entry.document_date }} {{ contact.shoe }}</p><img src="https://spy.example/x.png">'
    "<script>alert(1)</script></body></html>"
)


def layout(html: str = LAYOUT) -> EmailLayout:
    return EmailLayout.objects.create(code="T-PLAIN", html=html)


def word_template(*paragraphs: str) -> WordTemplate:
    key = new_id()
    content = store_content(key, document_of(*(paragraphs or ("To {{contact.name}}", "Bye"))))
    return WordTemplate.objects.create(id=key, code="T-LETTER", content_id=content)


def entry(contact: Contact, content: NewContent | None = None, **values: Any) -> InteractionLogEntry:
    """A logged entry of a contact, as it would be handed to delivery."""
    vocabulary()
    values = {"correspondence_type": "email", "subject": "Spring"} | values
    return entries([(contact, content, values)])[0]


def entries(wanted: list[tuple[Contact, NewContent | None, dict[str, Any]]]) -> list[InteractionLogEntry]:
    """Several of them."""
    vocabulary()
    logged = log_interactions(
        [replace(said(contact, **values), content=content) for contact, content, values in wanted]
    )
    return list(InteractionLogEntry.objects.filter(pk__in=[one.pk for one in logged]).order_by("entry_no"))


def html(text: str) -> NewContent:
    return NewContent(data=text.encode(), file_name="mail.html", extension="html")
