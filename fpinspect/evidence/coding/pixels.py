"""Samples to colour planes: what a decoder hands over, and the rules for odd kinds of images.

* Alpha is dropped, never composited: the colour planes are what the generator or camera wrote.
* CMYK becomes RGB by R = (255 − C)(255 − K)/255, likewise G and B, without a profile; decoders
  have undone Adobe's inverted storage before.
* Palette indices are looked up; grey is replicated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fpinspect.evidence.flags import Flag, ItemError, Severity

_BAND_PIXELS = 1 << 22


ALPHA = Flag(
    "alpha",
    Severity.INFO,
    "The image has transparency: its colour planes were analysed as they are stored, without "
    "putting them on a background, so pixels that you cannot see count too.",
)
GREY = Flag(
    "grey",
    Severity.WARNING,
    "The image is grey: statistics that compare colours have nothing to work on, which weakens "
    "the opinion.",
)
PALETTE = Flag(
    "palette",
    Severity.WARNING,
    "The image stores at most 256 colours (a palette): reducing the colours has overwritten "
    "the fine noise that the opinion rests on.",
)
CMYK = Flag(
    "cmyk",
    Severity.WARNING,
    "The image is stored in printing colours (CMYK): it was turned into RGB by "
    "R = (255 − C)(255 − K)/255 without a colour profile, which changes its fine noise.",
)


CROPPED = Flag(
    "cropped_by_container",
    Severity.INFO,
    "The file asks its reader to crop the picture, which the decoder did: the pixel lattice may "
    "not begin where the camera's did.",
)


@dataclass(slots=True)
class Decoded:
    """What a decoder made of a file.

    Attributes
    ----------
    pixels : ndarray
        (H, W, 3) uint8 or uint16, RGB, stored lattice.
    mode : str
        Mode of the stored samples in Pillow's words, e.g. ``"RGBA"``.
    bit_depth : int
        Bits per stored channel.
    decoder : str
        Name and version of the decoder and its library.
    frames : int
        Frames in the file.
    flags : list of Flag
        What decoding brought up.
    exif, xmp : bytes
        Metadata that only the decoder can reach (AVIF, HEIF).
    orientation : int
        EXIF orientation 1..8 where the container states it better than EXIF (HEIF); else 0.
    """

    pixels: NDArray[Any]
    mode: str
    bit_depth: int
    decoder: str
    frames: int = 1
    flags: list[Flag] = field(default_factory=list)
    exif: bytes = b""
    xmp: bytes = b""
    orientation: int = 0


def turn(array: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Apply an EXIF orientation 1..8 (CIPA DC-008, 4.6.5.1.6) to rows and columns; a view."""
    if orientation in {5, 6, 7, 8}:
        array = array.swapaxes(0, 1)
    if orientation in {3, 4, 7, 8}:
        array = array[::-1]
    if orientation in {2, 3, 6, 7}:
        array = array[:, ::-1]
    return array


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse an image with more pixels than allowed, or with none.

    Raises
    ------
    ItemError
    """
    if width < 1 or height < 1:
        raise ItemError(
            f"The file says that the image is {width}×{height} pixels, so there is nothing to "
            "inspect. It is damaged: get a fresh copy."
        )
    if width * height > max_pixels:
        raise ItemError(
            f"The image is {width}×{height} pixels ({width * height / 1e6:.0f} megapixels), "
            f"more than the limit of {max_pixels / 1e6:g} megapixels, and was not decoded. "
            "Raise the limit if you trust the file."
        )


def _samples(image: Image.Image) -> NDArray[Any]:
    """Copy a loaded image to an array, in bands so that a large one is not held thrice."""
    if image.width * image.height <= 4 * _BAND_PIXELS:
        return np.asarray(image)
    rows = max(1, _BAND_PIXELS // image.width)
    first = np.asarray(image.crop((0, 0, image.width, 1)))
    out = np.empty((image.height, *first.shape[1:]), first.dtype)
    for top in range(0, image.height, rows):
        bottom = min(top + rows, image.height)
        out[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    return out


def same_samples(one: Image.Image, other: Image.Image) -> bool:
    """Tell whether two loaded images hold the same samples; compared in bands."""
    if one.size != other.size or one.mode != other.mode:
        return False
    rows = max(1, _BAND_PIXELS // one.width)
    if rows >= one.height:
        return one.tobytes() == other.tobytes()
    boxes = ((0, top, one.width, min(top + rows, one.height)) for top in range(0, one.height, rows))
    return all(one.crop(box).tobytes() == other.crop(box).tobytes() for box in boxes)


def colours(image: Image.Image) -> tuple[NDArray[Any], list[Flag]]:
    """Return the colour planes (H, W, 3) of a loaded image and what is odd about them."""
    mode = image.mode
    flags: list[Flag] = []
    if mode in {"RGB", "RGBX"}:
        return np.ascontiguousarray(_samples(image)[..., :3]), flags
    if mode in {"RGBA", "RGBa"}:
        return np.ascontiguousarray(_samples(image)[..., :3]), [ALPHA]
    if mode in {"1", "L"} or mode.startswith("I;16"):
        grey = _samples(image)
        if mode == "1":
            grey = grey.astype(np.uint8) * 255
        elif mode != "L":
            grey = grey.astype(np.uint16)
        return replicate(grey), [GREY]
    if mode in {"LA", "La"}:
        return replicate(_samples(image)[..., 0]), [GREY, ALPHA]
    if mode in {"P", "PA"}:
        table = np.zeros((256, 3), np.uint8)
        palette = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)[:256]
        table[: len(palette)] = palette
        index = _samples(image)
        flags = [PALETTE] if mode == "P" else [PALETTE, ALPHA]
        return table[index if mode == "P" else index[..., 0]], flags
    if mode == "CMYK":
        return _from_cmyk(_samples(image)), [CMYK]
    if mode == "YCbCr":
        return _samples(image.convert("RGB")), flags
    raise ItemError(
        f"The image stores its samples as {mode!r} (32-bit, floating point or CIELAB), which "
        "fpinspect does not analyse. Save it as an 8- or 16-bit RGB image."
    )


def replicate(grey: NDArray[Any]) -> NDArray[Any]:
    """Grey (H, W) to three equal planes (H, W, 3)."""
    return np.repeat(grey[..., None], 3, axis=2)


def _from_cmyk(samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """CMYK (H, W, 4) uint8 to RGB (H, W, 3): R = (255 − C)(255 − K)/255, rounded."""
    out = np.empty((*samples.shape[:2], 3), np.uint8)
    paper = 255 - samples
    for channel in range(3):
        product = paper[..., channel].astype(np.uint16) * paper[..., 3]
        out[..., channel] = (product.astype(np.uint32) + 127) // 255
    return out
