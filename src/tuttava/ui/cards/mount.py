"""Puts declared cards into the product's addresses."""

from __future__ import annotations

from tuttava.ui.cards.declare import CardPage, remember
from tuttava.ui.cards.lookups import lookup
from tuttava.ui.cards.pictures import PictureViews, is_pictured
from tuttava.ui.cards.sublists import SubListViews
from tuttava.ui.cards.views import CardViews
from tuttava.ui.registry import add_route

_views: dict[str, CardViews] = {}


def register_card(page: CardPage) -> CardPage:
    """Add a card to the product.

    Its addresses are named after it: ``contact`` (the card), ``contact-field``, ``contact-edit``, ``contact-history``
    and ``contact-timeline``; each takes the record's ``pk`` unless the card shows the only record there is.
    """
    remember(page)
    views = _views[page.name] = CardViews(page)
    base = page.path if page.single is not None else f"{page.path}/<uuid:pk>"
    add_route(base, views.show, page.name)
    add_route(f"{base}/field/<str:field>", views.save_field, f"{page.name}-field")
    add_route(f"{base}/field/<str:field>/hint", views.hint, f"{page.name}-hint")
    add_route(f"{base}/edit/<str:group>", views.edit, f"{page.name}-edit")
    add_route(f"{base}/history", views.history, f"{page.name}-history")
    add_route(f"{base}/timeline", views.timeline, f"{page.name}-timeline")
    if page.lists:
        lists = SubListViews(page, page.lists, views.parts)
        add_route(f"{base}/lists/<str:list>/new", lists.new, f"{page.name}-list-new")
        add_route(f"{base}/lists/<str:list>/<uuid:row>", lists.edit, f"{page.name}-list-edit")
        add_route(f"{base}/lists/<str:list>/<uuid:row>/delete", lists.delete, f"{page.name}-list-delete")
    if is_pictured(page):
        pictures = PictureViews(page, views.load, views.whole)
        add_route(f"{base}/picture", pictures.show, f"{page.name}-picture")
        add_route(f"{base}/picture/upload", pictures.upload, f"{page.name}-picture-upload")
        add_route(f"{base}/picture/delete", pictures.delete, f"{page.name}-picture-delete")
    add_route("lookup/<str:source>", lookup, "lookup")
    return page


def views_of(name: str) -> CardViews:
    """The views of the card called ``name``, for a room's own pages that answer with parts of the card."""
    return _views[name]
