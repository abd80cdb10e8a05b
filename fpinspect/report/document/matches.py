"""How well an item fits the known fingerprints, beside what photographs reach by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpinspect.report.document import phrases
from fpinspect.report.document.arrays import best_match
from fpinspect.report.document.blocks import Block, Column, Heading, Table, Text, Together
from fpinspect.wording import fraction, number, probability

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import Report, ReportItem


def matches(report: Report, item: ReportItem, _: Words, *, only: tuple[str, ...] = ()) -> Block:
    """Return the table of matches.

    Parameters
    ----------
    report : Report
        It belongs to.
    item : ReportItem
        With a result.
    _ : Words
        The language.
    only : tuple of str
        Labels to be listed, with a shorter note; all if none is given.
    """
    found = item.record.get("matches") or {}
    best = best_match(item.record)
    ranked = sorted(found, key=lambda k: (found[k]["p_value"], -found[k]["folded"]))
    ranked = [label for label in ranked if not only or label in only]
    counted = any("null_images" in one for one in found.values())
    rows: list[tuple[str, ...]] = []
    for label in ranked:
        one = found[label]
        count = one.get("null_images")
        dy, dx = (int(v) for v in one["shift"])
        name = report.engine.titles.get(label) or phrases.source_name(label, _)
        cells = (
            f"{name} ({_('best match')})" if label == best else name,
            fraction(float(one["aligned"]), 3),
            number(float(one["folded"]), 1),
            f"{dy}, {dx}",
            probability(float(one["p_value"])),
            "–" if count is None else f"{count:,}" if count else _("analytic"),
        )
        rows.append(cells if counted else cells[:-1])
    columns = (
        Column(_("Reference"), share=2.6),
        Column(_("aligned ρ"), "right"),
        Column(_("folded, σ"), "right"),
        Column(_("shift dy, dx, px"), "right", 1.2),
        Column("p", "right", 0.8),
        Column("n", "right", 0.7),
    )
    emphasis = tuple(i for i, label in enumerate(ranked) if label == best)
    blocks: tuple[Block, ...] = (
        Heading(_("Matches with known fingerprints"), 2),
        Table(columns if counted else columns[:-1], tuple(rows), emphasis),
        Text(_note(short=bool(only), counted=counted, _=_), "small"),
    )
    if not rows:
        blocks = (blocks[0], Text(_("The bank holds no fingerprint.")))
    return Together(blocks)


def _note(*, short: bool, counted: bool, _: Words) -> str:
    """Explain the columns of the matches."""
    if short:
        return _(
            "p: share of the photographs of that size and compression that fit at least as well, n "
            "their number. A match is no verdict."
        )
    words = _(
        "aligned: correlation on the lattice; folded: greatest cross-correlation over all shifts, "
        "in standard deviations of noise (noise alone reaches 2 to 4); p: share of the photographs "
        "of that size and compression that fit at least as well."
    )
    if counted:
        more = _(
            "n: the number of these photographs; p is never below 1/(n + 1). Without any, p is "
            "analytic: that of noise."
        )
        words = f"{words} {more}"
    chance = _("With many references some p is small by chance: a match is no verdict.")
    return f"{words} {chance}"
