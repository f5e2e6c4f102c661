"""The pages of this room: the list of pairs, what a card says of look-alikes."""

from tuttava.duplicates.pages import box, details, listing

__all__ = ["box", "details", "listing"]
