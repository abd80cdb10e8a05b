"""The families: lengths, invariances, and what they are meant to see."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from fpinspect.verdict import features
from fpinspect.verdict.features import FAMILIES, LENGTHS, Tile


def _tile(rng: np.random.Generator, h: int = 96, w: int = 128, sigma: float = 3.0) -> Tile:
    codes = rng.integers(0, 256, (3, h, w), dtype=np.uint8)
    return Tile(codes, rng.normal(0, sigma, (3, h, w)).astype(np.float32))


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("size", [(16, 16), (17, 40), (63, 300), (256, 256)])
def test_length_and_type_do_not_depend_on_size(name: str, size: tuple[int, int]) -> None:
    vector = FAMILIES[name](_tile(np.random.default_rng(0), *size))
    assert vector.shape == (LENGTHS[name],)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()


def test_flat_tile_gives_finite_numbers() -> None:
    flat = Tile(np.full((3, 64, 64), 7, np.uint8), np.zeros((3, 64, 64), np.float32))
    assert np.isfinite(features.extract(flat)).all()


def test_spans_cover_the_vector_once() -> None:
    spans = list(features.spans().values())
    assert spans[0].start == 0
    assert spans[-1].stop == sum(LENGTHS.values())
    assert all(a.stop == b.start for a, b in pairwise(spans))


def test_cooccurrences_are_roots_of_distributions() -> None:
    tile = _tile(np.random.default_rng(1))
    for name in ("cooccurrence_luma", "cooccurrence_chroma", "square_residuals"):
        cells = FAMILIES[name](tile).reshape(-1, 625)
        np.testing.assert_allclose((cells**2).sum(axis=1), 1, rtol=1e-5)
    joint = features.colour_joint(tile).reshape(-1, 125)
    np.testing.assert_allclose((joint**2).sum(axis=1), 1, rtol=1e-5)


def test_cooccurrence_counts_what_it_says() -> None:
    # A ramp of one code per column: every first difference is +1, level 3 of 0..4 at step 1.
    ramp = np.tile(np.arange(64, dtype=np.uint8), (3, 32, 1))
    cells = features.cooccurrence_luma(Tile(ramp, np.zeros(ramp.shape, np.float32)))
    cells = cells.reshape(6, 625)
    assert cells[0].argmax() == 3 * (125 + 25 + 5 + 1)
    assert cells[0].max() == 1
    # Second differences vanish, and so does everything vertical: level 2 throughout.
    for still in (1, 3):
        assert cells[still].argmax() == 2 * (125 + 25 + 5 + 1)


def test_colour_joint_agrees_with_direct_counting() -> None:
    tile = _tile(np.random.default_rng(2), 24, 24)
    found = features.colour_joint(tile).reshape(6, 3, 125)
    difference = np.diff(tile.codes.astype(np.int16), axis=2)
    level = np.clip(difference, -2, 2) + 2  # step 1 is plain truncation
    count = np.bincount((level[0] * 25 + level[1] * 5 + level[2]).ravel(), minlength=125)
    np.testing.assert_allclose(found[0, 0] ** 2, count / count.sum(), atol=1e-6)


def test_log_psd_shows_an_eight_periodic_pattern() -> None:
    rng = np.random.default_rng(3)
    tile = _tile(rng, 128, 128, sigma=1.0)
    pattern = np.tile(rng.normal(0, 1, (8, 8)), (16, 16)).astype(np.float32)
    marked = Tile(tile.codes, tile.residual + pattern)
    plain_harmonics = features.log_psd(tile)[512:552]
    harmonics = features.log_psd(marked)[512:552]
    assert np.median(harmonics - plain_harmonics) > 1.0


def test_autocorrelation_agrees_with_direct_sums() -> None:
    tile = _tile(np.random.default_rng(4), 40, 52)
    found = features.autocorrelation(tile)
    found = np.sign(found) * found**2
    x = tile.residual - tile.residual.mean(axis=(1, 2), keepdims=True)
    energy = np.sqrt((x**2).sum(axis=(1, 2)))
    # Cross-correlation of R and G at lag (2, -3): sum of R[y + 2, x - 3] G[y, x].
    direct = (x[0, 2:, :-3] * x[1, :-2, 3:]).sum() / (energy[0] * energy[1])
    cross = found[3 * 145 : 3 * 145 + 289].reshape(17, 17)
    assert cross[8 + 2, 8 - 3] == pytest.approx(direct, abs=2e-4)
    # Lag (0, 0) of an autocorrelation is 1.
    assert found[144] == pytest.approx(1, abs=1e-3)


def test_autocorrelation_does_not_depend_on_scale() -> None:
    tile = _tile(np.random.default_rng(5))
    louder = Tile(tile.codes, tile.residual * np.float32(4))
    np.testing.assert_allclose(
        features.autocorrelation(tile), features.autocorrelation(louder), atol=2e-3
    )
