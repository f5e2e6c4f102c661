"""Drafts, and what contacts and salespeople start, in the CRM service."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import CRM, Answered, Json, Service, SignIn
from tests.interactions.making import vocabulary
from tests.interactions.wizards import layout_variant, outgoing, pretended, template, variant
from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting
from tuttava.interactions.drafting import Source, start
from tuttava.interactions.models import InteractionDraft, InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def firm(crm: Service) -> Json:
    vocabulary()
    template("MEET", unit_duration_min=30)
    values = {
        "name": "Fjord Line AS",
        "type": "Company",
        "phoneNo": "55 10 10 10",
        "salespersonCode": "PS",
        "correspondenceType": "None",
    }
    return crm.made("contacts", values)


def act(crm: Service, path: str, name: str, **sent: Any) -> Answered:
    return crm.post(f"{path}/Microsoft.NAV.{name}", sent)


def of(record: Json, name: str = "interactionDrafts") -> str:
    return f"{name}({record['id']})"


def test_a_draft_goes_from_post_to_the_log(crm: Service, firm: Json) -> None:  # I-21, I-38 to I-44
    draft = crm.made("interactionDrafts", {"contactNo": firm["no"]})
    assert (draft["contactId"], draft["step"], draft["context"]) == (firm["id"], 1, {"contact_no": firm["no"]})
    assert draft["salespersonCode"] == "PS"
    refused = act(crm, of(draft), "next")
    assert (refused.status, refused.domain_code, refused.target) == (
        400,
        "template_required",
        "interactionTemplateCode",
    )
    changed = crm.patch(of(draft), {"interactionTemplateCode": "MEET", "costLcy": 5})
    assert changed.status == 200, changed.content
    assert (changed.json["durationMin"], changed.json["costLcy"], changed.json["description"]) == (30, 5, "About MEET")
    assert act(crm, of(draft), "next").json["step"] == 3
    assert act(crm, of(draft), "back").json["step"] == 1
    act(crm, of(draft), "next")
    logged = act(crm, of(draft), "next").json
    assert logged["step"] == 4
    crm.patch(of(draft), {"evaluation": "Positive", "interactionSuccessful": False})
    done = act(crm, of(draft), "finish")
    assert done.status == 200, done.content
    assert done.json["entryNo"] == logged["entryNo"]
    assert (done.json["evaluation"], done.json["attemptFailed"]) == ("Positive", True)
    assert crm.get(of(draft)).status == 404


def test_the_contact_may_come_by_name_and_is_ambiguous_with_candidates(crm: Service, firm: Json) -> None:  # I-27
    draft = crm.made("interactionDrafts", {})
    named = crm.patch(of(draft), {"wizardContactName": "fjord line", "interactionTemplateCode": "MEET"})
    assert named.status == 200, named.content
    assert named.json["contactNo"] == firm["no"]
    crm.made("contacts", {"name": "Fjord Linens", "type": "Company"})
    refused = crm.patch(of(draft), {"wizardContactName": "fjord l"})
    assert refused.domain_code == "contact.ambiguous"
    assert len(refused.json["error"]["details"]) >= 2
    fixed = crm.made("interactionDrafts", {"contactNo": firm["no"]})
    assert crm.patch(of(fixed), {"contactNo": ""}).domain_code == "contact_locked"


def test_a_draft_takes_the_filters_of_a_list(crm: Service, firm: Json) -> None:  # I-21
    filters = {"contactCompanyNo": firm["no"], "salespersonCode": "PS", "campaignNo": "A|B"}
    draft = crm.made("interactionDrafts", {"fromFilter": filters})
    assert draft["context"] == {"contact_company_no": firm["no"], "salesperson_code": "PS"}


def test_a_contact_starts_and_logs(crm: Service, firm: Json) -> None:  # I-22, I-46
    contact = of(firm, "contacts")
    draft = act(crm, contact, "startInteraction", interactionTemplateCode="MEET", description="Prices")
    assert draft.status == 200, draft.content
    assert (draft.json["description"], draft.json["contactNo"]) == ("Prices", firm["no"])
    refused = act(crm, contact, "logInteraction", description="Prices")
    assert refused.domain_code == "template_required"
    logged = act(crm, contact, "logInteraction", interactionTemplateCode="MEET", description="Prices", deliver=False)
    assert logged.status == 200, logged.content
    assert (logged.json["description"], logged.json["contactNo"]) == ("Prices", firm["no"])
    crm.patch(contact, {"privacyBlocked": True})
    for name in ("startInteraction", "logInteraction", "startPhoneCall"):
        outgoing("MEET")
        assert act(crm, contact, name).domain_code == "contact.privacy_blocked"


def test_a_result_is_written_to_what_was_logged_at_once(crm: Service, firm: Json) -> None:  # I-44
    entry = act(crm, of(firm, "contacts"), "logInteraction", interactionTemplateCode="MEET").json
    path = of(entry, "interactionLogEntries")
    done = act(
        crm, path, "logResult", evaluation="Negative", successful=False, costLcy=9, durationMin=4, comment="Alas"
    )
    assert done.status == 200, done.content
    assert (done.json["evaluation"], done.json["attemptFailed"]) == ("Negative", True)
    assert (done.json["costLcy"], done.json["durationMin"]) == (9, 4)
    assert [each["comment"] for each in crm.get(f"{path}/comments").value] == ["Alas"]
    InteractionLogEntry.objects.filter(pk=entry["id"]).update(canceled=True)
    assert act(crm, path, "logResult", evaluation="Positive").domain_code == "log_entry_read_only"


def test_a_salesperson_starts(crm: Service, firm: Json) -> None:  # I-21
    found = crm.get("salespeople?$filter=code eq 'PS'").value[0]
    draft = act(crm, of(found, "salespeople"), "startInteraction")
    assert draft.status == 200, draft.content
    assert draft.json["context"] == {"salesperson_code": "PS"}


def test_a_call_starts_from_contact_and_draft(crm: Service, firm: Json) -> None:  # I-52 to I-57
    contact = of(firm, "contacts")
    outgoing(None)
    assert act(crm, contact, "startPhoneCall").domain_code == "outgoing_calls_template_required"
    template("OUT", initiated_by="us")
    outgoing("OUT")
    draft = act(crm, contact, "startPhoneCall").json
    assert (draft["kind"], draft["contactVia"], draft["dialContact"]) == ("PhoneCall", "55 10 10 10", True)
    numbers = crm.get(f"{of(draft)}/Microsoft.NAV.phoneNumbers()").value
    assert [each["number"] for each in numbers] == ["55 10 10 10"]
    assert numbers[0]["type"] == "Company"
    made = crm.made("interactionDrafts", {"contactNo": firm["no"], "kind": "PhoneCall", "contactVia": "123"})
    assert (made["contactVia"], made["interactionTemplateCode"]) == ("123", "OUT")
    assert act(crm, of(made), "next").json["step"] == 2
    done = act(crm, of(made), "finish", deliver=True)
    assert (done.status, done.json["contactVia"]) == (200, "123")
    crm.patch(contact, {"phoneNo": ""})
    assert act(crm, contact, "startPhoneCall").domain_code == "contact.no_phone_numbers"


def test_a_customer_is_called_by_its_contact(crm: Service, firm: Json) -> None:  # I-52
    template("OUT")
    outgoing("OUT")
    customer = crm.made("customers", {"name": "Nobody's"})
    relation = crm.get(f"{of(customer, 'customers')}/contactBusinessRelation")
    answer = act(crm, of(customer, "customers"), "startPhoneCall", phoneNo="1")
    assert answer.domain_code == "contact_not_found" if relation.status == 404 else answer.status == 200


def test_postpone_resume_and_cancel(crm: Service, firm: Json) -> None:  # I-50, I-77
    draft = crm.made("interactionDrafts", {"contactNo": firm["no"], "description": "Half"})
    crm.made(f"{of(draft)}/comments", {"comment": "so far"})
    entry = act(crm, of(draft), "postpone").json
    assert entry["postponed"]
    path = of(entry, "interactionLogEntries")
    again = act(crm, path, "resume")
    assert again.status == 200, again.content
    assert (again.json["resumedEntryNo"], again.json["description"]) == (entry["entryNo"], "Half")
    assert [each["comment"] for each in crm.get(f"{of(again.json)}/comments").value] == ["so far"]
    assert crm.delete(of(again.json)).status == 204
    finished = act(crm, of(crm.made("interactionDrafts", {"contactNo": firm["no"]})), "finish")
    assert finished.domain_code == "template_required"
    done = act(crm, of(firm, "contacts"), "logInteraction", interactionTemplateCode="MEET").json
    assert act(crm, of(done, "interactionLogEntries"), "resume").domain_code == "not_postponed"


def test_content_is_read_written_and_previewed(crm: Service, firm: Json) -> None:  # I-39 to I-41
    template("OPEN", wizard_action="open")
    variant("OPEN", None, "Dear ...")
    draft = act(crm, of(firm, "contacts"), "startInteraction", interactionTemplateCode="OPEN").json
    assert act(crm, of(draft), "next").json["contentFileName"] == "letter.txt"
    assert crm.get(f"{of(draft)}/content").content == b"Dear ..."
    template("MAIL", wizard_action="merge")
    layout_variant("MAIL")
    mail = act(crm, of(firm, "contacts"), "startInteraction", interactionTemplateCode="MAIL").json
    act(crm, of(mail), "next")
    changed = crm.patch(of(mail), {"contentBody": "<p>Hello {{ contact.name }}</p>"})
    assert changed.json["contentBody"] == "<p>Hello {{ contact.name }}</p>"
    shown = crm.get(f"{of(mail)}/Microsoft.NAV.preview()")
    assert b"Hello Fjord Line AS" in shown.content
    names = crm.get(f"{of(mail)}/Microsoft.NAV.languages()").value
    assert names[0]["languageCode"] == ""


def test_opportunities_are_offered(crm: Service, firm: Json) -> None:  # I-37
    draft = crm.made("interactionDrafts", {"contactNo": firm["no"]})
    path = f"{of(draft)}/Microsoft.NAV.opportunities()"
    assert crm.get(path).value == []
    with pretended("opportunity", OP1="New roof"):
        assert crm.get(path).value == [{"no": "OP1", "description": "New roof"}]
        crm.patch(of(draft), {"interactionTemplateCode": "MEET"})
        done = act(crm, of(draft), "finish", createOpportunity=True)
        assert done.json["opportunityNo"] == "OP0009"


def test_drafts_of_others_are_not_there(crm: Service, firm: Json) -> None:
    with acting(user_name="somebody"):
        draft = start(Source(contact=Contact.objects.get(pk=firm["id"])))
    assert crm.get(f"interactionDrafts({draft.pk})").status == 404
    assert crm.get("interactionDrafts").value == []
    assert InteractionDraft.objects.count() == 1


def test_readers_start_nothing(sign_in: SignIn, crm: Service, firm: Json) -> None:  # I-162
    reader = sign_in("CRM-READ", service=CRM)
    assert reader.post("interactionDrafts", {"contactNo": firm["no"]}).domain_code == "permission.denied"
    for name in ("startInteraction", "logInteraction", "startPhoneCall"):
        assert act(reader, of(firm, "contacts"), name).domain_code == "permission.denied"


def test_what_is_in_the_way_is_asked_before_finishing(crm: Service, firm: Json) -> None:  # I-60
    template("NEWS", wizard_action="merge")
    layout_variant("NEWS")
    given = {"contactNo": firm["no"], "interactionTemplateCode": "NEWS", "correspondenceType": "Email"}
    draft = crm.made("interactionDrafts", given)
    found, blank = crm.get(f"{of(draft)}/Microsoft.NAV.preflight()").value
    assert (blank["kind"], blank["stops"]) == ("blank", False)
    assert (found["kind"], found["name"], found["stops"]) == ("address", "Fjord Line AS", True)
    assert act(crm, of(draft), "finish").status == 400
