"""What is asked of the standard service, and the same in bare SQL."""

from __future__ import annotations

import base64
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.db import connection, transaction

from benchmarks.api.load import Connection, Load, Request, run
from benchmarks.api.serving import ORIGIN, memory
from benchmarks.base import NAME, USER
from benchmarks.measure import Times, timed
from tuttava.foundation.context import acting
from tuttava.foundation.directory.access_keys import new_access_key
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.schemas import in_schema, use_schema

REPEATS = 30
COLUMNS = (
    "id, no, type, name, job_title, company_no, company_name, contact_business_relation, address, address_2, city,"
    " county, country_code, post_code, phone_no, mobile_phone_no, email, home_page, search_name, privacy_blocked,"
    " vat_registration_no, last_modified_at, version"
)
BARE_INSERT = (
    "INSERT INTO contacts_contact SELECT (jsonb_populate_record(row, jsonb_build_object("
    "'id', %s::text, 'no', %s::text, 'name', 'Bare SQL'))).* FROM contacts_contact row WHERE no = 'G0000002'"
)


@dataclass
class Measured:
    """One line of the table. ``limit``: milliseconds to reach with one connection."""

    name: str
    loads: list[Load]
    bare: Times
    limit: float = 0
    note: str = ""


class Work:
    """A caller of the measured company, and a cursor beside it."""

    def __init__(self, seconds: float, connections: tuple[int, ...]) -> None:
        self.seconds, self.connections = seconds, connections
        self.company = Company.objects.get(name=NAME)
        user = User.objects.get(username=USER)
        with acting(user_id=str(user.pk)):
            key = new_access_key(user)
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"{USER}:{key}".encode()).decode()}
        self.service = "/api/v2.0"
        self.base = f"{self.service}/companies({self.company.pk})"
        self.random = random.Random(7)
        with in_schema(self.company.schema), connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'contacts_contact'::regclass")
            self.size = max(1, int(cursor.fetchone()[0]))
            numbers = [f"G{self.random.randrange(1, self.size):07}" for _number in range(400)]
            cursor.execute("SELECT id FROM contacts_contact WHERE no = ANY(%s) AND type = 'company'", [numbers])
            companies = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT id FROM contacts_contact WHERE no = ANY(%s)", [numbers])
            self.ids = [row[0] for row in cursor.fetchall()]
        self.persons = [each for each in self.ids if each not in set(companies)]

    def lift_limits(self) -> None:
        """The server is measured, not its politeness: no limit of requests (A-100)."""
        setup = "/api/tuttava/crm/v1.0/apiSetup"
        caller = Connection(ORIGIN, self.headers)
        found = json.loads(caller.send(Request("GET", setup)))["value"][0]
        free = {"requestsPerFiveMinutes": 0, "concurrentRequests": 0}
        caller.send(Request("PATCH", f"{setup}({found['id']})", free, {"If-Match": "*"}))

    def all(self) -> Iterator[Measured]:
        """Every measurement in turn."""
        yield self.get_one()
        yield self.list_hundred("GET 100, filter on an indexed property", "city eq 'Oslo'", "city = 'Oslo'")
        yield self.list_hundred(
            "GET 100, filter on a property without index",
            "startswith(addressLine2,'Oppgang')",
            "address_2 LIKE 'Oppgang%%'",
        )
        yield self.list_hundred("GET 100, no filter", "", "TRUE")
        yield self.count_filtered()
        yield self.post()
        yield self.patch()
        yield self.batch()
        yield self.page()
        yield self.metadata()

    # -- helpers

    def asked(self, make: Callable[[int], Request], *, only_one: bool = False) -> list[Load]:
        found = []
        for connections in (1,) if only_one else self.connections:
            found.append(run(ORIGIN, self.headers, make, connections=connections, seconds=self.seconds))
        return found

    def sql(self, statement: str, params: Callable[[], list[object]] = list, repeats: int = REPEATS) -> Times:
        """A bare statement with its rows fetched, on a connection of its own schema."""
        use_schema(self.company.schema)

        def once() -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement, params())
                if cursor.description:
                    cursor.fetchall()

        return timed([once] * repeats)

    def some_id(self) -> object:
        return self.random.choice(self.ids)

    # -- reading

    def get_one(self) -> Measured:
        loads = self.asked(lambda _number: Request("GET", f"{self.base}/contacts({self.some_id()})"))
        bare = self.sql(f"SELECT {COLUMNS} FROM contacts_contact WHERE id = %s", lambda: [self.some_id()])
        return Measured("GET one", loads, bare, 20)

    def list_hundred(self, name: str, condition: str, where: str) -> Measured:
        query = f"$top=100&$filter={quote(condition)}" if condition else "$top=100"
        loads = self.asked(lambda _number: Request("GET", f"{self.base}/contacts?{query}"))
        bare = self.sql(f"SELECT {COLUMNS} FROM contacts_contact WHERE {where} ORDER BY no LIMIT 100")
        return Measured(name, loads, bare)

    def count_filtered(self) -> Measured:
        condition = quote("city eq 'Oslo' and type eq 'Person'")
        target = f"{self.base}/contacts/$count?$filter={condition}"
        loads = self.asked(lambda _number: Request("GET", target))
        bare = self.sql("SELECT count(*) FROM contacts_contact WHERE city = 'Oslo' AND type = 'person'")
        return Measured("$count with a filter", loads, bare)

    def page(self) -> Measured:
        loads = self.asked(lambda _number: Request("GET", f"{self.base}/contacts"), only_one=True)
        bare = self.sql(f"SELECT {COLUMNS} FROM contacts_contact ORDER BY no LIMIT 20000", repeats=5)
        return Measured("Page of 20,000", loads, bare, 1500)

    def metadata(self) -> Measured:
        loads = self.asked(lambda _number: Request("GET", f"{self.service}/$metadata"))
        return Measured("$metadata", loads, Times())

    # -- writing

    def new(self, number: int) -> dict[str, str]:
        return {
            "displayName": f"Bench {uuid.uuid4().hex[:12]}",
            "addressLine1": f"Storgata {number}",
            "city": "Oslo",
            "email": f"b{number}@bench.example",
            "phoneNumber": "+47 22 33 44 55",
        }

    def post(self) -> Measured:
        loads = self.asked(lambda n: Request("POST", f"{self.base}/contacts", self.new(n), expected=201))
        bare = self.sql(BARE_INSERT, lambda: [str(uuid.uuid4()), f"B{uuid.uuid4().hex[:12].upper()}"])
        return Measured("POST", loads, bare, 20)

    def patch(self) -> Measured:
        def make(number: int) -> Request:
            target = f"{self.base}/contacts({self.random.choice(self.persons)})"
            return Request("PATCH", target, {"jobTitle": f"Clerk {number}"}, {"If-Match": "*"})

        statement = "UPDATE contacts_contact SET job_title = %s, version = version + 1 WHERE id = %s"
        bare = self.sql(statement, lambda: [uuid.uuid4().hex[:20], self.random.choice(self.persons)])
        return Measured("PATCH", self.asked(make), bare)

    def batch(self) -> Measured:
        def make(number: int) -> Request:
            url = f"companies({self.company.pk})/contacts"
            parts = [{"id": str(n), "method": "POST", "url": url, "body": self.new(number + n)} for n in range(100)]
            return Request("POST", f"{self.service}/$batch", {"requests": parts})

        def bare() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                for _number in range(100):
                    cursor.execute(BARE_INSERT, [str(uuid.uuid4()), f"B{uuid.uuid4().hex[:12].upper()}"])

        loads = self.asked(make, only_one=True)
        return Measured("$batch of 100 POSTs", loads, timed([bare] * 5))

    # -- everything, and what has changed

    def read_all(self, server: int) -> tuple[int, float, float, float]:
        """Follow next links through the whole set: rows, seconds, and MB of the server before and at most."""
        caller, before = Connection(ORIGIN, self.headers), memory(server)
        target, rows, most, began = f"{self.base}/contacts", 0, before, time.perf_counter()
        while target:
            page = json.loads(caller.send(Request("GET", target)))
            rows += len(page["value"])
            most = max(most, memory(server))
            target = page.get("@odata.nextLink", "").removeprefix(ORIGIN)
        return rows, time.perf_counter() - began, before, most

    def delta(self, changes: int = 1000) -> Times:
        """The delta of that many changes, asked for several times."""
        caller = Connection(ORIGIN, self.headers)
        condition = quote("startswith(number,'G000')")
        query = f"$filter={condition}&$select=number,jobTitle"
        track = {"Prefer": "odata.track-changes"}
        link = json.loads(caller.send(Request("GET", f"{self.base}/contacts?{query}", headers=track)))
        while "@odata.deltaLink" not in link:
            target = link["@odata.nextLink"].removeprefix(ORIGIN)
            link = json.loads(caller.send(Request("GET", target, headers=track)))
        with in_schema(self.company.schema), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE contacts_contact SET job_title = %s, version = version + 1"
                " WHERE id IN (SELECT id FROM contacts_contact WHERE no < 'G0002000' ORDER BY no LIMIT %s)",
                [uuid.uuid4().hex[:20], changes],
            )
        target = link["@odata.deltaLink"].removeprefix(ORIGIN)

        def once() -> None:
            caller.send(Request("GET", target))

        return timed([once] * 10)
