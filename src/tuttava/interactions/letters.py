"""The letters a new company starts with, made as Word documents: a business letter, and minutes of a meeting."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

Words = Mapping[str, str]

#: Merge fields that the business letter uses; those of the shipped Word template.
LETTER_FIELDS = {
    "contact": ["address_block", "formal_salutation"],
    "salesperson": ["name", "job_title", "phone_no", "email"],
    "company": ["name", "address_block", "phone_no", "vat_registration_no", "bank_name", "bank_account_no"],
    "entry": ["document_date", "subject"],
}
FONT = "Calibri"
INK = "1F3A4D"
FAINT = "6B7780"


def business_letter(words: Words) -> bytes:
    """A letter on A4: sender, addressee and date, salutation, text, signature, and the sender's figures below."""
    document = _page(words["letter"])
    header = document.sections[0].header
    _line(header.paragraphs[0], "{{ company.name }}", size=15, bold=True, colour=INK)
    _line(header.add_paragraph(), "{{ company.address_block }}", size=9, after=18, colour=FAINT)
    _line(document.add_paragraph(), "{{ contact.address_block }}", after=18)
    _line(document.add_paragraph(), "{{ entry.document_date }}", align="right", after=4)
    _line(
        document.add_paragraph(),
        f"{words['our_reference']}: {{{{ salesperson.name }}}}",
        align="right",
        after=18,
        size=9,
        colour=FAINT,
    )
    _line(document.add_paragraph(), "{{ entry.subject }}", bold=True, after=12, colour=INK)
    for text in ("{{ contact.formal_salutation }}", words["write_here"]):
        _line(document.add_paragraph(), text, after=10)
    _line(document.add_paragraph(), words["regards"], after=30)
    _line(document.add_paragraph(), "{{ salesperson.name }}", bold=True)
    _line(document.add_paragraph(), "{{ salesperson.job_title }}")
    _line(document.add_paragraph(), "{{ salesperson.phone_no }}", size=9, colour=FAINT)
    _line(document.add_paragraph(), "{{ salesperson.email }}", size=9, colour=FAINT)
    _footer(document)
    return _bytes(document)


def minutes(words: Words) -> bytes:
    """Minutes: what it was about and who was there, then a table of subjects with decisions and who does what."""
    document = _page(words["minutes"])
    _line(document.sections[0].header.paragraphs[0], "{{ company.name }}", size=10, colour=FAINT)
    _line(document.add_paragraph(), words["minutes"], size=20, bold=True, after=10, colour=INK)
    facts = document.add_table(rows=0, cols=2)
    for label, value in (
        ("about", "{{ entry.description }}"),
        ("date", "{{ entry.document_date }}"),
        ("with", "{{ contact.name }}, {{ contact.company_name }}"),
        ("present", "{{ salesperson.name }}"),
    ):
        cells = facts.add_row().cells
        _line(cells[0].paragraphs[0], words[label], colour=FAINT)
        _line(cells[1].paragraphs[0], value)
    _line(document.add_paragraph(), "", after=6)
    heads = ("subject", "decision", "responsible", "due")
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = words[head]
    for number in range(1, 6):
        table.add_row().cells[0].text = f"{number}. "
    _line(document.add_paragraph(), "", after=6)
    _line(document.add_paragraph(), f"{words['next_meeting']}:")
    _footer(document)
    return _bytes(document)


def _page(title: str) -> Document:
    """An empty A4 page in the letters' type; nothing in it says who made it."""
    import docx
    from docx.shared import Mm, Pt

    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(30), Mm(25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(11)
    normal.paragraph_format.space_after = Pt(0)
    return document


def _footer(document: Document) -> None:
    company = " · ".join(
        f"{{{{ company.{name} }}}}" for name in ("name", "phone_no", "vat_registration_no", "bank_name")
    )
    paragraph = document.sections[0].footer.paragraphs[0]
    _line(paragraph, f"{company} {{{{ company.bank_account_no }}}}", size=8, align="center", colour=FAINT)


def _line(
    paragraph: Any,
    text: str,
    *,
    size: float = 11,
    bold: bool = False,
    after: float = 0,
    align: str = "left",
    colour: str = "",
) -> None:
    """Fill a paragraph; sizes and distances in points."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    paragraph.paragraph_format.space_after = Pt(after)
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())


def _bytes(document: Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def plain_layout(words: Words) -> str:
    """The frame of a plain e-mail: salutation, text, signature, and who writes."""
    return (
        '<div style="font-family: Calibri, Arial, sans-serif; font-size: 15px; line-height: 1.5; max-width: 640px">'
        "<p>{{ contact.formal_salutation }}</p>"
        "<div>{{ layout.content }}</div>"
        f"<p>{words['regards']}</p>"
        "<p><strong>{{ salesperson.name }}</strong><br>{{ salesperson.job_title }}</p>"
        "<hr>"
        f'<p style="font-size: 12px; color: #{FAINT}">{{{{ company.name }}}}<br>{{{{ company.address_block }}}}</p>'
        "</div>"
    )
