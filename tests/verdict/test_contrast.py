"""Contrast-normalised co-occurrences: what they ignore, what they see."""

from __future__ import annotations

import numpy as np
import pytest

from fpinspect.verdict import contrast


def _plane(seed: int = 0, side: int = 96) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(128, 12, (side, side))
    return np.round(noise).clip(0, 255).astype(np.float32)


def _luma(plane: np.ndarray) -> np.ndarray:
    return contrast.luma(_pyramid(plane))[0]


def _pyramid(plane: np.ndarray) -> contrast.Pyramid:
    return contrast.Pyramid(plane, contrast.SCALES, tiles=1)


def _patterns(plane: np.ndarray) -> np.ndarray:
    return contrast.patterns(_pyramid(plane))[0]


def _colour(*planes: np.ndarray) -> np.ndarray:
    return contrast.colour(*planes, tiles=1)[0]


def _levels(difference: np.ndarray) -> np.ndarray:
    return contrast.levels(difference, tiles=1)


@pytest.mark.parametrize("side", [16, 17, 64, 200])
def test_lengths_do_not_depend_on_the_size(side):
    plane = _plane(side=side)
    assert _luma(plane).shape == (contrast.LUMA_LENGTH,)
    assert _colour(plane, plane, plane).shape == (contrast.COLOUR_LENGTH,)
    assert _patterns(plane).shape == (contrast.PATTERNS_LENGTH,)


def test_every_part_is_the_square_root_of_a_distribution():
    vector = _luma(_plane()).astype(np.float64) ** 2
    assert vector.min() >= 0
    assert vector.sum() == pytest.approx(round(vector.sum()), abs=1e-3)  # one for each part
    colour = _colour(_plane(0), _plane(1), _plane(2))
    assert (colour**2).sum() == pytest.approx(8, abs=1e-3)
    for scale in _patterns(_plane()).reshape(3, -1):
        for part in (scale[:256], scale[256:512], scale[512:]):
            assert (part**2).sum() == pytest.approx(1, abs=1e-4)


def test_brightness_is_ignored_and_contrast_nearly_so():
    plane = _plane()
    np.testing.assert_array_equal(_luma(plane), _luma(plane + 20))
    louder = _luma(128 + 3 * (plane - 128))
    other = _luma(np.sort(_plane(1).ravel()).reshape(96, 96))
    same = np.abs(_luma(plane) - louder).sum()
    assert same < 0.1 * np.abs(_luma(plane) - other).sum()


def test_levels_are_steps_of_a_third_and_of_one_deviation():
    restless = np.tile(np.array([30, -30], np.float32), (80, 40))
    # Every difference is a little less than one deviation and the floor.
    assert set(np.unique(_levels(restless))) == {1, 3}
    restless[40, 40], restless[40, 60] = 0, 90
    levels = _levels(restless)
    assert (levels[40, 40], levels[40, 60]) == (2, 4)
    assert set(np.unique(_levels(np.zeros((80, 80), np.float32)))) == {2}


def test_scales_above_the_finest_survive_what_destroys_the_finest():
    plane = _plane(2, 128)
    smooth = np.kron(plane[::4, ::4], np.ones((4, 4), np.float32))
    rng = np.random.default_rng(3)
    a = _luma(smooth + rng.integers(-1, 2, smooth.shape).astype(np.float32))
    b = _luma(smooth + rng.integers(-1, 2, smooth.shape).astype(np.float32))
    c = _luma(np.kron(_plane(9, 32) * 0 + 128, np.ones((4, 4), np.float32)))
    coarse = slice(750, 1375)  # middle and coarse scale, rows, first order
    assert np.abs(a[coarse] - b[coarse]).sum() < 0.5 * np.abs(a[coarse] - c[coarse]).sum()


def test_transposing_swaps_rows_and_columns():
    plane = _plane(4)
    half = 2 * (125 + 625 + 625)
    turned = _luma(np.ascontiguousarray(plane.T))
    np.testing.assert_array_equal(_luma(plane)[:half], turned[half : 2 * half])


AROUND = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1), (-1, 1), (1, -1))
"""Rows and columns to the neighbours, in the order of the bits."""


@pytest.mark.parametrize("way", range(8))
def test_a_pattern_names_the_neighbour_that_is_brighter_and_the_one_that_is_darker(way):
    # Lone bright pixels, far apart: each is brighter than its neighbours, which see it brighter.
    plane = np.full((90, 90), 100, np.float32)
    plane[15:75:15, 15:75:15] = 180
    dy, dx = AROUND[way]
    found = _patterns(plane)
    brighter, darker = found[:256] ** 2 * 88 * 88, found[256:512] ** 2 * 88 * 88
    # The neighbour that lies against the way sees the pixel that way, and nothing else.
    assert brighter[1 << way] == pytest.approx(16, abs=1e-2)
    assert darker[255] == pytest.approx(16, abs=1e-2)
    plane[15:75:15, 15:75:15] = 100
    plane[15:75:15, 15:75:15] += 80
    plane[15 + dy : 75 + dy : 15, 15 + dx : 75 + dx : 15] += 80
    pair = _patterns(plane)[256:512] ** 2 * 88 * 88
    # Two bright ones side by side: each is brighter than all but the other.
    assert pair[255 - (1 << way)] == pytest.approx(16, abs=1e-2)


def test_patterns_of_coarser_scales_are_those_of_sums():
    plane = _plane(6)
    sums = sum(plane[y : 95 + y, x : 95 + x] for y in (0, 1) for x in (0, 1))
    step = contrast.levels(np.ascontiguousarray(sums[:, 2:] - sums[:, :-2]), 1, unit=4).astype(int)
    down = contrast.levels(np.ascontiguousarray(sums[2:] - sums[:-2]), 1, unit=4).astype(int)
    centre = slice(2, -2)
    four = (step[centre, 2:], step[centre, :-2], down[2:, centre], down[:-2, centre])
    code = ((four[0] * 5 + four[1]) * 5 + four[2]) * 5 + four[3]
    share = np.bincount(code.ravel(), minlength=625) / code.size
    at = 1137 + 512
    np.testing.assert_allclose(_patterns(plane)[at : at + 625] ** 2, share, atol=1e-6)
