"""Drawings as SVG inside a page: colours are classes, so that the page's theme decides them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from fpinspect.report.document.vector import Drawing, Image, Label, Picture, Rect, Stroke
from fpinspect.report.formats.clean import clean

if TYPE_CHECKING:
    from markupsafe import Markup

    from fpinspect.report.document.vector import Shape


class PictureStore:
    """Pictures that many pages show: referred to by name, stored once at the end of the page."""

    def __init__(self) -> None:
        self._held: dict[str, Picture] = {}

    def use(self, picture: Picture) -> str:
        """Keep a picture and return the name to refer to it by."""
        self._held.setdefault(picture.key, picture)
        return f"p-{picture.key}"

    def definitions(self) -> Markup:
        """Return all that were used, as definitions of an SVG."""
        from markupsafe import Markup

        parts = (
            f'<image id="p-{key}" width="{p.width}" height="{p.height}" href="{data_uri(p)}"/>'
            for key, p in self._held.items()
        )
        return Markup("\n".join(parts))  # noqa: S704 - numbers, hex digits and base64 only


def data_uri(picture: Picture) -> str:
    """Return a picture as a ``data:`` address."""
    return f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode('ascii')}"


def picture_svg(picture: Picture, store: PictureStore) -> Markup:
    """Show a stored picture."""
    from markupsafe import Markup

    return Markup(
        '<svg class="pix" role="img" aria-label="{title}" viewBox="0 0 {w} {h}">'
        '<use href="#{name}"/></svg>'
    ).format(title=clean(picture.title), w=picture.width, h=picture.height, name=store.use(picture))


def drawing_svg(drawing: Drawing, store: PictureStore) -> Markup:
    """Return a drawing as an SVG element of its size in points."""
    from markupsafe import Markup

    head = Markup(
        '<svg class="drawing{square}" role="img" aria-label="{title}" viewBox="0 0 {w} {h}" '
        'width="{w}pt" height="{h}pt">'
    ).format(
        square=" square" if drawing.width == drawing.height else "",
        title=clean(drawing.title),
        w=_n(drawing.width),
        h=_n(drawing.height),
    )
    return head + Markup("").join(_shape(s, store) for s in drawing.shapes) + Markup("</svg>")


def _shape(shape: Shape, store: PictureStore) -> Markup:
    if isinstance(shape, Stroke):
        return _stroke(shape)
    if isinstance(shape, Rect):
        return _rect(shape)
    if isinstance(shape, Label):
        return _label(shape)
    return _image(shape, store)


def _classes(fill: str | None, colour: str | None) -> str:
    return f"f-{fill or 'none'} s-{colour or 'none'}"


def _stroke(shape: Stroke) -> Markup:
    from markupsafe import Markup

    closed = " Z" if shape.fill else ""
    path = " L ".join(f"{_n(x)} {_n(y)}" for x, y in shape.points)
    dash = f' stroke-dasharray="{" ".join(map(_n, shape.dash))}"' if shape.dash else ""
    return Markup(  # noqa: S704 - numbers and names of ours only
        f'<path class="{_classes(shape.fill, shape.colour)}" d="M {path}{closed}" '
        f'stroke-width="{_n(shape.width)}" opacity="{_n(shape.opacity)}"{dash}/>'
    )


def _rect(shape: Rect) -> Markup:
    from markupsafe import Markup

    return Markup(  # noqa: S704 - numbers and names of ours only
        f'<rect class="{_classes(shape.fill, shape.colour)}" x="{_n(shape.x)}" y="{_n(shape.y)}" '
        f'width="{_n(shape.width)}" height="{_n(shape.height)}" stroke-width="{_n(shape.line)}" '
        f'opacity="{_n(shape.opacity)}"/>'
    )


def _label(shape: Label) -> Markup:
    from markupsafe import Markup

    turn = f' transform="rotate(-90 {_n(shape.x)} {_n(shape.y)})"' if shape.upright else ""
    weight = ' font-weight="600"' if shape.bold else ""
    head = Markup(  # noqa: S704 - numbers and names of ours only
        f'<text class="f-{shape.colour}" x="{_n(shape.x)}" y="{_n(shape.y)}" '
        f'font-size="{_n(shape.size)}" text-anchor="{shape.anchor}"{weight}{turn}>'
    )
    return head + clean(shape.text) + Markup("</text>")


def _image(shape: Image, store: PictureStore) -> Markup:
    from markupsafe import Markup

    name, picture = store.use(shape.picture), shape.picture
    return Markup(  # noqa: S704 - numbers and hex digits only
        f'<svg class="pix" x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" '
        f'height="{_n(shape.height)}" viewBox="0 0 {picture.width} {picture.height}" '
        f'preserveAspectRatio="none"><use href="#{name}"/></svg>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
