"""The image formats that fpinspect reads, by name and by first bytes."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """The image formats that fpinspect reads."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    TIFF = "TIFF"
    BMP = "BMP"
    GIF = "GIF"
    AVIF = "AVIF"
    HEIF = "HEIF"
    JXL = "JXL"


EXTENSIONS: dict[str, Format] = {
    ".jpg": Format.JPEG,
    ".jpeg": Format.JPEG,
    ".jpe": Format.JPEG,
    ".jfif": Format.JPEG,
    ".mpo": Format.JPEG,
    ".png": Format.PNG,
    ".apng": Format.PNG,
    ".webp": Format.WEBP,
    ".tif": Format.TIFF,
    ".tiff": Format.TIFF,
    ".bmp": Format.BMP,
    ".dib": Format.BMP,
    ".gif": Format.GIF,
    ".avif": Format.AVIF,
    ".avifs": Format.AVIF,
    ".heic": Format.HEIF,
    ".heif": Format.HEIF,
    ".hif": Format.HEIF,
    ".jxl": Format.JXL,
}
"""Lower-case file name extensions that make a file in a folder an item."""

MAGIC_BYTES = 32
"""So many leading bytes are enough for `sniff`."""

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"}
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
_JXL_BOX = b"\x00\x00\x00\x0cJXL \r\n\x87\n"


def sniff(head: bytes) -> Format | None:
    """Tell the format from the first bytes of a file.

    Parameters
    ----------
    head : bytes
        At least the first `MAGIC_BYTES` bytes, or the whole of a shorter file.

    Returns
    -------
    Format or None
        None when the bytes are not those of an image that fpinspect reads.
    """
    found: Format | None = None
    if head[:3] == b"\xff\xd8\xff":
        found = Format.JPEG
    elif head[:8] == b"\x89PNG\r\n\x1a\n":
        found = Format.PNG
    elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        found = Format.WEBP
    elif head[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        found = Format.TIFF
    elif head[:6] in {b"GIF87a", b"GIF89a"}:
        found = Format.GIF
    elif head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        found = Format.BMP
    elif head[:12] == _JXL_BOX or head[:2] == b"\xff\x0a":
        found = Format.JXL
    elif head[4:8] == b"ftyp":
        found = _sniff_brands(head)
    return found


def _sniff_brands(head: bytes) -> Format | None:
    """Tell AVIF from HEIF by the brands of the ``ftyp`` box (ISO/IEC 23008-12, 23000-22)."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[k : k + 4] for k in range(16, end - 3, 4))}
    if brands & _AVIF_BRANDS:
        return Format.AVIF
    if brands & _HEIF_BRANDS or head[8:12] in {b"mif1", b"msf1"}:
        return Format.HEIF
    return None
