"""The pages of this room."""

from tuttava.merging.pages import lists, merge, queue, suggesting, undoing

__all__ = ["lists", "merge", "queue", "suggesting", "undoing"]
