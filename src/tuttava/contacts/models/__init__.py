"""The register of companies and persons."""

from tuttava.contacts.models.addresses import ContactAltAddress, ContactAltAddressPeriod, ContactEmail
from tuttava.contacts.models.codes import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    NamePart,
    OrganizationalLevel,
    Salutation,
    SalutationFormula,
    SalutationType,
    WebSource,
)
from tuttava.contacts.models.contact import Contact, CorrespondenceType, RelationStatus
from tuttava.contacts.models.linked import LinkedContact
from tuttava.contacts.models.links import (
    ContactAffiliation,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactLink,
    ContactMailingGroup,
    ContactWebSource,
    LinkToTable,
    PersonalDataAccess,
    TaxNumberCheck,
)
from tuttava.contacts.models.setup import AttachmentStorage, MarketingSetup
from tuttava.partners.models import ContactType

__all__ = [
    "AttachmentStorage",
    "BusinessRelation",
    "Contact",
    "ContactAffiliation",
    "ContactAltAddress",
    "ContactAltAddressPeriod",
    "ContactBusinessRelation",
    "ContactEmail",
    "ContactIndustryGroup",
    "ContactJobResponsibility",
    "ContactLink",
    "ContactMailingGroup",
    "ContactType",
    "ContactWebSource",
    "CorrespondenceType",
    "IndustryGroup",
    "JobResponsibility",
    "LinkToTable",
    "LinkedContact",
    "MailingGroup",
    "MarketingSetup",
    "NamePart",
    "OrganizationalLevel",
    "PersonalDataAccess",
    "RelationStatus",
    "Salutation",
    "SalutationFormula",
    "SalutationType",
    "TaxNumberCheck",
    "WebSource",
]
