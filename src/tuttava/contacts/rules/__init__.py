"""The rules of the register, one module a subject; :mod:`tuttava.contacts.rules.contact` puts them together."""

from tuttava.contacts.rules import addresses, codes, links, relations, salutations, setup
from tuttava.contacts.rules.contact import ContactRules

__all__ = ["ContactRules", "addresses", "codes", "links", "relations", "salutations", "setup"]
