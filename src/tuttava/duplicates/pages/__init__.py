"""The pages of this room: the list of pairs, look-alikes beside fields and cards, what was learnt, the setup."""

from tuttava.duplicates.pages import answers, box, details, generating, listing, register_box, setup, typing

__all__ = ["answers", "box", "details", "generating", "listing", "register_box", "setup", "typing"]
