"""A report as a sequence of sections: cover, summary, items, method, limits, annex."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fpinspect.report.document import annex, cover, limits, method, phrases
from fpinspect.report.document.blocks import Section, Text
from fpinspect.report.document.figures_of_item import ItemFigures
from fpinspect.report.document.item import item_section

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import Report


Kept = dict[int, Section]


def contents(report: Report, _: Words) -> list[tuple[str, str]]:
    """Return anchor and title of the parts that the table of contents lists."""
    if report.options.form == "short":
        return []
    return [
        ("summary", _("Summary")),
        ("item-1", _.n("{n} item", "{n} items", len(report.items))),
        ("method", _("Method")),
        ("limits", _("Limits")),
        ("error-rates", _("Known error rates")),
        ("versions", _("Parameters and versions")),
        ("hashes", _("Files and hashes")),
        ("custody", _("Custody")),
    ]


def front(report: Report, _: Words) -> Iterator[Section]:
    """Yield what comes before the items; nothing in the short form of one item."""
    if report.options.form == "short" and len(report.items) == 1:
        return
    yield cover.cover(report, _)
    yield cover.summary(report, _)


def items(report: Report, _: Words, kept: Kept | None = None) -> Iterator[Section]:
    """Yield the pages of each item, drawing its pictures when they are asked for.

    Parameters
    ----------
    report : Report
        What it says.
    _ : Words
        The language.
    kept : dict of int to Section, optional
        Of two formats in one language the first leaves the pages here, the second takes them away.
    """
    figures = None
    if report.figured:
        from fpinspect.report.document.arrays import References

        figures = ItemFigures(References(report.bank), _)
    for item in report.items:
        section = None if kept is None else kept.pop(item.number, None)
        if section is None:
            drawer = figures if item.number in report.figured else None
            section = item_section(report, item, drawer, _)
            if report.options.form == "short" and len(report.items) == 1:
                section = _with_foot(report, section, _)  # of several, the cover says it
            if kept is not None:
                kept[item.number] = section
        yield section


def back(report: Report, _: Words) -> Iterator[Section]:
    """Yield what comes after the items; the short form says it in a line below each item."""
    if report.options.form == "short":
        return
    yield method.method(_, weighed=_matches_weigh(report))
    yield limits.limits(report, _)
    yield annex.versions(report, _)
    yield annex.hashes(report, _)
    yield annex.custody(report, _)


def _matches_weigh(report: Report) -> bool:
    verdicts = (item.record.get("verdict") or {} for item in report.items)
    return any("fingerprint" in (verdict.get("families") or {}) for verdict in verdicts)


def _with_foot(report: Report, section: Section, _: Words) -> Section:
    """Add to an item's page what the sections left out would say."""
    facts = report.facts
    names = [
        _("Case {number}").format(number=facts.number) if facts.number else "",
        facts.laboratory,
        _("Examiner: {name}").format(name=facts.examiner) if facts.examiner else "",
        f"fpinspect {report.engine.version}",
    ]
    made = f"{' · '.join(n for n in names if n)}."
    words = " ".join((phrases.not_said(_), made, *cover.short_form(report, _)))
    foot = (Text(words, "small"),)
    return Section(section.anchor, section.title, (*section.blocks, *foot))
