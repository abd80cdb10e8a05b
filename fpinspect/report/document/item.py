"""The pages of one item: verdict, what it rests on, pictures, matches, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fpinspect.report.document import drawings, matches, phrases, pictures, provenance, tiles
from fpinspect.report.document.arrays import REAL, shown_match
from fpinspect.report.document.blocks import (
    Beside,
    Block,
    Bullets,
    Cell,
    Column,
    Facts,
    Figure,
    Heading,
    Opinion,
    Section,
    Table,
    Text,
    Together,
)
from fpinspect.wording import grouped, moment, number, ratio

if TYPE_CHECKING:
    from fpinspect.batch.case.arrays import StoredArrays
    from fpinspect.report.document.figures_of_item import ItemFigures
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import Report, ReportItem

_THUMB = 220
_SIDE_FULL, _SIDE_LEAST = 104.0, 44.0
_SIDES_SHORT = ((300, 60.0), (600, 54.0))
"""In the short form: with fewer characters of flags and notes than this, that side in points."""
_FOOT = 500
"""Characters below the only item of a report, where there is no cover to say them."""
_LONG_NAME = 70


def item_section(
    report: Report, item: ReportItem, figures: ItemFigures | None, _: Words
) -> Section:
    """Return the pages of an item.

    Parameters
    ----------
    report : Report
        It belongs to.
    item : ReportItem
        The item.
    figures : ItemFigures or None
        Draws its pictures; None if there are to be none.
    _ : Words
        The language.
    """
    stored, why = _stored(item, wanted=figures is not None, _=_)
    name = drawings.shortened(item.name, _LONG_NAME)
    title = _("Item {n}: {name}").format(n=item.number, name=name)
    anchor = f"item-{item.number}"
    heading = Heading(title, 1, anchor, outline=True, new_page=True)
    blocks: list[Block] = [heading, Text(_byline(item, _), "small")]
    blocks.append(opinion(report, item, stored, _))
    if item.bookmark is not None and item.bookmark.note:
        words = _("Note of the examiner: {note}").format(note=item.bookmark.note)
        blocks.append(Text(words, "note"))
    if item.failed:
        blocks.append(_file(item, _))
        return Section(anchor, title, tuple(blocks))
    if why:
        blocks.append(Text(why, "note"))
    short = report.options.form == "short"
    parts = (
        _short(report, item, stored, figures, _)
        if short
        else _full(report, item, stored, figures, _)
    )
    return Section(anchor, title, tuple(blocks + parts))


def _stored(item: ReportItem, *, wanted: bool, _: Words) -> tuple[StoredArrays | None, str]:
    """Get what is drawn; a file that has gone costs its pictures, not the report."""
    if not wanted or item.failed:
        return None, ""
    from fpinspect.batch.case.values import CaseError
    from fpinspect.evidence.flags import ItemError

    try:
        found = item.arrays()
    except (ItemError, CaseError) as error:
        why = _.said(str(error))
        return None, _("There are no pictures of this item: {why}").format(why=why)
    if found is None:
        return None, _("There are no pictures of this item: the case holds no arrays of it.")
    return found, ""


def _byline(item: ReportItem, _: Words) -> str:
    image = item.record.get("image")
    parts = [phrases.pixels(image, _)] if image else []
    if item.record.get("sha256"):
        parts.append(f"SHA-256 {str(item.record['sha256'])[:16]}…")
    if item.case_id not in (None, item.number):
        parts.append(_("item {n} of the case").format(n=item.case_id))
    parts.append(_("inspected {when}").format(when=moment(item.record.get("inspected_at"))))
    if item.bookmark is not None:
        status = phrases.status_word(str(item.bookmark.status), _)
        parts.append(_("bookmarked: {status}").format(status=status))
    if item.tags:
        parts.append(_("tags: {tags}").format(tags=", ".join(item.tags)))
    return " · ".join(parts)


def opinion(report: Report, item: ReportItem, stored: StoredArrays | None, _: Words) -> Opinion:
    """Return the verdict in words with its scale."""
    thumb = None
    if stored is not None and report.options.form == "full":
        title = _("Image: {name}").format(name=item.name)
        thumb = pictures.preview_picture(stored.preview or stored.thumbnail, title, side=_THUMB)
    scale = None
    notes: list[str] = []
    if not item.failed and not item.blocked:
        verdict = item.record["verdict"]
        log10_lr = float(verdict["log10_lr"])
        limit = phrases.bound(item, report.engine)
        scale = drawings.strength_scale(log10_lr, limit, answer=item.answer, _=_)
        numbers = _("Likelihood ratio {ratio}, log₁₀ {log}; bound of the calibration {bound}.")
        notes.append(
            numbers.format(
                ratio=phrases.ratio_words(log10_lr, limit, _),
                log=number(log10_lr, 2, sign=True),
                bound=ratio(limit if log10_lr >= 0 else -limit),
            )
        )
        if report.options.form == "full":
            notes.append(phrases.odds_note(verdict, _))
        notes.append(
            phrases.threshold_note(
                verdict,
                _,
                real_up_to=phrases.real_limit(item, report.engine),
                basis=report.options.form == "full",
            )
        )
    if not item.failed:
        notes.append(phrases.whole_image(_))
    return Opinion(
        answer=item.answer,
        word=phrases.answer_word(item.answer, _),
        support=phrases.support(item, _),
        sentence=phrases.sentence(item, report.engine, _),
        scale=scale,
        picture=thumb,
        notes=tuple(note for note in notes if note),
    )


def _full(
    report: Report,
    item: ReportItem,
    stored: StoredArrays | None,
    figures: ItemFigures | None,
    _: Words,
) -> list[Block]:
    blocks: list[Block] = [_weaknesses(item, _)]
    if not item.blocked:
        blocks.insert(0, Beside(_sources(report, item, _), _contributions(item, _)))
    blocks += _explained(item, _)
    blocks += _tile_map(item, _)
    if figures is not None and stored is not None:
        heading = Heading(_("Pictures beside the references"), 2, new_page=True)
        blocks.append(heading)
        blocks += figures.blocks(item, stored, side=_SIDE_FULL)
    blocks.append(matches.matches(report, item, _))
    blocks.append(_provenance(item, _))
    blocks.append(_file(item, _))
    return blocks


def _short(
    report: Report,
    item: ReportItem,
    stored: StoredArrays | None,
    figures: ItemFigures | None,
    _: Words,
) -> list[Block]:
    blocks: list[Block] = []
    if figures is not None and stored is not None:
        blocks += figures.strip(item, stored, side=_side(report, item))
    blocks.append(_weaknesses(item, _))
    blocks.append(matches.matches(report, item, _, only=(shown_match(item.record) or "", REAL)))
    named = provenance.provenance_rows(item, _)[:2]
    rows = (("SHA-256", str(item.record.get("sha256"))), *named)
    blocks.append(Facts(rows, mono=frozenset({"SHA-256"})))
    return blocks


def _side(report: Report, item: ReportItem) -> float:
    """Choose the side of the pictures: many words leave less room on the one page."""
    words = sum(len(str(f["message"])) for f in item.record.get("applicability") or ())
    words += len(item.bookmark.note) if item.bookmark is not None else 0
    words += _FOOT if len(report.items) == 1 else 0
    return next((side for most, side in _SIDES_SHORT if words < most), _SIDE_LEAST)


def _sources(report: Report, item: ReportItem, _: Words) -> tuple[Block, ...]:
    verdict = item.record["verdict"]
    shares, inside = verdict.get("sources") or {}, set(verdict.get("source_set") or ())
    ranked = sorted(shares, key=lambda label: (-shares[label], label == "other"))
    first = next((label for label in ranked if label != "real"), None)
    rows = []
    for label in ranked:
        role: Any = "real" if label == "real" else "match" if label == first else "other"
        name = phrases.source_name(label, _, report.engine.titles)
        rows.append((name, float(shares[label]), label in inside, role))
    if verdict.get("conformal"):
        caption = _(
            "Shares at even prior odds; ◆ cannot be ruled out: of the images of each source, 95 % "
            "have it in this set."
        )
    else:
        caption = _(
            "Shares at even prior odds; ◆ belongs to the 95 % set, the likeliest sources that "
            "together reach 95 %."
        )
    return (
        Heading(_("Possible sources"), 2),
        Figure(drawings.share_bars(rows, title=_("Shares of the sources")), caption),
    )


def _contributions(item: ReportItem, _: Words) -> tuple[Block, ...]:
    found = item.record["verdict"].get("families") or {}
    ranked = sorted(found, key=lambda k: (k == "calibration", -abs(found[k])))
    rows = [(phrases.family_name(k, _), float(found[k])) for k in ranked]
    caption = _(
        "What each family adds to log₁₀ LR: right of the line for generated, left for photograph. "
        "{steps}."
    ).format(steps=_steps(item.record["verdict"], sum(value for _name, value in rows), _))
    bars = drawings.contribution_bars(rows, title=_("Contributions of the families"))
    return Heading(_("What it rests on"), 2), Figure(bars, caption)


def _steps(verdict: Mapping[str, Any], total: float, _: Words) -> str:
    """Say how the families' sum becomes the ratio: bounded, then weakened by rule."""

    def signed(value: float) -> str:
        return number(value, 2, sign=True)

    final = float(verdict["log10_lr"])
    before = (verdict.get("weakening") or {}).get("log10_lr_before")
    if not isinstance(before, int | float):
        return _("Sum {total}, bounded {final}").format(total=signed(total), final=signed(final))
    return _("Sum {total}, bounded {before}, after what weakens it {final}").format(
        total=signed(total), before=signed(float(before)), final=signed(final)
    )


def _weaknesses(item: ReportItem, _: Words) -> Block:
    severities = {
        "blocking": _("Forbids an opinion"),
        "warning": _("Weakens the opinion"),
        "info": _("Note"),
    }
    order = list(severities)
    flags = sorted(
        item.record.get("applicability") or (),
        key=lambda f: order.index(f["severity"]) if f["severity"] in order else len(order),
    )
    heading = Heading(_("What weakens this"), 2)
    if not flags:
        return Together((heading, Text(_("Nothing was found that weakens the opinion."))))
    lines = (
        f"{severities.get(f['severity'], f['severity'])}: {_.said(str(f['message']))}"
        for f in flags
    )
    return Together((heading, Bullets(tuple(lines))))


def _explained(item: ReportItem, _: Words) -> list[Block]:
    carriers, changed = _carriers(item, _), _changed(item, _)
    if carriers and changed:
        return [Beside(carriers, changed)]
    return [Together(blocks) for blocks in (carriers, changed) if blocks]


def _carriers(item: ReportItem, _: Words) -> tuple[Block, ...]:
    carriers = tiles.carriers(item.record, _)
    if not carriers:
        return ()
    # The engine's sentence would say the verdict a second time, rounded down where the first is
    # rounded to the nearest: two numbers for one ratio.
    words = _(
        "What log₁₀ LR would lose without them, the greatest first; fy grows upwards, dy downwards "
        "as the rows do:"
    )
    return (Heading(_("What carries the verdict"), 2), Text(words, "small"), Bullets(carriers))


def _changed(item: ReportItem, _: Words) -> tuple[Block, ...]:
    robust = _.said(tiles.sentence(item.record.get("robust")))
    members = tiles.members(item.record)
    if not robust and not members:
        return ()
    columns = (
        Column(_("Handling"), share=2.9),
        Column(_("log₁₀ LR"), "right"),
        Column(_("Answer"), share=1.5),
    )
    rows = tuple(
        (
            tiles.handling_words(handling, _),
            number(value, 2, sign=True),
            Cell(phrases.answer_word(answer, _), mark=answer),
        )
        for handling, value, answer in members
    )
    made: list[Block] = [Heading(_("If the image is changed a little"), 2)]
    made += [Text(robust)] if robust else []
    made += [Table(columns, rows, small=True)] if rows else []
    return tuple(made)


def _tile_map(item: ReportItem, _: Words) -> list[Block]:
    found = tiles.tiles(item.record)
    if not tiles.disagree(item.record, found):
        return []
    image: Mapping[str, Any] = item.record.get("image") or {}
    size = (int(image.get("width") or 1), int(image.get("height") or 1))
    generated = sum(t.log10_lr > 0 for t in found)
    words = _(
        "{n} of {all} tiles speak for generated, the others for photograph. A tile alone is weak "
        "evidence; a group of neighbouring tiles against the rest may mean that part of the image "
        "has another origin, or only that its texture differs. The verdict remains about the "
        "whole image."
    ).format(n=generated, all=len(found))
    caption = _("log₁₀ LR of each tile alone, on the pixels as stored; right: what it means.")
    drawn = drawings.tile_map(found, size, _=_)
    heading = Heading(_("The tiles disagree"), 2)
    return [Together((heading, Beside((Figure(drawn, caption),), (Text(words),))))]


def _provenance(item: ReportItem, _: Words) -> Block:
    note = _(
        "What the file says about itself is no part of the verdict: metadata can be stripped, "
        "copied or forged, and their absence says nothing."
    )
    return Together((
        Heading(_("Provenance"), 2),
        Text(note, "small"),
        Facts(provenance.provenance_rows(item, _)),
    ))  # fmt: skip


def _file(item: ReportItem, _: Words) -> Block:
    rows = provenance.file_rows(item, _)
    if item.record_sha256:
        rows = (*rows, (_("Record in the chain"), grouped(item.record_sha256)))
    mono = frozenset({"SHA-256", _("Record in the chain")})
    return Together((Heading(_("File"), 2), Facts(rows, mono)))
