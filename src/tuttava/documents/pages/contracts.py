"""Service contracts and contract quotes; the mails that tell customers what is finished (2.12, I-122, I-143)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.privacy import masked
from tuttava.documents.models import (
    Area,
    ContractStatus,
    ContractType,
    ServiceContract,
    ServiceContractLine,
)
from tuttava.documents.names import contract_title
from tuttava.documents.pages.actions import interactions_url
from tuttava.documents.pages.overview import Other, add_other
from tuttava.documents.pages.paper import Papers, mount, paper_actions
from tuttava.documents.pages.parties import contact_field, party_field
from tuttava.documents.pages.print_lists import register_printing
from tuttava.documents.pages.timelines import timeline_box
from tuttava.documents.printing.actions import Letter, Options, Printed
from tuttava.documents.printing.mails import words_for
from tuttava.documents.printing.typesetting import pictures
from tuttava.documents.recording import is_logged
from tuttava.documents.service_contracts import (
    SET,
    address_of,
    contract_paper,
    mail_contract,
    preview_contracts,
    print_contracts,
    region_of_contract,
)
from tuttava.foundation import records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.search import search_ids
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.pages.timeline import told
from tuttava.partners.models import Customer
from tuttava.relations.pages.registers import shown_name
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import CHANGES, Action, Badge, CardField, CardPage, FactBox, Group, add_source, register_card
from tuttava.ui.cards.sublists import Line, SubList
from tuttava.ui.cards.timeline import Asked, Happening, Source
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.undo import undo_address
from tuttava.ui.values import show_number
from tuttava.ui.wizards import dialog, form_fields, read_form

C, F = Column, Filter
LIST, CARD = "service-contracts", "service-contract"
EVENTS = {ContractType.QUOTE: Event.SERVICE_CONTRACT_QUOTE, ContractType.CONTRACT: Event.SERVICE_CONTRACT}
_UNSEEN = ("customer__search_tokens", "customer__search_text", "contact__search_tokens", "contact__search_text")


def contract_url(contract: Any) -> str:
    """Its card."""
    return reverse(CARD, kwargs={"pk": contract.pk})


def may_write(_contract: Any = None) -> bool:
    return current().may("api.write", SET)


class ContractPapers(Papers):
    """Contracts and contract quotes."""

    card, path, right = CARD, "documents/contracts", "api.write"

    def find(self, pk: uuid.UUID) -> Any:
        require("api.read", SET)
        contract = ServiceContract.objects.select_related("customer", "contact").filter(pk=pk).first()
        if contract is None:
            raise Http404
        return contract

    def url(self, record: Any) -> str:
        return contract_url(record)

    def title(self, record: Any) -> Text:
        return contract_title(record)

    def file(self, record: Any) -> Printed:
        return preview_contracts([record])

    def pictures(self, record: Any) -> list[bytes]:
        return pictures([contract_paper(record)])

    def print(self, records: Sequence[Any], options: Options) -> Printed:
        return print_contracts(records, log_interaction=options.log_interaction)

    def letter(self, record: Any) -> Letter:
        region = region_of_contract(record)
        with region.speaking():
            title = contract_title(record)
        return Letter(address_of(record), *words_for(title, region))

    def mail(self, record: Any, letter: Letter, options: Options) -> None:
        mail_contract(record, letter, log_interaction=options.log_interaction)

    def may_leave(self, record: Any) -> bool:
        return may_write(record)

    def is_logged(self, record: Any) -> bool | None:
        return is_logged(EVENTS[ContractType(record.contract_type)])


PAPERS = ContractPapers()
mount(PAPERS)


# --- the list ---------------------------------------------------------------------------------------------------------


def _name(contract: Any) -> str:
    if contract.customer is not None:
        return shown_name(contract.customer)
    contact = contract.contact
    return masked(contact).name or contact.no if contact is not None else ""


def _search(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    """Contracts with this number, then those of customers whose name fits."""
    wanted = as_code(text.strip())
    if not wanted:
        return []
    found = list(rows.filter(no__startswith=wanted).order_by("no").values_list("pk", flat=True)[:limit])
    customers = search_ids(text, Customer.objects.all(), limit=limit)
    more = rows.filter(customer__in=customers).exclude(pk__in=found).order_by("no")
    return [*found, *more.values_list("pk", flat=True)[: limit - len(found)]]


_contracts = register_list(
    ListPage(
        name=LIST,
        path="documents/contracts",
        title=gettext_lazy("Service contracts"),
        model=ServiceContract,
        columns=[
            C("name", gettext_lazy("name"), 240, value=_name),
            C("no", width=120, sort="no"),
            C("contract_type", width=130),
            C("description", width=240),
            C("starting_date", width=120, kind="date"),
            C("status", width=110),
            C("annual_amount", width=140, cell=lambda row: show_number(row.annual_amount, 2), number=True),
            C("salesperson_code", gettext_lazy("salesperson"), 120),
            C("no_printed", width=110, hidden=True),
        ],
        sorts=[Sort("no", ("no", "id"), falls=True)],
        filters=[
            F(
                "type",
                gettext_lazy("Contract type"),
                "choice",
                "contract_type",
                choices=ContractType.choices,
                quick=True,
            ),
            F("status", gettext_lazy("Status"), "choice", choices=ContractStatus.choices, quick=True),
            F("customer", gettext_lazy("Customer"), path="customer__no", operators=("is",)),
        ],
        rows=lambda: ServiceContract.objects.select_related("customer", "contact").defer(*_UNSEEN),
        search=_search,
        href=contract_url,
        parent=("documents", gettext_lazy("Documents")),
        new=f"{LIST}-start",
        new_label=gettext_lazy("New service contract"),
        start=Start(
            gettext_lazy("No service contracts yet"),
            gettext_lazy("What you look after for a customer year by year stands here."),
            gettext_lazy("New service contract"),
            f"{LIST}-start",
            "wrench-screwdriver",
        ),
        set_name=SET,
    )
)
register_printing(_contracts, PAPERS)
add_other(
    Other(
        registry.Entry(LIST, gettext_lazy("Service contracts"), LIST, icon="wrench-screwdriver", order=80),
        Area.SERVICE.label,
        SET,
        f"{LIST}-start",
        gettext_lazy("New service contract"),
    )
)


# --- a new one --------------------------------------------------------------------------------------------------------

_FIELDS = (
    CardField("contract_type"),
    CardField("starting_date"),
    party_field("customer_id", wide=True),
    contact_field("contact_id", wide=True),
    CardField("description", wide=True),
)


def start(request: HttpRequest) -> HttpResponse:
    """The dialog of a new contract; a POST creates it."""
    require("api.write", SET)
    if request.method != "POST":
        return _form(request)
    return respond(
        request, lambda: _create(request), home=reverse(LIST), refused=lambda error: _form(request, error)
    )  # fmt: skip


def _create(request: HttpRequest) -> Answer:
    read = read_form(ServiceContract, _FIELDS, request.POST.dict())
    made = records.create(ServiceContract, {name: value for name, value in read.items() if value})
    tell("record.created", _("%(record)s was created.") % {"record": contract_title(made)})
    return Answer(redirect=contract_url(made))


def _form(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    now = {
        "contract_type": ContractType.CONTRACT,
        "starting_date": current().date,
        "customer_id": request.GET.get("account", "")[:20],
    }
    typed = request.POST.dict() if error is not None else None
    fields = form_fields(ServiceContract, _FIELDS, values_now=now, typed=typed, error=error)
    context = {
        "title": _("New service contract"),
        "fields": fields,
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
        "submit": _("Create"),
        "home": reverse(LIST),
        "draft": f"{LIST}.new",
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


registry.add_route("documents/contracts/new", start, f"{LIST}-start")
registry.add_command(
    registry.Command(
        f"new-{LIST}", gettext_lazy("New service contract"), f"{LIST}-start", icon="plus", order=126, right="api.write"
    )
)


# --- the card ---------------------------------------------------------------------------------------------------------


def _delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    contract = PAPERS.find(pk)
    if request.method != "POST":
        raise Http404

    def work() -> Answer:
        with unit_of_work("delete service contract", contract_title(contract)) as unit:
            records.delete(contract)
        tell("record.deleted", _("%(record)s was deleted.") % {"record": contract_title(contract)})
        return Answer(redirect=reverse(LIST), undo=undo_address(unit))

    return respond(request, work, home=contract_url(contract))


registry.add_route("documents/contracts/<uuid:pk>/delete", _delete, f"{CARD}-delete")
_LINES = SubList(
    "lines",
    gettext_lazy("Lines"),
    ServiceContractLine,
    (CardField("service_item_no"), CardField("line_amount"), CardField("description", wide=True)),
    lambda row: Line(
        row.description or row.service_item_no or _("(blank)"),
        " · ".join(part for part in (row.service_item_no, show_number(row.line_amount, 2)) if part),
    ),
    owner="contract",
    order_by=("line_no",),
    label_new=gettext_lazy("Add line"),
    empty=gettext_lazy("What the contract covers stands here."),
    refreshes=("timeline",),
    main=True,
)
_TONES = {ContractStatus.SIGNED: "accent", ContractStatus.CANCELED: "danger"}


def _badges(contract: Any) -> list[Badge]:
    status = ContractStatus(contract.status)
    found = [
        Badge(contract.get_contract_type_display()),
        Badge(contract.get_status_display(), _TONES.get(status, "plain")),
    ]
    if contract.no_printed:
        found.append(Badge(_("Printed or sent: %(count)s") % {"count": contract.no_printed}))
    return found


def _interactions(contract: Any) -> str:
    return interactions_url(contract.no, [EVENTS[ContractType(contract.contract_type)]])


def _logged(_contract: Any) -> bool:
    return current().may("interaction_log.read", "interactionLogEntries")


register_card(
    CardPage(
        name=CARD,
        path="documents/contracts",
        model=ServiceContract,
        caption=gettext_lazy("Service contract"),
        title=contract_title,
        subtitle=_name,
        badges=_badges,
        parent=lambda: (reverse(LIST), gettext_lazy("Service contracts")),
        groups=(
            Group(
                "general",
                gettext_lazy("General"),
                [
                    party_field("customer_id"),
                    contact_field("contact_id"),
                    party_field("bill_to_customer_id"),
                    *(CardField(name) for name in ("description", "contract_type", "status", "starting_date")),
                    *(CardField(name) for name in ("annual_amount", "salesperson_code", "no")),
                ],
            ),
        ),
        actions=(
            *paper_actions(PAPERS),
            Action(
                "interactions",
                gettext_lazy("Interactions"),
                _interactions,
                "link",
                "chat-bubble-left-right",
                _logged,
            ),
            Action(
                "delete",
                gettext_lazy("Delete"),
                lambda contract: reverse(f"{CARD}-delete", kwargs={"pk": contract.pk}),
                "post",
                "trash",
                may_write,
                danger=True,
            ),
        ),
        boxes=(FactBox("timeline", gettext_lazy("Timeline"), "ui/cards/timeline_box.html", timeline_box(CARD)),),
        lists=(_LINES,),
        select_related=("customer", "contact", "bill_to_customer", "salesperson"),
        reload_on=frozenset({"customer_id", "contact_id", "contract_type", "status"}),
    )
)


def _said(asked: Asked) -> list[Happening]:
    contract = asked.record
    entries = InteractionLogEntry.objects.filter(document_no=contract.no, document_type__in=list(EVENTS.values()))
    return told(asked, entries)


add_source(CARD, CHANGES)
add_source(
    CARD,
    Source(
        "interaction",
        gettext_lazy("Interactions"),
        "chat-bubble-left-right",
        _said,
        frozenset({InteractionLogEntry._meta.label_lower}),
    ),
)
