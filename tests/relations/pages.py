"""Visitors of the pages of the registers, and records to look at."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company, User
from tuttava.partners.models import Customer
from tuttava.relations import actions

JSON = {"Accept": "application/json"}


def administrator(company: Company) -> Client:
    """A browser in which somebody who may do everything has signed in; it asks for pages, not parts."""
    user, _new = User.objects.get_or_create(username="anna", defaults={"is_superuser": True, "language": "en"})
    client = Client()
    client.force_login(user)
    return client


def visitor(company: Company, *, sets: str = "CRM-EDIT", name: str = "onlooker") -> Client:
    return sign_in(company, name=name, sets=sets)


def company_contact(**values: Any) -> Contact:
    """A company as a user creates it."""
    return records.create(Contact, {"type": "company", **values})


def linked_customer(**values: Any) -> tuple[Contact, Customer]:
    """A company and the customer made of it."""
    contact = company_contact(**values)
    with acting(user_name="anna"):
        customer = actions.create_as(contact, "customer", use_template=False)
    assert isinstance(customer, Customer)
    return contact, customer


def lonely_customer(**values: Any) -> Customer:
    """A customer without a contact: it was created while the setup had no code."""
    setup = marketing_setup()
    code = setup.bus_rel_for_customers_code
    records.change(setup, {"bus_rel_for_customers_code": None})
    customer = records.create(Customer, values)
    records.change(marketing_setup(), {"bus_rel_for_customers_code": code})
    return customer
