"""The families: lengths, invariances, and what they are meant to see."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from fpinspect.lab import probe
from fpinspect.verdict import contrast, features
from fpinspect.verdict.classifier import Heads
from fpinspect.verdict.features import FAMILIES, LENGTHS, Group, Tile


def _tile(rng: np.random.Generator, h: int = 96, w: int = 128, sigma: float = 3.0) -> Tile:
    codes = rng.integers(0, 256, (3, h, w), dtype=np.uint8)
    return Tile(codes, rng.normal(0, sigma, (3, h, w)).astype(np.float32))


def _vector(name: str, tile: Tile) -> np.ndarray:
    """What a family says of one tile."""
    return FAMILIES[name](Group((tile,)))[0]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("size", [(16, 16), (17, 40), (63, 300), (256, 256)])
def test_length_and_type_do_not_depend_on_size(name: str, size: tuple[int, int]) -> None:
    vector = _vector(name, _tile(np.random.default_rng(0), *size))
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
    for name in ("cooccurrence_luma", "cooccurrence_chroma"):
        cells = _vector(name, tile).reshape(-1, 625)
        np.testing.assert_allclose((cells**2).sum(axis=1), 1, rtol=1e-5)
    joint = _vector("colour_joint", tile).reshape(-1, 125)
    np.testing.assert_allclose((joint**2).sum(axis=1), 1, rtol=1e-5)


def test_cooccurrence_counts_what_it_says() -> None:
    # A ramp of one code per column: every first difference is +1, level 3 of 0..4 at step 1.
    ramp = np.tile(np.arange(64, dtype=np.uint8), (3, 32, 1))
    cells = _vector("cooccurrence_luma", Tile(ramp, np.zeros(ramp.shape, np.float32)))
    cells = cells.reshape(6, 625)
    assert cells[0].argmax() == 3 * (125 + 25 + 5 + 1)
    assert cells[0].max() == 1
    # Second differences vanish, and so does everything vertical: level 2 throughout.
    for still in (1, 3):
        assert cells[still].argmax() == 2 * (125 + 25 + 5 + 1)


def test_colour_joint_agrees_with_direct_counting() -> None:
    tile = _tile(np.random.default_rng(2), 24, 24)
    found = _vector("colour_joint", tile).reshape(6, 3, 125)
    difference = np.diff(tile.codes.astype(np.int16), axis=2)
    level = np.clip(difference, -2, 2) + 2  # step 1 is plain truncation
    count = np.bincount((level[0] * 25 + level[1] * 5 + level[2]).ravel(), minlength=125)
    np.testing.assert_allclose(found[0, 0] ** 2, count / count.sum(), atol=1e-6)


def test_log_psd_shows_an_eight_periodic_pattern() -> None:
    rng = np.random.default_rng(3)
    tile = _tile(rng, 128, 128, sigma=1.0)
    pattern = np.tile(rng.normal(0, 1, (8, 8)), (16, 16)).astype(np.float32)
    marked = Tile(tile.codes, tile.residual + pattern)
    plain_harmonics = _vector("log_psd", tile)[512:552]
    harmonics = _vector("log_psd", marked)[512:552]
    assert np.median(harmonics - plain_harmonics) > 1.0


def test_autocorrelation_agrees_with_direct_sums() -> None:
    tile = _tile(np.random.default_rng(4), 40, 52)
    found = _vector("autocorrelation", tile)
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
        _vector("autocorrelation", tile), _vector("autocorrelation", louder), atol=2e-3
    )


def test_log_psd_agrees_with_plain_periodograms() -> None:
    tile = _tile(np.random.default_rng(6), 128, 96)
    luma = np.tensordot([0.299, 0.587, 0.114], tile.residual.astype(np.float64), 1)
    window = np.outer(*[np.hanning(65)[:-1]] * 2)
    power = np.mean(
        [
            np.abs(np.fft.rfft2(luma[y : y + 64, x : x + 64] * window)) ** 2
            for y in range(0, 65, 32)
            for x in range(0, 33, 32)
        ],
        axis=0,
    )
    found = _vector("log_psd", tile)
    pooled = np.log((power + 1e-2)[:, :32].reshape(32, 2, 16, 2).mean(axis=(1, 3)))
    np.testing.assert_allclose(found[:512], (pooled - pooled.mean()).ravel(), atol=1e-4)
    assert found[-3] == pytest.approx(pooled.mean(), rel=1e-5)
    # The harmonic at (1/8, 2/8) cycles/px over the eight bins two away from it.
    log_power = np.log(power + 1e-2)
    ring = [log_power[8 + dy, 16 + dx] for dy in (-2, 0, 2) for dx in (-2, 0, 2) if dy or dx]
    assert found[512 + 5 + 2] == pytest.approx(log_power[8, 16] - np.mean(ring), abs=1e-4)
    # Over the edge of the half plane: (1/8, 1/2) has mirror images to its right.
    ring = [log_power[8 + dy, 30] for dy in (-2, 0, 2)]
    ring += [log_power[(-8 - dy) % 64, 30] for dy in (-2, 0, 2)]
    ring += [log_power[6, 32], log_power[10, 32]]
    assert found[512 + 5 + 4] == pytest.approx(log_power[8, 32] - np.mean(ring), abs=1e-4)


@pytest.mark.parametrize("step", [2, 4])
def test_colour_joint_merges_clipped_values_into_levels(step: int) -> None:
    rng = np.random.default_rng(7)
    codes = np.clip(rng.normal(128, 5, (3, 40, 24)), 0, 255).astype(np.uint8)
    found = _vector("colour_joint", Tile(codes, np.zeros(codes.shape, np.float32)))
    difference = np.diff(codes.astype(np.int16), 2, axis=1)  # vertical, second order
    thresholds = {2: (-3, -1, 2, 4), 4: (-6, -2, 3, 7)}[step]
    r, g, b = sum((difference >= t).astype(int) for t in thresholds)
    count = np.bincount((r * 25 + g * 5 + b).ravel(), minlength=125)
    cells = found.reshape(6, 3, 125)[4, {2: 1, 4: 2}[step]]
    np.testing.assert_allclose(cells**2, count / count.sum(), atol=1e-6)


@pytest.mark.parametrize("count", [2, 4, 7])
def test_a_tile_gives_the_same_in_any_company(count: int) -> None:
    rng = np.random.default_rng(8)
    tiles = [_tile(rng, 40, 56) for _ in range(count)]
    # Equal neighbours would hide counts that land in a neighbour's bins; extremes fill all levels.
    tiles[1] = Tile(np.full((3, 40, 56), 9, np.uint8), tiles[1].residual)
    tiles.append(_tile(rng, 24, 40))
    found = features.extract_all(tiles)
    for tile, vector in zip(tiles, found, strict=True):
        np.testing.assert_array_equal(features.extract(tile), vector)


def test_the_families_give_what_the_shipped_weights_were_trained_on() -> None:
    trained = Heads.load().settings["probe"]
    found = probe.found()
    assert list(found) == list(FAMILIES)
    assert found == pytest.approx(trained, rel=1e-3, abs=2e-3)
    # That tile is no special case: every family has much to say of it.
    assert min(abs(value) for value in found.values()) > 0.05


def test_a_family_that_turned_a_sign_is_noticed(monkeypatch) -> None:
    before = probe.found()
    slant = contrast._slant

    def turned(plane, falling, pixels, tiles):
        return slant(plane, falling, pixels, tiles) * (1 if falling else -1)

    monkeypatch.setattr(contrast, "_slant", turned)
    after = probe.found()
    assert abs(after["contrast_luma"] - before["contrast_luma"]) > 0.02
    assert after["log_psd"] == before["log_psd"]
