"""Rows of one chunk that may mean the same record: the later waits until the earlier is saved, so that it finds it."""

from __future__ import annotations

from collections.abc import Sequence

from tuttava.transfer.matching import Matching
from tuttava.transfer.plans import Plan


class Waves:
    """Cuts the rows of a chunk into waves in which no row can mean a record that an earlier row is about to write.

    A row whose name several records bear already need not wait: common names would make many small waves.
    """

    def __init__(self, plans: Sequence[Plan], matching: Matching, match_by: Sequence[str]) -> None:
        self._keys = {id(plan): matching.identity_keys(plan, match_by) for plan in plans if not plan.errors}
        self._namesakes = matching.settled(plans, self._keys)
        self.waiting = list(plans)

    def next(self) -> list[Plan]:
        """The rows up to the second of any two that mean the same record; the others go on waiting."""
        now: list[Plan] = []
        later: list[Plan] = []
        seen: set[tuple[str, ...]] = set()
        for plan in self.waiting:
            own = self._keys.get(id(plan), [])
            settled = id(plan) in self._namesakes
            held = any(key in seen for key in own if not (settled and key[0] == "name"))
            (later if held else now).append(plan)
            seen.update(own)
        self.waiting = later
        return now

    def hold_back(self, wave: list[Plan]) -> list[Plan]:
        """The rows of a matched wave that may go on.

        A namesake that another row is about to change does not count; who has too few others waits after all.
        """
        matched = {plan.match_id for plan in wave if plan.match_id}
        held = {
            id(plan): plan
            for plan in (wave if matched else ())
            if id(plan) in self._namesakes and len(self._namesakes[id(plan)] - matched) < 2
        }
        if not held:
            return wave
        for key, plan in held.items():
            plan.match_id, plan.matched_by = None, ""
            del self._namesakes[key]
        self.waiting = sorted([*held.values(), *self.waiting], key=lambda plan: plan.row.number)
        return [plan for plan in wave if id(plan) not in held]
