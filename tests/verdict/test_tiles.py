"""Tiles: on the lattice, inside the image, spread."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fpinspect.verdict import tiles


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 32))
def test_origins_lie_on_the_lattice_and_inside(height: int, width: int, most: int) -> None:
    chosen, available = tiles.origins(height, width, max_tiles=most)
    assert 1 <= len(chosen) <= most
    assert available >= len(chosen)
    assert len(set(chosen)) == len(chosen)
    assert chosen == sorted(chosen)
    for y, x in chosen:
        assert y % tiles.LATTICE == 0
        assert x % tiles.LATTICE == 0
        assert y + min(tiles.SIDE, height) <= height
        assert x + min(tiles.SIDE, width) <= width


def test_exact_multiples_are_covered_once() -> None:
    chosen, available = tiles.origins(512, 768, max_tiles=16)
    assert available == 6
    assert chosen == [(y, x) for y in (0, 256) for x in (0, 256, 512)]


def test_a_sampled_image_is_sampled_all_over() -> None:
    chosen, available = tiles.origins(4096, 4096, max_tiles=16)
    assert available == 256
    ys, xs = np.array(chosen).T
    for axis in (ys, xs):
        # Every quarter of the axis has tiles.
        assert len(np.unique(axis // 1024)) == 4


def test_cut_keeps_codes_and_takes_residuals() -> None:
    codes = np.random.default_rng(0).integers(0, 256, (3, 300, 520), dtype=np.uint8)
    found = tiles.cut(codes, max_tiles=16)
    for tile, (y, x) in zip(found.tiles, found.origins, strict=True):
        np.testing.assert_array_equal(tile.codes, codes[:, y : y + 256, x : x + 256])
        assert tile.residual.shape == tile.codes.shape
        assert abs(tile.residual.mean()) < 1.0


def test_tiny_images_are_mirrored_up() -> None:
    found = tiles.cut(np.full((3, 1, 1), 9, np.uint8), max_tiles=4)
    assert found.tiles[0].codes.shape == (3, 16, 16)


def test_mosaic_keeps_every_pixel_on_the_lattice() -> None:
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 256, (3, 512, 776), dtype=np.uint8)
    found = tiles.cut(codes, max_tiles=16)
    residual, (top, left) = found.mosaic()
    for tile, (y, x) in zip(found.tiles, found.origins, strict=True):
        part = residual[:, y - top : y - top + 256, x - left : x - left + 256]
        np.testing.assert_array_equal(part[:, :, :200], tile.residual[:, :, :200])


def test_mosaic_of_a_sampled_image_is_on_the_lattice() -> None:
    codes = np.full((3, 1024, 1100), 128, np.uint8)
    codes[:, 3::256, 5::256] += 4  # one brighter pixel at the same place of the lattice
    found = tiles.cut(codes, max_tiles=5)
    assert found.available > 5
    residual, origin = found.mosaic()
    assert origin == (0, 0)
    assert residual.shape == (3, 256, 5 * 256)
    for tile in np.split(residual[0], 5, axis=1):
        assert np.unravel_index(tile.argmax(), tile.shape) == (3, 5)
