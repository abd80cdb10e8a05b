"""Intervals and calibration figures against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from fpinspect.lab.intervals import bootstrap, cllr, clopper_pearson, reliability, weighted_auc


def test_exact_interval_of_a_share():
    # "rule of three": nothing among n is compatible with up to about 3.7 / n
    low, high = clopper_pearson(0, 100)
    assert low == 0.0
    assert high == pytest.approx(1 - 0.025 ** (1 / 100))
    low, high = clopper_pearson(5, 5)
    assert low == pytest.approx(0.025 ** (1 / 5))
    assert high == 1.0
    assert clopper_pearson(0, 0) == (0.0, 1.0)


def test_weighted_auc_is_that_of_the_repeated_images():
    rng = np.random.default_rng(0)
    score, generated = rng.integers(0, 9, 60) / 9, rng.random(60) < 0.5
    weight = rng.integers(0, 4, 60)
    again = np.repeat(np.arange(60), weight)
    expected = roc_auc_score(generated[again], score[again])
    assert weighted_auc(score, generated, weight) == pytest.approx(expected)
    assert math.isnan(weighted_auc(score, np.ones(60, bool), weight))


def _shares(right: np.ndarray, target: np.ndarray) -> np.ndarray:
    shares = np.full((len(target), 6), 0.02)
    shares[np.arange(len(target)), np.where(right, target, (target + 1) % 5)] = 0.9
    return shares


def test_bootstrap_keeps_groups_together():
    target = np.repeat(np.arange(5), 40)
    right = np.arange(200) % 4 != 0
    shares = _shares(right, target)
    alone = bootstrap(shares, target, [str(i) for i in range(200)], rounds=200)
    # All wrong images of a class in one group of ten: far fewer independent pieces of evidence.
    order = np.argsort(np.where(right, 1, 0) + 2 * target, kind="stable")
    together = bootstrap(shares[order], target[order], [str(i // 10) for i in range(200)],
                         rounds=200)  # fmt: skip
    for found in (alone, together):
        assert found.attribution[0] < 0.75 < found.attribution[1]
    width = [end[1] - end[0] for end in (alone.attribution, together.attribution)]
    assert width[1] > 1.5 * width[0]
    assert bootstrap(shares, target, ["x"] * 200, rounds=5).attribution == (0.75, 0.75)


def test_cllr_of_ratios_that_say_nothing_and_of_good_ones():
    generated = np.array([True] * 5 + [False] * 5)
    assert cllr(np.zeros(10), generated) == pytest.approx(1.0)
    good = np.where(generated, 5.0, -5.0)
    assert cllr(good, generated) == pytest.approx(math.log2(1 + math.exp(-5)))
    assert cllr(-good, generated) > 5
    assert math.isnan(cllr(good, np.ones(10, bool)))


def test_reliability_weighs_both_sides_alike():
    # 90 real, 10 generated; .5 for all: at even odds that is exactly right.
    generated = np.arange(100) < 10
    even = reliability(np.full(100, 0.5), generated)
    assert even.error == pytest.approx(0.0)
    assert even.seen.tolist() == pytest.approx([0.5])
    assert reliability(np.full(100, 0.9), generated).error == pytest.approx(0.4)
    assert reliability(generated * 1.0, generated).error == pytest.approx(0.0)
