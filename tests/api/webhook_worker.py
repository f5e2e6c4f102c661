"""A worker process for the tests that knows one more entity set, with webhooks.

Run as ``python -m tests.api.webhook_worker`` with ``DATABASE_URL`` set.
"""

from __future__ import annotations

import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuttava.config.settings")
    import django

    django.setup()
    from tests.api.webhook_sets import SETS
    from tuttava.api.declare import CRM
    from tuttava.foundation.worker import run_worker

    CRM.register(*SETS)
    run_worker(1, dead_after=2.0, finish_within=0.2)


if __name__ == "__main__":
    main()
