"""A report as one HTML file that needs nothing else: no script, no network, no other file.

The template says where things stand, the style sheet how they look; both ship in
``resources/report``. Everything is escaped by jinja2. A Content-Security-Policy allows this very
style sheet (by its hash) and embedded pictures, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from fpinspect.report.document import pages
from fpinspect.report.document.blocks import Section
from fpinspect.report.document.cover import title
from fpinspect.report.document.vector import ANSWER_SHAPES, Drawing, Picture
from fpinspect.report.formats.clean import clean
from fpinspect.report.formats.svg import PictureStore, data_uri, drawing_svg, picture_svg
from fpinspect.resources import resource

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from fpinspect.report.i18n import Words
    from fpinspect.report.model import Report

TEMPLATES = "report"
Step = Callable[[], None]


def environment(_: Words, store: PictureStore) -> Environment:
    """Make the jinja2 environment of the report's templates."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(resource(TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # The extension adds this method at run time.
    made.install_gettext_translations(_.translations, newstyle=True)  # type: ignore[attr-defined]
    made.filters["clean"] = clean
    made.filters["formula"] = _formula
    made.filters["kind"] = lambda block: type(block).__name__
    made.filters["picture"] = lambda one: _picture(one, store)
    made.filters["drawing"] = lambda one: drawing_svg(one, store)
    made.filters["shape"] = lambda answer: ANSWER_SHAPES.get(answer, "")
    made.tests["text"] = lambda one: isinstance(one, str)
    made.tests["vector"] = lambda one: isinstance(one, Drawing)
    return made


def _formula(text: str) -> Markup:
    from markupsafe import Markup, escape

    return escape(text).replace("_avg", Markup("<sub>avg</sub>"))


def _picture(picture: Picture, store: PictureStore) -> Markup:
    from markupsafe import Markup

    if picture.shared:
        return picture_svg(picture, store)
    return Markup('<img class="{kind}" alt="{alt}" width="{w}" height="{h}" src="{src}">').format(
        kind="pix" if picture.mime == "image/png" else "photo",
        alt=clean(picture.title),
        w=picture.width,
        h=picture.height,
        src=data_uri(picture),
    )


def generate(
    report: Report, _: Words, attachment: bytes, step: Step, kept: pages.Kept | None = None
) -> Iterator[bytes]:
    """Yield the file piece by piece: 500 items need no more memory than one.

    Parameters
    ----------
    report : Report
        What it says.
    _ : Words
        The language.
    attachment : bytes
        The JSON of the report: a link saves it, and `fpinspect verify` finds it there.
    step : callable
        Called before each item; may raise to stop.
    kept : dict, optional
        See `pages.items`.

    Yields
    ------
    bytes
        UTF-8.
    """
    store = PictureStore()
    made = environment(_, store)
    style = resource(f"{TEMPLATES}/report.css").read_text("utf-8")
    style = style.replace("REPORT-ID", report.report_id)
    style = style.replace("PAGE-OF", _page_rule(_))
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")

    def stepping() -> Iterator[Section]:
        for section in pages.items(report, _, kept):
            step()
            yield section

    values: dict[str, Any] = {
        "report": report,
        "title": title(report, _),
        "language": _.language,
        "style": style,
        "style_hash": digest,
        "contents": pages.contents(report, _),
        "front": pages.front(report, _),
        "items": stepping(),
        "back": pages.back(report, _),
        "store": store,
        "attachment": base64.b64encode(attachment).decode("ascii"),
    }
    for part in made.get_template("template.html").generate(values):
        yield part.encode("utf-8")


def _page_rule(_: Words) -> str:
    """Return the content of the page number in CSS: counters, and words as CSS strings."""
    text = _("Page {page} of {pages}")
    text = text.replace("\\", "").replace('"', "").replace("\n", " ")
    head, _mark, rest = text.partition("{page}")
    middle, _mark, tail = rest.partition("{pages}")
    return f'"{head}" counter(page) "{middle}" counter(pages) "{tail}"'
