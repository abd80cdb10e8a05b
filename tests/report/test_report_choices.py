"""Which reference stands beside an item, and which error rate an answer is told with."""

from __future__ import annotations

import pytest

from fpinspect.report.document.arrays import shown_match
from fpinspect.report.document.phrases import threshold_note
from fpinspect.report.i18n import Words

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


def test_a_real_answer_is_told_with_its_own_error_rate() -> None:
    said = threshold_note({"answer": "real", "threshold": HELD}, Words())
    assert said.startswith("9.2\u00a0% of the generated images of the calibration were called real")
    assert "1.2\u00a0% of the photographs were wrongly flagged" in said
    assert said.endswith("Basis: what it rests on.")
    other = threshold_note({"answer": "generated", "threshold": HELD}, Words(), basis=False)
    assert "called real" not in other
    assert "Basis" not in other
