"""Every page that the addresses know, for an administrator, in each language: it opens and nothing is untranslated.

A page is what answers a plain GET with HTML. Addresses with parameters are filled with records made here; one that
nobody knows how to fill fails, so that a new page is not forgotten.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.utils.translation import trans_real

from tests.documents import making
from tests.transfer.helpers import begin
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.documents import archiving, claims, posting
from tuttava.documents.models import Area, Claim, DocumentType, IssuedClaim, ServiceContract
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation import jobs, records
from tuttava.foundation.context import acting
from tuttava.foundation.directory import applications
from tuttava.foundation.directory.models import Company, PermissionSet, User
from tuttava.foundation.models import Job
from tuttava.foundation.records import Record
from tuttava.foundation.schemas import in_schema
from tuttava.interactions import drafting, kept_mails, mailing
from tuttava.interactions.models import (
    EmailLayout,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
    WordTemplate,
)
from tuttava.merging import actions as merging
from tuttava.partners.models import BankAccount, Customer, Employee, Salesperson, Vendor
from tuttava.partners.templating import TEMPLATES
from tuttava.relations.queries import hub_of
from tuttava.segments import logging, saved, steps
from tuttava.segments.models import LoggedSegment, Segment, SegmentInteractionLanguage, SegmentLine
from tuttava.trade import feed
from tuttava.trade.models import CustomerLedgerEntry, Item, PostedDocument, ValueEntry
from tuttava.transfer import actions, export_actions
from tuttava.ui import registry
from tuttava.ui.cards.declare import CardPage, cards
from tuttava.ui.lists.known import pages

LANGUAGES = ("nb", "nl", "fi")
#: Addresses that take a POST, give a file, a picture or a part of a page, or need a row of their own: no pages.
NO_PAGES = re.compile(
    r"-(file|choices|delete-view|bulk|cell|delete|offer|field|hint|pin|reattach|inherit|restore|launch|move|upload"
    r"|erase|export|picture|list-edit|list-delete|comment-edit)$|^import_|^export_|^job_act$|^lookup$"
    r"|^(customer|vendor|bank_account|employee)-contact$|^contact-relation$|-(compare|hide-notice)$"
    r"|^interaction-template-language-(remove|copy)$|^(interaction-template-language|email-layout)-preview$"
    r"|^interaction-(cancel|content|go|keep|open|opportunity|preview|private|share|text)$|^email-logging-verb$"
    r"|^contact-(sales|purchase)-quote$|^document-(release|reopen|archive|make-order|make-invoice|post|lines)$"
    r"|^document-post-(print|send)$|^posted-document-(correct|cancel)$|^claim-(suggest|issue|issue-send)$"
    r"|^contacts-mail-(check|preview)$"
    r"|^segment-lines-enter$|^segment-(line-)?content-(write|upload|copy|remove|inherit|preview)$"
    r"|^segment-(back|count|step|log-check)$|^saved-criteria-use$|^logged-segment-(toggle|reopen)$"
    r"|^merge-undo$|^duplicates?-(separate|use|decide|undo|search|search-job|learn|answer|why)$"
)
#: Pages of allauth that the product does not use, or that lead on at once.
ELSEWHERE = re.compile(
    r"deactivate_totp|^account_(signup|confirm|email|inactive|set_password)|^account_reset_password_from_key$|_webauthn$"
)
#: Words of the source that are right as they are in the language.
SAME: dict[str, frozenset[str]] = {"nb": frozenset(), "nl": frozenset(), "fi": frozenset()}

Page = tuple[str, str]


@pytest.fixture
def administrator(company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Client]:
    """A browser of an administrator; jobs run where they are queued, uploads go to a folder of the test."""
    monkeypatch.setattr(jobs, "enqueue", jobs.run_now)
    user = User.objects.create_superuser("ada", password="a long pass phrase")
    client = Client()
    # Signed in at the form, so that the pages of one's own account do not ask for the password once more.
    answer = client.post("/accounts/login/", {"login": "ada", "password": "a long pass phrase"})
    assert answer.status_code == 302
    RecoveryCodes.activate(user)
    with override_settings(MEDIA_ROOT=tmp_path):
        yield client


@pytest.fixture
def addresses(administrator: Client, company: Company, root: str) -> list[Page]:
    """Name and address of every page, those with parameters filled."""
    with in_schema(company.schema):
        return _filled(root)


def _filled(root: str) -> list[Page]:
    firm = records.create(Contact, {"name": "Nordlys AS", "phone_no": "22 00 00 00", "country_code": "NO"})
    person = records.create(Contact, {"type": "person", "name": "Anna Berg", "company_no": firm.no, "city": "Oslo"})
    salesperson = records.create(Salesperson, {"code": "AB", "name": "Anna Berg"})
    filled: list[Page] = []
    for route in registry.routes():
        if not NO_PAGES.search(str(route.name)) and not route.pattern.converters:
            filled.append((str(route.name), f"{root}/{route.pattern}"))
    owners: dict[str, tuple[Record, ...]] = {"contact": (firm, person), "salesperson": (salesperson,)}
    owners |= {f"{table}-template": (records.create(model, {"code": "T1"}),) for table, model in TEMPLATES.items()}
    owners |= _of_registers()
    owners |= _of_vocabulary()
    said = mailing.save_unsent(firm, kept_mails.Message("Spring", "Hello"))
    owners["interaction"] = (said,)
    owners["item"] = (_traded(owners["customer"][0]),)
    owners |= _of_documents()
    owners |= _of_archive(person)
    owners |= _of_segments(person)
    filled += _of_segment(root, owners["segment"][0])
    filled += _of_papers(root, owners)
    for page in cards():
        for owner in owners.get(page.name, ()) if page.single is None else (None,):
            filled += _of_card(root, page, owner)
    filled += _of_contacts(root, [firm, person]) + _of_jobs(root) + _of_access(root)
    filled += [_address(root, f"{table}-comments", pk=owners[table][0].pk) for table in ("customer", "vendor")]
    filled += [_address(root, "relations-found", table=table) for table in ("customer", "vendor", "bank_account")]
    template = owners["interaction-template"][0]
    filled.append(_address(root, "word-template-fields", pk=owners["word-template"][0].pk))
    filled.append(_address(root, "interaction-statistics", kind="template", pk=template.pk))
    filled += _of_interactions(root, firm, said, owners["customer"][0])
    filled.append(_address(root, "imports_of", kind="customers"))
    filled += _of_building(root, owners["segment"][0]) + _of_archived(root, owners["logged-segment"][0])
    alike = ContactDuplicate.objects.create(contact=firm, duplicate=records.create(Contact, {"name": "Nordlys"}))
    filled.append(_address(root, "duplicate-details", pk=alike.pk))
    filled += _of_merging(root, firm, alike.duplicate, owners)
    hub = hub_of(owners["customer"][0])
    shown = [("customer", owners["customer"][0]), ("contact", firm), ("contact", hub)]
    filled += [_address(root, f"{name}-statistics", pk=one.pk) for name, one in shown if one is not None]
    filled += [_address(root, "api_docs_set", service=name, set_name="contacts") for name in ("standard", "crm")]
    names = {name for name, _address in filled}
    forgotten = [str(route.name) for route in registry.routes() if route.name not in names]
    assert sorted(name for name in forgotten if not NO_PAGES.search(name)) == []
    return (
        filled + _of_accounts(root) + [("home", f"{root}/"), ("find", f"{root}/find/?q=a"), ("setup", f"{root}/setup/")]
    )


def _of_vocabulary() -> dict[str, tuple[Record, ...]]:
    """What classifies interactions, as a company starts with it."""
    variants = InteractionTemplateLanguage.objects.filter(interaction_template__code__in=["MINUTES", "INVITATION"])
    return {
        "interaction-template": (InteractionTemplate.objects.get(code="MINUTES"),),
        "interaction-template-language": tuple(variants),
        "word-template": tuple(WordTemplate.objects.all()),
        "email-layout": tuple(EmailLayout.objects.all()),
    }


def _of_documents() -> dict[str, tuple[Record, ...]]:
    """An order, a kept version of a quote, and an invoice that was posted."""
    with acting(user_name="ada"):
        version = archiving.archive(making.document(DocumentType.QUOTE, lines=1))
        posted = posting.post(making.document(DocumentType.INVOICE, lines=1))
        order = making.document(area=Area.SERVICE, lines=1)
        claim, reminded = _reminders(making.customer(making.company("Sen AS")))
        contract = records.create(ServiceContract, {"customer_id": reminded.customer_id, "description": "Lift"})
    owners = {"document": (order,), "document-version": (version,), "posted-document": tuple(posted)}
    return {**owners, "claim": (claim,), "issued-claim": (reminded,), "service-contract": (contract,)}


def _of_segments(contact: Contact) -> dict[str, tuple[Record, ...]]:
    """A segment with a template, content and a line."""
    segment = records.create(Segment, {"description": "Spring letter", "interaction_template_code": "INVITATION"})
    steps.add_contacts(segment, {"contact": {"no": contact.no}})
    return {"segment": (segment,)}


def _of_segment(root: str, segment: Record) -> list[Page]:
    """Its lines, what is sent, and the languages of that."""
    row, line = SegmentInteractionLanguage.objects.first(), SegmentLine.objects.first()
    assert row is not None and line is not None
    filled: list[Page] = []
    for name in (
        "segment-lines",
        "segment-content",
        "segment-language-new",
        "segment-mailing-group",
        "segment-export-columns",
        "segment-labels",
        "segment-cover-sheets",
        "segment-test-mail",
    ):
        filled.append(_address(root, name, pk=segment.pk))
    filled += [_address(root, "segment-language", pk=segment.pk, row=row.pk)]
    names = ("segment-line-content", "segment-line-call")
    return [*filled, *(_address(root, name, pk=segment.pk, line=line.pk) for name in names)]


def _reminders(customer: Customer) -> tuple[Claim, IssuedClaim]:
    """A reminder that is being worked on, and one that was issued."""
    day = dt.date.today() - dt.timedelta(days=90)
    entry = {"entry_no": 9002, "document_no": "F2", "document_type": "invoice", "posting_date": day, "due_date": day}
    feed.load(CustomerLedgerEntry, [entry | {"customer_no": customer.no, "amount_lcy": 125, "sales_lcy": 100}])
    begun = [claims.suggest_lines(records.create(Claim, {"customer_id": customer.pk})) for _ in range(2)]
    return begun[0], claims.issue(begun[1])


def _of_papers(root: str, owners: dict[str, tuple[Record, ...]]) -> list[Page]:
    """What is looked at, printed and mailed, one by one and several from a list."""
    filled = []
    for card in ("document", "posted-document", "issued-claim", "service-contract"):
        filled += [_address(root, f"{card}-{name}", pk=owners[card][0].pk) for name in ("preview", "print", "send")]
    filled.append(_address(root, "claim-preview", pk=owners["claim"][0].pk))
    version, customer = owners["document-version"][0], owners["customer"][0]
    filled += [_address(root, f"document-version-{name}", pk=version.pk) for name in ("preview", "print")]
    lists = {"service-orders": "document", "posted-documents": "posted-document", "issued-reminders": "issued-claim"}
    ids = {f"{name}-print": owners[card][0].pk for name, card in lists.items()} | {"customers-statements": customer.pk}
    filled += [(name, f"{_address(root, name)[1]}?ids={pk}") for name, pk in ids.items()]
    return filled


def _of_interactions(root: str, firm: Contact, said: InteractionLogEntry, customer: Record) -> list[Page]:
    """A wizard and calls under way, a mail to a contact, and one that was kept."""
    with acting(user_name="ada"):
        draft = drafting.start(drafting.Source(contact=firm))
    filled = [_address(root, name, pk=firm.pk) for name in ("contact-files", "contact-mail", "contact-call")]
    filled += [_address(root, name, pk=said.pk) for name in ("interaction-mail", "interaction-resume")]
    filled.append(_address(root, "party-call", table="customer", pk=customer.pk))
    return [*filled, _address(root, "interaction-draft", pk=draft.pk)]


def _of_building(root: str, segment: Record) -> list[Page]:
    """Where the contacts of a segment are chosen, and it is logged."""
    parts = ("building", "keep", "reuse", "why", "log")
    return [_address(root, f"segment-{part}", pk=segment.pk) for part in parts]


def _of_archive(contact: Contact) -> dict[str, tuple[Record, ...]]:
    """A segment that a job logged, and the steps it was built in."""
    values = {"description": "Autumn", "salesperson_code": "AB", "interaction_template_code": "MINUTES"}
    segment = records.create(Segment, values)
    steps.add_contacts(segment, {"contact": {"no": contact.no}, "withoutMailingGroup": {"mailingGroupCode": "NEWS"}})
    kept = saved.save_criteria(segment, "AUTUMN", "Autumn letter")
    with acting(user_name="ada"):
        logging.log_segment_later(segment, deliver=False)
    return {"saved-criteria": (kept,), "logged-segment": (LoggedSegment.objects.get(),)}


def _of_archived(root: str, logged: Record) -> list[Page]:
    """The work of logging, and the dialogs of a logged segment."""
    filled = [_address(root, f"logged-segment-{part}", pk=logged.pk) for part in ("resend", "follow-up")]
    return [*filled, _address(root, "segment-logging", pk=Job.objects.get(kind=logging.KIND).pk)]


def _of_merging(root: str, firm: Contact, twin: Contact, owners: dict[str, tuple[Record, ...]]) -> list[Page]:
    """Two contacts compared, with a row that cannot simply move; for registers the look-up."""
    for contact in (firm, twin):
        records.create(ContactAltAddress, {"contact_id": contact.pk, "code": "SHIP", "city": contact.name})
    with acting(user_name="ada"):
        merging.find_conflicts(merging.start_merge("contact", firm.no, twin.no))
        done = merging.start_merge("vendor", owners["vendor"][0].no, records.create(Vendor, {"name": "Verft"}).no)
        assert merging.perform(done)
    registers = [_address(root, f"{table}-merge", pk=owners[table][0].pk) for table in ("customer", "vendor")]
    return [_address(root, "contact-merge", pk=firm.pk), _address(root, "merge-log", pk=done.pk), *registers]


def _traded(customer: Any) -> Item:
    """An item that a customer bought, so that statistics have something to show."""
    day = dt.date.today()
    item = records.create(Item, {"description": "Bicycle"})
    common = {"entry_no": 1, "posting_date": day, "document_no": "F1"}
    entry = common | {"customer_no": customer.no, "document_type": "invoice", "amount_lcy": 125, "sales_lcy": 100}
    feed.load(CustomerLedgerEntry, [entry])
    sold = {"source_type": "customer", "source_no": customer.no, "item_no": item.no, "sales_amount": 100}
    feed.load(ValueEntry, [common | sold | {"quantity": -1}])
    document = {"kind": "sales_invoice", "no": "F1", "account_no": customer.no, "posting_date": day}
    feed.load(PostedDocument, [document])
    return item


def _address(root: str, name: str, **parameters: Any) -> Page:
    found = reverse(name, kwargs=parameters)
    return name, found if found.startswith(root) else f"{root}{found}"


def _of_card(root: str, page: CardPage, owner: Any) -> list[Page]:
    key = {"pk": owner.pk} if owner is not None else {}
    found = [_address(root, page.name, **key)]
    shown = [group.name for group in page.groups if owner is None or group.visible(owner)]
    found += [_address(root, f"{page.name}-edit", group=name, **key) for name in shown]
    if page.tabs:
        found += [_address(root, f"{page.name}-{tab}", **key) for tab in ("history", "timeline")]
    return found + [
        _address(root, f"{page.name}-list-new", list=sub.name, **key) for sub in page.lists if sub.visible(owner)
    ]


def _of_contacts(root: str, contacts: list[Contact]) -> list[Page]:
    parts = ("type", "comments", "tax-log", "names", "salutations", "personal-data", "related")
    person = next(contact for contact in contacts if contact.is_person)
    firm = contacts[0]
    registers = [("contact-create-as", firm), ("contact-link", firm), ("contact-link", person)]
    filled = [_address(root, name, pk=one.pk, table="vendor") for name, one in registers]
    return [*filled, _address(root, "contact-company", pk=person.pk)] + [
        _address(root, f"contact-{part}", pk=contact.pk) for part in parts for contact in contacts
    ]


def _of_registers() -> dict[str, tuple[Record, ...]]:
    """A record of each register, alone: those made of contacts show nothing else."""
    return {
        "customer": (records.create(Customer, {"name": "Havblikk AS"}),),
        "vendor": (records.create(Vendor, {"name": "Fjell AS"}),),
        "bank_account": (records.create(BankAccount, {"name": "Nordbank"}),),
        "employee": (records.create(Employee, {"first_name": "Ada"}),),
    }


def _of_jobs(root: str) -> list[Page]:
    content = "Name,Phone\nSolvind AS,22 00 00 01\nBad AS,call me\n"
    mapped, checked, done = begin(content), begin(content), begin(content)
    actions.check(checked)
    actions.start(done, wait=True)
    with acting(user_name="ada"):
        taken = export_actions.export(format_name="csv", filters={}, columns=[])
    return [_address(root, "import", pk=row.pk) for row in (mapped, checked, done)] + [
        _address(root, "export", pk=taken.pk)
    ]


def _of_access(root: str) -> list[Page]:
    code = PermissionSet.objects.order_by("code").values_list("code", flat=True)[0]
    return [
        _address(root, "user", pk=User.objects.get(username="ada").pk),
        _address(root, "permission_set", code=code),
        _address(root, "application", pk=applications.create({"name": "Sync", "username": "ada"}).pk),
    ]


def _of_accounts(root: str) -> list[Page]:
    """One's own account, without parameters."""
    found = get_resolver("allauth.urls").reverse_dict
    names = sorted(name for name in found if isinstance(name, str) and not ELSEWHERE.search(name))
    return [_address(root, name) for name in names if not found[name][0][0][1]]


@pytest.mark.smart_search
def test_every_page_opens(administrator: Client, addresses: list[Page]) -> None:
    trouble = []
    opened = set()
    for name, address in addresses:
        answer = administrator.get(address, headers={"accept-language": "en"})
        if answer.status_code == 200:
            opened.add(name)
        elif answer.status_code not in (302, 405):
            trouble.append(f"{name} {address}: {answer.status_code}")
    assert trouble == [], "\n".join(trouble)
    wanted = {page.name for page in pages()} | {page.name for page in cards()}
    wanted |= {"mfa_index", "account_change_password"}
    wanted |= {entry.url for entry in (*registry._registered.nav.values(), *registry._registered.setup.values())}
    assert wanted - opened == set()


class _Listener:
    """Notes texts of the source that a language has no translation for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
        self.language, self.missing = language, set[str]()
        single, several = trans_real.DjangoTranslation.gettext, trans_real.DjangoTranslation.ngettext

        def gettext(catalogue: Any, message: str) -> Any:
            self._note(catalogue, message, message in catalogue._catalog)
            return single(catalogue, message)

        def ngettext(catalogue: Any, one: str, many: str, count: int) -> Any:
            try:
                catalogue._catalog.plural(one, count)
            except KeyError:
                self._note(catalogue, one, False)
            return several(catalogue, one, many, count)

        monkeypatch.setattr(trans_real.DjangoTranslation, "gettext", gettext)
        monkeypatch.setattr(trans_real.DjangoTranslation, "ngettext", ngettext)

    def _note(self, catalogue: Any, message: str, known: bool) -> None:
        if not known and catalogue.language() == self.language and re.search("[A-Za-z]", message):
            self.missing.add(message)


@pytest.mark.smart_search
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_an_untranslated_text(
    administrator: Client, addresses: list[Page], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    User.objects.filter(username="ada").update(language=language)
    listener = _Listener(monkeypatch, language)
    found: dict[str, str] = {}
    for name, address in addresses:
        listener.missing = set()
        answer = administrator.get(address, headers={"accept-language": language})
        assert answer.status_code in (200, 302, 405), address
        if answer.status_code == 200:
            head = answer.content[:500].decode("utf-8", "replace")
            assert "<html" not in head or f'lang="{language}"' in head, address
            found |= dict.fromkeys(listener.missing - SAME[language] - set(found), name)
    assert found == {}, "\n".join(f"{page}: {message!r}" for message, page in sorted(found.items()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_reads_an_untranslated_text_before_signing_in(
    db: None, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    listener = _Listener(monkeypatch, language)
    for path in ("login/", "password/reset/", "password/reset/done/"):
        answer = Client().get(f"/accounts/{path}", headers={"accept-language": language})
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()[:500]
    assert listener.missing - SAME[language] == set()
