"""The log of a demo company."""

from __future__ import annotations

import pytest

from tests.demo_company import demo_company  # noqa: F401
from tuttava.contacts.models import Contact
from tuttava.foundation.context import current
from tuttava.interactions.demo import create_demo_interactions
from tuttava.interactions.models import InteractionLogEntry
from tuttava.partners.models import Salesperson

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_company")]


def test_a_demo_company_has_something_to_tell() -> None:
    number = create_demo_interactions()
    assert number == InteractionLogEntry.objects.count()
    logged = InteractionLogEntry.objects.filter(postponed=False)
    assert 200 < logged.count() < 500
    assert not logged.filter(date__gt=current().today).exists()
    assert not logged.filter(date__week_day__in=(1, 7)).exists()
    assert not logged.filter(contact__privacy_blocked=True).exists()
    assert len(set(logged.values_list("evaluation", flat=True))) > 4
    assert logged.filter(canceled=True).exists() and InteractionLogEntry.objects.filter(postponed=True).exists()
    assert logged.filter(comments__isnull=False).exists() and logged.exclude(attachment=None).exists()


def test_without_people_nothing_is_told() -> None:
    Contact.objects.filter(type="person").update(privacy_blocked=True)
    assert Salesperson.objects.exists()
    assert create_demo_interactions() == 0
