"""Who may read what was said: private e-mail, and interactions of privacy-blocked contacts."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.conftest import CRM, Service, SignIn
from tests.contacts.people import change
from tests.interactions.making import make_person, said, vocabulary
from tests.mailbox.making import OURS, THEIRS, emails_template, message, salesperson
from tests.relations.pages import visitor
from tuttava.contacts.models import PersonalDataAccess
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.interactions.confidential import PRIVATE_RIGHT, set_private
from tuttava.interactions.logging_core import NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import InteractionComment, InteractionLogEntry
from tuttava.interactions.storing import NewContent
from tuttava.mailbox.actions import log_message

pytestmark = pytest.mark.usefixtures("company")
SECRET = "Notice of leaving"
READER = frozenset({"api.read", "api.write", "interaction_log.read", "interaction_log.write"})


@pytest.fixture
def mail() -> InteractionLogEntry:
    """An e-mail to Pia, who keeps hers private, with a comment."""
    emails_template()
    records.change(salesperson(), {"private_email": True})
    make_person(name="Kari Fjord", email=THEIRS)
    entry = log_message(message(subject=SECRET, body=SECRET)).entries[0]
    records.create(InteractionComment, {"comment": f"{SECRET}!"}, given={"entry": entry})
    return entry


@pytest.fixture
def talk() -> InteractionLogEntry:
    """A talk with a contact that is privacy-blocked since, with comment and file."""
    vocabulary()
    person = make_person(name="Anna Berg")
    item = said(person, description=SECRET, contact_via="91000000")
    file = NewContent(data=SECRET.encode(), file_name=f"{SECRET}.txt", extension="txt")
    entry = log_interactions([NewInteraction(item.values, [NewComment(SECRET)], file)])[0]
    change(person, privacy_blocked=True)
    return entry


def pia(sign_in: SignIn, email: str = OURS) -> Service:
    """Pia's own account."""
    service = sign_in("CRM-EDIT", service=CRM, name="pia")
    User.objects.filter(username="pia").update(email=email)
    return service


def everything(service: Service, entry: InteractionLogEntry) -> str:
    """All that the service tells of an entry."""
    path = f"interactionLogEntries({entry.pk})"
    pages = (
        f"{path}?$expand=comments,attachment,contact",
        f"{path}/comments",
        "interactionComments",
        "interactionAttachments",
        f"interactionAttachments({entry.attachment_id})/content",
        f"contacts({entry.contact_id})/interactions?$expand=comments",
        f"changes?$filter=entityId eq {entry.pk}",
        "changes?$filter=set eq 'interactionComments' or set eq 'interactionAttachments'",
    )
    told = [service.get(page).content for page in pages]
    told.append(service.post(f"{path}/Microsoft.NAV.showDocument").content)
    return b"".join(told).decode()


def test_others_learn_of_a_private_mail_only_that_there_was_one(sign_in: SignIn, mail: InteractionLogEntry) -> None:
    other = sign_in("CRM-MANAGER", service=CRM)
    found = other.get(f"interactionLogEntries({mail.pk})").json
    assert (found["contactName"], found["date"], found["title"]) == (
        "Kari Fjord",
        "2026-03-02",
        "E-mails - from Kari Fjord",
    )
    assert (found["private"], found["emailLogged"], found["hasComment"]) == (True, True, True)
    assert (found["subject"], found["description"], found["attachmentNo"]) == ("•••", "•••", 0)
    told = everything(other, mail)
    assert SECRET not in told
    assert str(mail.attachment_id) not in told
    refused = other.post(f"interactionLogEntries({mail.pk})/Microsoft.NAV.showDocument")
    assert (refused.status, refused.domain_code) == (403, "permission.denied")


def test_no_filter_and_no_order_tells_what_a_private_mail_says(sign_in: SignIn, mail: InteractionLogEntry) -> None:
    other = sign_in("CRM-MANAGER", service=CRM)
    for asked in (
        f"interactionLogEntries?$filter=subject eq '{SECRET}'",
        "interactionLogEntries?$filter=contains(description,'leaving')",
        f"interactionLogEntries?$filter=attachmentId eq {mail.attachment_id}",
        "interactionLogEntries?$filter=comments/any(c: contains(c/comment,'leaving'))",
        "interactionComments?$filter=contains(comment,'leaving')",
        "contacts?$filter=interactions/any(i: contains(i/subject,'leaving'))",
        "changes?$filter=contains(newValue,'leaving')",
    ):
        answer = other.get(asked)
        assert answer.status == 200 and answer.value == [], asked
    assert len(other.get("interactionLogEntries?$orderby=subject").value) == 1


def test_its_salesperson_and_those_with_the_right_read_it(sign_in: SignIn, mail: InteractionLogEntry) -> None:
    path = f"interactionLogEntries({mail.pk})"
    for reader in (pia(sign_in), sign_in("SUPER", service=CRM)):
        assert reader.get(path).json["subject"] == SECRET
        assert reader.get(f"{path}/comments").value[0]["comment"] == f"{SECRET}!"
        assert SECRET in everything(reader, mail)
        found = reader.get(f"interactionLogEntries?$filter=subject eq '{SECRET}'").value
        assert [row["id"] for row in found] == [str(mail.pk)]


def test_a_changed_address_of_the_salesperson_opens_nothing(sign_in: SignIn, mail: InteractionLogEntry) -> None:
    records.change(salesperson(), {"email": "spy@ours.example"})
    spy = sign_in("CRM-EDIT", service=CRM, name="spy")
    User.objects.filter(username="spy").update(email="spy@ours.example")
    assert spy.get(f"interactionLogEntries({mail.pk})").json["subject"] == "•••"


def test_mail_of_salespeople_without_the_switch_stays_open(sign_in: SignIn, mail: InteractionLogEntry) -> None:
    salesperson("OLA", "ola@ours.example")
    entry = log_message(message(to=f"{OURS}, ola@ours.example", subject="Lunch")).entries
    other = sign_in("CRM-MANAGER", service=CRM)
    shown = {row["salespersonCode"]: row["subject"] for row in other.get("interactionLogEntries").value}
    assert len(entry) == 2 and shown == {"OLA": "Lunch", "PIA": "•••"}


def test_it_can_be_shared_and_closed_again_by_its_owner(sign_in: SignIn, mail: InteractionLogEntry) -> None:
    other, owner = sign_in("CRM-MANAGER", service=CRM), pia(sign_in)
    verb, ids = "interactionLogEntries/Microsoft.NAV.setPrivate", [str(mail.pk)]
    assert other.post(verb, {"ids": ids, "private": False}).status == 403
    assert owner.post(verb, {"ids": ids, "private": False}).value[0]["private"] is False
    assert other.get(f"interactionLogEntries({mail.pk})").json["subject"] == SECRET
    assert other.post(verb, {"ids": ids}).status == 403
    assert owner.post(verb, {"ids": ids}).value[0]["private"] is True
    assert other.get(f"interactionLogEntries({mail.pk})").json["subject"] == "•••"


def test_only_logged_mail_is_private(talk: InteractionLogEntry) -> None:
    with pytest.raises(DomainError) as refused:
        set_private([talk.pk], True)
    assert refused.value.code == "not_logged_email"


def test_what_one_may_not_read_one_does_not_change(mail: InteractionLogEntry) -> None:
    comment = InteractionComment.objects.get(entry=mail)
    with acting(rights=READER, user_name="other"):
        for work in (lambda: records.change(comment, {"comment": "x"}), lambda: records.delete(comment)):
            with pytest.raises(PermissionDenied) as refused:
                work()
            assert refused.value.right == PRIVATE_RIGHT


def test_what_was_said_with_blocked_contacts_is_masked(sign_in: SignIn, talk: InteractionLogEntry) -> None:  # C-72
    reader = sign_in("CRM-EDIT", service=CRM)
    told = everything(reader, talk)
    assert SECRET not in told and "91000000" not in told and "Anna" not in told
    assert reader.get(f"interactionLogEntries({talk.pk})/comments").value[0]["comment"] == "•••"
    assert reader.get("interactionComments?$filter=contains(comment,'leaving')").value == []


def test_a_look_at_what_a_blocked_contact_said_is_noted(sign_in: SignIn, talk: InteractionLogEntry) -> None:  # C-72
    manager = sign_in("CRM-EDIT PRIVACY", service=CRM)
    assert manager.get("interactionComments").value[0]["comment"] == SECRET
    looks = PersonalDataAccess.objects.filter(contact_id=talk.contact_id, action="look")
    before = looks.count()
    assert before > 0
    assert manager.post(f"interactionLogEntries({talk.pk})/Microsoft.NAV.showDocument").content == SECRET.encode()
    assert looks.count() > before
    before = looks.count()
    assert manager.get(f"interactionAttachments({talk.attachment_id})/content").content == SECRET.encode()
    assert looks.count() > before


@pytest.mark.parametrize("kind", ["mail", "talk"])
def test_pages_tell_no_more(company: Company, request: pytest.FixtureRequest, kind: str) -> None:  # C-72
    entry: InteractionLogEntry = request.getfixturevalue(kind)
    client, home = visitor(company), f"/c/{company.slug}"
    pages = (
        f"{home}/interactions/",
        f"{home}/interactions/{entry.pk}",
        f"{home}/interactions/{entry.pk}/history",
        f"{home}/interactions/file/csv?cols=description.200,subject.200,contact_via.100",
        f"{home}/contacts/{entry.contact_id}/timeline",
        f"{home}/contacts/{entry.contact_id}",
        f"{home}/interactions/{entry.pk}/file",
    )
    answers = {page: client.get(page) for page in pages}
    assert [answer.status_code for answer in answers.values()] == [200] * 6 + [403]
    for page, answer in answers.items():
        assert SECRET not in b"".join(answer).decode(), page


def test_the_page_shares_a_private_mail(company: Company, mail: InteractionLogEntry) -> None:
    client = _pia(company)
    page = f"/c/{company.slug}/interactions/{mail.pk}"
    assert SECRET in client.get(page).content.decode()
    assert client.post(f"{page}/share").status_code in (200, 302)
    mail.refresh_from_db()
    assert mail.private_for == ""
    client.post(f"{page}/private")
    mail.refresh_from_db()
    assert mail.private_for == OURS


def _pia(company: Company) -> Client:
    client = visitor(company)
    user = User.objects.get(pk=client.session["_auth_user_id"])
    User.objects.filter(pk=user.pk).update(email=OURS)
    return client
