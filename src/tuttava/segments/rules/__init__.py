"""Rules of segments."""

from tuttava.segments.rules import criteria, headers, languages, lines

__all__ = ["criteria", "headers", "languages", "lines"]
