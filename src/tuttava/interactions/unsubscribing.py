"""Leaving the mailings: what happens when somebody follows the link in a mail of a segment."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation import former, records
from tuttava.foundation.company import languages
from tuttava.foundation.context import Context, acting
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.locales import language_tag
from tuttava.interactions import delivery
from tuttava.interactions.models import Delivery, DeliveryState
from tuttava.interactions.unsubscribe_links import Asked

#: Who has asked shows in the history as this action.
ACTION = "unsubscribe"


def contact_of(asked: Asked) -> Contact | None:
    """The contact, or the one it was merged into; None when it was deleted. Inside the company's schema."""
    pk = former.survivors(Contact, [asked.contact_id]).get(asked.contact_id, asked.contact_id)
    return Contact.objects.filter(pk=pk).first()


def unsubscribe(asked: Asked) -> None:
    """Exclude the contact from segments, whatever has been; its mails of segments that still wait are not sent.

    Who is gone or blocked gets nothing anyway. Nobody is signed in: the signature of the link is the right to do this.
    """
    with acting(Context(door="system")), unit_of_work(ACTION):
        contact = contact_of(asked)
        if contact is None or contact.privacy_blocked:
            return
        if not contact.exclude_from_segment:
            records.change(contact, {"exclude_from_segment": True})
        waiting = Delivery.objects.filter(entry__contact=contact, state=DeliveryState.WAITING)
        for each in waiting.exclude(entry__segment_no="").select_related("entry__attachment"):
            delivery.fail_delivery(each, _("The contact has unsubscribed from mailings meanwhile."))


def language_for(contact: Contact | None) -> str:
    """The language in which we can speak to the contact; blank when we cannot, or do not know."""
    code = (contact.language_code if contact else "") or ""
    known = languages().get(code)
    spoken = {language for language, _name in settings.LANGUAGES}
    for text in (known.format_region if known else "", code):
        tag = language_tag(text.replace("_", "-")).partition("-")[0] if text else ""
        found = {"no": "nb", "nn": "nb"}.get(tag, tag)
        if found in spoken:
            return found
    return ""


def hint_of(contact: Contact | None) -> str:
    """Enough of the e-mail address for its owner to know it: ``a•••@example.com``; blank without one."""
    box, _at, domain = (contact.email if contact else "").partition(";")[0].strip().partition("@")
    return f"{box[:1]}•••@{domain}" if domain and contact and not contact.privacy_blocked else ""
