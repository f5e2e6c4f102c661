"""The pages of this room."""

from tuttava.merging.pages import queue

__all__ = ["queue"]
