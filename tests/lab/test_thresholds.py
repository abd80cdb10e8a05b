"""Thresholds rest on images that took no part in the training of what judged them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fpinspect.lab.bands import BANDS, RESIZED, SMALL, Judged, calibrate
from fpinspect.lab.dataset import Record
from fpinspect.lab.extract import FeatureTable
from fpinspect.lab.train_verdict import tiles_of
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


def _whole(count: int) -> dict[str, Judged]:
    """Whole images under every handling that a band rests on."""
    handlings = sorted({h for _, names, _, _ in BANDS for h in names})
    return {h: _judged(count, i, zeal=1.0, prefix="c") for i, h in enumerate(handlings)}


def _besides(kinds: Mapping[str, Sequence[str]], shift: float) -> dict[str, Judged]:
    """More images, whose log-odds "real" are all moved by `shift`."""
    out = {}
    for i, h in enumerate(sorted({h for names in kinds.values() for h in names})):
        out[h] = _judged(400, 90 + i, zeal=1.0, prefix="c")
        out[h].opinions[:, -1, 0] += shift
    return out


def _thresholds(zeal: float) -> list[float]:
    whole = _whole(160)
    folds = {h: _judged(700, 50 + i, zeal=zeal, prefix="t") for i, h in enumerate(whole)}
    return [band.threshold / math.log(10) for band in calibrate(whole, folds, FUSION)]


def test_a_model_surer_of_itself_than_the_shipped_one_does_not_move_the_threshold():
    modest, zealous = _thresholds(1.0), _thresholds(3.0)
    assert modest == pytest.approx(zealous, abs=0.1)
    assert all(0.3 < value < 2 for value in modest)


def test_small_images_move_their_own_offset_and_no_threshold():
    whole = _whole(400)
    small = {h: replace(j, tiles=np.full(400, 0.2)) for h, j in _besides(SMALL, -1.5).items()}
    plain = calibrate(whole, {}, FUSION)
    for before, after in zip(plain, calibrate({**whole, **small}, {}, FUSION), strict=True):
        # A middling photograph of 0.2 tiles means nearly what one of a full tile means.
        shift = after.unbounded(-2.0 + 1.5, 0.2) - after.unbounded(-2.0, 1.0)
        assert abs(shift) < 1.0 < before.unbounded(-2.0 + 1.5, 0.2) - before.unbounded(-2.0, 1.0)
        assert after.offset == pytest.approx(before.offset, abs=0.2)
        assert after.threshold == pytest.approx(before.threshold, abs=0.4)


def test_resized_images_that_look_real_move_the_offset_of_their_band_alone():
    whole = _whole(400)
    plain = calibrate(whole, {}, FUSION)
    found = calibrate({**whole, **_besides(RESIZED, 1.5)}, {}, FUSION)
    for before, after in zip(plain, found, strict=True):
        if before.name in RESIZED:
            middle = math.log(5)  # Log-odds of an image that no opinion is sure of.
            assert 0.3 < after.unbounded(middle, 1.0) - before.unbounded(middle, 1.0) < 1.5
        else:
            assert after == before


def test_without_other_images_the_thresholds_rest_on_the_calibration_alone():
    found = calibrate(_whole(160), {}, FUSION)
    assert [band.name for band in found] == [name for name, *_ in BANDS]


def test_images_of_the_folds_count_as_many_tiles_as_their_handling_leaves():
    record = Record(Path("a.webp"), "train", "real", "real", "a", "a/a", None, size=(256, 256))
    small = replace(record, size=(128, 128))
    table = FeatureTable(np.zeros((2, 1), np.float16), np.array([0, 1], np.int32))
    found = tiles_of([record, small], {"c128": table, "x075": table}, ("raw", "c128", "x075"))
    assert found["raw"] == pytest.approx([1, 1 / 4])
    assert found["c128"] == pytest.approx([1 / 4, 1 / 4])
    assert found["x075"] == pytest.approx([0.75**2, 0.75**2 / 4])
