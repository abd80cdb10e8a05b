"""The one classifier of all comparisons."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.covariance import LedoitWolf

from fpinspect.lab.lda import Lda


def _blobs(n: int, d: int, distance: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    y = np.arange(n) % 3
    x = rng.normal(size=(n, d)) + distance * np.eye(3, d)[y]
    return x.astype(np.float32), y.astype(np.int64)


def test_separates_what_can_be_separated():
    x, y = _blobs(300, 20, 4.0)
    lda = Lda.fit(x[:150], y[:150], 4)
    p = lda.probabilities(x[150:])
    assert np.mean(p.argmax(axis=1) == y[150:]) > 0.95
    assert np.all(p[:, 3] == 0)
    np.testing.assert_allclose(p.sum(axis=1), 1)


def test_shrinkage_is_that_of_ledoit_and_wolf():
    x, y = _blobs(60, 40, 2.0)
    standard = (x - x.mean(axis=0)) / x.std(axis=0)
    within = np.concatenate([standard[y == c] - standard[y == c].mean(axis=0) for c in range(3)])
    expected = LedoitWolf(assume_centered=True).fit(within).shrinkage_
    assert Lda.fit(x, y, 3).shrinkage == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("n", [30, 300])
def test_scores_are_those_of_the_covariance_written_out(n: int):
    """With fewer vectors than numbers the covariance is never formed; the answer is the same."""
    x, y = _blobs(n, 60, 2.0)
    lda = Lda.fit(x, y, 3)
    z = (x - lda.mean) / lda.scale
    centres = np.stack([z[y == c].mean(axis=0) for c in range(3)])
    within = (z - centres[y]).astype(np.float64)
    covariance = within.T @ within / n
    target = np.trace(covariance) / 60 * np.eye(60)
    shrunk = (1 - lda.shrinkage) * covariance + lda.shrinkage * target
    np.testing.assert_allclose(lda.weights, np.linalg.solve(shrunk, centres.T).T, rtol=2e-3,
                               atol=2e-3)  # fmt: skip


def test_a_prior_moves_the_odds_by_as_much():
    x, y = _blobs(90, 5, 1.0)
    lda = Lda.fit(x, y, 3)
    even, moved = lda.probabilities(x), lda.probabilities(x, np.array([0.8, 0.1, 0.1]))
    np.testing.assert_allclose(moved[:, 0] / moved[:, 1], 8 * even[:, 0] / even[:, 1], rtol=1e-6)


def test_one_class_is_refused():
    x, y = _blobs(30, 5, 1.0)
    with pytest.raises(ValueError, match="two classes"):
        Lda.fit(x, np.zeros_like(y), 3)
