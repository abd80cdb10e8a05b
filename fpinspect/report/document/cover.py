"""The first pages: what the report is about, by whom, what it found, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpinspect.report.document import annex, phrases
from fpinspect.report.document.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Facts,
    Heading,
    Section,
    Table,
    Text,
)
from fpinspect.wording import moment, number, ratio

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import Report, ReportItem

MOST_CELLS = 64


def title(report: Report, _: Words) -> str:
    """Return the title of the report."""
    return report.facts.title or _("Examination of images for traces of generation")


def cover(report: Report, _: Words) -> Section:
    """Return the cover: case data, scope and result in numbers."""
    facts = report.facts
    unknown = _("not given")
    rows = [
        (_("Report"), report.report_id),
        (_("Case"), facts.number or unknown),
        (_("Laboratory"), facts.laboratory or unknown),
        (_("Examiner"), facts.examiner or unknown),
        (_("Made"), moment(report.created_at)),
        (_("Made with"), f"fpinspect {report.engine.version}"),
    ]
    if report.case_file:
        rows.append((_("Case file"), report.case_file))
    blocks: list[Block] = [
        Facts(tuple(rows)),
        Heading(_("Question"), 3),
        Text(
            _(
                "For each image: do the traces that its pixels carry speak for a generator or for "
                "a photograph, how strongly, and if for a generator, which of those known?"
            )
        ),
        Heading(_("Result"), 3),
        Text(" ".join([_result(report, _), _scope(report, _)]), "lead"),
        Bullets(tuple(_notes(report, _))),
    ]
    if facts.notes:
        blocks += [Heading(_("Notes on the case"), 3), Text(facts.notes)]
    if report.options.form == "short":
        blocks += [Heading(_("Short form"), 3), *(Text(line) for line in short_form(report, _))]
    room = "\u00a0\n\u00a0"
    signed = ((_("Place and date"), room), (_("Signature of the examiner"), room))
    blocks += [Heading(_("Signed"), 3), Facts(signed)]
    return Section("cover", title(report, _), tuple(blocks))


def short_form(report: Report, _: Words) -> list[str]:
    """Say in lines what the sections left out of the short form would say."""
    lines = [
        _(
            "The full form of this report and its JSON hold method, limits, all error rates and "
            "versions."
        )
    ]
    if report.custody is not None:
        text = _("Head of the audit chain: {head}. {limit}")
        limit = annex.chain_limit(_)
        lines.append(text.format(head=report.custody.head.hash, limit=limit))
    return lines


def _result(report: Report, _: Words) -> str:
    words = {
        "generated": lambda n: _.n(
            "in {n} the traces speak for a generator", "in {n} the traces speak for a generator", n
        ),
        "real": lambda n: (
            _.n("in {n} for a photograph", "in {n} for a photograph", n)
            if "generated" in report.counts
            else _.n(
                "in {n} the traces speak for a photograph",
                "in {n} the traces speak for a photograph",
                n,
            )
        ),
        "inconclusive": lambda n: _.n("{n} is inconclusive", "{n} are inconclusive", n),
        "blocked": lambda n: _.n("{n} allows no opinion", "{n} allow no opinion", n),
        "failed": lambda n: _.n("{n} could not be read", "{n} could not be read", n),
    }
    parts = ", ".join(words[answer](n) for answer, n in report.counts.items())
    total = _.n("{n} image", "{n} images", len(report.items))
    return f"{total}: {parts}."


def _scope(report: Report, _: Words) -> str:
    which = report.options.selection
    left = report.left_out
    if which == "bookmarked":
        text = _.n(
            "Bookmarked items only; {n} other item of the case is not in this report.",
            "Bookmarked items only; {n} other items of the case are not in this report.",
            left,
        )
    elif which == "chosen":
        text = _.n(
            "Chosen items only; {n} other item is not in this report.",
            "Chosen items only; {n} other items are not in this report.",
            left,
        )
    elif report.case_file:
        text = _("All items of the case are in this report.")
    else:
        text = _("All images that were given are in this report.")
    return f"{text} {_.said(report.not_images)}".strip()


def _notes(report: Report, _: Words) -> list[str]:
    notes = [phrases.whole_image(_), phrases.not_said(_)]
    figures = {
        "none": _("Figures were left out on request."),
        "bookmarked": _(
            "With more than 50 items, only the bookmarked ones have figures; the case holds the "
            "arrays of the others."
        ),
        "cut": _("With so many items, only the first 250 bookmarked ones have figures."),
    }
    if report.figures_note in figures:
        notes.append(figures[report.figures_note])
    failed = report.counts.get("failed", 0)
    if failed:
        notes.append(
            _.n(
                "{n} item could not be inspected; its page says why.",
                "{n} items could not be inspected; their pages say why.",
                failed,
            )
        )
    return notes


def summary(report: Report, _: Words) -> Section:
    """Return the table of all items."""
    marked = any(item.bookmark is not None for item in report.items)
    columns = [
        Column(_("No."), "right", 0.55),
        Column(_("File"), share=2.35),
        Column(_("Verdict"), share=1.75),
        Column(_("Source"), share=2.4),
        Column(_("LR"), "right", 1.1),
        Column(_("log₁₀ LR"), "right", 1.15),
        Column(_("Support"), share=2.35),
        Column(_("Page"), "right", 0.7, page=True),
    ]
    if marked:
        columns.insert(7, Column(_("Bookmark"), share=1.2))
    rows = tuple(_row(item, report, marked, _) for item in report.items)
    note = _(
        "LR: likelihood ratio, generated : photograph, rounded to two digits and bounded by what "
        "the calibration data can carry. Support: the ENFSI verbal scale, up to 10 limited, to "
        "100 moderate, to 1,000 moderately strong, to 10,000 strong, above very strong. Source: "
        "named only if ten times more probable than an unknown generator."
    )
    return Section(
        "summary",
        _("Summary"),
        (
            Heading(_("Summary"), 1, "summary", outline=True, new_page=len(report.items) > 6),
            Table(tuple(columns), rows, small=len(rows) > 30),
            Text(note, "small"),
        ),
    )


def _row(item: ReportItem, report: Report, marked: bool, _: Words) -> tuple[str | Cell, ...]:
    anchor = f"item-{item.number}"
    name = item.name
    if len(name) > MOST_CELLS:
        name = f"{name[: MOST_CELLS - 20]}…{name[-19:]}"
    known = not item.failed and not item.blocked
    verdict = item.record.get("verdict") or {}
    source = str(verdict.get("source", ""))
    named = item.answer == "generated"
    cells: list[str | Cell] = [
        f"{item.number}",
        Cell(name, link=anchor),
        Cell(phrases.answer_word(item.answer, _), mark=item.answer),
        phrases.source_name(source, _, report.engine.titles) if named else "–",
        ratio(verdict["log10_lr"]) if known else "–",
        number(verdict["log10_lr"], 2, sign=True) if known else "–",
        phrases.strength_word(verdict["log10_lr"], _) if known else "–",
    ]
    if marked:
        mark = item.bookmark
        cells.append(phrases.status_word(str(mark.status), _) if mark is not None else "–")
    return (*cells, Cell("", page_of=anchor))
