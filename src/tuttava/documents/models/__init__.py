"""Documents: before posting, their versions, and what posted ones said."""

from tuttava.documents.models.archive import DocumentArchive, DocumentArchiveComment, DocumentArchiveLine
from tuttava.documents.models.bills import Bill, BillLine
from tuttava.documents.models.dunning import (
    Claim,
    ClaimKind,
    ClaimLine,
    CustomerStatement,
    IssuedClaim,
    IssuedClaimLine,
    ReminderAutomation,
)
from tuttava.documents.models.headers import DocumentHeader
from tuttava.documents.models.lines import STEP, CommentFields, LineFields
from tuttava.documents.models.live import Document, DocumentComment, DocumentLine, ServiceItemLine
from tuttava.documents.models.mails import DocumentMail
from tuttava.documents.models.posted import PostedHeader
from tuttava.documents.models.service import (
    ContractStatus,
    ContractType,
    ServiceContract,
    ServiceContractLine,
    ServiceEmail,
    ServiceEmailStatus,
)
from tuttava.documents.models.setup import DocumentSetup
from tuttava.documents.models.vocabulary import (
    ORDERS,
    PROMISES,
    RETURNS,
    TYPES,
    ArchiveQuotes,
    Area,
    DocumentStatus,
    DocumentType,
    NotifyCustomer,
    ServiceStatus,
)

__all__ = [
    "ORDERS",
    "PROMISES",
    "RETURNS",
    "STEP",
    "TYPES",
    "ArchiveQuotes",
    "Area",
    "Bill",
    "BillLine",
    "Claim",
    "ClaimKind",
    "ClaimLine",
    "CommentFields",
    "ContractStatus",
    "ContractType",
    "CustomerStatement",
    "Document",
    "DocumentArchive",
    "DocumentArchiveComment",
    "DocumentArchiveLine",
    "DocumentComment",
    "DocumentHeader",
    "DocumentLine",
    "DocumentMail",
    "DocumentSetup",
    "DocumentStatus",
    "DocumentType",
    "IssuedClaim",
    "IssuedClaimLine",
    "LineFields",
    "NotifyCustomer",
    "PostedHeader",
    "ReminderAutomation",
    "ServiceContract",
    "ServiceContractLine",
    "ServiceEmail",
    "ServiceEmailStatus",
    "ServiceItemLine",
    "ServiceStatus",
]
