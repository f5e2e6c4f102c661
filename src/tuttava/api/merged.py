"""Where the address of a record leads that was folded into another: its alternate key to the survivor (M-41, 17.2)."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from tuttava.api.frame import Frame
from tuttava.api.paths import Segment, arguments_of, canonical, literal
from tuttava.api.request import Call
from tuttava.foundation.former import by_number


def moved_to(call: Call, frame: Frame, first: Segment) -> str | None:
    """The address that stands for this one, if the number in its ``first`` segment is that of a merged record.

    What follows the key and the options of the request stay as they are.
    """
    entity_set = frame.service.sets[first.name]
    given = arguments_of(first.key)
    prop = entity_set.by_name[entity_set.natural_key[0]] if len(entity_set.natural_key) == 1 else None
    if prop is None or prop.source != "no" or set(given) != {prop.name}:
        return None
    wanted = literal(given[prop.name], prop)
    survivor = by_number(entity_set.model, [wanted]).get(wanted)
    if survivor is None or survivor.no == wanted or not entity_set.queryset().filter(pk=survivor.id).exists():
        return None
    _set, _sign, rest = call.path.partition(f"{first.name}({first.key})")
    options = f"?{urlencode(call.query)}" if call.query else ""
    return f"{canonical(frame, entity_set, survivor.id)}{quote(rest, safe='/(),=$')}{options}"
