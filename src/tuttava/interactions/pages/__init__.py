"""What the browser shows of interactions; importing the package mounts its pages."""

from tuttava.interactions.pages import (
    calls,
    entry,
    events,
    files,
    letters,
    log,
    lookups,
    mail,
    opening,
    print_files,
    quick,
    resend,
    statistics,
    timeline,
    vocabulary,
    wizard,
)

__all__ = [
    "calls",
    "entry",
    "events",
    "files",
    "letters",
    "log",
    "lookups",
    "mail",
    "opening",
    "print_files",
    "quick",
    "resend",
    "statistics",
    "timeline",
    "vocabulary",
    "wizard",
]
