from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "tuttava.duplicates"
    label = "duplicates"
    verbose_name = "Duplicates"

    def ready(self) -> None:
        """Follow the contacts, fill new companies, register the rules, and show pairs that look alike.

        What becomes of the room's tables when contacts are merged is declared here, too.
        """
        from tuttava.duplicates import defaults, demo, listening, merge_rules
        from tuttava.duplicates import entities as _entities  # noqa: F401
        from tuttava.duplicates import pages as _pages  # noqa: F401
        from tuttava.duplicates.classic import job, setup
        from tuttava.duplicates.rules import answers as _answers  # noqa: F401
        from tuttava.duplicates.rules import pairs as _pairs  # noqa: F401
        from tuttava.duplicates.rules import setup as _setup  # noqa: F401
        from tuttava.duplicates.smart import jobs as _jobs  # noqa: F401
        from tuttava.duplicates.smart import listening as smart_listening

        defaults.connect()
        listening.connect()
        smart_listening.connect()
        setup.connect()
        job.connect()
        merge_rules.declare()
        demo.connect()
