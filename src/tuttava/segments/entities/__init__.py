"""How segments show in the services; importing the package registers its sets."""

from tuttava.segments.entities import (
    building,
    contacts_side,
    criteria,
    doing,
    files,
    headers,
    languages,
    lines,
    logged,
    logging,
)

__all__ = [
    "building",
    "contacts_side",
    "criteria",
    "doing",
    "files",
    "headers",
    "languages",
    "lines",
    "logged",
    "logging",
]
