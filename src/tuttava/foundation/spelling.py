"""Names of fields in their two spellings: stored (``phone_no``) and public (``phoneNo``)."""

from __future__ import annotations

import re

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=\d)")


def camel(name: str) -> str:
    """``phone_no`` as ``phoneNo``, ``name_2`` as ``name2``."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def snake(name: str) -> str:
    """``phoneNo`` as ``phone_no``, ``name2`` as ``name_2``; what is spelled so already stays."""
    return _BOUNDARY.sub("_", name).lower()
