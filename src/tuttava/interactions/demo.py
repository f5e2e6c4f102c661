"""What was said to the contacts of a demo company: calls, visits, mails and letters of the last year and a half.

The same seed tells the same stories; their dates end today. Everything goes through the actions that people use. Each
is told in the language of the contact where it is shipped in it, else in the company's: a house around the North Sea
writes to its customers, and notes what they say, in their own words.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import json
import random
from collections.abc import Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any, cast

from tuttava.contacts.models import Contact, ContactType
from tuttava.foundation.context import acting, current
from tuttava.foundation.directory.actions import company_created, demo_data_wanted
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions import life
from tuttava.interactions.choosing import correspondence_type
from tuttava.interactions.logging_core import NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import InteractionLogEntry, InteractionTemplate, WizardAction
from tuttava.interactions.storing import NewContent
from tuttava.partners.models import Salesperson

SEED = 20261121
PEOPLE, CANCELED = 95, 6
LONGEST_AGO, LONGEST_PAUSE = 540, 24
FAILED = "failed"
#: Languages of contacts that go by several codes.
LANGUAGES = {"no": "nb", "nob": "nb", "nor": "nb", "nld": "nl", "fin": "fi"}

Step = Sequence[str]


def connect() -> None:
    """Listen to new companies and to wishes for demo data, after contacts and templates are there."""
    company_created.connect(_company_created, dispatch_uid="interactions.demo")
    demo_data_wanted.connect(_demo_data_wanted, dispatch_uid="interactions.demo")


def _company_created(*, setup_data: str, language: str, **_signal: Any) -> None:
    if setup_data == "demo":
        create_demo_interactions(language)


def _demo_data_wanted(*, contacts: int | None, **_signal: Any) -> None:
    if contacts is None:
        create_demo_interactions()


def create_demo_interactions(language: str = "en") -> int:
    """Fill the log of the company at hand; how many interactions it got. ``language``: the company's."""
    data = json.loads((files("tuttava.interactions") / "data" / "demo.json").read_text(encoding="utf-8"))
    with (
        acting(rights=frozenset({"*"}), interactive=False, answers={}, messages=[], cache={}),
        unit_of_work("create demo interactions"),
    ):
        return _Teller(data, language).tell()


def demo_texts() -> dict[str, dict[str, str]]:
    """What is told, by its English words, in each language."""
    text = (files("tuttava.interactions") / "data" / "demo_texts.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    lines = ({language: words.replace("\\n", "\n") for language, words in row.items()} for row in rows)
    return {row["en"]: row for row in lines}


class _Teller:
    """Draws people and stories in a fixed order."""

    def __init__(self, data: dict[str, Any], language: str) -> None:
        self.data, self.language, self.texts = data, language, demo_texts()
        self.random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        self.templates = {template.code: template for template in InteractionTemplate.objects.all()}
        self.salespeople = dict(Salesperson.objects.filter(blocked=False).values_list("code", "name"))
        rows = Contact.objects.filter(type=ContactType.PERSON, privacy_blocked=False, company__isnull=False)
        found = list(rows.order_by("no").defer("search_tokens", "search_text"))
        self.people = self.random.sample(found, min(PEOPLE, len(found)))

    def tell(self) -> int:
        if not self.people or not self.salespeople:
            return 0
        items = [item for person in self.people for item in self._story(person)]
        items.sort(key=lambda item: (item.values["date"], item.values["time_of_interaction"]))
        entries = log_interactions(items)
        self._cancel(entries)
        return len(entries) + self._postpone()

    def _story(self, person: Contact) -> list[NewInteraction]:
        """One story with a person, from some day on, never into the future."""
        told = []
        day = current().today - dt.timedelta(days=self.random.randint(1, LONGEST_AGO))
        for step in self.random.choice(self.data["stories"]):
            day = _working_day(day)
            if day > current().today or step[0] not in self.templates:
                break
            told.append(self._step(person, step, day))
            day += dt.timedelta(days=self.random.randint(1, LONGEST_PAUSE))
        return told

    def _step(self, person: Contact, step: Step, day: dt.date) -> NewInteraction:
        code, description, outcome, remark = step
        description, remark = self._said(person, description), self._said(person, remark)
        template = self.templates[code]
        salesperson = self._salesperson(person)
        minutes = int(cast("Decimal", template.unit_duration_min))
        values = {
            **self._common(person, template, salesperson),
            "date": day,
            "time_of_interaction": dt.time(self.random.randint(8, 16), self.random.choice((0, 5, 10, 20, 35, 40, 50))),
            "description": description,
            "subject": description,
            "duration_min": max(1, minutes + self.random.choice((-5, 0, 0, 5)) if minutes > 5 else minutes),
            "attempt_failed": outcome == FAILED,
            "evaluation": outcome if outcome not in ("", FAILED) else "none",
        }
        comments = [NewComment(remark, day)] if remark else []
        return NewInteraction(
            values, comments, self._mail(person, description, salesperson) if code == "EMAIL" else None
        )

    def _common(self, person: Contact, template: InteractionTemplate, salesperson: str) -> dict[str, Any]:
        sends = template.wizard_action != WizardAction.NONE
        return {
            "contact_id": person.pk,
            "contact_company_id": person.company_id,
            "interaction_template_code": template.code,
            "interaction_group_code": template.interaction_group_code or "",
            "information_flow": template.information_flow,
            "initiated_by": template.initiated_by,
            "cost_lcy": template.unit_cost_lcy,
            "correspondence_type": correspondence_type(template, person, sendable=sends),
            "salesperson_code": salesperson,
        }

    def _said(self, person: Contact, words: str) -> str:
        """In the language of the contact, else in the company's, else in English."""
        told = self.texts.get(words, {})
        spoken = (person.language_code or "").lower()
        return told.get(LANGUAGES.get(spoken, spoken)) or told.get(self.language) or words

    def _salesperson(self, person: Contact) -> str:
        code = person.salesperson_code or ""
        return code if code in self.salespeople else self.random.choice(sorted(self.salespeople))

    def _mail(self, person: Contact, subject: str, salesperson: str) -> NewContent:
        words = self._said(person, self.data["mail"]).format(
            name=person.name, subject=subject[:1].lower() + subject[1:], salesperson=self.salespeople[salesperson]
        )
        body = "".join(f"<p>{html.escape(part)}</p>".replace("\n", "<br>") for part in words.split("\n\n"))
        page = f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'
        return NewContent(page.encode(), f"{subject}.html", "html")

    def _cancel(self, entries: Sequence[InteractionLogEntry]) -> None:
        """A few were logged by mistake."""
        wrong = self.random.sample([entry.pk for entry in entries], min(CANCELED, len(entries)))
        life.toggle_canceled(wrong, remove_attachments=False)

    def _postpone(self) -> int:
        """A few wait to be finished."""
        template = self.templates.get("CALL-OUT")
        if template is None:
            return 0
        items = [
            NewInteraction(
                {
                    **self._common(person, template, self._salesperson(person)),
                    "date": current().today,
                    "time_of_interaction": dt.time(9, 0),
                    "description": self._said(person, description),
                    "duration_min": template.unit_duration_min,
                }
            )
            for person, description in zip(self.people, self.data["postponed"], strict=False)
        ]
        return len(log_interactions(items, postponed=True))


def _working_day(day: dt.date) -> dt.date:
    """The day itself, or the Monday after."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
