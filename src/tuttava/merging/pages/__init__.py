"""The pages of this room."""

from tuttava.merging.pages import merge, queue, suggesting

__all__ = ["merge", "queue", "suggesting"]
