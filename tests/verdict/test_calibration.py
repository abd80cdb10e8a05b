"""Likelihood ratios: bounded, monotone, on the right side."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fpinspect.verdict import calibration

MakeBand = Callable[..., calibration.Band]


@given(st.floats(-60, 60), st.floats(0.01, 5))
def test_ratio_rises_with_the_score_and_stays_bounded(
    band: MakeBand, score: float, step: float
) -> None:
    b = band()
    low, high = b.log_lr(score, 4), b.log_lr(score + step, 4)
    assert low < high
    assert -math.log(800) <= low
    assert high <= math.log(600)


def test_small_ratios_are_left_alone(band: MakeBand) -> None:
    assert band(slope_tiles=0.0, offset=0.0).log_lr(1.0, 9) == pytest.approx(1.0, rel=1e-3)


def test_more_tiles_weigh_more(band: MakeBand) -> None:
    assert band().log_lr(2.0, 16) > band().log_lr(2.0, 1)


@given(st.floats(-8, 8), st.lists(st.floats(0.01, 1), min_size=5, max_size=5))
def test_sources_sum_to_one(log_lr: float, raw: list[float]) -> None:
    share = np.array(raw) / sum(raw)
    sources = calibration.source_probabilities(log_lr, share)
    assert sum(sources.values()) == pytest.approx(1, abs=1e-12)
    assert 1 - sources["real"] == pytest.approx(1 / (1 + math.exp(-log_lr)))


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.0, "limited"), (1.0, "limited"), (1.01, "moderate"), (-2.5, "moderately strong"),
     (3.5, "strong"), (-4.5, "very strong")],
)  # fmt: skip
def test_verbal_scale(value: float, word: str) -> None:
    assert calibration.strength(value) == word


def test_less_than_a_tile_weighs_less(band: MakeBand) -> None:
    assert band().log_lr(2.0, 0.25) < band().log_lr(2.0, 1)


def test_small_images_have_an_offset_of_their_own(band: MakeBand) -> None:
    b = band(slope_tiles=0.0, offset_small=1.0)
    assert b.log_lr(1.0, 1) == b.log_lr(1.0, 9)
    assert float(b.unbounded(1.0, 1) - b.unbounded(1.0, 0.25)) == pytest.approx(math.log(4))


def test_band_is_chosen_by_quality_only(band: MakeBand) -> None:
    bands = (band(), band(name="q85", low=80, high=97), band(name="q75", low=1, high=79))
    assert calibration.choose_band(bands, None).name == "raw"
    assert calibration.choose_band(bands, 85).name == "q85"
    assert calibration.choose_band(bands, 12).name == "q75"
    assert calibration.choose_band(bands, 100).name == "raw"
