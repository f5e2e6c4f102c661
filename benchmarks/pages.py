"""Pages and saves through the whole stack (middleware, views, templates), and the same work in bare SQL."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from benchmarks.base import NAME, USER
from benchmarks.measure import Result, timed
from tuttava.contacts.models import Contact
from tuttava.contacts.pages.register import LIST
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.schemas import use_schema
from tuttava.foundation.search_tokens import key_of
from tuttava.foundation.text import folded_words
from tuttava.ui.lists.paging import PAGE_SIZE, take
from tuttava.ui.lists.state import Chip, ListState

REPEATS = 40
PAGE = 1000
CHIPS = (Chip("city", "is", ("Oslo",)), Chip("type", "is", ("person",)), Chip("salesperson", "is", ("REP03",)))
WORDS = (
    *("hansen", "anna hansen", "Hansen, Anna", "åderøy", "aderoy", "kraft", "fjord", "norskog", "bygg oslo", "de jong"),
    *("van der meer", "berg", "møbler", "mobler bergen", "erik l", "ocasio", "’s-hertogenbosch", "hertogen", "as"),
    *("korhonen", "häkkinen", "hakkinen oy", "o'brien", "obrien london", "an", "consult", "zzzz nobody", "smith ltd"),
)


class Bench:
    """A signed-in browser of the measured company, and a cursor beside it."""

    def __init__(self) -> None:
        self.company = Company.objects.get(name=NAME)
        self.client = Client(headers={"accept-language": "en", "host": "localhost"})
        self.client.force_login(User.objects.get(username=USER))
        self.root = f"/c/{self.company.slug}"
        self.random = random.Random(11)
        use_schema(self.company.schema)
        self.sample = self._sample(60)

    def _sample(self, count: int) -> list[Contact]:
        """Contacts from all over the base, the same in every run."""
        total = self.sql("SELECT reltuples::bigint FROM pg_class WHERE oid = 'contacts_contact'::regclass")[0][0]
        numbers = [f"G{self.random.randrange(1, total):07}" for _number in range(count)]
        return list(Contact.objects.filter(no__in=numbers).order_by("no"))

    def get(self, path: str, **headers: str) -> None:
        answer = self.client.get(f"{self.root}{path}", headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")

    def post(self, path: str, values: dict[str, Any]) -> None:
        answer = self.client.post(f"{self.root}{path}", values, headers={"accept": "application/json"})
        if answer.status_code not in (200, 201, 302):
            raise RuntimeError(f"{path}: {answer.status_code} {answer.content[:400]!r}")

    def sql(self, statement: str, params: list[Any] | None = None) -> list[Any]:
        """A bare statement on the page's own connection, in the company's schema."""
        use_schema(self.company.schema)
        with connection.cursor() as cursor:
            cursor.execute(statement, params or [])
            return cursor.fetchall() if cursor.description else []

    def all(self) -> Iterator[Result]:
        """Every measurement of this module in turn."""
        yield self.first_page()
        yield self.late_page()
        yield self.chips()
        yield self.search()
        yield self.card()
        yield self.save_field()
        yield self.create_person()
        yield self.company_address()

    def first_page(self) -> Result:
        bare = "SELECT * FROM contacts_contact ORDER BY lower(company_name), company_no, type, lower(name), id LIMIT 51"
        return Result(
            "Contact list, first page",
            timed([partial(self.get, "/contacts/")] * REPEATS),
            timed([partial(self.sql, _columns(bare))] * REPEATS),
            limit=100,
        )

    def late_page(self) -> Result:
        """Page 1,000 (or half way through a smaller base), reached by walking."""
        number = min(PAGE, Contact.objects.count() // PAGE_SIZE // 2)
        after = ""
        for _page in range(number - 1):
            after = take(Contact.objects.only("id"), LIST.sorts[0], descending=False, after=after).after
        use_schema(self.company.schema)
        (row,) = self.sql(
            "SELECT lower(company_name), company_no, type, lower(name), id FROM contacts_contact"
            " ORDER BY lower(company_name), company_no, type, lower(name), id OFFSET %s LIMIT 1",
            [PAGE_SIZE * (number - 1) - 1],
        )
        bare = (
            "SELECT * FROM contacts_contact WHERE (lower(company_name), company_no, type, lower(name), id)"
            " > (%s, %s, %s, %s, %s) ORDER BY lower(company_name), company_no, type, lower(name), id LIMIT 51"
        )
        return Result(
            f"Contact list, page {number:,}",
            timed([partial(self.get, f"/contacts/?{urlencode({'after': after})}")] * REPEATS),
            timed([partial(self.sql, _columns(bare), list(row))] * REPEATS),
            limit=100,
        )

    def chips(self) -> Result:
        query = ListState(chips=CHIPS).query()
        bare = (
            "SELECT * FROM contacts_contact WHERE lower(city) = 'oslo' AND type = 'person'"
            " AND salesperson_code = 'REP03' ORDER BY lower(company_name), company_no, type, lower(name), id LIMIT 51"
        )
        return Result(
            "Contact list with three chips",
            timed([partial(self.get, f"/contacts/{query}")] * REPEATS),
            timed([partial(self.sql, _columns(bare))] * REPEATS),
            limit=100,
        )

    def queries(self) -> list[str]:
        """40 things people type: words, and keys of contacts that exist."""
        taken = [contact.no for contact in self.sample[:2]] + [contact.email for contact in self.sample[2:5]]
        taken += [contact.mobile_phone_no or contact.phone_no for contact in self.sample[5:8]]
        normalised = (
            contact.mobile_phone_no_normalised or contact.phone_no_normalised for contact in self.sample[8:10]
        )
        taken += [*normalised, *(contact.name for contact in self.sample[10:12])]
        return [*WORDS, *taken][:40]

    def search(self) -> Result:
        texts = self.queries()
        pages = [partial(self.get, f"/contacts/?{urlencode({'q': text})}", HX_Target="list") for text in texts]
        return Result(
            f"Search, {len(texts)} queries",
            timed(pages),
            timed([partial(self._bare_search, text) for text in texts]),
            limit=100,
        )

    def _bare_search(self, text: str) -> None:
        """The least a search can ask: exact key, beginning of the name, all words by their beginning."""
        words = folded_words(text)
        name = " ".join(words)
        tokens = " & ".join(f"'^{word}':*" for word in words)
        self.sql(f"SELECT id FROM contacts_contact WHERE search_tokens @@ '''={key_of(text)}'''::tsquery LIMIT 50")
        found = self.sql(
            "SELECT id FROM contacts_contact WHERE search_text >= %s AND search_text < %s"
            " ORDER BY search_text LIMIT 50",
            [name, f"{name}\U0010ffff"],
        )
        if len(found) < 50:
            statement = "SELECT id FROM contacts_contact WHERE search_tokens @@ %s::tsquery LIMIT 50"
            found += self.sql(statement, [tokens])
        self.sql(_columns("SELECT * FROM contacts_contact WHERE id = ANY(%s)"), [[row[0] for row in found]])

    def card(self) -> Result:
        """Cards with all fact boxes, of persons and companies."""
        cards = self.sample[:REPEATS]
        return Result(
            "Contact card with all fact boxes",
            timed([partial(self.get, f"/contacts/{contact.pk}") for contact in cards]),
            timed([partial(self._bare_card, contact) for contact in cards]),
            limit=100,
        )

    def _bare_card(self, contact: Contact) -> None:
        self.sql(_columns("SELECT * FROM contacts_contact WHERE id = %s"), [contact.pk])
        related = "SELECT id, name, type FROM contacts_contact WHERE company_id = %s ORDER BY type, id LIMIT 9"
        self.sql(related, [contact.company_id])
        self.sql("SELECT * FROM foundation_journalchange WHERE owner_id = %s ORDER BY id DESC LIMIT 20", [contact.pk])
        for link in ("industrygroup", "mailinggroup", "jobresponsibility", "businessrelation", "websource"):
            self.sql(f"SELECT count(*) FROM contacts_contact{link} WHERE contact_id = %s", [contact.pk])

    def save_field(self) -> Result:
        def saves() -> Iterator[Callable[[], None]]:
            for number in range(REPEATS):
                contact = self.sample[number % len(self.sample)]
                value = {"value": f"Floor {self.random.randrange(10**6)}"}
                yield partial(self.post, f"/contacts/{contact.pk}/field/address_2", value)

        bare = "UPDATE contacts_contact SET address_2 = %s, last_modified_at = clock_timestamp() WHERE id = %s"
        return Result(
            "Save of one field",
            timed(saves()),
            timed([partial(self.sql, bare, [f"Bare {n}", self.sample[n].pk]) for n in range(REPEATS)]),
            limit=30,
            times_sql=None,
        )

    def create_person(self) -> Result:
        companies = [contact.company_no for contact in self.sample if contact.company_no]

        def creations() -> Iterator[Callable[[], None]]:
            for number in range(REPEATS):
                company = companies[number % len(companies)]
                values = {"type": "person", "name": f"Bench Person {number}", "company_no": company}
                yield partial(self.post, "/contacts/new", values)

        columns = ", ".join(_insertable())
        copied = f"SELECT %s, %s, {columns} FROM contacts_contact WHERE id = %s"
        bare = f"INSERT INTO contacts_contact (id, no, {columns}) {copied}"
        source = self.sample[0].pk

        def inserts() -> Iterator[Callable[[], object]]:
            for _number in range(REPEATS):
                yield lambda: self.sql(bare, [uuid.uuid4(), f"BARE{uuid.uuid4().hex[:12].upper()}", source])

        return Result("Create person with inheritance", timed(creations()), timed(inserts()), limit=100, times_sql=None)

    def company_address(self) -> Result:
        """The address of a company of 500 people, all of whom follow."""
        company = Contact.objects.get(no="G0000001")
        people = Contact.objects.filter(company=company, type="person", address=company.address)
        reached = people.count()
        values = iter(f"Storgata {number}" for number in range(1000, 2000))

        def change() -> None:
            self.post(f"/contacts/{company.pk}/field/address", {"value": next(values)})

        bare = (
            "UPDATE contacts_contact SET address = %s, last_modified_at = clock_timestamp() WHERE company_id = %s"
            " AND address = (SELECT address FROM contacts_contact WHERE id = %s)"
        )
        result = Result(
            f"Company address change reaching {reached} persons",
            timed([change] * 7),
            timed([partial(self.sql, bare, [f"Bare {number}", company.pk, company.pk]) for number in range(7)]),
            limit=1000,
            times_sql=None,
        )
        self.post(f"/contacts/{company.pk}/field/address", {"value": "Storgata 1"})
        return result


def _insertable() -> list[str]:
    return [str(field.column) for field in Contact._meta.concrete_fields if field.attname not in ("id", "no")]


def _columns(statement: str) -> str:
    """The same columns that the list reads: not what is only searched."""
    unseen = ("search_tokens", "search_text", "pinned_fields")
    names = [str(field.column) for field in Contact._meta.concrete_fields if field.attname not in unseen]
    return statement.replace("*", ", ".join(names), 1)
