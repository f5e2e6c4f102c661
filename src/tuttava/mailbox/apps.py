from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "tuttava.mailbox"
    label = "mailbox"
    verbose_name = "E-mail logging"

    def ready(self) -> None:
        """Install the rules and declare what merges leave alone."""
        from tuttava.mailbox import merge_rules, rules  # noqa: F401

        merge_rules.declare()
