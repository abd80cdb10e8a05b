"""Drawings and pictures on a PDF page: vector shapes, pixels as they are."""

from __future__ import annotations

import io

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from fpinspect.report.document.vector import (
    PAPER,
    Colour,
    Drawing,
    Image,
    Label,
    Picture,
    Rect,
    Stroke,
)
from fpinspect.report.formats import pdf_fonts


class ImageCache:
    """Decoded pictures that many pages show, so that each is decoded and stored once."""

    def __init__(self) -> None:
        self._held: dict[str, ImageReader] = {}

    def reader(self, picture: Picture) -> ImageReader:
        """Return what reportlab draws of a picture."""
        if not picture.shared:
            return ImageReader(io.BytesIO(picture.data))
        if picture.key not in self._held:
            self._held[picture.key] = ImageReader(io.BytesIO(picture.data))
        return self._held[picture.key]


class DrawingFlowable(Flowable):
    """A drawing between paragraphs, scaled down where it is too wide.

    Parameters
    ----------
    drawing : Drawing
        What is drawn.
    cache : ImageCache
        Of the document.
    """

    def __init__(self, drawing: Drawing, cache: ImageCache) -> None:
        super().__init__()
        self._drawing, self._cache, self._scale = drawing, cache, 1.0

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """Take the width there is."""
        self._scale = min(1.0, aW / self._drawing.width)
        return self._drawing.width * self._scale, self._drawing.height * self._scale

    def draw(self) -> None:
        """Draw at the origin."""
        canvas: Canvas = self.canv
        canvas.saveState()
        canvas.scale(self._scale, self._scale)
        paint(canvas, self._drawing, self._cache)
        canvas.restoreState()


class PictureFlowable(Flowable):
    """A picture in a box, its proportions kept, with a hairline round it.

    Parameters
    ----------
    picture : Picture
        What is shown.
    width, height : float
        The box, points.
    cache : ImageCache
        Of the document.
    """

    def __init__(self, picture: Picture, width: float, height: float, cache: ImageCache) -> None:
        super().__init__()
        per = min(width / picture.width, height / picture.height)
        self._picture, self._cache = picture, cache
        self._size = picture.width * per, picture.height * per

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """Take what the proportions leave of the box."""
        return self._size

    def draw(self) -> None:
        """Draw at the origin."""
        canvas: Canvas = self.canv
        width, height = self._size
        canvas.drawImage(self._cache.reader(self._picture), 0, 0, width, height)
        canvas.setStrokeColor(HexColor(PAPER["line"]))
        canvas.setLineWidth(0.4)
        canvas.rect(0, 0, width, height)


def paint(canvas: Canvas, drawing: Drawing, cache: ImageCache) -> None:
    """Draw shapes; the drawing's lower left corner is the origin."""
    top = drawing.height
    for shape in drawing.shapes:
        if isinstance(shape, Stroke):
            _stroke(canvas, shape, top)
        elif isinstance(shape, Rect):
            _prepare(canvas, shape.fill, shape.colour, shape.line, shape.opacity)
            canvas.rect(
                shape.x,
                top - shape.y - shape.height,
                shape.width,
                shape.height,
                stroke=int(shape.colour is not None),
                fill=int(shape.fill is not None),
            )
        elif isinstance(shape, Label):
            _label(canvas, shape, top)
        else:
            _image(canvas, shape, top, cache)
    canvas.setFillAlpha(1)
    canvas.setStrokeAlpha(1)


def _prepare(
    canvas: Canvas, fill: Colour | None, colour: Colour | None, width: float, opacity: float
) -> None:
    if fill is not None:
        canvas.setFillColor(HexColor(PAPER[fill]))
    if colour is not None:
        canvas.setStrokeColor(HexColor(PAPER[colour]))
        canvas.setLineWidth(width)
    # A colour brings its own opacity, so this comes last.
    canvas.setFillAlpha(opacity)
    canvas.setStrokeAlpha(opacity)


def _stroke(canvas: Canvas, shape: Stroke, top: float) -> None:
    _prepare(canvas, shape.fill, shape.colour, shape.width, shape.opacity)
    canvas.setDash(list(shape.dash))
    path = canvas.beginPath()
    for index, (x, y) in enumerate(shape.points):
        (path.lineTo if index else path.moveTo)(x, top - y)
    if shape.fill is not None:
        path.close()
    canvas.drawPath(path, stroke=int(shape.colour is not None), fill=int(shape.fill is not None))
    canvas.setDash([])


def _label(canvas: Canvas, shape: Label, top: float) -> None:
    _prepare(canvas, shape.colour, None, 0, 1)
    font = pdf_fonts.BOLD if shape.bold else pdf_fonts.TEXT
    canvas.saveState()
    canvas.translate(shape.x, top - shape.y)
    if shape.upright:
        canvas.rotate(90)
    pdf_fonts.draw(canvas, 0, 0, shape.text, size=shape.size, font=font, anchor=shape.anchor)
    canvas.restoreState()


def _image(canvas: Canvas, shape: Image, top: float, cache: ImageCache) -> None:
    _prepare(canvas, None, None, 0, 1)
    reader = cache.reader(shape.picture)
    canvas.drawImage(reader, shape.x, top - shape.y - shape.height, shape.width, shape.height)
