"""The pages of this room."""

from tuttava.merging.pages import certain, chosen, lists, merge, queue, suggesting, undoing

__all__ = ["certain", "chosen", "lists", "merge", "queue", "suggesting", "undoing"]
