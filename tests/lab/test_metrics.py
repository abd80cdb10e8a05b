"""Figures of merit against cases that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fpinspect.lab import fusion
from fpinspect.lab.metrics import figures, true_positives
from fpinspect.verdict.calibration import Ratio


def test_perfect_and_useless_shares() -> None:
    goal = np.repeat(np.arange(6), 10)
    perfect = figures(np.eye(6)[goal], goal)
    assert perfect.attribution == 1.0
    assert perfect.auc == 1.0
    blind = figures(np.full((60, 6), 1 / 6), goal)
    assert blind.attribution == pytest.approx(0.2)  # all called the first
    assert blind.auc == pytest.approx(0.5)
    assert blind.tpr1 == 0.0


def test_other_counts_against_attribution() -> None:
    goal = np.array([0, 1, 1, 2, 3, 4])
    shares = np.eye(6)[[0, 1, 5, 2, 3, 4]]
    found = figures(shares, goal)
    assert found.recall["sd1"] == 0.5
    assert found.attribution == pytest.approx(0.9)


def test_among_the_known_sources_other_is_no_answer() -> None:
    goal = np.array([0, 1, 1, 2, 3, 4, 5])
    shares = np.eye(6)[[0, 1, 5, 5, 3, 4, 5]] * 0.8
    shares[2, 1], shares[3, 0] = 0.2, 0.2  # second best: right once, wrong once
    found = figures(shares, goal)
    assert found.attribution == pytest.approx((1 + 0.5 + 0 + 1 + 1) / 5)
    assert found.among_known == pytest.approx((1 + 1 + 0 + 1 + 1) / 5)


def test_true_positives_respects_the_rate() -> None:
    p = np.concatenate([np.linspace(0, 1, 100), np.full(50, 0.955)])
    generated = np.arange(150) >= 100
    # 5 of 100 real ones may exceed the threshold, which lies at the sixth largest (.949).
    assert true_positives(p, generated, 0.05) == 1.0
    assert true_positives(p, generated, 0.01) == 0.0


def test_ratio_fit_calibrates_overconfident_scores() -> None:
    rng = np.random.default_rng(0)
    target = rng.integers(0, 2, 4000)
    # Scores three times too large: log-odds 3 x of unit-variance classes two apart.
    llr = 2 * (rng.normal(0, 1, 4000) + np.where(target, 1, -1))
    fit = fusion.fit_ratio(3 * llr, np.ones(4000), target)
    assert fit.slope == pytest.approx(1 / 3, rel=0.1)
    assert fit.offset == pytest.approx(0, abs=0.15)


def test_ratio_fit_takes_back_what_small_images_add_to_the_score() -> None:
    rng = np.random.default_rng(0)
    target = rng.integers(0, 2, 6000)
    tiles = np.exp(rng.uniform(np.log(1 / 12), np.log(8), 6000))
    small = np.minimum(np.log(tiles), 0)
    llr = 2 * (rng.normal(0, 1, 6000) + np.where(target, 1, -1))
    fit = fusion.fit_ratio(llr - 1.5 * small, tiles, target)
    assert fit.offset_small == pytest.approx(1.5, abs=0.3)
    np.testing.assert_allclose(fit.unbounded(llr - 1.5 * small, tiles), llr, atol=1.2)
    given = fusion.fit_ratio(llr - 1.5 * small, tiles, target, offset_small=0.0)
    assert given.offset_small == 0.0


def test_thresholds_keep_their_rates() -> None:
    rng = np.random.default_rng(1)
    is_real = np.arange(3000) < 2000
    log_lr = np.where(is_real, rng.normal(-3, 1.5, 3000), rng.normal(3, 1.5, 3000))
    unseen = np.arange(3000) % 3 == 0
    log_lr[is_real & unseen] += 1.0  # repositories not seen err more
    band = fusion.choose_thresholds(
        log_lr, is_real, unseen, name="raw", low=98, high=100,
        fit=Ratio(slope=1, slope_tiles=0, offset=0), temperature=1.0,
        n_real=500, n_generated=500,
    )  # fmt: skip
    band = fusion.add_rates(band, log_lr, is_real, unseen)
    assert 0.005 < band.stated_fpr <= 0.01
    assert band.measured_fpr < band.stated_fpr
    assert band.measured_miss <= fusion.NOMINAL_MISS + 1e-9
    assert band.real_threshold <= 0 <= band.threshold


def test_fusion_trusts_the_better_opinion() -> None:
    rng = np.random.default_rng(2)
    goal = rng.integers(0, 6, 600)
    opinions = rng.normal(0, 1, (600, 2, 8, 6))
    opinions[np.arange(600), :, 6, goal] += 4
    fused = fusion.fit(opinions, goal, np.ones(600, np.float32))
    assert fused.generated[6] > 5 * max(fused.generated[:6])
    assert fused.source[6] > 5 * max(fused.source[:6])
    assert (
        np.mean(fused.sources(opinions[:, 0]).argmax(axis=1)[goal > 0] == goal[goal > 0] - 1) > 0.9
    )
