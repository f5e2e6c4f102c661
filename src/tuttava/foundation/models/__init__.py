"""Tables every room builds on."""

from tuttava.foundation.field_changes import FieldChange
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.models.attachments import (
    AttachmentBlock,
    AttachmentContent,
    AttachmentParent,
    DocumentAttachment,
)
from tuttava.foundation.models.codes import (
    AddressFormat,
    CodeTable,
    ContactAddressFormat,
    Country,
    Currency,
    Language,
    PostCode,
    Territory,
    VatFormat,
)
from tuttava.foundation.models.company import CompanyInformation, UserPreference
from tuttava.foundation.models.pictures import Picture, PictureParent
from tuttava.foundation.models.series import NumberSeries, NumberSeriesLine, NumberSeriesRelationship, SeriesMode
from tuttava.foundation.models.work import (
    CommentLine,
    Job,
    JobStatus,
    OutboxAttachment,
    OutboxFailure,
    OutboxMail,
    OwnerKind,
)

__all__ = [
    "AddressFormat",
    "AttachmentBlock",
    "AttachmentContent",
    "AttachmentParent",
    "CodeTable",
    "CommentLine",
    "CompanyInformation",
    "ContactAddressFormat",
    "Country",
    "Currency",
    "DocumentAttachment",
    "FieldChange",
    "Job",
    "JobStatus",
    "JournalChange",
    "Language",
    "NumberSeries",
    "NumberSeriesLine",
    "NumberSeriesRelationship",
    "OutboxAttachment",
    "OutboxFailure",
    "OutboxMail",
    "OwnerKind",
    "Picture",
    "PictureParent",
    "PostCode",
    "SeriesMode",
    "Territory",
    "UnitOfWork",
    "UserPreference",
    "VatFormat",
]
