from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "tuttava.mailbox"
    label = "mailbox"
    verbose_name = "E-mail logging"

    def ready(self) -> None:
        """Install rules, sets and pages, and let the recurring job tick beside the jobs."""
        from tuttava.foundation.worker import beside_jobs
        from tuttava.mailbox import activity, entities, merge_rules, pages, rules, running, schedule  # noqa: F401

        merge_rules.declare()
        activity.connect()
        schedule.connect()
        beside_jobs(schedule.run)
