"""What happens to images on their way: the copies that train the heads and the test's handling.

All copies are made from stored codes, none is resized before it is said to be. Every class gets
the same recipe, so that handling itself carries no evidence.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

U8 = npt.NDArray[np.uint8]
Rng = np.random.Generator

CROP_OFF_GRID = (3, 5)
"""Rows and columns cut away before the test's JPEG, so that its grid is not the image's own."""


def jpeg(codes: U8, quality: int, subsampling: str = "4:2:0") -> U8:
    """Encode (H, W, 3) codes as JPEG and decode them again."""
    buffer = io.BytesIO()
    Image.fromarray(codes).save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    return np.asarray(Image.open(buffer).convert("RGB"))


def webp(codes: U8, quality: int) -> U8:
    """Encode (H, W, 3) codes as lossy WebP and decode them again."""
    buffer = io.BytesIO()
    Image.fromarray(codes).save(buffer, "WEBP", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def resize(codes: U8, factor: float, resample: Image.Resampling = Image.Resampling.LANCZOS) -> U8:
    """Scale (H, W, 3) codes by `factor`."""
    h, w = codes.shape[:2]
    size = (max(1, round(w * factor)), max(1, round(h * factor)))
    return np.asarray(Image.fromarray(codes).resize(size, resample))


def blur(codes: U8, sigma: float) -> U8:
    """Gaussian blur with `sigma` pixels."""
    return np.asarray(Image.fromarray(codes).filter(ImageFilter.GaussianBlur(sigma)))


def centre_crop(codes: U8, side: int, multiple: int = 8) -> U8:
    """Cut the central square of at most `side` pixels, its origin on the lattice."""
    h, w = codes.shape[:2]
    y = max(0, (h - side) // 2 // multiple * multiple)
    x = max(0, (w - side) // 2 // multiple * multiple)
    return codes[y : y + side, x : x + side]


def _random_crop(codes: U8, rng: Rng, low: int, high: int) -> U8:
    """Cut a random rectangle with sides in [low, high], no larger than the image less 8."""
    h, w = codes.shape[:2]
    sh = int(min(rng.integers(low, high + 1), max(h - 8, 1)))
    sw = int(min(rng.integers(low, high + 1), max(w - 8, 1)))
    y, x = int(rng.integers(0, h - sh + 1)), int(rng.integers(0, w - sw + 1))
    return codes[y : y + sh, x : x + sw]


def _small_crop(codes: U8, rng: Rng) -> U8:
    """Cut a small rectangle: BigGAN's images are small, and size must not tell them."""
    return _random_crop(codes, rng, 72, 192)


def _often_small(codes: U8, rng: Rng) -> U8:
    return _small_crop(codes, rng) if rng.random() < 0.5 else codes


def _off_grid(codes: U8, rng: Rng) -> U8:
    y, x = rng.integers(0, 8, 2)
    if y == 0 and x == 0:
        y = 4
    return codes[y:, x:]


def _quality(rng: Rng) -> int:
    return int(rng.integers(50, 99))


def _subsampling(rng: Rng) -> str:
    return "4:2:0" if rng.random() < 0.6 else "4:4:4"


def _any_resize(codes: U8, rng: Rng) -> U8:
    factor = float(np.exp(rng.uniform(np.log(0.5), np.log(2.0))))
    # Keep enough pixels for one tile: small images are not made smaller than 96 px.
    factor = max(factor, 96 / min(codes.shape[:2]))
    kernel = rng.choice([Image.Resampling.LANCZOS, Image.Resampling.BICUBIC])
    scaled = resize(codes, factor, Image.Resampling(int(kernel)))
    h, w = scaled.shape[:2]
    y = int(rng.integers(0, max(h - 256, 0) + 1))
    x = int(rng.integers(0, max(w - 256, 0) + 1))
    return scaled[y : y + 256, x : x + 256]


Copy = Callable[[U8, Rng, "float | None"], U8]


def _raw(codes: U8, rng: Rng, stored: float | None) -> U8:
    return codes


def _crop(codes: U8, rng: Rng, stored: float | None) -> U8:
    return _random_crop(codes, rng, 96, 240)


def _jpeg_off(codes: U8, rng: Rng, stored: float | None) -> U8:
    return jpeg(_off_grid(codes, rng), _quality(rng), _subsampling(rng))


def _jpeg_off_75(codes: U8, rng: Rng, stored: float | None) -> U8:
    return jpeg(_off_grid(codes, rng), int(rng.integers(70, 81)), "4:2:0")


def _jpeg_on(codes: U8, rng: Rng, stored: float | None) -> U8:
    return jpeg(codes, _quality(rng), _subsampling(rng))


def _h75(codes: U8, rng: Rng, stored: float | None) -> U8:
    return h75(codes, stored)


def _small(codes: U8, rng: Rng, stored: float | None) -> U8:
    return _small_crop(codes, rng)


def _small_jpeg(codes: U8, rng: Rng, stored: float | None) -> U8:
    return jpeg(_small_crop(codes, rng), _quality(rng), _subsampling(rng))


def _double(codes: U8, rng: Rng, stored: float | None) -> U8:
    first = jpeg(codes, _quality(rng), _subsampling(rng))
    return jpeg(
        _off_grid(_often_small(first, rng), rng), int(rng.integers(70, 99)), _subsampling(rng)
    )


def _resized(codes: U8, rng: Rng, stored: float | None) -> U8:
    return _any_resize(codes, rng)


def _resized_jpeg(codes: U8, rng: Rng, stored: float | None) -> U8:
    return jpeg(_any_resize(codes, rng), int(rng.integers(65, 99)), _subsampling(rng))


def _small_resized_jpeg(codes: U8, rng: Rng, stored: float | None) -> U8:
    resized = _small_crop(_any_resize(codes, rng), rng)
    return jpeg(resized, int(rng.integers(65, 99)), _subsampling(rng))


def _webp(codes: U8, rng: Rng, stored: float | None) -> U8:
    return webp(codes, int(rng.integers(55, 96)))


def _blurred(codes: U8, rng: Rng, stored: float | None) -> U8:
    soft = blur(codes, float(rng.uniform(0.3, 0.9)))
    return soft if rng.random() < 0.5 else jpeg(soft, _quality(rng), _subsampling(rng))


def _soft_or_webp(codes: U8, rng: Rng, stored: float | None) -> U8:
    change = _webp if rng.random() < 0.5 else _blurred
    return change(_often_small(codes, rng), rng, stored)


RECIPE: tuple[Copy, ...] = (
    _raw,
    _crop,
    _h75,
    _jpeg_off_75,
    _jpeg_off,
    _jpeg_on,
    _resized,
    _resized_jpeg,
    _small_jpeg,
    _double,
    _soft_or_webp,
    _small_jpeg,
    _small,
    _small_resized_jpeg,
)
"""The copies of every training image."""
RAW_COPY, H75_COPY, RESIZED_COPY = 0, 2, 6
"""Copies that are the handlings ``raw`` and ``h75``, and the one resized and not coded."""


def key_of(path: Path) -> int:
    """Seed of an image's copies: from the name of its file."""
    return zlib.crc32(path.name.encode())


def training_copy(codes: U8, number: int, *, key: int, stored: float | None) -> U8:
    """Make copy `number` of an image.

    Parameters
    ----------
    codes : numpy.ndarray
        (H, W, 3) uint8.
    number : int
        Index into `RECIPE`.
    key : int
        Seed of the image, so that every copy is reproducible by itself.
    stored : float or None
        JPEG quality of the stored file.
    """
    rng = np.random.default_rng([key, number])
    return np.ascontiguousarray(RECIPE[number](codes, rng, stored))


def h75(codes: U8, stored: float | None) -> U8:
    """JPEG 75 4:2:0 on the image's own grid; files already at 75 are left alone."""
    if stored is not None and round(stored) == 75:
        return codes
    return jpeg(codes, 75, "4:2:0")


def _test_jpeg(quality: int) -> Callable[[U8, float | None], U8]:
    def handle(codes: U8, stored: float | None) -> U8:
        y, x = CROP_OFF_GRID
        return jpeg(codes[y:, x:], quality, "4:2:0")

    return handle


def _test_resize(factor: float) -> Callable[[U8, float | None], U8]:
    def handle(codes: U8, stored: float | None) -> U8:
        return jpeg(resize(codes, factor), 90, "4:2:0")

    return handle


@dataclass(frozen=True, slots=True)
class Handling:
    """One row of the tables.

    Attributes
    ----------
    name : str
        Short name in the tables.
    meaning : str
        One line for the reader.
    apply : callable
        ``apply(codes (H, W, 3) uint8, stored quality) -> codes``.
    """

    name: str
    meaning: str
    apply: Callable[[U8, float | None], U8]


HANDLINGS: tuple[Handling, ...] = (
    Handling("raw", "as stored", lambda codes, stored: codes),
    Handling("q95", "JPEG 95, 4:2:0, off the grid", _test_jpeg(95)),
    Handling("q85", "JPEG 85, 4:2:0, off the grid", _test_jpeg(85)),
    Handling("q75", "JPEG 75, 4:2:0, off the grid", _test_jpeg(75)),
    Handling("h75", "JPEG 75, 4:2:0, on its own grid; files at 75 left alone", h75),
    Handling("x075", "resized to 0.75 (Lanczos), then JPEG 90", _test_resize(0.75)),
    Handling("x125", "resized to 1.25 (Lanczos), then JPEG 90", _test_resize(1.25)),
    Handling("c128", "lossless central crop of 128 x 128", lambda c, s: centre_crop(c, 128)),
)
"""The handlings of the test tables."""

SMALL_SIDES = (72, 96, 128, 192)
SMALL_QUALITIES = (None, 95, 85, 75)


def _small_handling(side: int, quality: int | None) -> Handling:
    def handle(codes: U8, stored: float | None) -> U8:
        crop = centre_crop(codes, side)
        return crop if quality is None else jpeg(crop, quality)

    coded = "lossless" if quality is None else f"JPEG {quality}, 4:2:0"
    return Handling(small_name(side, quality), f"central crop of {side} x {side}, {coded}", handle)


def small_name(side: int, quality: int | None) -> str:
    """Name of the handling that leaves a small image."""
    return f"c{side}" if quality is None else f"c{side}q{quality}"


SMALL: tuple[Handling, ...] = tuple(
    _small_handling(side, quality)
    for quality in SMALL_QUALITIES
    for side in SMALL_SIDES
    if (side, quality) != (128, None)  # among those of the tables
)
"""Small images, which the calibration is fitted on besides."""

_SIDES = {small_name(side, q): side for side in SMALL_SIDES for q in SMALL_QUALITIES}
_BY_NAME = {handling.name: handling for handling in (*HANDLINGS, *SMALL)}


def handling_named(name: str) -> Handling:
    """Return one of `HANDLINGS` or `SMALL`.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    return _BY_NAME[name]


_CODED: dict[str, int | None] = {
    "q95": 95,
    "q85": 85,
    "q75": 75,
    "h75": 75,
    "x075": 90,
    "x125": 90,
    "c128": None,
}
_CODED |= {small_name(side, q): q for side in SMALL_SIDES for q in SMALL_QUALITIES}


def file_quality(handling: str, stored: float | None) -> int | None:
    """JPEG quality of the file that a handling leaves, None if it is lossless.

    Parameters
    ----------
    handling : str
        Name in `HANDLINGS` or `SMALL`.
    stored : float or None
        Quality of the stored file.
    """
    return _CODED.get(handling, None if stored is None else round(stored))


def side_of(handling: str) -> int | None:
    """Side of the crop that a handling leaves, None if it leaves the whole image."""
    return _SIDES.get(handling)
