"""The trees in the order in which they are walked: eight at a time, without a branch that has to be guessed.

Which way a node leads is unforeseeable, so a step is arithmetic: the next node is the left child's number plus whether
the figure exceeds the border. Figures and borders are whole numbers in the same order as the figures themselves.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Float, Int, inlined, kernel
from tuttava.matching.measures import FEATURES
from tuttava.matching.model import Trees, shipped

ABREAST = 8
# A node is one number: the border, the place of the figure, the left child (the right one is next to it). A leaf has a
# border that nothing exceeds and is its own child.
_BORDER, _PLACE = 32, 22
_CHILD, _PLACES = (1 << _PLACE) - 1, (1 << (_BORDER - _PLACE)) - 1
_LEAF = 0x7FFFFFFF << _BORDER
_LEAST, _MOST = -0x80000000, 0x7FFFFFFE


class Walk(NamedTuple):
    """Trees as they are walked; their number is a multiple of ABREAST."""

    nodes: NDArray[np.int64]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]
    most: NDArray[np.float32]


@cache
def shipped_walk() -> Walk:
    """Return the shipped model to be walked."""
    return walk_of(shipped(), len(FEATURES))


def walk_of(trees: Trees, figures: int) -> Walk:
    """Return trees over so many figures to be walked; children stand beside each other."""
    borders = in_order(trees.border)
    order: list[int] = []
    children: list[int] = []
    roots: list[int] = []
    for root in trees.roots.tolist():
        roots.append(len(order))
        order.append(root)
        for place in range(roots[-1], len(trees.feature)):
            if place >= len(order):
                break
            node = order[place]
            children.append(place if trees.feature[node] < 0 else len(order))
            if trees.feature[node] >= 0:
                order += [int(trees.left[node]), int(trees.right[node])]
    empty = -len(roots) % ABREAST
    roots += [len(order)] * empty
    old, child = np.array(order), np.array(children)
    leaf = trees.feature[old] < 0
    place = trees.feature[old] + np.where(trees.missing_left[old], 0, figures)
    nodes = np.where(leaf, _LEAF, (borders[old].astype(np.int64) << _BORDER) | (place.astype(np.int64) << _PLACE))
    return Walk(
        np.append(nodes | child, _LEAF | len(order)), np.append(trees.value[old], np.float32(0)),
        np.array(roots, dtype=np.int32), np.append(trees.most, np.zeros(empty, dtype=np.float32)),
    )  # fmt: skip


def in_order(figures: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return whole numbers that are in the same order as the figures."""
    bits = (figures + np.float32(0)).view(np.int32)
    return bits ^ ((bits >> 31) & 0x7FFFFFFF)


@inlined
def spread(bits: NDArray[np.int32], places: NDArray[np.int32]) -> None:
    """Write the figures (their bits) in order to `places` twice; missing ones are least there, then most."""
    count = len(bits)
    for place in range(count):
        value = bits[place]
        if value & 0x7FFFFFFF > 0x7F800000:
            places[place], places[count + place] = _LEAST, _MOST
        else:
            value ^= (value >> 31) & 0x7FFFFFFF
            places[place], places[count + place] = value, value


@inlined
def step(nodes: NDArray[np.int64], places: NDArray[np.int32], node: Int) -> Int:
    """Return the node that follows."""
    figure = np.int64(places[(node >> _PLACE) & _PLACES])
    return nodes[(node & _CHILD) + np.int64(figure > node >> _BORDER)]


@kernel
def walked(walk: Walk, places: NDArray[np.int32], least: Float) -> Float:
    """Return the sum of the trees; once they can hardly reach `least` any more, any figure below it."""
    nodes, value, roots = walk.nodes, walk.value, walk.roots
    total = np.float32(0)
    for tree in range(0, len(roots), ABREAST):
        if total + walk.most[tree] < least:
            return total + walk.most[tree]
        a, b, c, d = nodes[roots[tree]], nodes[roots[tree + 1]], nodes[roots[tree + 2]], nodes[roots[tree + 3]]
        e, f, g, h = nodes[roots[tree + 4]], nodes[roots[tree + 5]], nodes[roots[tree + 6]], nodes[roots[tree + 7]]
        while a & b & c & d & e & f & g & h < _LEAF:
            a, b = step(nodes, places, a), step(nodes, places, b)
            c, d = step(nodes, places, c), step(nodes, places, d)
            e, f = step(nodes, places, e), step(nodes, places, f)
            g, h = step(nodes, places, g), step(nodes, places, h)
        for leaf in (a, b, c, d, e, f, g, h):
            total += value[leaf & _CHILD]
    return total
