"""The rules of the register, one module a subject; :mod:`tuttava.contacts.rules.contact` puts them together."""

from tuttava.contacts.rules.contact import ContactRules
from tuttava.contacts.rules.setup import MarketingSetupRules

__all__ = ["ContactRules", "MarketingSetupRules"]
