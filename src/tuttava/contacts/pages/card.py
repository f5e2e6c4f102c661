"""The contact card (6.2): what stands on it, in which group, with which fact boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.pages import card_facts, card_lists
from tuttava.contacts.pages.links import list_url, relation_url
from tuttava.contacts.privacy import HIDDEN, is_hidden, log_looks
from tuttava.contacts.rules.inheritance import FOLLOWED, MOST_COUNTED, people_affected, people_following
from tuttava.foundation import records
from tuttava.foundation.context import current, tell
from tuttava.foundation.models import CommentLine, OwnerKind
from tuttava.ui.cards import PICTURE, Action, Badge, CardField, CardPage, FactBox, Group, register_card
from tuttava.ui.cards.comments import register_comments

RELATIONS = (
    *("salutation", "organizational_level", "country", "language", "currency", "territory", "salesperson"),
    "company",
)


def is_company(contact: Any) -> bool:
    return bool(contact.type == ContactType.COMPANY)


def is_person(contact: Any) -> bool:
    return bool(contact.type == ContactType.PERSON)


def _company_url(contact: Contact) -> str:
    other = contact.company_id and contact.company_id != contact.pk
    return reverse("contact", kwargs={"pk": contact.company_id}) if other else ""


def _subtitle(contact: Contact) -> str:
    kind = contact.get_type_display()
    parts = [kind, contact.no, contact.job_title if contact.is_person else ""]
    return " · ".join(str(part) for part in parts if part)


def _badges(contact: Contact) -> Sequence[Badge]:
    found = []
    if url := _company_url(contact):
        found.append(Badge(contact.company_name or contact.company_no, "accent", url))
    if contact.contact_business_relation not in ("", "blank", "none"):
        found.append(Badge(contact.get_contact_business_relation_display(), "success", relation_url(contact)))
    if contact.privacy_blocked:
        found.append(Badge(_("Privacy blocked"), "danger"))
    if contact.minor:
        found.append(Badge(_("Minor"), "warning"))
    if contact.exclude_from_segment:
        found.append(Badge(_("Not in segments"), "warning"))
    return found


def _relation(contact: Contact) -> str:
    """Where the status leads, where there is a relation at all."""
    return "" if contact.contact_business_relation in ("", "blank", "none") else relation_url(contact)


def map_url(contact: Contact) -> str:
    """The contact's address in the map service."""
    parts = [contact.address, contact.address_2, f"{contact.post_code} {contact.city}".strip()]
    country = contact.country.name if contact.country_code else ""
    text = ", ".join(part for part in (*parts, country) if part)
    return f"https://www.openstreetmap.org/search?query={quote(text)}"


def _mailto(contact: Contact) -> str:
    return "mailto:" + ",".join(part.strip() for part in contact.email.split(";"))


def _masked(contact: Any) -> frozenset[str]:
    """Fields that this user may not see; a company's own name stands in its company name too (C-72)."""
    if not is_hidden(contact):
        return frozenset()
    return frozenset(HIDDEN) | ({"company_name"} if is_company(contact) else frozenset())


def _shown(contact: Any) -> bool:
    return not is_hidden(contact)


def _may_write(_contact: Any) -> bool:
    return current().may("api.write", "contacts")


def _may_delete(_contact: Any) -> bool:
    return current().may("contacts.delete", "contacts")


def _county_shown(contact: Contact) -> bool:
    """The county shows only where the country's layout uses it, or where something stands in it (C-51)."""
    if contact.county or contact.country_code is None:
        return True
    country = contact.country
    if country.address_format == "custom":
        return "%3" in country.custom_address_format
    return bool(country.county_name or country.address_format == "city_county_post_code")


def _at(name: str) -> Callable[[Any], str]:
    """The address of one of the contact's own pages."""
    return lambda contact: reverse(name, kwargs={"pk": contact.pk})


F = CardField
GROUPS = (
    Group(
        "general",
        gettext_lazy("General"),
        [
            F("no", visible=lambda contact: card_facts.number_shown()),
            F("type", editable=lambda contact: False),
            F("name", wide=False),
            F("search_name"),
            F("first_name", visible=is_person),
            F("middle_name", visible=is_person),
            F("surname", visible=is_person),
            F("initials", visible=is_person),
            F("job_title", visible=is_person),
            F("organizational_level_code", visible=is_person),
            F("company_name", lookup="contact-company", visible=is_person, link=_company_url),
            F("name_2"),
            F("salutation_code"),
            F("salesperson_code"),
            F("registration_number", visible=is_company),
            F("external_id"),
            F("contact_business_relation", kind="choice", link=_relation),
            F("last_modified_at"),
        ],
        summary=("no", "type", "salesperson_code"),
    ),
    Group(
        "communication",
        gettext_lazy("Communication"),
        [
            F("address"),
            F("phone_no", kind="phone"),
            F("address_2"),
            F("mobile_phone_no", kind="phone"),
            F("post_code", lookup="post-code"),
            F("email", kind="email"),
            F("city", lookup="city"),
            F("email_2", kind="email"),
            F("county", visible=_county_shown),
            F("home_page", kind="web"),
            F("country_code"),
            F("correspondence_type"),
            F("fax_no"),
            F("language_code"),
            F("extension_no"),
            F("format_region"),
            F("pager", visible=lambda contact: bool(contact.pager)),
            F("telex_no", visible=lambda contact: bool(contact.telex_no)),
            F("telex_answer_back", visible=lambda contact: bool(contact.telex_answer_back)),
        ],
        summary=("phone_no", "email", "city"),
    ),
    Group(
        "trade",
        gettext_lazy("Foreign trade"),
        [
            F("currency_code", visible=is_company),
            F("territory_code"),
            F("vat_registration_no", visible=is_company, link=_at("contact-tax-log")),
        ],
        summary=("territory_code", "vat_registration_no"),
    ),
    Group(
        "privacy",
        gettext_lazy("Segmentation and privacy"),
        [
            F("exclude_from_segment"),
            F("privacy_blocked"),
            F("minor", visible=is_person),
            F("parental_consent_received", visible=is_person, editable=lambda contact: contact.minor),
        ],
    ),
)


def _boxes_after(changed: set[str]) -> Sequence[str]:
    """Fact boxes that show what a saved field changed; the timeline shows every change."""
    boxes = ["timeline"]
    if changed & {"name", "company_id", "job_title", "phone_no", "email"}:
        boxes.append("people")
    return boxes


def _hinted(contact: Contact) -> frozenset[str]:
    """The fields of a company that people take over."""
    return frozenset({"name", *FOLLOWED}) if contact.is_company else frozenset()


def _hint(contact: Contact, name: str) -> str:
    """How many people would take a new value over, said before it is saved (C-31)."""
    number = people_following(contact, name)
    if number > MOST_COUNTED:
        return _("More than %(number)d people will take a new value over.") % {"number": MOST_COUNTED}
    text = ngettext(
        "%(number)d person will take a new value over.", "%(number)d people will take a new value over.", number
    )
    return text % {"number": number} if number else ""


def _save(contact: Contact, values: dict[str, Any], version: int | None) -> Contact:
    """Save, and say how many people of a company took the change over (C-31)."""
    follows = contact.is_company and {"name", *FOLLOWED} & values.keys()
    number = people_affected(contact, values) if follows else 0
    saved = records.change(contact, values, version=version)
    if number:
        text = ngettext("%(number)d person took this over.", "%(number)d people took this over.", number)
        tell("contact.people_follow", text % {"number": number})
    return saved


def _annotate(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Whether there is anything in each list: index probes in the card's one query, so blank lists ask nothing."""
    exists = {
        f"has_{sub.name}": Exists(sub.model._default_manager.filter(**{sub.owner: OuterRef("pk")}))
        for sub in card_lists.LISTS
    }
    comments = CommentLine.objects.filter(owner_kind=OwnerKind.CONTACT, owner_id=OuterRef("pk"))
    found: QuerySet[Any] = queryset.annotate(**exists, has_comments=Exists(comments))
    return found


CARD = register_card(
    CardPage(
        name="contact",
        path="contacts",
        model=Contact,
        caption=gettext_lazy("Contact"),
        title=lambda contact: contact.no if is_hidden(contact) else contact.name or contact.no,
        masked=_masked,
        opened=lambda contact: log_looks([contact]),
        subtitle=_subtitle,
        badges=_badges,
        groups=GROUPS,
        parent=lambda: (list_url(), _("Contacts")),
        marks=card_facts.marks,
        includes=card_facts.people_told,
        wider=card_facts.whole_company,
        hinted=_hinted,
        hint=_hint,
        deleted=card_facts.deleted,
        actions=(
            Action(
                "email",
                gettext_lazy("E-mail"),
                _mailto,
                "link",
                "envelope",
                lambda contact: bool(contact.email) and not is_hidden(contact),
            ),
            Action(
                "map",
                gettext_lazy("Map"),
                map_url,
                "external",
                "map-pin",
                lambda contact: bool(contact.address or contact.city) and not is_hidden(contact),
            ),
            Action("comment", gettext_lazy("Comment"), _at("contact-comments"), "dialog", "chat-bubble-left"),
            Action("names", gettext_lazy("Name details"), _at("contact-names"), "dialog", "identification", _shown),
            Action(
                "person",
                gettext_lazy("New person"),
                lambda contact: f"{reverse('contact-new')}?company={contact.pk}",
                "dialog",
                "user-plus",
                lambda contact: is_company(contact) and _may_write(contact),
            ),
            Action(
                "salutations",
                gettext_lazy("Salutations"),
                _at("contact-salutations"),
                "dialog",
                "envelope-open",
                _shown,
            ),
            Action(
                "company",
                gettext_lazy("Company details"),
                _at("contact-company"),
                "dialog",
                "building-office-2",
                lambda contact: bool(is_person(contact) and contact.company_id),
            ),
            Action(
                "inherit",
                gettext_lazy("Inherit from company again"),
                _at("contact-inherit"),
                "post",
                "arrow-down-on-square",
                lambda contact: bool(is_person(contact) and contact.company_id and _may_write(contact)),
            ),
            Action(
                "privacy",
                gettext_lazy("Personal data"),
                _at("contact-personal-data"),
                "dialog",
                "shield-check",
                lambda _contact: current().may("privacy.manage", "contacts"),
            ),
            Action("related", gettext_lazy("Related contacts"), _at("contact-related"), "link", "user-group"),
            Action("type", gettext_lazy("Change type"), _at("contact-type"), "dialog", "arrows-right-left", _may_write),
            Action("delete", gettext_lazy("Delete"), _at("contact-delete"), "post", "trash", _may_delete, danger=True),
        ),
        boxes=(
            FactBox("people", gettext_lazy("People"), "contacts/people.html", card_facts.people),
            FactBox("timeline", gettext_lazy("Timeline"), "ui/cards/timeline_box.html", card_facts.timeline_box),
            PICTURE,
            FactBox(
                "statistics", gettext_lazy("Statistics"), "contacts/statistics.html", card_facts.statistics, late=True
            ),
        ),
        lists=card_lists.LISTS,
        annotate=_annotate,
        select_related=RELATIONS,
        reload_on=frozenset({"type", "company_id", "minor", "country_code"}),
        refresh_boxes=_boxes_after,
        save=_save,
    )
)

register_comments(CARD, OwnerKind.CONTACT)
