"""The language of ``$filter`` and ``$orderby`` (A-44 to A-47).

``parse`` makes a tree of a text, ``condition`` a condition for ``filter()`` of it. ``order_keys`` binds an order to
sort keys; with ``order_by`` and ``after`` a list is read page by page, ``to_json`` and ``from_json`` carry the place
of a page in its token. Whatever cannot be answered is an :class:`ExpressionError`, before any data is read.
"""

from tuttava.api.expressions.binder import condition
from tuttava.api.expressions.errors import ExpressionError
from tuttava.api.expressions.keyset import after, from_json, order_by, to_json
from tuttava.api.expressions.nodes import Node
from tuttava.api.expressions.ordering import SortKey, order_keys
from tuttava.api.expressions.parser import parse
from tuttava.api.expressions.sql import Condition

__all__ = [
    "Condition",
    "ExpressionError",
    "Node",
    "SortKey",
    "after",
    "condition",
    "from_json",
    "order_by",
    "order_keys",
    "parse",
    "to_json",
]
