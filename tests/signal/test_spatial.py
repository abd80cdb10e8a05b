from __future__ import annotations

import numpy as np
import pytest

from fpinspect.signal import spatial
from fpinspect.signal.spatial import autocorrelation, fold


def _brute_force(plane: np.ndarray, lags: int) -> np.ndarray:
    x = plane.astype(np.float64) - plane.mean(dtype=np.float64)
    height, width = x.shape
    out = np.zeros((2 * lags + 1, 2 * lags + 1))
    for dy in range(-lags, lags + 1):
        for dx in range(-lags, lags + 1):
            if abs(dy) >= height or abs(dx) >= width:
                continue
            a = x[max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
            b = x[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)]
            out[dy + lags, dx + lags] = (a * b).mean()
    return out / out[lags, lags]


@pytest.mark.parametrize("shape", [(3, 4), (1, 9), (40, 33), (67, 50)])
def test_autocorrelation_is_the_definition(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    plane = np.random.default_rng(0).normal(5, 2, shape).astype(np.float32)
    plane[:, 1:] += 0.5 * plane[:, :-1]
    expected = _brute_force(plane, 6)
    np.testing.assert_allclose(autocorrelation(plane, lags=6).values[0], expected, atol=1e-4)
    monkeypatch.setattr(spatial, "_TILE", 16)
    np.testing.assert_allclose(autocorrelation(plane, lags=6).values[0], expected, atol=1e-4)


def test_a_periodic_plane_correlates_fully_after_a_period() -> None:
    cell = np.random.default_rng(1).normal(size=(8, 8)).astype(np.float32)
    values = autocorrelation(np.tile(cell, (9, 7)), lags=16).values[0]
    for at in ((16, 16), (24, 16), (16, 0), (8, 24)):
        assert values[at] == pytest.approx(1, abs=1e-3)
    assert abs(values[16, 17]) < 0.5


def test_a_flat_plane_has_no_autocorrelation() -> None:
    values = autocorrelation(np.full((2, 9, 9), 3, np.float32), lags=20).values
    assert values.shape == (2, 41, 41)
    assert (values == 0).all()


@pytest.mark.parametrize("origin", [(0, 0), (3, 13)])
def test_fold_finds_an_8_periodic_pattern_at_its_place(origin: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    cell = rng.normal(0, 0.5, (8, 8))
    lattice = np.tile(cell, (40, 40))
    plane = lattice[origin[0] : origin[0] + 257, origin[1] : origin[1] + 201]
    noisy = (plane + rng.normal(0, 5, plane.shape)).astype(np.float32)
    found = fold(noisy, origin=origin)
    assert found.count.sum() == 257 * 201
    assert np.corrcoef(found.mean[0].ravel(), cell.ravel())[0, 1] > 0.9
    assert found.strength[0] > 4
    assert fold(rng.normal(0, 5, (256, 256)).astype(np.float32)).strength[0] < 1.7


@pytest.mark.parametrize("period", [1, 3, 8, 16])
def test_fold_is_the_mean_of_each_position(period: int) -> None:
    planes = np.random.default_rng(3).normal(size=(2, 19, 37)).astype(np.float32)
    found = fold(planes, period=period, origin=(2, 5))
    y, x = np.mgrid[:19, :37]
    for i in range(period):
        for j in range(period):
            here = ((y + 2) % period == i) & ((x + 5) % period == j)
            assert found.count[i, j] == here.sum()
            np.testing.assert_allclose(
                found.mean[:, i, j], planes[:, here].mean(1) if here.any() else 0, atol=1e-5
            )


def test_an_image_smaller_than_the_cell_folds_to_finite_numbers() -> None:
    found = fold(np.ones((3, 1, 5), np.float32))
    assert found.count.sum() == 5
    assert np.isfinite(found.mean).all()
    assert (found.strength == 1).all()


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        fold(np.zeros((4, 4), np.float32), period=0)
    with pytest.raises(ValueError, match="at least 0"):
        autocorrelation(np.zeros((4, 4), np.float32), lags=-1)
