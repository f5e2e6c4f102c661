"""Reminders, finance charge memos, their automation and statements in the CRM service (17.9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.build import crm_set, one_row_set, properties_of
from tuttava.api.declare import CRM, Action, File, Navigation, Parameter, Property
from tuttava.api.filter_objects import filtered
from tuttava.documents import claims, statements
from tuttava.documents.entities.common import existing_among
from tuttava.documents.entities.leaving import IDS, LETTER, LOGGED, PREVIEW, as_file, letter_of, named
from tuttava.documents.entities.pdf import STATEMENT, pdf_navigation
from tuttava.documents.models import (
    Claim,
    ClaimKind,
    ClaimLine,
    CustomerStatement,
    IssuedClaim,
    IssuedClaimLine,
    ReminderAutomation,
)
from tuttava.documents.printing.actions import MOST
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent, Job
from tuttava.foundation.records import Record
from tuttava.partners.models import Customer
from tuttava.relations.entities.register import numbered

_CUSTOMER = numbered("customer", "customer", Customer)


@dataclass(frozen=True)
class Kind:
    """How one kind of claims is called."""

    kind: ClaimKind
    entity: str

    @property
    def issued(self) -> str:
        return f"issued{self.entity[0].upper()}{self.entity[1:]}"


KINDS = (Kind(ClaimKind.REMINDER, "reminder"), Kind(ClaimKind.FINANCE_CHARGE_MEMO, "financeChargeMemo"))


def _of_kind(kind: ClaimKind, path: str = "kind") -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    return lambda rows: rows.filter(**{path: kind})


def _create(kind: ClaimKind) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Claim]:
    def create(values: Mapping[str, Any], given: Mapping[str, Any]) -> Claim:
        return records.create(Claim, values, given={**given, "kind": kind}, in_order=True)

    return create


def _create_line(values: Mapping[str, Any], given: Mapping[str, Any]) -> ClaimLine:
    """A line below its reminder."""
    entered = dict(values)
    owner = {"claim_id": entered.pop("claim_id", None), **given}
    return records.create(ClaimLine, entered, given=owner, in_order=True)


def _claim_no(kind: ClaimKind) -> Callable[[str | None], Any]:
    def find(value: str | None) -> Any:
        if not value:
            return None
        found = Claim.objects.filter(kind=kind, no=value.strip().upper()).values_list("pk", flat=True).first()
        if found is None:
            raise DomainError(
                "not_found", _("There is no %(name)s “%(value)s”.") % {"name": kind.label, "value": value}
            )
        return found

    return find


def _line_properties(model: type[Record], kind: Kind, entity: str, owner: str) -> tuple[Property, ...]:
    return properties_of(
        model,
        entity,
        immutable=("line_no",),
        replace={
            "claim_id": (
                Property(
                    f"{owner}No", edm.code(20), "claim__no", write="claim_id", immutable=True,
                    convert=_claim_no(kind.kind), nullable=True,
                ),
                Property(
                    f"{owner}Id", edm.GUID, "claim_id", immutable=True,
                    convert=existing_among(Claim, kind=kind.kind), nullable=True,
                ),
            )
        },
    )  # fmt: skip


def _below(set_name: str, partner: str) -> Navigation:
    return Navigation(
        set_name, set_name, theirs="claim_id", contained=True, partner=partner, fills=(("claim_id", "id"),)
    )


def _closed(properties: Iterable[Property]) -> tuple[Property, ...]:
    return tuple(replace(each, read_only=True) for each in properties)


def _issue(claim: Claim, send_by_email: bool, log_interaction: bool | None) -> IssuedClaim:
    """I-127."""
    return claims.issue(claim, send_by_email=send_by_email, log_interaction=log_interaction)


def _print(found: Sequence[IssuedClaim], log_interaction: bool | None, preview: bool) -> File:
    printed = claims.preview_claims(found) if preview else claims.print_claims(found, log_interaction=log_interaction)
    return as_file(printed)


def _print_one(issued: IssuedClaim, log_interaction: bool | None, preview: bool) -> File:
    """I-122."""
    return _print([issued], log_interaction, preview)


def _print_several(kind: ClaimKind) -> Callable[..., File]:
    def run(ids: Sequence[str], log_interaction: bool | None, preview: bool) -> File:
        return _print(named(IssuedClaim, ids, {"kind": kind}), log_interaction, preview)

    return run


def _mail(
    issued: IssuedClaim, to: str | None, subject: str | None, body: str | None, log_interaction: bool | None
) -> None:
    """I-122, I-136."""
    claims.mail_claim(issued, letter_of(to, subject, body), log_interaction=log_interaction)


def _register(kind: Kind) -> None:
    lines, customer = f"{kind.entity}Lines", Navigation("customer", Customer, many=False, ours="customer_id")
    crm_set(
        Claim,
        f"{kind.entity}s",
        kind.entity,
        natural_key=("no",),
        properties=properties_of(Claim, kind.entity, exclude=("kind",), replace={"customer_id": _CUSTOMER}),
        navigations=(customer, _below(lines, kind.entity)),
        actions=(
            Action("suggestLines", claims.suggest_lines, returns=f"{kind.entity}s"),
            Action(
                "issue",
                _issue,
                (Parameter("sendByEmail", edm.BOOLEAN, default=False), LOGGED),
                returns=f"{kind.issued}s",
                created=True,
            ),
        ),
        rows=_of_kind(kind.kind),
        create=_create(kind.kind),
    )
    crm_set(
        ClaimLine,
        lines,
        f"{kind.entity}Line",
        natural_key=(f"{kind.entity}No", "lineNo"),
        properties=_line_properties(ClaimLine, kind, f"{kind.entity}Line", kind.entity),
        navigations=(Navigation(kind.entity, f"{kind.entity}s", many=False, ours="claim_id", partner=lines),),
        rows=_of_kind(kind.kind, "claim__kind"),
        create=_create_line,
    )
    _register_issued(kind, customer)


def _register_issued(kind: Kind, customer: Navigation) -> None:
    lines = f"{kind.issued}Lines"
    plain = properties_of(IssuedClaim, kind.issued, exclude=("kind",), replace={"customer_id": _CUSTOMER})
    crm_set(
        IssuedClaim,
        f"{kind.issued}s",
        kind.issued,
        natural_key=("no",),
        properties=_closed(plain),
        navigations=(customer, replace(_below(lines, kind.issued), fills=())),
        actions=(
            Action("print", _print_one, (LOGGED, PREVIEW)),
            Action("print", _print_several(kind.kind), (IDS, LOGGED, PREVIEW), on_set=True),
            Action("sendByEmail", _mail, (*LETTER, LOGGED)),
        ),
        rows=_of_kind(kind.kind),
        methods=frozenset({"GET"}),
    )
    crm_set(
        IssuedClaimLine,
        lines,
        f"{kind.issued}Line",
        natural_key=(f"{kind.issued}No", "lineNo"),
        properties=_closed(_line_properties(IssuedClaimLine, kind, f"{kind.issued}Line", kind.issued)),
        navigations=(Navigation(kind.issued, f"{kind.issued}s", many=False, ours="claim_id", partner=lines),),
        rows=_of_kind(kind.kind, "claim__kind"),
        methods=frozenset({"GET"}),
    )


for _kind in KINDS:
    _register(_kind)


# -- what happens by itself ------------------------------------------------------------------------------------------


def _run(settings: ReminderAutomation, date: dt.date | None, wait: bool) -> dict[str, int] | Job:
    """I-128."""
    return claims.run_automation(date) if wait else claims.run_automation_later(date)


one_row_set(ReminderAutomation, "reminderAutomation", ensure=claims.automation)
CRM.extend("reminderAutomation", actions=[Action("run", _run, (Parameter("date", edm.DATE),), long=True)])


# -- statements ------------------------------------------------------------------------------------------------------

crm_set(
    CustomerStatement,
    "customerStatements",
    "customerStatement",
    natural_key=(),
    order=("customerNo", "statementNo"),
    properties=_closed(properties_of(CustomerStatement, "customerStatement", replace={"customer_id": _CUSTOMER})),
    navigations=(
        Navigation("customer", Customer, many=False, ours="customer_id"),
        pdf_navigation(STATEMENT, AttachmentParent.CUSTOMER_STATEMENT, partner="customerStatement", service=CRM),
    ),
    methods=frozenset({"GET"}),
)
CRM.extend("customers", navigations=[Navigation("customerStatements", CustomerStatement, theirs="customer_id")])


def _print_statements(
    ids: Sequence[str] | None,
    filter: Any,
    log_interaction: bool | None,
    preview: bool,
    wait: bool,
    **period: dt.date,
) -> File | Job:
    """I-126."""
    days = (period["from"], period["to"])
    if preview and not wait:
        raise DomainError(
            "value_invalid", _("A preview is answered at once. Leave out respond-async."), field="preview", rule="I-120"
        )
    if days[0] > days[1]:
        raise DomainError("value_invalid", _("The period ends before it begins. Correct the dates."), field="to")
    if not wait:
        wanted = _customers(ids, filter).values_list("pk", flat=True)
        return statements.print_statements_later(list(wanted), days, log_interaction=log_interaction)
    customers = list(_customers(ids, filter)[: MOST + 1])
    if preview:
        return as_file(statements.preview_statements(customers, days))
    return as_file(statements.print_statements(customers, days, log_interaction=log_interaction))


def _customers(ids: Sequence[str] | None, filters: Any) -> QuerySet[Customer]:
    """Those named, or those that a filter object finds; one of both must be there."""
    if ids:
        return Customer.objects.filter(pk__in=[each.pk for each in named(Customer, ids)]).order_by("no")
    if not isinstance(filters, Mapping) or not filters:
        raise DomainError("field_required", _("Name the customers: send ids or a filter."), field="ids", rule="I-126")
    customers = CRM.sets["customers"]
    return filtered(customers, customers.queryset(), filters).order_by("no")


CRM.extend(
    "customers",
    actions=[
        Action(
            "printStatement",
            _print_statements,
            (
                Parameter("ids", edm.TEXTS),
                Parameter("filter", edm.UNTYPED),
                Parameter("from", edm.DATE, required=True),
                Parameter("to", edm.DATE, required=True),
                LOGGED,
                PREVIEW,
            ),
            on_set=True,
            long=True,
        )
    ],
)
