from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "tuttava.contacts"
    label = "contacts"
    verbose_name = "Contacts"

    def ready(self) -> None:
        """Register the rules."""
        from tuttava.contacts import rules as _rules  # noqa: F401
        from tuttava.contacts import setup

        setup.connect()
