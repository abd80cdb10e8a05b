"""Thresholds rest on images that took no part in the training of what judged them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fpinspect.lab.bands import BANDS, RESIZED, SMALL, Judged, calibrate
from fpinspect.lab.dataset import Record
from fpinspect.verdict import features
from fpinspect.verdict.classifier import SOURCES, Fusion

OPINIONS = len(features.FAMILIES) + 1
FUSION = Fusion(
    generated=(0.0,) * (OPINIONS - 1) + (1.0,),
    generated_bias=0.0,
    source=(0.0,) * (OPINIONS - 1) + (1.0,),
    source_bias=(0.0,) * 5,
)


def _judged(count: int, seed: int, *, zeal: float, prefix: str) -> Judged:
    """Images scored well but not perfectly; `zeal` multiplies the log-odds."""
    rng = np.random.default_rng(seed)
    labels = [SOURCES[i % 6] if i % 2 else "real" for i in range(count)]
    records = [
        Record(Path(f"{prefix}{i}.png"), "x", label, label, f"{prefix}{i}", f"{prefix}/{i}", None)
        for i, label in enumerate(labels)
    ]
    opinions = np.zeros((count, OPINIONS, 6))
    side = np.array([-1.0 if label == "real" else 1.0 for label in labels])
    opinions[:, -1, 0] = -zeal * (2.0 * side + rng.normal(0, 1.4, count))
    return Judged(records, opinions, np.ones(count), np.arange(count) % 2 == 0)


def _thresholds(zeal: float) -> list[float]:
    handlings = sorted({h for _, names, _, _ in BANDS for h in names})
    whole = {h: _judged(160, i, zeal=1.0, prefix="c") for i, h in enumerate(handlings)}
    folds = {h: _judged(700, 50 + i, zeal=zeal, prefix="t") for i, h in enumerate(handlings)}
    return [band.threshold / math.log(10) for band in calibrate(whole, folds, FUSION)]


def test_a_model_surer_of_itself_than_the_shipped_one_does_not_move_the_threshold():
    modest, zealous = _thresholds(1.0), _thresholds(3.0)
    assert modest == pytest.approx(zealous, abs=0.1)
    assert all(0.3 < value < 2 for value in modest)


def test_small_images_move_their_own_offset_and_no_threshold():
    handlings = sorted({h for _, names, _, _ in BANDS for h in names})
    whole = {h: _judged(400, i, zeal=1.0, prefix="c") for i, h in enumerate(handlings)}
    plain = calibrate(whole, {}, FUSION)
    small = {}
    for i, h in enumerate(sorted({h for names in SMALL.values() for h in names})):
        found = _judged(400, 90 + i, zeal=1.0, prefix="c")
        found.opinions[:, -1, 0] -= 1.5  # Everything looks generated.
        small[h] = replace(found, tiles=np.full(400, 0.2))
    for before, after in zip(plain, calibrate({**whole, **small}, {}, FUSION), strict=True):
        # A middling photograph of 0.2 tiles means nearly what one of a full tile means.
        shift = after.unbounded(-2.0 + 1.5, 0.2) - after.unbounded(-2.0, 1.0)
        assert abs(shift) < 1.0 < before.unbounded(-2.0 + 1.5, 0.2) - before.unbounded(-2.0, 1.0)
        assert after.offset == pytest.approx(before.offset, abs=0.2)
        assert after.threshold == pytest.approx(before.threshold, abs=0.4)


def test_resized_images_that_look_real_move_the_offset_of_their_band_alone():
    handlings = sorted({h for _, names, _, _ in BANDS for h in names})
    whole = {h: _judged(400, i, zeal=1.0, prefix="c") for i, h in enumerate(handlings)}
    plain = calibrate(whole, {}, FUSION)
    resized = {}
    for i, h in enumerate(sorted({h for names in RESIZED.values() for h in names})):
        resized[h] = _judged(400, 90 + i, zeal=1.0, prefix="c")
        resized[h].opinions[:, -1, 0] += 1.5  # Everything looks real.
    for before, after in zip(plain, calibrate({**whole, **resized}, {}, FUSION), strict=True):
        if before.name in RESIZED:
            middle = math.log(5)  # Log-odds of an image that no opinion is sure of.
            assert 0.3 < after.unbounded(middle, 1.0) - before.unbounded(middle, 1.0) < 1.5
        else:
            assert after == before


def test_without_other_images_the_thresholds_rest_on_the_calibration_alone():
    handlings = sorted({h for _, names, _, _ in BANDS for h in names})
    whole = {h: _judged(160, i, zeal=1.0, prefix="c") for i, h in enumerate(handlings)}
    assert [band.name for band in calibrate(whole, {}, FUSION)] == [name for name, *_ in BANDS]
