"""What a report says of an item, of all items, and of what it does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from fpinspect.batch.case.values import CaseError, Head
from fpinspect.evidence.flags import ItemError
from fpinspect.report import plain
from fpinspect.report.document import annex, cover, item, limits, pages, phrases
from fpinspect.report.document.blocks import Grid, Opinion, Table
from fpinspect.report.document.drawings import strength_scale
from fpinspect.report.document.vector import Drawing, Stroke
from fpinspect.report.gather import split_evaluation
from fpinspect.report.i18n import Words
from fpinspect.report.model import Custody, EngineFacts, Options, Report

Make = Callable[..., Report]
Inspect = Callable[..., dict[str, Any]]
_ = Words()


def parts(value: Any) -> Iterator[Any]:
    """Everything inside a section, however deep."""
    yield value
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from parts(getattr(value, each.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from parts(each)


def text(value: Any) -> str:
    return "\n".join(part for part in parts(value) if isinstance(part, str))


def everything(report: Report) -> str:
    sections = [*pages.front(report, _), *pages.items(report, _), *pages.back(report, _)]
    return text(sections)


def page(report: Report, number: int = 1) -> Any:
    return list(pages.items(report, _))[number - 1]


def test_verdict_is_said_with_its_ratio_scale_and_prior_odds(
    make_report: Make, inspection: Inspect
) -> None:
    said = text(page(make_report(inspection())))
    assert "about 250 times more probable if the image was generated" in said
    assert "Stable Diffusion 1.x best" in said
    assert "Moderately strong support for generated over photograph" in said
    assert "generated against photograph" in said
    assert "even prior odds" in said
    assert ".996" in said
    assert "597" in said
    assert "whole image" in said


def test_a_ratio_at_the_bound_is_a_lower_limit(make_report: Make, inspection: Inspect) -> None:
    bounded = make_report(inspection(log10_lr=2.75, bound=2.776))
    assert "at least 560 times" in text(page(bounded))


def test_photographs_turn_the_sentence_round(make_report: Make, inspection: Inspect) -> None:
    said = text(page(make_report(inspection(answer="real", log10_lr=-1.7, source="real"))))
    assert "more probable if the image is a photograph" in said
    assert "Moderate support for photograph over generated" in said


def test_an_inconclusive_item_says_why(make_report: Make, inspection: Inspect) -> None:
    said = text(page(make_report(inspection(answer="inconclusive", log10_lr=0.5))))
    assert "Too weak to decide" in said
    assert "are confused" in said
    assert "best." not in said


def test_a_blocked_item_has_no_opinion(make_report: Make, inspection: Inspect) -> None:
    record = inspection()
    record["applicability"] = [
        {"code": "flat", "severity": "blocking", "message": "Nearly one flat colour."}
    ]
    report = make_report(record)
    found = page(report)
    said = text(found)
    assert "No opinion" in said
    assert "Nearly one flat colour." in said
    assert "times more probable" not in said
    assert report.counts == {"blocked": 1}


def test_a_failed_item_says_what_happened(make_report: Make, failure: Inspect) -> None:
    report = make_report(failure())
    said = everything(report)
    assert "The PNG file is truncated." in said
    assert "could not be inspected; its page says why" in said


def test_a_vanished_original_costs_its_pictures_only(
    make_report: Make, inspection: Inspect
) -> None:
    def gone() -> Any:
        raise ItemError("The file is not there any more.")

    report = make_report(inspection(), inspection("/cases/b.png"))
    first = replace(report.items[0], arrays=gone)
    report = replace(report, items=(first, report.items[1]))
    one, two = pages.items(report, _)
    assert "no pictures of this item: The file is not there any more." in text(one)
    assert not any(isinstance(part, Grid) for part in parts(one))
    assert any(isinstance(part, Grid) for part in parts(two))


def test_damaged_arrays_of_a_case_are_said(make_report: Make, inspection: Inspect) -> None:
    def damaged() -> Any:
        raise CaseError("the arrays stored for this item are damaged")

    report = make_report(inspection())
    report = replace(report, items=(replace(report.items[0], arrays=damaged),))
    assert "stored for this item are damaged" in text(page(report))


def test_pictures_stand_in_rows_with_unit_and_range(make_report: Make, inspection: Inspect) -> None:
    (grid,) = (p for p in parts(page(make_report(inspection()))) if isinstance(p, Grid))
    assert [row.title for row in grid.rows] == ["Image", "Residual", "Log-magnitude", "Phase"]
    for row, unit in zip(grid.rows[1:], ("σ", "dB", "°"), strict=True):
        assert unit in row.caption
        assert row.scale is not None


@pytest.mark.parametrize(("height", "width"), [(40, 30), (130, 500), (300, 400)])
def test_images_of_any_size_are_drawn(
    make_report: Make, inspection: Inspect, arrays: Callable[..., Any], height: int, width: int
) -> None:
    report = make_report(inspection())
    stored = arrays(height=height, width=width)
    report = replace(report, items=(replace(report.items[0], arrays=lambda: stored),))
    assert any(isinstance(part, Grid) for part in parts(page(report)))


def test_tiles_are_shown_only_where_they_disagree(make_report: Make, inspection: Inspect) -> None:
    def record(*odds: float, **said: bool) -> dict[str, Any]:
        tiles = [
            {"y": 0, "x": 256 * i, "h": 256, "w": 256, "log10_lr": v} for i, v in enumerate(odds)
        ]
        return inspection() | {"explanation": {"sentence": "s", "tiles": tiles, **said}}

    mixed = text(page(make_report(record(1.2, -0.7))))
    assert "The tiles disagree" in mixed
    assert "1 of 2 tiles speak for generated" in mixed
    assert "remains about the whole image" in mixed
    assert "The tiles disagree" not in text(page(make_report(record(1.2, 0.7))))
    engines_word = record(1.2, -0.1, tiles_disagree=False)
    assert "The tiles disagree" not in text(page(make_report(engines_word)))


@pytest.mark.parametrize("odd", [None, [], "text", {"tiles": [1, {"x": "a"}]}, {"tiles": {}}])
def test_unknown_forms_of_an_explanation_do_no_harm(
    make_report: Make, inspection: Inspect, odd: Any
) -> None:
    report = make_report(inspection() | {"explanation": odd, "robust": odd})
    assert "Possible sources" in text(page(report))


def test_repetitions_are_listed(make_report: Make, inspection: Inspect) -> None:
    member = {"handling": "crop 3,5 + JPEG 90", "log10_lr": 1.1, "answer": "generated"}
    robust = {"flipped": False, "sentence": "The answer stays.", "members": [member]}
    said = text(page(make_report(inspection() | {"robust": robust})))
    assert "The answer stays." in said
    assert "3 rows, 5 columns cut, JPEG 90" in said
    assert "+1.10" in said


def test_the_method_says_whether_matches_are_weighed(
    make_report: Make, inspection: Inspect
) -> None:
    assert "they do not move it" in text(list(pages.back(make_report(inspection()), _)))
    record = inspection(families={"net": 2.0, "fingerprint": 0.4})
    said = text(list(pages.back(make_report(record), _)))
    assert "they do not move it" not in said
    assert "one of the opinions that are weighed" in said


def test_the_cover_speaks_of_traces_and_has_room_for_a_signature(
    make_report: Make, inspection: Inspect, failure: Inspect
) -> None:
    real = inspection(answer="real", log10_lr=-2.0)
    said = text(cover.cover(make_report(inspection(), inspection(), real, failure()), _))
    assert (
        "4 images: in 2 the traces speak for a generator, in 1 for a photograph, "
        "1 could not be read." in said
    )
    assert "Signature of the examiner" in said
    said = text(cover.cover(make_report(real), _))
    assert "1 image: in 1 the traces speak for a photograph." in said


def test_above_50_items_only_bookmarked_ones_have_figures(
    make_report: Make, inspection: Inspect
) -> None:
    records = [inspection(f"/cases/{n}.png") for n in range(51)]
    report = make_report(*records, marked=(3, 40))
    assert report.figured == {4, 41}
    assert "only the bookmarked ones have figures" in text(cover.cover(report, _))
    fifty = make_report(*records[:50])
    assert len(fifty.figured) == 50
    assert "only the bookmarked" not in text(cover.cover(fifty, _))
    without = make_report(*records[:2], options=Options(figures=False))
    assert not without.figured
    assert "left out on request" in text(cover.cover(without, _))


def test_summary_has_one_row_an_item(
    make_report: Make, inspection: Inspect, failure: Inspect
) -> None:
    report = make_report(inspection(), failure(), marked=(1,))
    (table,) = (p for p in parts(cover.summary(report, _)) if isinstance(p, Table))
    assert len(table.rows) == 2
    assert "Bookmark" in [column.title for column in table.columns]
    assert "250 : 1" in text(table.rows[0])
    assert "Not read" in text(table.rows[1])


def test_short_form_of_one_item_is_that_item(make_report: Make, inspection: Inspect) -> None:
    report = make_report(inspection(), options=Options(form="short"))
    assert not list(pages.front(report, _))
    assert not list(pages.back(report, _))
    said = text(page(report))
    assert "The full form of this report" in said
    assert "Not said here" in said
    assert any(isinstance(part, Opinion) for part in parts(page(report)))


def test_short_form_of_several_items_says_on_the_cover_what_it_leaves_out(
    make_report: Make, inspection: Inspect
) -> None:
    head = Head("ab" * 32, 7, "2026-11-02T03:04:05+00:00")
    chain = Custody(head=head, problems=(), merged=(), key="")
    report = make_report(inspection(), inspection(), options=Options(form="short"))
    report = replace(report, custody=chain)
    said = text(cover.cover(report, _))
    assert "ab" * 32 in said
    assert "proves nothing against whoever holds the case file" in said
    assert "The full form of this report" in said
    assert "ab" * 32 not in text(page(report, 2))


def test_error_rates_are_those_of_the_shipped_thresholds(
    make_report: Make, inspection: Inspect, engine: EngineFacts
) -> None:
    band = dict(engine.bands[0]) | {
        "measured_fpr": 0.01, "repository_fpr": 0.04, "n_real": 500, "measured_tpr": 0.7,
    }  # fmt: skip
    report = make_report(inspection(), engine=replace(engine, bands=(band,)))
    said = text(limits.limits(report, _))
    assert "4.0\u00a0%" in said  # the poorest
    low, high = limits.wilson(0.04, 500)
    assert f"{100 * low:.1f}\u00a0% – {100 * high:.1f}\u00a0%" in said
    assert "70\u00a0%" in said


def test_a_missing_evaluation_is_said(make_report: Make, inspection: Inspect) -> None:
    said = text(limits.limits(make_report(inspection()), _))
    assert "No evaluation on a test set ships" in said


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_evaluation_is_read_as_the_lab_writes_it(
    make_report: Make, inspection: Inspect, engine: EngineFacts, wrapped: bool
) -> None:
    row = {"attribution": 0.95, "auc": 0.991, "tpr5": 0.96, "tpr1": 0.9, "recall": {}, "n": 490}
    row = row | {"auc_95": [0.98, 0.997], "attribution_95": [float("nan"), float("nan")]}
    rows = {"raw": row, "raw, unseen": row | {"tpr1": float("nan")}, "container only": row}
    found, about = split_evaluation({"split": "test", "rows": rows} if wrapped else rows)
    assert about == ({"split": "test"} if wrapped else {})
    assert found is not None
    assert found["raw, unseen"]["tpr1"] is None
    report = make_report(inspection(), engine=replace(engine, evaluation=found))
    said = text(limits.limits(report, _))
    assert "as stored, unseen repositories" in said
    assert ".991 (.980–.997)" in said
    plain.encode(plain.document(report))  # JSON knows no NaN
    assert "490" in said
    assert "No evaluation" not in said


@pytest.mark.parametrize("odd", [None, 3, [], {}, {"raw": {"auc": "high"}}])
def test_other_evaluations_are_none(odd: Any) -> None:
    assert split_evaluation(odd)[0] is None


def test_custody_prints_the_head_and_what_it_proves(make_report: Make, inspection: Inspect) -> None:
    head = Head("c0ffee" + "0" * 58, 12, "2026-11-25T11:00:00+00:00")
    report = make_report(inspection(), custody=Custody(head=head))
    said = text(annex.custody(report, _))
    assert "c0ffee00 00000000" in said
    assert "proves nothing against whoever holds the case file" in said
    assert "no key" in said
    signed = replace(report, custody=Custody(head=head, key="Lab (abcd 1234)"))
    assert "Lab (abcd 1234)" in text(annex.custody(signed, _))
    broken = replace(report, custody=Custody(head=head, problems=("record 3 was changed",)))
    assert "record 3 was changed" in text(annex.custody(broken, _))
    short = replace(report, options=Options(form="short"))
    assert "c0ffee" in text(page(short))
    assert "proves nothing against whoever holds the case file" in text(page(short))
    assert "there is no audit chain" in text(annex.custody(make_report(inspection()), _))


def test_items_made_differently_are_listed_apart(make_report: Make, inspection: Inspect) -> None:
    report = make_report(*(inspection(f"/cases/{n}.png") for n in range(3)))
    assert "Set 1" not in text(annex.versions(report, _))
    last = replace(report.items[2], made_with=None)
    mixed = replace(report, items=(*report.items[:2], last))
    said = text(annex.versions(mixed, _))
    assert "Set 1: items 1–2" in said
    assert "Set 2: items 3" in said
    assert "does not say what these results were made with" in said


def test_scale_hatches_what_the_calibration_cannot_carry() -> None:
    def hatches(drawing: Drawing) -> int:
        return sum(isinstance(s, Stroke) and s.width == 0.4 for s in drawing.shapes)

    assert hatches(strength_scale(2.0, 2.7, answer="generated", _=_)) > 10
    assert hatches(strength_scale(2.0, 0.0, answer="generated", _=_)) == 0


@pytest.mark.parametrize(
    ("log10_lr", "word"),
    [(0.0, "limited"), (-1.0, "limited"), (1.01, "moderate"), (-2.5, "moderately strong"),
     (4.0, "strong"), (9.0, "very strong")],
)  # fmt: skip
def test_words_are_those_of_the_engine(log10_lr: float, word: str) -> None:
    assert phrases.strength_word(log10_lr, _) == word


def test_metadata_are_beside_the_verdict_and_cut_when_long(
    make_report: Make, inspection: Inspect
) -> None:
    record = inspection()
    record["provenance"]["generator"] = {"tool": "ComfyUI", "prompt": "x" * 5000}
    said = text(item.item_section(make_report(record), make_report(record).items[0], None, _))
    assert "ComfyUI" in said
    assert "5,000 characters, cut here" in said
    assert "no part of the verdict" in said
