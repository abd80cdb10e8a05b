"""Two results of one file: equal to the bit, or within what other versions may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fpinspect.batch.case.arrays import StoredArrays
from fpinspect.batch.case.values import MadeWith
from fpinspect.batch.proof.recompute import compare, compare_arrays, same_engine, what_changed

LINE: dict[str, Any] = {
    "path": "/a",
    "elapsed_ms": 1.0,
    "verdict": {"answer": "real", "p_generated": 0.5, "log10_lr": 2.0, "families": {"net": 1e-9}},
    "matches": {"sd1": {"shift": [0, 1], "p_value": 0.01, "folded": 100.0}},
    "applicability": [{"code": "small", "severity": "warning", "message": "It is small."}],
    "provenance": {"camera": "X"},
}


def line(**verdict: Any) -> dict[str, Any]:
    return LINE | {"verdict": LINE["verdict"] | verdict}


def test_time_and_place_are_no_differences() -> None:
    assert compare(LINE, LINE | {"path": "/b", "elapsed_ms": 2.0}, exact=True) == ()
    assert compare(LINE, LINE | {"new": 1}, exact=True) == ()


@pytest.mark.parametrize(
    ("verdict", "near"),
    [
        ({"log10_lr": 2.0 + 1e-15 * 8}, True),
        ({"log10_lr": 2.0 * (1 + 0.9e-5)}, True),
        ({"log10_lr": 2.0 * (1 + 1.1e-5)}, False),
        ({"p_generated": 0.50009}, True),
        ({"p_generated": 0.50011}, False),
        ({"families": {"net": -1e-9}}, True),
        ({"families": {"net": None}}, False),
        ({"families": {}}, False),
        ({"answer": "generated"}, False),
    ],
)
def test_the_tolerance_is_that_which_is_stated(verdict: dict[str, Any], near: bool) -> None:
    assert len(compare(LINE, line(**verdict), exact=True)) == 1
    assert (compare(LINE, line(**verdict), exact=False) == ()) is near


def test_shifts_flags_and_lengths_are_never_near() -> None:
    for change in (
        {"matches": {"sd1": LINE["matches"]["sd1"] | {"shift": [0, 2]}}},
        {"matches": {"sd1": LINE["matches"]["sd1"] | {"shift": [0]}}},
        {"matches": {}},
        {"applicability": []},
        {"applicability": [{"code": "small", "severity": "blocking", "message": "It is small."}]},
    ):
        assert len(compare(LINE, LINE | change, exact=False)) >= 1


def test_other_versions_may_word_a_flag_otherwise() -> None:
    flags = [{"code": "small", "severity": "warning", "message": "Few pixels."}]
    assert compare(LINE, LINE | {"applicability": flags}, exact=False) == ()
    assert len(compare(LINE, LINE | {"applicability": flags}, exact=True)) == 1
    assert compare(LINE, LINE | {"provenance": {}}, exact=False) == ()
    assert len(compare(LINE, LINE | {"provenance": {}}, exact=True)) == 1


def test_the_engine_is_the_same_with_the_same_versions_and_weights() -> None:
    one = MadeWith({}, {"torch": "1", "threads": "1"}, {"w": "aa"})
    assert same_engine(one, MadeWith({"x": 1}, dict(one.versions), dict(one.weights)))
    other = MadeWith({}, {"torch": "2", "threads": "1"}, {"w": "bb"})
    assert not same_engine(one, other)
    assert what_changed(one, other) == "torch 1, now 2; other weights w"


def test_arrays_may_differ_by_what_rounding_does(arrays: Callable[[int], StoredArrays]) -> None:
    one = arrays(1)
    assert compare_arrays(one, arrays(1), exact=True) == ()
    near = replace(one, residual=one.residual * np.float32(1.001))
    assert compare_arrays(one, near, exact=True) == ("the stored arrays differ",)
    assert compare_arrays(one, near, exact=False) == ()
    assert "residual" in compare_arrays(one, arrays(2), exact=False)[0]
