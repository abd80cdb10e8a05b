"""What the verdict rests on: tiles, carrying frequencies, paragraphs."""

from __future__ import annotations

import pytest
from view_samples import record

from fpinspect.gui import present, present_why
from fpinspect.gui.viewdata import Peak

EXPLANATION = {
    "sentence": "The pixels give strong support for an image made by a generator.",
    "tiles": [
        {"y": 0, "x": 0, "h": 256, "w": 256, "log10_lr": 0.8},
        {"y": 0, "x": 256, "h": 256, "w": 200, "log10_lr": -1.1},
    ],
    "tiles_disagree": True,
    "nearest": {"label": "sd1", "distance": 0.96, "folded": 5.3, "p_value": 0.0002,
                "shift": [0, 5]},
    "frequencies": [
        {"fy": 0.375, "fx": 0.125, "half_width": 0.02, "log10_lr": 0.4},
        {"fy": 0.0, "fx": 0.2, "half_width": 0.02, "log10_lr": -0.2},
    ],
    "lags": [{"dy": 0, "dx": 8, "log10_lr": 0.3}],
}  # fmt: skip
EXPLAINED = record() | {"explanation": EXPLANATION}


def test_tiles_have_their_own_sizes() -> None:
    tiles = present_why.tile_map(EXPLAINED)
    assert tiles.boxes == ((0, 0, 256, 256), (0, 256, 256, 200))
    assert tiles.at(10, 10) == 0.8
    assert tiles.at(300.5, 255.9) == -1.1
    assert tiles.at(456, 10) is None
    assert present_why.tile_map(record()) is None


def test_carrying_frequencies_stand_on_both_sides_of_the_origin() -> None:
    peaks = present_why.carriers(EXPLAINED, "log_psd")
    places = {(peak.fx, peak.fy) for peak in peaks}
    assert places == {(0.125, 0.375), (-0.125, -0.375), (0.2, 0.0), (-0.2, 0.0)}
    assert {peak.share for peak in peaks} == {0.4, -0.2}
    assert {peak.label for peak in peaks} == {"1/8, −3/8", "−1/8, 3/8", "0.200, 0", "−0.200, 0"}
    assert present_why.carriers(record(), "log_psd") == ()


def test_measured_carriers_take_the_place_of_likely_ones() -> None:
    lattice = (Peak(0.125, 0.375, "1/8, 3/8", "log_psd"), Peak(0.25, 0.25, "2/8, 2/8", "log_psd"))
    carrying = present_why.carriers(EXPLAINED, "log_psd")
    found = present_why.joined(lattice, carrying, present_why.half_width(EXPLAINED))
    assert sum((peak.fx, peak.fy) == (0.125, 0.375) for peak in found) == 1
    assert [peak.carries for peak in found if peak.label == "2/8, 2/8"] == [""]
    assert present_why.joined(lattice, (), 0.02) == lattice


def test_the_explanation_is_put_into_paragraphs() -> None:
    words = present.verdict(EXPLAINED).explanation
    assert words[0] == EXPLANATION["sentence"]
    text = " ".join(words)
    assert "SD 1.x, match 5.3\u00a0σ, p\u00a0below\u00a0.001" in text
    assert "1/8, −3/8 (+0.4); 0.200, 0 (−0.2)" in text
    assert "8, 0 (+0.3)" in text
    assert "2 tiles" in text
    assert "−1.1 to +0.8" in text


def test_what_small_changes_do_to_the_verdict_is_told() -> None:
    found = present.verdict(record() | {"robust": {"flipped": False, "sentence": "It holds."}})
    assert found.explanation == ("It holds.",)


@pytest.mark.parametrize("given", [None, {}, {"sentence": "", "tiles": []}])
def test_an_absent_explanation_says_nothing(given) -> None:
    assert present.verdict(record() | {"explanation": given}).explanation == ()
