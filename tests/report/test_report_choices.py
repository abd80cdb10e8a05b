"""Which reference stands beside an item, and which error rate an answer is told with."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fpinspect.report.document.arrays import shown_match
from fpinspect.report.document.phrases import real_limit, threshold_note
from fpinspect.report.i18n import Words
from fpinspect.report.model import EngineFacts, Report

Make = Callable[..., Report]
Inspect = Callable[..., dict[str, Any]]
LN10 = math.log(10)
MATCHES = {
    "sd2": {"p_value": 0.9, "folded": 2.2},
    "cyclegan": {"p_value": 0.2, "folded": 2.8},
    "real": {"p_value": 0.01, "folded": 4.3},
}
HELD = {
    "value": 1.37,
    "nominal_fpr": 0.01,
    "measured_fpr": 0.012,
    "measured_miss": 0.092,
    "n": 408,
    "basis": "what it rests on",
}


@pytest.mark.parametrize(
    ("answer", "source", "shown"),
    [
        ("generated", "sd2", "sd2"),  # a match that fits better by chance does not take its place
        ("generated", "unknown", "cyclegan"),
        ("real", "real", "cyclegan"),
        ("inconclusive", "sd2", "cyclegan"),
    ],
)
def test_the_named_source_stands_beside_the_image(answer: str, source: str, shown: str) -> None:
    record = {"matches": MATCHES, "verdict": {"answer": answer, "source": source}}
    assert shown_match(record) == shown


def test_without_matches_nothing_stands_beside_it() -> None:
    assert shown_match({"matches": None, "verdict": None}) is None


def test_both_limits_of_an_answer_are_told_with_their_error_rates() -> None:
    said = threshold_note({"answer": "real", "threshold": HELD}, Words(), real_up_to=-0.94)
    assert "“generated” at a ratio of 23 : 1 or more, “real” at 1 : 8.7 or less" in said
    assert "1.2\u00a0% of the photographs of the calibration were wrongly flagged" in said
    assert "nominal 1.0\u00a0%; n = 408" in said
    assert "9.2\u00a0% of its generated images called real" in said
    assert said.endswith("Basis: what it rests on.")


def test_what_an_older_verdict_does_not_hold_is_not_told() -> None:
    held = {**HELD, "measured_miss": None}
    said = threshold_note({"answer": "generated", "threshold": held}, Words(), basis=False)
    assert "“generated” at a ratio of 23 : 1 or more." in said
    assert "real" not in said
    assert "Basis" not in said


def test_the_limit_of_real_is_told_only_of_the_weights_that_judged(
    make_report: Make, inspection: Inspect, engine: EngineFacts
) -> None:
    band = dict(engine.bands[0]) | {"threshold": 1.5 * LN10, "real_threshold": -0.5 * LN10}
    held = {**HELD, "value": 1.5}
    for value, told in ((1.5, -0.5), (1.4, None)):
        record = inspection(threshold={**held, "value": value})
        report = make_report(record, engine=replace(engine, bands=(band,)))
        found = real_limit(report.items[0], report.engine)
        assert found == (None if told is None else pytest.approx(told))
