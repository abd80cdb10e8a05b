"""What the page of an item says of what its verdict rests on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fpinspect.report.document import tiles
from fpinspect.report.i18n import Words
from fpinspect.report.model import Report

Make = Callable[..., Report]
Inspect = Callable[..., dict[str, Any]]
Text = Callable[[Report], str]
_ = Words()


@pytest.mark.parametrize(
    ("handling", "words"),
    [
        ("whole", "as it is"),
        ("whole + JPEG 80", "as it is, JPEG 80"),
        ("crop 12,6", "12 rows, 6 columns cut"),
        ("turned + blurred", "turned + blurred"),
        ("whole + blurred", "whole + blurred"),
    ],
)
def test_handlings_are_said_in_words_as_far_as_they_are_known(handling: str, words: str) -> None:
    assert tiles.handling_words(handling, _) == words


def test_written_frequencies_grow_upwards_and_lags_downwards(
    make_report: Make, inspection: Inspect, item_text: Text
) -> None:
    carried = {
        "frequencies": [{"fy": 0.125, "fx": 0.25, "half_width": 0.06, "log10_lr": 0.5}],
        "lags": [{"dy": 2, "dx": -1, "log10_lr": 0.04}],
    }
    said = item_text(make_report(inspection() | {"explanation": carried}))
    assert "fy grows upwards" in said
    assert "fx 0.250, fy −0.125 cycles/px: +0.50" in said
    assert "Lag dy 2, dx −1 px: +0.04" in said


def test_p_values_stand_beside_the_number_of_photographs_behind_them(
    make_report: Make, inspection: Inspect, item_text: Text
) -> None:
    record = inspection()
    for label, count in (("sd1", 312), ("flux", 0), ("real", 312)):
        record["matches"][label]["null_images"] = count
    said = item_text(make_report(record))
    assert "312" in said
    assert "analytic" in said
    assert "never below 1/(n + 1)" in said
    older = item_text(make_report(inspection()))
    assert "1/(n + 1)" not in older  # which do not say it


def test_the_way_from_the_families_to_the_ratio_is_told(
    make_report: Make, inspection: Inspect, item_text: Text
) -> None:
    said = item_text(make_report(inspection()))
    assert "Sum +2.40, bounded +2.40." in said
    record = inspection(log10_lr=1.2, weakening={"log10_lr_before": 2.2, "by": ["soft"]})
    said = item_text(make_report(record))
    assert "Sum +2.40, bounded +2.20, after what weakens it +1.20." in said


def test_metadata_are_not_said_twice(
    make_report: Make, inspection: Inspect, item_text: Text
) -> None:
    record = inspection()
    record["provenance"] |= {"software": "Editor 1", "exif": {"software": "Editor 1", "iso": 100}}
    said = item_text(make_report(record))
    assert said.count("Editor 1") == 1
    assert "EXIF, iso" in said
