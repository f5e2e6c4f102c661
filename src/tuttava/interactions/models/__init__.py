"""What is stored of interactions."""

from tuttava.interactions.models.content import EmailLayout, InteractionAttachment, PrintFile, WordTemplate
from tuttava.interactions.models.delivery import Delivery, DeliveryState
from tuttava.interactions.models.draft import InteractionDraft
from tuttava.interactions.models.log import InteractionComment, InteractionFields, InteractionLogEntry
from tuttava.interactions.models.templates import (
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
    InteractionTemplateSetup,
)
from tuttava.interactions.models.totals import InteractionTotal, TotalKind
from tuttava.interactions.models.vocabulary import (
    DeliveryStatus,
    DraftKind,
    Evaluation,
    InformationFlow,
    InitiatedBy,
    InteractionDocumentType,
    StorageType,
    WizardAction,
)

__all__ = [
    "Delivery",
    "DeliveryState",
    "DeliveryStatus",
    "DraftKind",
    "EmailLayout",
    "Evaluation",
    "InformationFlow",
    "InitiatedBy",
    "InteractionAttachment",
    "InteractionComment",
    "InteractionDocumentType",
    "InteractionDraft",
    "InteractionFields",
    "InteractionGroup",
    "InteractionLogEntry",
    "InteractionTemplate",
    "InteractionTemplateLanguage",
    "InteractionTemplateSetup",
    "InteractionTotal",
    "PrintFile",
    "StorageType",
    "TotalKind",
    "WizardAction",
    "WordTemplate",
]
