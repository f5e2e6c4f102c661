"""The marketing setup (17.12, C-113 to C-115)."""

from __future__ import annotations

from tuttava.api.build import one_row_set, properties_of
from tuttava.contacts.models import MarketingSetup
from tuttava.contacts.setup import marketing_setup

#: The contract's spellings where they differ from the stored names (A-112).
_NAMES = {
    "contact_nos_code": "contactNos",
    "campaign_nos_code": "campaignNos",
    "segment_nos_code": "segmentNos",
    "task_nos_code": "taskNos",
    "opportunity_nos_code": "opportunityNos",
    "bus_rel_for_customers_code": "busRelCodeForCustomers",
    "bus_rel_for_vendors_code": "busRelCodeForVendors",
    "bus_rel_for_bank_accounts_code": "busRelCodeForBankAccounts",
    "bus_rel_for_employees_code": "busRelCodeForEmployees",
}

one_row_set(
    MarketingSetup,
    "marketingSetup",
    ensure=marketing_setup,
    properties=properties_of(MarketingSetup, "marketingSetup", exclude=["only_row"], names=_NAMES),
)
