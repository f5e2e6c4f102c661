"""Where interactions are started in the CRM service: on contacts, salespeople and parties (17.1, 17.7)."""

from __future__ import annotations

from typing import Any

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Parameter, Property
from tuttava.contacts.models import Contact
from tuttava.foundation.spelling import snake
from tuttava.interactions import calling, drafting, quick, wizard
from tuttava.interactions.drafting import RIGHT, Source, source_of
from tuttava.interactions.entities.drafts import DRAFTS, entered, split
from tuttava.interactions.models import InteractionDraft, InteractionLogEntry
from tuttava.interactions.resuming import resume
from tuttava.interactions.sending import remember_print_file
from tuttava.partners.models import RegisterEntry, Salesperson

_LEFT_OUT = {"id", "contactNo", "contactId", "kind", "fromFilter"}


def _writable(prop: Property) -> bool:
    return bool(prop.attribute) and prop.name not in _LEFT_OUT


#: Fields of a draft that may come with the action; ids beside codes are left to the drafts themselves.
_PROPERTIES = tuple(
    prop for prop in DRAFTS.properties if _writable(prop) and prop.type is not edm.GUID and not prop.write_only
)
FIELDS = tuple(Parameter(prop.name, prop.type) for prop in _PROPERTIES)
_ATTRIBUTES = {snake(prop.name): prop.attribute for prop in _PROPERTIES}


def _sent(sent: dict[str, Any], contact: Contact | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Context and fields of what came; what was left out stays out."""
    values = {_ATTRIBUTES[name]: value for name, value in sent.items() if value is not None}
    context, fields = split(values)
    return context, entered(fields, contact.pk if contact else None)


def _start(contact: Contact, **sent: Any) -> InteractionDraft:
    """I-21 to I-24."""
    context, fields = _sent(sent, contact)
    return drafting.start(source_of({**context, "contact_no": contact.no}), fields)


def _log(contact: Contact, deliver: bool, **sent: Any) -> InteractionLogEntry:
    """The wizard in one request (I-46 to I-48)."""
    context, fields = _sent(sent, contact)
    finished = quick.log_at_once(source_of({**context, "contact_no": contact.no}), fields, deliver=deliver)
    return remember_print_file(finished.entry, finished.print_file)


def _start_of_salesperson(salesperson: Salesperson, **sent: Any) -> InteractionDraft:
    """I-21."""
    context, fields = _sent(sent, None)
    return drafting.start(source_of({**context, "salesperson_code": salesperson.code}), fields)


def _call(contact: Contact, phone_no: str, alt_address_code: str) -> InteractionDraft:
    """I-52 to I-54."""
    return calling.start_call(Source(contact=contact), number=phone_no, alt_address_code=alt_address_code)


def _call_party(record: RegisterEntry, phone_no: str, alt_address_code: str) -> InteractionDraft:
    """I-52."""
    return _call(calling.contact_behind(record), phone_no, alt_address_code)


_NUMBER = (Parameter("phoneNo", edm.text(80), default=""), Parameter("altAddressCode", edm.code(10), default=""))


def _of_draft(name: str, run: Any, parameters: tuple[Parameter, ...]) -> Action:
    return Action(name, run, parameters, returns="interactionDrafts", right=RIGHT, created=True)


CRM.extend(
    "contacts",
    actions=(
        _of_draft("startInteraction", _start, FIELDS),
        Action(
            "logInteraction",
            _log,
            (Parameter("deliver", edm.BOOLEAN, default=True), *FIELDS),
            returns="interactionLogEntries",
            right=RIGHT,
            created=True,
        ),
        _of_draft("startPhoneCall", _call, _NUMBER),
    ),
)
CRM.extend("salespeople", actions=(_of_draft("startInteraction", _start_of_salesperson, FIELDS),))
for _name in ("customers", "vendors", "bankAccounts"):
    CRM.extend(_name, actions=(_of_draft("startPhoneCall", _call_party, _NUMBER),))


def _log_result(entry: InteractionLogEntry, comment: str, **result: Any) -> InteractionLogEntry:
    """The wizard's last step for an interaction that was logged at once (I-44)."""
    return wizard.log_result(entry, {name: value for name, value in result.items() if value is not None}, comment)


_EVALUATION = next(prop.type for prop in CRM.sets["interactionLogEntries"].properties if prop.name == "evaluation")
CRM.extend(
    "interactionLogEntries",
    actions=(
        Action("resume", resume, returns="interactionDrafts", right=RIGHT, created=True),
        Action(
            "logResult",
            _log_result,
            (
                Parameter("evaluation", _EVALUATION),
                Parameter("successful", edm.BOOLEAN),
                Parameter("costLcy", edm.DECIMAL),
                Parameter("durationMin", edm.DECIMAL),
                Parameter("comment", edm.text(2000), default=""),
            ),
            returns="interactionLogEntries",
            right=RIGHT,
        ),
    ),
)
