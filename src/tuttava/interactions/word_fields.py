"""Merge fields in the text of Word documents: ``{{ source.name }}``, and MERGEFIELDs called ``Source_Name`` (I-163),
those with their switches.

Fields are data, not a language: nothing in a document is ever evaluated. What names no field stays as it stands.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from tuttava.interactions.word_switches import Switches, read_switches

NO_SWITCHES = Switches()
_BRACED = re.compile(r"\{\{([^{}\n]*)\}\}")
_INSTRUCTION = re.compile(r'^\s*MERGEFIELD\s+(?:"([^"]*)"|(\S+))', re.I)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BREAKS = ("br", "cr", "tab", "ptab", "noBreakHyphen")

Known = Callable[[str], bool]


def braced_name(text: str) -> str:
    """``contact.name`` for what stands between braces; case and blanks do not matter (I-163)."""
    return re.sub(r"\s+", "", text).lower()


def merge_field_name(text: str) -> str:
    """``contact.job_title`` for a MERGEFIELD called ``Contact_Job_Title`` (I-163)."""
    return braced_name(text).replace("_", ".", 1)


@dataclass(frozen=True)
class Slot:
    """Where a value goes: the field's name, how its document calls the namespace of Word, what is done to the value."""

    name: str
    prefix: str
    switches: Switches = NO_SWITCHES


@dataclass
class Marking:
    """What is found in the parts of one document; known fields get marks, by which the text is cut apart later."""

    known: Known
    slots: list[Slot] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def mark(self, name: str, prefix: str | None, switches: Switches = NO_SWITCHES) -> str:
        """The mark of a field, noted as one of the document; blank for an unknown one."""
        self.names.append(name)
        if not self.known(name):
            return ""
        self.slots.append(Slot(name, f"{prefix}:" if prefix else "", switches))
        return f"@{self.nonce}:{len(self.slots) - 1}@"

    def cut(self, xml: bytes) -> list[bytes | Slot]:
        """Serialised XML as fixed pieces and slots, in turn."""
        pieces = re.split(rb"@%s:(\d+)@" % self.nonce.encode(), xml)
        return [self.slots[int(piece)] if place % 2 else piece for place, piece in enumerate(pieces)]


def mark_fields(root: etree._Element, marking: Marking) -> None:
    """Find every field of a part; known ones are replaced by marks."""
    names = _Names(root)
    for simple in list(root.iter(names.tag("fldSimple"))):
        _mark_simple(simple, names, marking)
    for complex_field in list(_complex_fields(root, names)):
        complex_field.mark(names, marking)
    for paragraph in root.iter(names.tag("p")):
        _mark_text(paragraph, names, marking)


class _Names:
    """The tags of a part; strict documents have another namespace than usual ones."""

    def __init__(self, root: etree._Element) -> None:
        self.space = etree.QName(root).namespace or ""
        self.prefix = root.prefix

    def tag(self, name: str) -> str:
        return f"{{{self.space}}}{name}"

    def run(self, text: str, like: etree._Element | None) -> etree._Element:
        """A run with ``text``, formatted as the run ``like``."""
        run = etree.Element(self.tag("r"), nsmap={self.prefix: self.space})
        looks = like.find(self.tag("rPr")) if like is not None else None
        if looks is not None:
            run.append(deepcopy(looks))
        shown = etree.SubElement(run, self.tag("t"))
        shown.text = text
        shown.set(_SPACE, "preserve")
        return run


def _named_in(instruction: str) -> tuple[str, Switches]:
    """The field that an instruction names, and its switches; blank for instructions of other kinds."""
    found = _INSTRUCTION.match(instruction)
    if found is None:
        return "", NO_SWITCHES
    return merge_field_name(found[1] or found[2] or ""), read_switches(instruction[found.end() :])


def _mark_simple(simple: etree._Element, names: _Names, marking: Marking) -> None:
    name, switches = _named_in(simple.get(names.tag("instr"), ""))
    mark = marking.mark(name, names.prefix, switches) if name else ""
    parent = simple.getparent()
    if mark and parent is not None:
        run = names.run(mark, simple.find(names.tag("r")))
        run.tail = simple.tail
        parent.replace(simple, run)


@dataclass
class _ComplexField:
    """A field made of runs: begin, instruction, separator, result, end."""

    begin: etree._Element
    instruction: str = ""
    result: etree._Element | None = None
    separated: bool = False
    end: etree._Element | None = None

    def mark(self, names: _Names, marking: Marking) -> None:
        """Put one run in place of all of them; one spread over several paragraphs stays."""
        name, switches = _named_in(self.instruction)
        parent = self.begin.getparent()
        if not name or parent is None or self.end is None:
            return
        mark = marking.mark(name, names.prefix, switches)
        if not mark or self.end.getparent() is not parent:
            return
        first, last = parent.index(self.begin), parent.index(self.end)
        run = names.run(mark, self.result if self.result is not None else self.begin)
        for old in parent[first : last + 1]:
            parent.remove(old)
        parent.insert(first, run)


def _complex_fields(root: etree._Element, names: _Names) -> Iterator[_ComplexField]:
    """Fields of a part; those inside the instruction of another belong to that one, which is not ours to change."""
    character, instruction = names.tag("fldChar"), names.tag("instrText")
    open_fields: list[_ComplexField] = []
    for node in root.iter(character, instruction, names.tag("r")):
        run = node.getparent()
        kind = node.get(names.tag("fldCharType")) if node.tag == character else ""
        if kind == "begin" and run is not None:
            open_fields.append(_ComplexField(run))
        elif not open_fields:
            continue
        elif node.tag == instruction and not open_fields[-1].separated:
            open_fields[-1].instruction += node.text or ""
        elif node.tag == names.tag("r") and open_fields[-1].separated and open_fields[-1].result is None:
            open_fields[-1].result = node
        elif kind == "separate":
            open_fields[-1].separated = True
        elif kind == "end":
            done = open_fields.pop()
            done.end = run
            if not open_fields or open_fields[-1].separated:
                yield done


def _mark_text(paragraph: etree._Element, names: _Names, marking: Marking) -> None:
    """Fields in braces, which Word may have spread over several runs."""
    shown = _shown(paragraph, names)
    whole = "".join(text for _element, text in shown)
    if "{{" not in whole:
        return
    marks = [(found, marking.mark(braced_name(found[1]), names.prefix)) for found in _BRACED.finditer(whole)]
    texts = [text for _element, text in shown]
    for found, mark in reversed([each for each in marks if each[1]]):
        _replace(texts, shown, found.span(), mark)
    for (element, before), text in zip(shown, texts, strict=True):
        if text != before:
            element.text = text
            element.set(_SPACE, "preserve")


def _shown(paragraph: etree._Element, names: _Names) -> list[tuple[etree._Element, str]]:
    """The texts of a paragraph, without those of paragraphs in it (text boxes); breaks part them."""
    text = names.tag("t")
    wanted = (text, *(names.tag(name) for name in _BREAKS))
    own = (node for node in paragraph.iter(*wanted) if next(node.iterancestors(names.tag("p")), None) is paragraph)
    return [(node, (node.text or "") if node.tag == text else "\n") for node in own]


def _replace(texts: list[str], shown: Sequence[tuple[etree._Element, str]], span: tuple[int, int], mark: str) -> None:
    """Put ``mark`` in place of a stretch of the joined texts. Stretches are replaced from the last one on."""
    start, end = span
    at = 0
    for place, (_element, before) in enumerate(shown):
        first, last = max(start - at, 0), min(end - at, len(before))
        if first < last and last > 0:
            texts[place] = texts[place][:first] + (mark if at + first == start else "") + texts[place][last:]
        at += len(before)
