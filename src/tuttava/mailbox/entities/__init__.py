"""How e-mail logging shows in the CRM service (17.10); importing the package registers its sets."""

from tuttava.mailbox.entities import setup, verbs

__all__ = ["setup", "verbs"]
