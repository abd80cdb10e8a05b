"""Fonts of the PDF, embedded in it, and text that mixes them.

Roboto (Apache License 2.0, ships in ``resources/report/fonts``) has figures of equal width; what
it lacks is taken from DejaVu Sans, which matplotlib brings, as is the font of hashes. What no font
has becomes a box: the JSON has it to the letter.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from fpinspect.report.formats.clean import clean
from fpinspect.resources import resource

TEXT, BOLD, MONO, OTHER = "FpText", "FpBold", "FpMono", "FpOther"
BOX = "□"
Run = tuple[str, str]


@cache
def register() -> None:
    """Make the fonts known to reportlab, once per process.

    Raises
    ------
    FileNotFoundError
        If a font is missing.
    """
    from matplotlib import get_data_path

    dejavu = Path(get_data_path()) / "fonts" / "ttf"
    for name, file in (
        (TEXT, resource("report/fonts/Roboto-Regular.ttf")),
        (BOLD, resource("report/fonts/Roboto-Medium.ttf")),
        (MONO, dejavu / "DejaVuSansMono.ttf"),
        (OTHER, dejavu / "DejaVuSans.ttf"),
    ):
        pdfmetrics.registerFont(TTFont(name, str(file)))
    pdfmetrics.registerFontFamily(TEXT, normal=TEXT, bold=BOLD, italic=TEXT, boldItalic=BOLD)


@cache
def _glyphs(font: str) -> frozenset[int]:
    register()
    face: Any = pdfmetrics.getFont(font)  # a TTFont: the stub knows the base class only
    return frozenset(face.face.charToGlyph)


def runs(text: str, font: str) -> list[Run]:
    """Split a line into pieces that one font can write.

    Returns
    -------
    list of (str, str)
        Text and name of the font.
    """
    own, other = _glyphs(font), _glyphs(OTHER)
    made: list[Run] = []
    for char in text:
        code = ord(char)
        if code in own:
            use = font
        elif code in other:
            use = OTHER
        else:
            char, use = BOX, OTHER
        if made and made[-1][1] == use:
            made[-1] = (made[-1][0] + char, use)
        else:
            made.append((char, use))
    return made


def markup(text: str, font: str = TEXT) -> str:
    """Write hostile plain text in the mark-up of reportlab's paragraphs.

    Line breaks stay; everything else that could be mark-up is escaped.
    """
    lines = []
    for line in clean(text).split("\n"):
        parts = (
            escape(part) if use == font else f'<font name="{use}">{escape(part)}</font>'
            for part, use in runs(line, font)
        )
        lines.append("".join(parts))
    return "<br/>".join(lines)


def width(text: str, font: str, size: float) -> float:
    """Measure a line in points."""
    return sum(pdfmetrics.stringWidth(part, use, size) for part, use in runs(text, font))


def draw(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    font: str = TEXT,
    anchor: Literal["start", "middle", "end"] = "start",
) -> None:
    """Write one line on a canvas, at its left end, middle or right end."""
    line = clean(text).replace("\n", " ")
    if anchor != "start":
        x -= width(line, font, size) / (2 if anchor == "middle" else 1)
    for part, use in runs(line, font):
        canvas.setFont(use, size)
        canvas.drawString(x, y, part)
        x += pdfmetrics.stringWidth(part, use, size)
