"""The key in ``Edit.memory`` by which a new record of a register says where it comes from."""

from __future__ import annotations

#: It was made from a contact, which will be linked to it: no other contact is created (B-45).
FROM_CONTACT = "relations.from_contact"
