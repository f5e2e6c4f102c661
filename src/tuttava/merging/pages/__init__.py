"""The pages of this room."""

from tuttava.merging.pages import certain, lists, merge, queue, suggesting, undoing

__all__ = ["certain", "lists", "merge", "queue", "suggesting", "undoing"]
