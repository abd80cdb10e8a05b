"""Decoders of optional packages: HEIC (pillow-heif) and JPEG XL (pillow-jxl-plugin)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fpinspect.evidence.coding.container import Layout
from fpinspect.evidence.coding.pixels import (
    ALPHA,
    CROPPED,
    GREY,
    Decoded,
    check_size,
    replicate,
    turn,
)
from fpinspect.evidence.flags import Flag, ItemError


def _missing(name: str, extra: str) -> ItemError:
    """Return the error that names the extra."""
    return ItemError(
        f"Reading {name} needs a decoder that is not installed: run "
        f"pip install 'fpinspect[{extra}]', or save the image as PNG without scaling it."
    )


def decode_heif(data: bytes, max_pixels: int) -> Decoded:
    """Decode the primary image of a HEIC or HEIF file on its stored lattice.

    libheif turns and mirrors the pixels as the file wants them shown; both are undone here.

    Raises
    ------
    ItemError
        When pillow-heif is not installed, or the image exceeds the limit.
    """
    try:
        import pillow_heif
    except ImportError as error:
        raise _missing("HEIC", "heif") from error
    images = pillow_heif.open_heif(data, convert_hdr_to_8bit=False, hdr_to_16bit=True)
    image: Any = images[images.primary_index]  # its info is a dict of everything
    width, height = image.size
    check_size(width, height, max_pixels)
    samples = np.asarray(image)
    steps = tuple(getattr(getattr(image, "_c_image", None), "transformations", ()))
    # A crop that begins in the corner only takes off what the encoder had padded.
    moved = any(step[0] == "clap" and any(step[1:3]) for step in steps)
    flags: list[Flag] = [CROPPED] if moved else []
    orientation = _orientation(steps)
    for step in reversed(steps):
        samples = _undo(samples, step)
    pixels, mode = _planes(samples, flags)
    name = f"pillow-heif {pillow_heif.__version__} libheif {pillow_heif.libheif_version()}"
    decoded = Decoded(pixels, mode, int(image.info.get("bit_depth", 8)), name, len(images), flags)
    decoded.exif = bytes(image.info.get("exif") or b"")
    xmp = image.info.get("xmp")
    decoded.xmp = xmp if isinstance(xmp, bytes) else str(xmp or "").encode("utf-8", "replace")
    # HEIF readers ignore EXIF orientation in favour of the file's own (ISO/IEC 23008-12, 6.5.10).
    decoded.orientation = orientation
    return decoded


_Turn = Callable[[NDArray[Any]], NDArray[Any]]


def _keep(array: NDArray[Any]) -> NDArray[Any]:
    return array


_APPLY: dict[tuple[Any, ...], _Turn] = {
    ("irot", 90): lambda a: np.rot90(a, 1),
    ("irot", 180): lambda a: np.rot90(a, 2),
    ("irot", 270): lambda a: np.rot90(a, 3),
    ("imir", 0): lambda a: a[::-1],
    ("imir", 1): lambda a: a[:, ::-1],
}
_INVERSE: dict[tuple[Any, ...], tuple[Any, ...]] = {
    ("irot", 90): ("irot", 270),
    ("irot", 270): ("irot", 90),
}


def _undo(samples: NDArray[Any], step: tuple[Any, ...]) -> NDArray[Any]:
    """Undo one rotation (anti-clockwise degrees) or mirroring; other steps stay."""
    key = step[:2]
    return _APPLY.get(_INVERSE.get(key, key), _keep)(samples)


def _orientation(steps: tuple[tuple[Any, ...], ...]) -> int:
    """Return the EXIF orientation that shows the stored lattice as `steps` do."""
    probe = np.arange(6).reshape(2, 3)
    shown = probe
    for step in steps:
        shown = _APPLY.get(step[:2], _keep)(shown)
    return next(code for code in range(1, 9) if np.array_equal(turn(probe, code), shown))


def _planes(samples: NDArray[Any], flags: list[Flag]) -> tuple[NDArray[Any], str]:
    """Return colour planes (H, W, 3) and the mode of (H, W) or (H, W, C) samples."""
    if samples.dtype not in (np.uint8, np.uint16):
        raise ItemError(
            "The image stores floating point samples, which fpinspect does not analyse. "
            "Save it as an 8- or 16-bit RGB image."
        )
    if samples.ndim == 2:
        samples = samples[..., None]
    channels = samples.shape[2]
    if channels in {2, 4}:
        flags.append(ALPHA)
    suffix = ";16" if samples.dtype == np.uint16 else ""
    if channels <= 2:
        flags.append(GREY)
        return replicate(samples[..., 0]), ("L" if channels == 1 else "LA") + suffix
    return np.ascontiguousarray(samples[..., :3]), ("RGB" if channels == 3 else "RGBA") + suffix


@dataclass(frozen=True, slots=True)
class PackedJpeg:
    """A JPEG file that a JPEG XL file holds without loss.

    Attributes
    ----------
    jpeg : bytes
        The JPEG file, bit by bit.
    decoder : str
        Who unpacked it.
    """

    jpeg: bytes
    decoder: str


def decode_jxl(data: bytes, layout: Layout) -> Decoded | PackedJpeg:
    """Decode a JPEG XL file, or unpack the JPEG file in it.

    Raises
    ------
    ItemError
        When pillow-jxl-plugin is not installed, or the size in the header cannot be read.
    """
    try:
        from pillow_jxl import Decoder
    except ImportError as error:
        raise _missing("JPEG XL", "jxl") from error
    if not layout.width:  # the limit is checked before decoding or not at all
        raise ItemError("The JPEG XL header is damaged. Get a fresh copy.")
    name = f"pillow-jxl-plugin {metadata.version('pillow-jxl-plugin')} libjxl"
    try:
        packed, info, raw, *_ = Decoder(num_threads=1)(data)
    except BaseException as error:  # Rust panics are no Exception
        if type(error).__name__ != "PanicException" and not isinstance(error, Exception):
            raise
        raise ItemError(
            "The JPEG XL file is truncated or damaged and cannot be decoded. Get a fresh copy."
        ) from error
    if packed:
        return PackedJpeg(bytes(raw), name)
    channels = int(info.num_channels) + int(bool(info.has_alpha_channel))
    count = info.width * info.height * channels
    depth = {count: np.uint8, 2 * count: np.uint16}.get(len(raw))
    if depth is None or str(info.mode).startswith("F"):
        raise ItemError(
            "The JPEG XL image stores floating point samples or more channels than colours and "
            "alpha, which fpinspect does not analyse. Save it as an 8- or 16-bit RGB image."
        )
    flags: list[Flag] = []
    samples = np.frombuffer(raw, depth).reshape(info.height, info.width, channels)
    pixels, mode = _planes(samples, flags)
    return Decoded(pixels, mode, 8 * samples.itemsize, name, 1, flags)
