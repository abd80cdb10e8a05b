"""Contrast-normalised co-occurrences: what they ignore, what they see."""

from __future__ import annotations

import numpy as np
import pytest

from fpinspect.verdict import contrast


def _plane(seed: int = 0, side: int = 96) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(128, 12, (side, side))
    return np.round(noise).clip(0, 255).astype(np.float32)


@pytest.mark.parametrize("side", [16, 17, 64, 200])
def test_lengths_do_not_depend_on_the_size(side):
    plane = _plane(side=side)
    assert contrast.luma(plane).shape == (contrast.LUMA_LENGTH,)
    assert contrast.colour(plane, plane, plane).shape == (contrast.COLOUR_LENGTH,)


def test_every_part_is_the_square_root_of_a_distribution():
    vector = contrast.luma(_plane()).astype(np.float64) ** 2
    assert vector.min() >= 0
    assert vector.sum() == pytest.approx(round(vector.sum()), abs=1e-3)  # one for each part
    colour = contrast.colour(_plane(0), _plane(1), _plane(2))
    assert (colour**2).sum() == pytest.approx(8, abs=1e-3)


def test_brightness_is_ignored_and_contrast_nearly_so():
    plane = _plane()
    np.testing.assert_array_equal(contrast.luma(plane), contrast.luma(plane + 20))
    louder = contrast.luma(128 + 3 * (plane - 128))
    other = contrast.luma(np.sort(_plane(1).ravel()).reshape(96, 96))
    same = np.abs(contrast.luma(plane) - louder).sum()
    assert same < 0.1 * np.abs(contrast.luma(plane) - other).sum()


def test_levels_are_steps_of_a_third_and_of_one_deviation():
    restless = np.tile(np.array([30, -30], np.float32), (80, 40))
    # Every difference is a little less than one deviation and the floor.
    assert set(np.unique(contrast.levels(restless))) == {1, 3}
    restless[40, 40], restless[40, 60] = 0, 90
    levels = contrast.levels(restless)
    assert (levels[40, 40], levels[40, 60]) == (2, 4)
    assert set(np.unique(contrast.levels(np.zeros((80, 80), np.float32)))) == {2}


def test_scales_above_the_finest_survive_what_destroys_the_finest():
    plane = _plane(2, 128)
    smooth = np.kron(plane[::4, ::4], np.ones((4, 4), np.float32))
    rng = np.random.default_rng(3)
    a = contrast.luma(smooth + rng.integers(-1, 2, smooth.shape).astype(np.float32))
    b = contrast.luma(smooth + rng.integers(-1, 2, smooth.shape).astype(np.float32))
    c = contrast.luma(np.kron(_plane(9, 32) * 0 + 128, np.ones((4, 4), np.float32)))
    coarse = slice(750, 1375)  # middle and coarse scale, rows, first order
    assert np.abs(a[coarse] - b[coarse]).sum() < 0.5 * np.abs(a[coarse] - c[coarse]).sum()


def test_transposing_swaps_rows_and_columns():
    plane = _plane(4)
    half = 2 * (125 + 625 + 625)
    turned = contrast.luma(np.ascontiguousarray(plane.T))
    np.testing.assert_allclose(contrast.luma(plane)[:half], turned[half : 2 * half], atol=1e-6)
