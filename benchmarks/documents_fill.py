"""What documents are measured with: customers with contacts, items, and years of posted documents beside the rules."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

NAME = "Bench documents"
ITEMS = 200
#: Posted documents by kind, of every ten.
_KINDS = ("sales_invoice", "sales_shipment") * 3 + (
    "purchase_invoice", "purchase_receipt", "sales_credit_memo", "service_invoice",
)  # fmt: skip
_LAST_DAY, _DAYS = "2026-11-01", 3650
_FIRST_DAY = dt.date(2016, 1, 1)

_VALUES = {
    "id": "(lpad(to_hex(1500000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 19))::uuid",
    "version": "1",
    "origin": "'feed'",
    "kind": "k.kind",
    "no": "'F' || n",
    "order_no": "CASE WHEN n % 3 = 0 THEN 'FO' || n ELSE '' END",
    "customer_id": "CASE WHEN k.kind LIKE 'purchase%' THEN NULL ELSE c.id END",
    "main_contact_id": "CASE WHEN k.kind LIKE 'purchase%' THEN NULL ELSE c.contact END",
    "billing_contact_id": "CASE WHEN k.kind LIKE 'purchase%' THEN NULL ELSE c.contact END",
    "posting_date": f"date '{_LAST_DAY}' - ({_DAYS} * power(1 - n::float8 / {{count}}, 1.4))::int",
    "document_date": f"date '{_LAST_DAY}' - ({_DAYS} * power(1 - n::float8 / {{count}}, 1.4))::int",
    "description": "'Document ' || n",
    "amount": "(hashint8extended(n, 3) & 1048575) / 100.0",
    "amount_including_vat": "(hashint8extended(n, 3) & 1048575) / 80.0",
    "user_id": "'feed'",
}


def prepare(customers: int, posted: int) -> tuple[Any, float | None]:
    """The company with its customers and posted documents, kept between runs; and the seconds of writing the latter."""
    from benchmarks.base import USER
    from benchmarks.relations import fill
    from tuttava.foundation.context import acting
    from tuttava.foundation.directory.actions import create_company
    from tuttava.foundation.directory.models import Company, User
    from tuttava.foundation.directory.permissions import install_shipped_sets
    from tuttava.foundation.directory.users import create_user
    from tuttava.foundation.schemas import in_schema, migrate_company, migrate_shared
    from tuttava.partners.models import Customer
    from tuttava.relations.founding_job import create_contacts_from
    from tuttava.trade.models import PostedDocument

    migrate_shared()
    install_shipped_sets()
    if not User.objects.filter(username=USER).exists():
        create_user(username=USER, password=None, language="en", admin=True)
    company = Company.objects.filter(name=NAME).first()
    if company is None:
        company = create_company(name=NAME, setup_data="standard", language="en", country="NO")
    migrate_company(company.schema)
    seconds = None
    with in_schema(company.schema), acting(user_name=USER):
        if Customer.objects.count() != customers:
            clear()
            fill(customers)
            create_contacts_from("customer", wait=True)
        _items()
        if PostedDocument.objects.filter(no__startswith="F").count() != posted:
            seconds = _posted(posted)
    return company, seconds


def _items() -> None:
    """Items, and a rate for every currency of the customers."""
    from tuttava.foundation.company import company_information
    from tuttava.foundation.filling import create_many
    from tuttava.foundation.models import Currency
    from tuttava.trade.models import ExchangeRate, Item, TaxGroup

    if not ExchangeRate.objects.exists():
        codes = Currency.objects.exclude(code=company_information().currency_code).values_list("code", flat=True)
        create_many(ExchangeRate, [{"currency_code": code, "starting_date": _FIRST_DAY, "rate": 2} for code in codes])

    if Item.objects.exists():
        return
    TaxGroup.objects.get_or_create(code="STANDARD", defaults={"vat_pct": Decimal(25)})
    rows = [
        {
            "description": f"Item {n}",
            "unit_price": Decimal(n * 13) / 100,
            "unit_cost": Decimal(n * 9) / 100,
            "tax_group": "STANDARD",
        }
        for n in range(1, ITEMS + 1)
    ]
    create_many(Item, rows)


def _posted(count: int) -> float:
    """Posted documents of ten years, more of them every year."""
    from tuttava.trade.models import PostedDocument

    fields = {field.attname: field for field in PostedDocument._meta.concrete_fields}
    blank = {name: "0" if name == "no_printed" else "''" for name, field in fields.items() if not field.null}
    values = {name: _VALUES.get(name, blank.get(name)) for name in fields}
    used = {name: value.replace("{count}", str(count)) for name, value in values.items() if value is not None}
    kinds = ", ".join(f"({place}, '{kind}')" for place, kind in enumerate(_KINDS))
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM trade_posteddocument WHERE origin = 'feed'")
        cursor.execute(
            "CREATE TEMPORARY TABLE c ON COMMIT DROP AS SELECT row_number() OVER (ORDER BY c.no) - 1 AS place, c.id,"
            " r.contact_id AS contact FROM partners_customer c"
            " LEFT JOIN contacts_contactbusinessrelation r ON r.linked_id = c.id"
        )
        cursor.execute(
            f"INSERT INTO trade_posteddocument ({', '.join(fields[name].column for name in used)})"
            f" SELECT {', '.join(used.values())} FROM generate_series(1, {count}) n"
            f" JOIN (VALUES {kinds}) k (place, kind) ON k.place = n % 10"
            " JOIN c ON c.place = (hashint8extended(n, 1) & 1048575) % (SELECT count(*) FROM c)"
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE trade_posteddocument")
    return time.perf_counter() - started


def clear() -> None:
    """Take away what measuring made; customers, their contacts and the fed documents stay."""
    from django.apps import apps

    tables = [model._meta.db_table for model in apps.get_app_config("documents").get_models() if model._meta.managed]
    kept = {"documents_documentsetup", "documents_reminderautomation"}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(sorted(set(tables) - kept))} CASCADE")
        cursor.execute("DELETE FROM trade_posteddocument WHERE origin = 'posting' OR no LIKE 'T%%'")
        cursor.execute(
            "TRUNCATE trade_posteddocumentline, trade_customerledgerentry, trade_valueentry, trade_settlement"
        )
        cursor.execute("UPDATE partners_customer SET last_statement_no = 0 WHERE last_statement_no > 0")
        cursor.execute("TRUNCATE foundation_journalchange, foundation_unitofwork, foundation_job CASCADE")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
