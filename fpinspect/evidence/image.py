"""File to pixels: header-first limits, one reading, one decoder per format.

`read_evidence` is the one door. The file is read once; the hash is of the bytes that are decoded.
EXIF orientation is noted and not applied: the analysis lattice is the stored one.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fpinspect.evidence.coding.container import Layout, parse
from fpinspect.evidence.coding.decode import decode
from fpinspect.evidence.coding.formats import EXTENSIONS, MAGIC_BYTES, Format, sniff
from fpinspect.evidence.coding.jpeg import estimate_quality
from fpinspect.evidence.coding.pixels import Decoded, check_size, turn
from fpinspect.evidence.files import load, reason
from fpinspect.evidence.flags import Flag, ItemError, Severity
from fpinspect.evidence.provenance import Provenance, read_provenance
from fpinspect.params import DEFAULT_MAX_PIXELS

__all__ = [
    "Evidence",
    "Flag",
    "ImageFacts",
    "ItemError",
    "Severity",
    "read_evidence",
    "reread",
]


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What the image is, as stored.

    Attributes
    ----------
    width, height : int
        Pixels of the stored lattice.
    format : str
        By content: ``"JPEG"``, ``"PNG"``, ``"WEBP"``, ``"TIFF"``, ``"BMP"``, ``"GIF"``,
        ``"AVIF"``, ``"HEIF"`` or ``"JXL"``.
    mode : str
        Mode of the stored samples in Pillow's words; 16-bit colour as ``"RGB;16"``.
    bit_depth : int
        Bits per stored channel.
    jpeg_quality : int or None
        1..100 on libjpeg's scale, estimated from the quantisation tables.
    subsampling : str or None
        Chroma subsampling of a JPEG file, e.g. ``"4:2:0"``.
    decoder : str
        Name and version of the decoder and its library.
    orientation : int
        EXIF orientation, 1..8 (1: as stored); for display only.
    frames : int
        Frames in the file; the first one is analysed.
    """

    width: int
    height: int
    format: str
    mode: str
    bit_depth: int
    jpeg_quality: int | None
    subsampling: str | None
    decoder: str
    orientation: int = 1
    frames: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """An image file: its pixels, its facts and what it says about its history.

    Attributes
    ----------
    path : str
        As given.
    sha256 : str
        Of the very bytes that were decoded, 64 hex digits.
    size_bytes : int
        Length of the file.
    facts : ImageFacts
        Size, format, decoder.
    pixels : ndarray
        (H, W, 3) uint8 or uint16, RGB, stored lattice; grey images have three equal planes.
        Not to be written to.
    flags : tuple of Flag
        Circumstances that the analyst has to know.
    provenance : Provenance
        What the file says about its history.
    """

    path: str
    sha256: str
    size_bytes: int
    facts: ImageFacts
    pixels: NDArray[Any]
    flags: tuple[Flag, ...]
    provenance: Provenance

    def planes(self, window: tuple[slice, slice] | None = None) -> NDArray[np.float32]:
        """Return R, G and B in 0..255, (3, H, W) float32; 16-bit values are divided by 257.

        Parameters
        ----------
        window : tuple of slice, optional
            Rows and columns of the stored lattice; the whole image by default.
        """
        source = self.pixels if window is None else self.pixels[window]
        out = np.empty((3, *source.shape[:2]), np.float32)
        for channel in range(3):
            out[channel] = source[..., channel]
        if source.dtype == np.uint16:
            out /= np.float32(257)
        return out

    def codes(self, window: tuple[slice, slice] | None = None) -> NDArray[np.uint8]:
        """Return R, G and B as 8-bit codes, (3, H, W) uint8; 16-bit values are rounded."""
        source = self.pixels if window is None else self.pixels[window]
        if source.dtype == np.uint16:
            source = ((source.astype(np.uint32) + 128) // 257).astype(np.uint8)
        return np.ascontiguousarray(source.transpose(2, 0, 1))

    def upright(self, array: NDArray[Any]) -> NDArray[Any]:
        """Turn an array of the stored lattice the way the file wants to be shown.

        Parameters
        ----------
        array : ndarray
            (H, W), (H, W, C) or (C, H, W) with the stored height and width.

        Returns
        -------
        ndarray
            A view, with rows and columns turned by the EXIF orientation.

        Raises
        ------
        ValueError
            When the array is not of this lattice.
        """
        lattice = (self.facts.height, self.facts.width)
        if array.shape[:2] == lattice:
            return turn(array, self.facts.orientation)
        if array.shape[-2:] == lattice:
            turned = turn(np.moveaxis(array, 0, -1), self.facts.orientation)
            return np.moveaxis(turned, -1, 0)
        raise ValueError(f"array of shape {array.shape} is not of the lattice {lattice}")

    def reread(self, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> Evidence:
        """Read the file again; see `reread`."""
        return reread(self.path, self.sha256, max_pixels=max_pixels)


def read_evidence(
    path: str | os.PathLike[str], *, max_pixels: int = DEFAULT_MAX_PIXELS
) -> Evidence:
    """Read, hash and decode an image file.

    Parameters
    ----------
    path : str or path-like
        The file.
    max_pixels : int
        Images with more pixels are refused before anything is decoded.

    Returns
    -------
    Evidence

    Raises
    ------
    ItemError
        Whenever the file cannot be inspected, in plain words; no other exception escapes.
    """
    name = os.fspath(path)
    try:
        return _read(name, max_pixels)
    except ItemError:
        raise
    except MemoryError:
        raise ItemError(
            "There is not enough memory to decode the image. Close other programs, or inspect "
            "a lossless crop of it."
        ) from None
    except Exception as error:
        raise ItemError(
            f"The image cannot be decoded: it is damaged or of an unusual kind ({reason(error)}). "
            "Get a fresh copy, or save it as PNG."
        ) from error


def reread(
    path: str | os.PathLike[str], sha256: str, *, max_pixels: int = DEFAULT_MAX_PIXELS
) -> Evidence:
    """Read a file again for arrays that were asked for later.

    Parameters
    ----------
    path : str or path-like
        The file.
    sha256 : str
        The hash of the bytes that were inspected before.
    max_pixels : int
        As in `read_evidence`.

    Raises
    ------
    ItemError
        When the file has changed since, or cannot be read any more.
    """
    data = load(os.fspath(path), max_pixels)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ItemError(
            "The file has changed since it was inspected (its SHA-256 is another one), so what is "
            "shown would not belong to the verdict. Inspect it again."
        )
    return _evidence(os.fspath(path), data, sha256, max_pixels)


def _read(path: str, max_pixels: int) -> Evidence:
    """Read a file and make its evidence."""
    data = load(path, max_pixels)
    return _evidence(path, data, hashlib.sha256(data).hexdigest(), max_pixels)


def _evidence(path: str, data: bytes, sha256: str, max_pixels: int) -> Evidence:
    """Decode the bytes of a file."""
    fmt = sniff(data[:MAGIC_BYTES])
    assert fmt is not None
    layout = parse(data, fmt)
    if layout.width or layout.height:
        check_size(layout.width, layout.height, max_pixels)
    if layout.complaint:
        raise ItemError(
            f"The {fmt.value} file is truncated or damaged: {layout.complaint}. Get a fresh copy; "
            "a partial image would give a wrong opinion."
        )
    decoded = decode(data, layout, max_pixels)
    pixels = decoded.pixels
    pixels.setflags(write=False)
    quality = estimate_quality(layout.jpeg) if layout.jpeg else None
    provenance, orientation = read_provenance(
        data, layout, pixels, quality, exif=decoded.exif, xmp=decoded.xmp
    )
    facts = ImageFacts(
        width=pixels.shape[1],
        height=pixels.shape[0],
        format=fmt.value,
        mode=decoded.mode,
        bit_depth=decoded.bit_depth,
        jpeg_quality=quality.quality if quality else None,
        subsampling=layout.jpeg.subsampling if layout.jpeg else None,
        decoder=decoded.decoder,
        orientation=decoded.orientation or orientation,
        frames=decoded.frames,
    )
    flags = (*decoded.flags, *_container_flags(path, fmt, layout, decoded, len(data)))
    return Evidence(path, sha256, len(data), facts, pixels, flags, provenance)


def _container_flags(
    path: str, fmt: Format, layout: Layout, decoded: Decoded, size: int
) -> list[Flag]:
    """Return what is odd about the file around the pixels."""
    flags: list[Flag] = []
    if decoded.frames > 1:
        flags.append(
            Flag(
                "animation",
                Severity.INFO,
                f"The file holds {decoded.frames} frames: only the first was analysed.",
            )
        )
    named = EXTENSIONS.get(Path(path).suffix.lower())
    if named is not None and named is not fmt and {named, fmt} != {Format.AVIF, Format.HEIF}:
        flags.append(
            Flag(
                "misnamed",
                Severity.INFO,
                f"The name says {named.value}, the content is {fmt.value}: it was renamed, or "
                "converted by something that kept the old name.",
            )
        )
    if layout.end and size - layout.end > 0 and any_bytes(layout, size):
        flags.append(
            Flag(
                "trailing_data",
                Severity.INFO,
                f"{size - layout.end} bytes follow the end of the image: they belong to another "
                "picture, a video or hidden data, and were not analysed.",
            )
        )
    return flags


def any_bytes(layout: Layout, size: int) -> bool:
    """Tell whether more than a stray byte follows the image."""
    return size - layout.end > 1
