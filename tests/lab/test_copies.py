"""Copies: reproducible, never resized unless said, the handlings as they are named."""

from __future__ import annotations

import numpy as np
import pytest

from fpinspect.lab import copies


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    rng = np.random.default_rng(0)
    smooth = np.cumsum(rng.normal(0, 3, (256, 256, 3)), axis=1)
    return np.clip(128 + smooth, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("number", range(len(copies.RECIPE)))
def test_every_copy_is_reproducible_and_usable(codes: np.ndarray, number: int) -> None:
    a = copies.training_copy(codes, number, key=7, stored=None)
    b = copies.training_copy(codes, number, key=7, stored=None)
    np.testing.assert_array_equal(a, b)
    assert a.dtype == np.uint8
    assert a.shape[2] == 3
    assert min(a.shape[:2]) >= 64
    assert max(a.shape[:2]) <= 256


def test_small_images_get_usable_copies(codes: np.ndarray) -> None:
    for number in range(len(copies.RECIPE)):
        copy = copies.training_copy(codes[:128, :128], number, key=3, stored=75.0)
        assert min(copy.shape[:2]) >= 64


def test_named_copies_are_the_handlings(codes: np.ndarray) -> None:
    raw = copies.training_copy(codes, copies.RAW_COPY, key=1, stored=None)
    np.testing.assert_array_equal(raw, codes)
    h75 = copies.training_copy(codes, copies.H75_COPY, key=1, stored=None)
    np.testing.assert_array_equal(h75, copies.jpeg(codes, 75))


def test_h75_leaves_files_at_75_alone(codes: np.ndarray) -> None:
    assert copies.h75(codes, 75.0) is codes
    assert not np.array_equal(copies.h75(codes, 90.0), codes)


def test_small_images_are_central_crops_of_their_side(codes: np.ndarray) -> None:
    for handling in copies.SMALL:
        side, quality = copies.side_of(handling.name), copies.file_quality(handling.name, 50.0)
        crop = copies.centre_crop(codes, side)
        expected = crop if quality is None else copies.jpeg(crop, quality)
        np.testing.assert_array_equal(handling.apply(codes, 50.0), expected)
        assert copies.handling_named(handling.name) is handling
    with pytest.raises(KeyError):
        copies.handling_named("c5")


def test_test_jpeg_is_off_the_image_grid(codes: np.ndarray) -> None:
    handled = {h.name: h.apply(codes, None) for h in copies.HANDLINGS}
    assert handled["q75"].shape == (253, 251, 3)
    assert handled["c128"].shape == (128, 128, 3)
    # A lossless crop keeps the codes, its origin on the 8-pixel lattice.
    np.testing.assert_array_equal(handled["c128"], codes[64:192, 64:192])
    assert handled["x075"].shape == (192, 192, 3)
