"""Blocks to what reportlab lays out on pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    LongTable,
    PageBreakIfNotEmpty,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from fpinspect.report.document import blocks as b
from fpinspect.report.document.vector import ANSWER_COLOURS, ANSWER_SHAPES, PAPER, Drawing
from fpinspect.report.formats import pdf_fonts
from fpinspect.report.formats.pdf_drawing import DrawingFlowable, ImageCache, PictureFlowable
from fpinspect.report.formats.pdf_fonts import BOLD, MONO, TEXT, markup

WIDTH = 490.0
"""Of the text, points."""
_HEAD = 60.0
_SCALE = 53.0
_INK, _MUTED, _LINE = HexColor(PAPER["text"]), HexColor(PAPER["muted"]), HexColor(PAPER["line"])
_FRAME = HexColor(PAPER["frame"])
_ALIGN: dict[str, Any] = {"left": TA_LEFT, "right": TA_RIGHT, "center": TA_CENTER}


def _style(size: float, lead: float, *, after: float = 4, **more: Any) -> ParagraphStyle:
    given: dict[str, Any] = {"fontName": TEXT, "textColor": _INK, "splitLongWords": 1} | more
    return ParagraphStyle("", fontSize=size, leading=lead, spaceAfter=after, **given)


STYLES: dict[str, ParagraphStyle] = {
    "title": _style(22, 27, after=14, fontName=BOLD),
    "h1": _style(15, 19, after=5, fontName=BOLD),
    "h2": _style(10.5, 14, after=3, spaceBefore=10, fontName=BOLD),
    "h3": _style(10.5, 14, after=3, spaceBefore=12, fontName=BOLD),
    "body": _style(9, 12.6),
    "lead": _style(11.5, 15.5, after=6),
    "small": _style(7.6, 10.2, textColor=_MUTED),
    "formula": _style(10, 14, leftIndent=14, after=3),
    "note": _style(9, 12.6, leftIndent=8),
    "warning": _style(9, 12.6, leftIndent=8),
    "cell": _style(8.6, 11.2, after=0),
    "cell-small": _style(7.4, 9.2, after=0),
    "mono": _style(7.4, 10.6, after=0, fontName=MONO),
    "mono-small": _style(6.6, 9.2, after=0, fontName=MONO),
    "cell-bold": _style(8.6, 11.2, after=0, fontName=BOLD),
    "head": _style(7.6, 9.6, after=0, fontName=BOLD, textColor=_MUTED),
    "name": _style(8.6, 11.2, after=0, textColor=_MUTED),
    "word": _style(15, 19, after=0, fontName=BOLD),
    "support": _style(9, 12, after=3, textColor=_MUTED),
    "sentence": _style(10.5, 14, after=0, spaceBefore=3),
}
_TIGHT: list[Any] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


class HeadingFlowable(Paragraph):
    """A heading that the outline and links can lead to."""

    def __init__(self, heading: b.Heading) -> None:
        style = STYLES[f"h{min(heading.level, 3)}"]
        super().__init__(markup(heading.text, BOLD), style)
        self.heading = heading
        self.keepWithNext = 1

    def draw(self) -> None:
        """Draw it and mark the place."""
        canvas: Canvas = self.canv
        if self.heading.anchor:
            canvas.bookmarkHorizontal(self.heading.anchor, 0, self.height + 6)
        super().draw()
        if self.heading.level == 1:
            canvas.setStrokeColor(_LINE)
            canvas.setLineWidth(0.6)
            canvas.line(0, -3, WIDTH, -3)


class PageNumberOf(Flowable):
    """The number of the page that an anchor is on, known only when all pages are made."""

    def __init__(self, anchor: str) -> None:
        super().__init__()
        self._anchor = anchor

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """Take the height of a line."""
        self._width = aW
        return aW, 11.2

    def draw(self) -> None:
        """Leave a place that `fpinspect.report.formats.pdf` fills in at the end."""
        canvas: Canvas = self.canv
        canvas.saveState()
        canvas.translate(self._width, 2.6)
        canvas.doForm(form_of(self._anchor))
        canvas.restoreState()


def form_of(anchor: str) -> str:
    """Name the form that holds the page number of an anchor."""
    return f"page-{anchor}"


class Flow:
    """Turns blocks into flowables.

    Parameters
    ----------
    cache : ImageCache
        Of the document.
    """

    def __init__(self, cache: ImageCache) -> None:
        self._cache = cache

    def all(
        self, found: Sequence[b.Block], width: float = WIDTH, *, inside: bool = False
    ) -> list[Flowable]:
        """Return the flowables of blocks, in a column of that width.

        Parameters
        ----------
        found : sequence of Block
            In their order.
        width : float
            Points.
        inside : bool
            They go into the cell of a table, which keeps them together anyway.
        """
        return [f for block in found for f in self.one(block, width, inside=inside)]

    def one(self, block: b.Block, width: float = WIDTH, *, inside: bool = False) -> list[Flowable]:
        """Return the flowables of one block; see `all`."""
        match block:
            case b.Heading():
                start: list[Flowable] = [PageBreakIfNotEmpty()] if block.new_page else []
                space = [CondPageBreak(90)] if block.level == 1 and not block.new_page else []
                above = [Spacer(1, 14)] if space else []
                below = [Spacer(1, 6)] if block.level == 1 else []
                return [*start, *space, *above, HeadingFlowable(block), *below]
            case b.Text():
                return [self._text(block)]
            case b.Bullets():
                return [Paragraph(markup(item), _BULLET, bulletText="•") for item in block.items]
            case b.Table():
                return [self._table(block, width), Spacer(1, 4)]
            case b.Facts():
                return [self._facts(block, width), Spacer(1, 4)]
            case b.Figure():
                drawn: list[Flowable] = [DrawingFlowable(block.drawing, self._cache), Spacer(1, 3)]
                if block.caption:
                    drawn.append(Paragraph(markup(block.caption), STYLES["small"]))
                return drawn if inside else [KeepTogether(drawn)]
            case b.Grid():
                return [self._grid(block)]
            case b.Opinion():
                return [self._opinion(block), Spacer(1, 2)]
            case b.Beside():
                left = width * block.share - 12
                right = width - left - 24
                cells = [
                    [
                        self.all(block.left, left, inside=True),
                        self.all(block.right, right, inside=True),
                    ]
                ]
                style: list[Any] = [*_TIGHT, ("RIGHTPADDING", (0, 0), (0, 0), 24)]
                made = Table(cells, [left + 24, right], style=TableStyle(style), splitInRow=1)
                made.spaceBefore = 10
                return [made]
            case b.Together():
                held = self.all(block.blocks, width, inside=inside)
                return held if inside else [KeepTogether(held)]

    def _text(self, block: b.Text) -> Flowable:
        text = block.text.replace("  ", "\u00a0\u00a0") if block.style == "formula" else block.text
        marked = markup(text)
        if block.style == "formula":
            marked = marked.replace("_avg", '<sub rise="2.5" size="7">avg</sub>')
        words = Paragraph(marked, STYLES[block.style])
        if block.style not in {"note", "warning"}:
            return words
        colour = HexColor(PAPER["error"]) if block.style == "warning" else _FRAME
        style: list[Any] = [*_TIGHT, ("LINEBEFORE", (0, 0), (0, -1), 2, colour)]
        return Table(
            [[words]], [WIDTH], style=TableStyle(style), splitInRow=1, spaceBefore=8, spaceAfter=4
        )

    def _cell(self, value: str | b.Cell, column: b.Column, small: bool, bold: bool) -> Flowable:
        if isinstance(value, b.Cell) and value.page_of:
            return PageNumberOf(value.page_of)
        name = "mono" if column.mono else "cell-bold" if bold else "cell"
        if small:
            name = {"mono": "mono-small"}.get(name, "cell-small")
        style = _aligned(name, column.align)
        font = style.fontName
        if isinstance(value, str):
            return Paragraph(markup(value, font), style)
        words = markup(value.text, font)
        if value.link:
            words = f'<a href="#{value.link}">{words}</a>'
        if value.mark:
            colour = PAPER[ANSWER_COLOURS[value.mark]]
            shape = markup(ANSWER_SHAPES[value.mark], font)
            words = f'<font color="{colour}">{shape}</font>&nbsp;{words}'
        return Paragraph(words, style)

    def _table(self, block: b.Table, width: float) -> Flowable:
        total = sum(column.share for column in block.columns)
        widths = [width * column.share / total for column in block.columns]
        rows: list[list[Flowable]] = [
            [Paragraph(markup(c.title, BOLD), _aligned("head", c.align)) for c in block.columns]
        ]
        for index, row in enumerate(block.rows):
            bold = index in block.emphasis
            pairs = zip(row, block.columns, strict=True)
            rows.append([self._cell(v, column, block.small, bold) for v, column in pairs])
        pad = 1.2 if block.small else 2.4
        style: list[Any] = [
            *_TIGHT,
            ("RIGHTPADDING", (0, 0), (-2, -1), 7),
            ("TOPPADDING", (0, 0), (-1, -1), pad),
            ("BOTTOMPADDING", (0, 0), (-1, -1), pad),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.6, _FRAME),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, _LINE),
        ]
        made = LongTable if len(rows) > 40 else Table
        return made(rows, widths, repeatRows=1, style=TableStyle(style), splitInRow=1)

    def _facts(self, block: b.Facts, width: float) -> Flowable:
        left = width * block.wide
        rows = []
        for name, value in block.rows:
            mono = name in block.mono
            style = STYLES["mono" if mono else "cell"]
            words = Paragraph(markup(value, MONO if mono else TEXT), style)
            rows.append([Paragraph(markup(name), STYLES["name"]), words])
        style_: list[Any] = [
            *_TIGHT,
            ("RIGHTPADDING", (0, 0), (0, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ]
        return Table(rows, [left, width - left], style=TableStyle(style_), splitInRow=1)

    def _grid(self, block: b.Grid) -> Flowable:
        side, gap = block.side, 9.0
        columns = len(block.heads)
        heads: list[Any] = [""]
        for name, note in block.heads:
            head: list[Any] = [
                Paragraph(markup(name, BOLD), STYLES["cell-bold"]),
                Paragraph(markup(note), STYLES["small"]),
            ]
            heads.append(head)
        rows: list[list[Any]] = [[*heads, ""]]
        style: list[Any] = [*_TIGHT, ("RIGHTPADDING", (0, 0), (-1, -1), gap)]
        for row in block.rows:
            shown: list[Any] = [self._shown(one, side) for one in row.pictures]
            shown += [""] * (columns - len(shown))
            scale: Any = DrawingFlowable(row.scale, self._cache) if row.scale else ""
            rows.append([Paragraph(markup(row.title), STYLES["small"]), *shown, scale])
            if not row.caption:
                style.append(("BOTTOMPADDING", (0, len(rows) - 1), (-1, len(rows) - 1), 5))
                continue
            caption = Paragraph(markup(row.caption), STYLES["small"])
            style.append(("SPAN", (1, len(rows)), (-1, len(rows))))
            style.append(("TOPPADDING", (0, len(rows)), (-1, len(rows)), 2))
            style.append(("BOTTOMPADDING", (0, len(rows)), (-1, len(rows)), 3))
            rows.append(["", caption, *[""] * columns])
        widths = [_HEAD + gap, *[side + gap] * columns, _SCALE]
        return Table(
            rows, widths, style=TableStyle(style), splitInRow=1, hAlign="LEFT", spaceBefore=8
        )

    def _shown(self, one: Any, side: float) -> Flowable:
        if isinstance(one, str):
            return Paragraph(markup(one), STYLES["small"])
        if isinstance(one, Drawing):
            return DrawingFlowable(one, self._cache)
        return PictureFlowable(one, side, side, self._cache)

    def _opinion(self, block: b.Opinion) -> Flowable:
        colour = PAPER[ANSWER_COLOURS[block.answer]]
        mark = f'<font color="{colour}">{markup(ANSWER_SHAPES[block.answer], BOLD)}</font>'
        right: list[Flowable] = [
            Paragraph(f"{mark} {markup(block.word, BOLD)}", STYLES["word"]),
            Paragraph(markup(block.support), STYLES["support"]),
        ]
        if block.scale is not None:
            right.append(DrawingFlowable(block.scale, self._cache))
        right.append(Paragraph(markup(block.sentence), STYLES["sentence"]))
        thumb = 104.0 if block.picture is not None else 0.0
        inner = WIDTH - 12
        parts: list[Flowable] = []
        if block.picture is not None:
            shown = PictureFlowable(block.picture, thumb - 12, thumb - 12, self._cache)
            style = TableStyle(_TIGHT)
            parts.append(Table([[shown, right]], [thumb, inner - thumb], style=style))
        else:
            parts += right
        if block.notes:
            parts.append(Spacer(1, 5))
            parts += [Paragraph(markup(n), _NOTE, bulletText="•") for n in block.notes]
        outer: list[Any] = [
            *_TIGHT,
            ("LINEBEFORE", (0, 0), (0, -1), 2.5, HexColor(colour)),
            ("LEFTPADDING", (0, 0), (0, -1), 12),
        ]
        return Table([[parts]], [WIDTH], style=TableStyle(outer), splitInRow=1)


_BULLET = _style(9, 12.6, leftIndent=11, bulletIndent=2, after=3)
_NOTE = _style(7.8, 10.4, leftIndent=10.2, bulletIndent=1, after=2, textColor=_MUTED)
_ALIGNED: dict[tuple[str, str], ParagraphStyle] = {}


def _aligned(name: str, align: str) -> ParagraphStyle:
    """Return a style with another alignment, made once."""
    if (name, align) not in _ALIGNED:
        _ALIGNED[name, align] = ParagraphStyle("", STYLES[name], alignment=_ALIGN[align])
    return _ALIGNED[name, align]


pdf_fonts.register()
