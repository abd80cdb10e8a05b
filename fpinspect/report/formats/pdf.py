"""A report as PDF: vector text, embedded fonts, outline, page numbers, the JSON attached.

Pages are made once, section by section, so that 500 items need little memory: what is known only
at the end (the number of pages, the page of each item) is a form that each page refers to and
that is defined last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from fpinspect.report.document import pages
from fpinspect.report.document.blocks import Block, Cell, Column, Heading, Table, Together
from fpinspect.report.document.cover import title
from fpinspect.report.document.vector import PAPER
from fpinspect.report.formats import pdf_fonts
from fpinspect.report.formats.clean import clean
from fpinspect.report.formats.pdf_drawing import ImageCache
from fpinspect.report.formats.pdf_flow import STYLES, WIDTH, Flow, HeadingFlowable, form_of
from fpinspect.report.formats.pdf_fonts import BOLD, TEXT, markup
from fpinspect.report.i18n import Words
from fpinspect.report.model import Report

Step = Callable[[], None]
_LEFT, _TOP, _BOTTOM = 57.0, 54.0, 54.0
_SMALL = 7.4
_TOTAL = "total"
_ITEMS = "items"
_MUTED = HexColor(PAPER["muted"])
_LINE = HexColor(PAPER["line"])


class _Feed(list[Flowable]):
    """A list that fetches the next section when it has run empty."""

    def __init__(self, sections: Iterator[list[Flowable]]) -> None:
        super().__init__()
        self._sections = sections

    def __len__(self) -> int:
        while not super().__len__():
            following = next(self._sections, None)
            if following is None:
                return 0
            self.extend(following)
        return super().__len__()


class _Canvas(Canvas):
    """A canvas that asks for what is still missing before it writes the file."""

    before_save: Callable[[Canvas], None] | None = None

    def save(self) -> None:
        """Write the file."""
        if self.before_save is not None:
            self.before_save(self)
        super().save()


class _Document(BaseDocTemplate):
    """Pages with head and foot, an outline, and the numbers that are known last."""

    def __init__(self, target: IO[bytes], report: Report, _: Words) -> None:
        super().__init__(
            target,
            pagesize=A4,
            leftMargin=_LEFT,
            rightMargin=A4[0] - _LEFT - WIDTH,
            topMargin=_TOP,
            bottomMargin=_BOTTOM,
            title=f"{clean(title(report, _))}, {report.report_id}",
            author=clean(report.facts.examiner) or "fpinspect",
            subject=_("Report {id}").format(id=report.report_id),
            creator=f"fpinspect {report.engine.version}",
            lang=_.language,
            invariant=1,
        )
        self._report, self._words = report, _
        self._pages: dict[str, int] = {}
        self._items_begun = False
        frame = Frame(_LEFT, _BOTTOM, WIDTH, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self._furnish)])

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's
        """Note where a heading stands."""
        if not isinstance(flowable, HeadingFlowable) or not flowable.heading.anchor:
            return
        heading = flowable.heading
        self._pages[heading.anchor] = self.page
        if heading.outline:
            self._outline(heading)

    def _outline(self, heading: Heading) -> None:
        canvas, level = self.canv, 0
        if heading.anchor.startswith("item-"):
            if not self._items_begun and len(self._report.items) > 1:
                self._items_begun = True
                words = self._words.n("{n} item", "{n} items", len(self._report.items))
                canvas.bookmarkPage(_ITEMS)
                canvas.addOutlineEntry(words, _ITEMS, 0, closed=True)
            level = int(self._items_begun)
        canvas.addOutlineEntry(clean(heading.text), heading.anchor, level, closed=True)

    def _furnish(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        """Write head and foot of a page."""
        report, _ = self._report, self._words
        right, foot = _LEFT + WIDTH, _BOTTOM - 20
        canvas.saveState()
        canvas.setStrokeColor(_LINE)
        canvas.setLineWidth(0.6)
        canvas.line(_LEFT, foot + 11, right, foot + 11)
        canvas.setFillColor(_MUTED)
        pdf_fonts.draw(canvas, _LEFT, foot, report.report_id, size=_SMALL)
        middle = " · ".join(p for p in (report.facts.laboratory, report.facts.number) if p)
        words = _shortened(middle, 250.0)
        pdf_fonts.draw(canvas, _LEFT + WIDTH / 2, foot, words, size=_SMALL, anchor="middle")
        canvas.translate(right, foot)
        canvas.doForm(_total_form(self.page))
        canvas.restoreState()

    def finish_forms(self, canvas: Canvas) -> None:
        """Define what the pages refer to: the page numbers, now that they are known."""
        total = self.page
        for page in range(1, total + 1):
            words = self._words("Page {page} of {pages}").format(page=page, pages=total)
            _form(canvas, _total_form(page), words, muted=True)
        for item in self._report.items:
            anchor = f"item-{item.number}"
            _form(canvas, form_of(anchor), str(self._pages.get(anchor, "–")), size=8.6)
        for anchor, _name in pages.contents(self._report, self._words):
            found = str(self._pages.get(anchor, "–"))
            _form(canvas, form_of(f"contents-{anchor}"), found, size=9.0)


def _total_form(page: int) -> str:
    return f"{_TOTAL}-{page}"


def _form(
    canvas: Canvas, name: str, words: str, *, size: float = _SMALL, muted: bool = False
) -> None:
    """Define a form with a line that ends at its origin."""
    canvas.beginForm(name, -160, -4, 2, 12)
    canvas.setFillColor(_MUTED if muted else HexColor(PAPER["text"]))
    pdf_fonts.draw(canvas, 0, 0, words, size=size, anchor="end")
    canvas.endForm()


def _shortened(text: str, most: float) -> str:
    line = clean(text).replace("\n", " ")
    while pdf_fonts.width(line, TEXT, _SMALL) > most:
        line = f"{line[:-2].rstrip('…')}…"
    return line


def write(
    report: Report,
    _: Words,
    target: IO[bytes],
    attachment: bytes,
    step: Step,
    kept: pages.Kept | None = None,
) -> None:
    """Write the PDF.

    Parameters
    ----------
    report : Report
        What it says.
    _ : Words
        The language.
    target : binary file
        Written at the end, in one go.
    attachment : bytes
        The JSON of the report.
    step : callable
        Called before each item; may raise to stop.
    kept : dict, optional
        See `pages.items`.
    """
    rl_config.useA85 = 0  # binary streams: a quarter smaller
    document = _Document(target, report, _)
    flow = Flow(ImageCache())

    def canvas(*args: Any, **kwargs: Any) -> Canvas:
        made = _Canvas(*args, **kwargs)
        made.before_save = document.finish_forms
        made.setPageCompression(1)
        made.showOutline()
        _attach(made, attachment, f"{report.report_id}.json", _)
        return made

    def sections() -> Iterator[list[Flowable]]:
        yield from _front(report, flow, _)
        for section in pages.items(report, _, kept):
            step()
            yield flow.all(section.blocks)
        for section in pages.back(report, _):
            yield flow.all(section.blocks)

    document.build(_Feed(sections()), canvasmaker=canvas)


def _front(report: Report, flow: Flow, _: Words) -> Iterator[list[Flowable]]:
    for index, section in enumerate(pages.front(report, _)):
        made = flow.all(section.blocks)
        if index == 0:
            heading = Paragraph(markup(section.title, BOLD), STYLES["title"])
            made = [heading, *made, *flow.all(_contents(report, _))]
        yield made


def _contents(report: Report, _: Words) -> tuple[Block, ...]:
    """Return the table of contents; its page numbers come last."""
    rows = tuple(
        (Cell(name, link=anchor), Cell("", page_of=f"contents-{anchor}"))
        for anchor, name in pages.contents(report, _)
    )
    if not rows:
        return ()
    columns = (Column(_("Contents"), share=6), Column(_("Page"), "right"))
    return (Together((Heading("", 3), Table(columns, rows))),)


def _attach(canvas: Canvas, data: bytes, name: str, _: Words) -> None:
    """Embed the JSON: viewers list it under the attachments."""
    document = canvas._doc  # type: ignore[attr-defined]  # reportlab has no public way
    stream = PDFStream(content=data)
    stream.dictionary["Type"] = PDFName("EmbeddedFile")
    # Written as it stands: reportlab leaves the slash in a name as it is, which ends the name.
    stream.dictionary["Subtype"] = "/application#2Fjson"
    stream.dictionary["Params"] = PDFDictionary({"Size": len(data)})
    embedded = document.Reference(stream, "report-json")
    spec = PDFDictionary({
        "Type": PDFName("Filespec"),
        "F": PDFString(name),
        "UF": PDFString(name),
        "Desc": PDFString(_("The content of this report as JSON")),
        "AFRelationship": PDFName("Data"),
        "EF": PDFDictionary({"F": embedded}),
    })  # fmt: skip
    held = document.Reference(spec, "report-json-file")
    names = PDFDictionary({"Names": PDFArray([PDFString(name), held])})
    document.Catalog.Names = PDFDictionary({"EmbeddedFiles": names})
