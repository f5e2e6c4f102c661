from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "tuttava.foundation"
    label = "foundation"
    verbose_name = "Foundation"

    def ready(self) -> None:
        """Register the rules and jobs, and fill new companies."""
        from tuttava.foundation import (  # noqa: F401
            attachments,
            code_rules,
            company,
            company_rules,
            defaults,
            merge_rules,
            pictures,
            series_rules,
            touching,
            undo_job,
        )

        company.connect()
        defaults.connect()
        merge_rules.connect()
        touching.connect()
