from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "tuttava.contacts"
    label = "contacts"
    verbose_name = "Contacts"

    def ready(self) -> None:
        """Register the rules and fill new companies."""
        from tuttava.contacts import defaults, entities, merge_rules, setup  # noqa: F401
        from tuttava.contacts.pages import cards, codes, register  # noqa: F401
        from tuttava.contacts.rules import links, relations

        defaults.connect()
        setup.connect()
        links.connect()
        relations.connect()
        merge_rules.declare()
