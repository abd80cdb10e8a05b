"""Bytes to pixels: one decoder per format, colour planes only, the stored lattice.

* 8-bit files go through Pillow, 16-bit PNG and TIFF through OpenCV, as Pillow reduces 16-bit
  colour to 8 bits without a word. HEIC and JPEG XL have optional decoders, see `optional`.
* Only what the picture needs is handed to the decoder of PNG and JPEG: text, EXIF and profiles
  are left out, so that hostile metadata cannot reach it. Colour profiles are not applied.
* `pixels` states what becomes of alpha, CMYK, palettes and grey.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import PIL
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)

from fpinspect.evidence.coding.container import Layout, parse
from fpinspect.evidence.coding.formats import Format
from fpinspect.evidence.coding.optional import decode_heif, decode_jxl
from fpinspect.evidence.coding.pixels import (
    ALPHA,
    GREY,
    Decoded,
    check_size,
    colours,
    replicate,
    same_samples,
)
from fpinspect.evidence.flags import ItemError
from fpinspect.evidence.traces.exif import without_orientation

_CRITICAL_PNG = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
# none, CCITT, LZW, Deflate (two codes), PackBits, LZMA, Zstandard
_LOSSLESS_TIFF = {1, 2, 3, 4, 5, 8, 32946, 32773, 34925, 50000}

# first row, first column, row step, column step of each pass (PNG specification, 8.2)
_ADAM7 = [
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
]

_PLUGINS: dict[Format, Callable[..., ImageFile.ImageFile]] = {
    Format.JPEG: JpegImagePlugin.JpegImageFile,
    Format.PNG: PngImagePlugin.PngImageFile,
    Format.WEBP: WebPImagePlugin.WebPImageFile,
    Format.TIFF: TiffImagePlugin.TiffImageFile,
    Format.BMP: BmpImagePlugin.BmpImageFile,
    Format.GIF: GifImagePlugin.GifImageFile,
    Format.AVIF: AvifImagePlugin.AvifImageFile,
}

_LIBRARIES: dict[Format, tuple[tuple[str, str], ...]] = {
    Format.JPEG: (("libjpeg_turbo", "libjpeg-turbo"), ("jpg", "libjpeg")),
    Format.PNG: (("zlib_ng", "zlib-ng"), ("zlib", "zlib")),
    Format.WEBP: (("webp", "libwebp"),),
    Format.TIFF: (("libtiff", "libtiff"),),
    Format.AVIF: (("avif", "libavif"),),
}


def decode(data: bytes, layout: Layout, max_pixels: int) -> Decoded:
    """Decode the first frame of a file.

    Parameters
    ----------
    data : bytes
        The whole file, whose container `layout` describes without a complaint.
    layout : Layout
        What the container says.
    max_pixels : int
        Limit for formats whose size only the decoder's header parser knows.

    Returns
    -------
    Decoded

    Raises
    ------
    ItemError
        When the pixels cannot be had in full.
    """
    if layout.format is Format.PNG and layout.bit_depth == 16:
        return _with_opencv(_png_core(data, layout), layout)
    if layout.format is Format.JPEG:
        return _jpeg(data, layout)
    if layout.format in {Format.HEIF, Format.JXL}:
        return _optional(data, layout, max_pixels)
    source = data
    if layout.format is Format.PNG:
        source = _png_core(data, layout)
    elif layout.format is Format.TIFF:
        source = without_orientation(data)
    with _calm(layout):
        return _with_pillow(source, layout, max_pixels)


class _Shared:
    """A process-wide setting held while at least one thread needs it.

    `warnings.catch_warnings` and ``Image.MAX_IMAGE_PIXELS`` are global: entered once per thread,
    they would be restored in the wrong order. The first to come sets, the last to go restores.
    """

    def __init__(self, switch: Callable[[], Callable[[], None]]) -> None:
        self._switch = switch
        self._lock = threading.Lock()
        self._users = 0
        self._restore: Callable[[], None] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the setting."""
        with self._lock:
            if self._users == 0:
                self._restore = self._switch()
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0 and self._restore is not None:
                    self._restore()


def _silence() -> Callable[[], None]:
    """Ignore warnings until the returned function is called."""
    catcher = warnings.catch_warnings()
    catcher.__enter__()
    warnings.simplefilter("ignore")
    return lambda: catcher.__exit__(None, None, None)


def _lift_limit() -> Callable[[], None]:
    """Lift Pillow's own pixel limit until the returned function is called."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None

    def restore() -> None:
        Image.MAX_IMAGE_PIXELS = before

    return restore


_quiet = _Shared(_silence)
_unlimited = _Shared(_lift_limit)


@contextmanager
def _calm(layout: Layout) -> Iterator[None]:
    """Keep Pillow's warnings and its own pixel limit out of the way, where they could come up."""
    if layout.format in {Format.PNG, Format.BMP}:  # their plug-ins do neither
        yield
        return
    with _quiet.held():
        # Where the size is not known yet, ours is checked between opening and decoding.
        if not 0 < layout.width * layout.height <= (Image.MAX_IMAGE_PIXELS or 0):
            with _unlimited.held():
                yield
        else:
            yield


@lru_cache(maxsize=16)
def _pillow_name(fmt: Format) -> str:
    """Name and version of Pillow and of the library behind a format."""
    name = f"Pillow {PIL.__version__}"
    for feature, library in _LIBRARIES.get(fmt, ()):
        version = features.version(feature)
        if version:
            return f"{name} {library} {version}"
    return name


def _png_core(data: bytes, layout: Layout) -> bytes:
    """Return the PNG with its critical chunks only: still image, no text, no profile."""
    view = memoryview(data)
    parts = [view[b.start - 8 : b.end + 4] for b in layout.blocks if b.kind in _CRITICAL_PNG]
    return b"".join([view[:8], *parts])


def _jpeg_core(data: bytes, layout: Layout, filler: bytes = b"") -> bytes:
    """Return the JPEG without metadata; `filler` is put at the end of each scan.

    JFIF (APP0) and Adobe (APP14) segments stay: they tell the colour space.
    """
    stream = layout.jpeg
    assert stream is not None
    view = memoryview(data)
    parts: list[memoryview | bytes] = []
    position = 0
    cuts = [(s.start, s.end, b"") for s in stream.segments if s.marker not in {0xE0, 0xEE}]
    if filler:
        cuts += [(end, end, filler) for end in stream.scan_ends]
    for start, end, extra in sorted(cuts):
        parts += [view[position:start], extra]
        position = end
    return b"".join([*parts, view[position : stream.end]])


def _jpeg(data: bytes, layout: Layout) -> Decoded:
    """Decode a JPEG file, and make sure that its scans hold the whole picture."""
    stream = layout.jpeg
    assert stream is not None
    if layout.bit_depth != 8:
        raise ItemError(
            f"The JPEG has {layout.bit_depth} bits per channel, which fpinspect does not decode. "
            "Save it as a 16-bit PNG or TIFF."
        )
    with JpegImagePlugin.JpegImageFile(io.BytesIO(_jpeg_core(data, layout))) as image:
        image.load()
        # libjpeg fills what is missing with grey and only warns. Bytes put behind a whole scan
        # are skipped; behind a short one they are decoded, and show.
        probe = _jpeg_core(data, layout, b"\x5a\xc3\x96\x3a" * 16)
        with JpegImagePlugin.JpegImageFile(io.BytesIO(probe)) as other:
            other.load()
            if not same_samples(image, other):
                raise ItemError(
                    "The compressed data end before the picture is complete: the rest would be "
                    "grey. The file is truncated or damaged: get a fresh copy."
                )
        pixels, flags = colours(image)
        return Decoded(pixels, image.mode, 8, _pillow_name(Format.JPEG), 1, flags)


def _optional(data: bytes, layout: Layout, max_pixels: int) -> Decoded:
    """Decode with a package that is not installed by default."""
    with _quiet.held():
        if layout.format is Format.HEIF:
            return decode_heif(data, max_pixels)
        decoded = decode_jxl(data, layout)
    if isinstance(decoded, Decoded):
        return decoded
    # A JPEG file that was packed without loss: its own bytes are what counts.
    inner = parse(decoded.jpeg, Format.JPEG)
    if inner.complaint:
        raise ItemError(
            f"The JPEG file inside the JPEG XL file is damaged: {inner.complaint}. "
            "Get a fresh copy."
        )
    check_size(inner.width, inner.height, max_pixels)
    result = _jpeg(decoded.jpeg, inner)
    layout.jpeg = inner.jpeg
    result.decoder = f"{decoded.decoder}, {result.decoder}"
    return result


def _with_pillow(data: bytes, layout: Layout, max_pixels: int) -> Decoded:
    """Decode the first frame with Pillow's plug-in for the format."""
    with _PLUGINS[layout.format](io.BytesIO(data)) as image:
        check_size(image.width, image.height, max_pixels)
        bits = layout.bit_depth
        if isinstance(image, TiffImagePlugin.TiffImageFile):
            stored = image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))
            bits = max(stored) if isinstance(stored, tuple) else int(stored)
            layout.lossless = image.tag_v2.get(TiffImagePlugin.COMPRESSION, 1) in _LOSSLESS_TIFF
            if bits == 16 and image.mode in {"RGB", "RGBA", "RGBX", "CMYK", "RGBa"}:
                layout.bit_depth = bits
                return _with_opencv(data, layout)
        frames = layout.frames or int(getattr(image, "n_frames", 1))
        image.load()
        check_size(image.width, image.height, max_pixels)
        if layout.format is Format.PNG and _lacks_rows(image, data, layout):
            raise ItemError(
                "The PNG file is truncated or damaged: its compressed data hold too few rows. "
                "Get a fresh copy; a partial image would give a wrong opinion."
            )
        pixels, flags = colours(image)
        decoded = Decoded(pixels, image.mode, bits or 8, _pillow_name(layout.format), frames, flags)
        if layout.format is Format.AVIF:
            decoded.exif = bytes(image.info.get("exif") or b"")
            decoded.xmp = bytes(image.info.get("xmp") or b"")
        return decoded


def _lacks_rows(image: Image.Image, core: bytes, layout: Layout) -> bool:
    """Tell whether a PNG stream ends early, which Pillow passes over, leaving rows black.

    The stream is only unpacked a second time when one of the last two rows (the very last one of
    an interlaced image's last pass is among them) is black.
    """
    band = image.crop((0, max(0, image.height - 2), image.width, image.height))
    if np.asarray(band).reshape(band.height, -1).any(axis=1).all():
        return False
    unpacker = zlib.decompressobj()
    missing = _png_stream_length(core)
    for payload in parse(core, Format.PNG).payloads(core, b"IDAT", limit=len(layout.blocks)):
        while payload and missing > 0:
            missing -= len(unpacker.decompress(payload, 1 << 20))
            payload = unpacker.unconsumed_tail
    return missing > 0


def _png_stream_length(core: bytes) -> int:
    """Return the length of the unpacked rows that a PNG header announces (specification, 7.2)."""
    width, height, depth, colour, *_, interlace = struct.unpack_from(">IIBBBBB", core, 16)
    bits = depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = _ADAM7 if interlace else [(0, 0, 1, 1)]
    total = 0
    for y, x, dy, dx in passes:
        rows, columns = -(-(height - y) // dy), -(-(width - x) // dx)
        if rows > 0 and columns > 0:
            total += rows * (1 + -(-columns * bits // 8))
    return total


@lru_cache(maxsize=4)
def _opencv_name(library: str) -> str:
    """Name and version of OpenCV and of its library for a format."""
    from fpinspect._cv2 import cv2

    for line in cv2.getBuildInformation().splitlines():
        key, _, value = line.strip().partition(":")
        if key == library and "ver" in value:
            version = value.rsplit("ver", 1)[1].strip(" )").removeprefix("42 - ")
            return f"OpenCV {cv2.__version__} lib{library.lower()} {version}"
    return f"OpenCV {cv2.__version__}"


def _with_opencv(data: bytes, layout: Layout) -> Decoded:
    """Decode a 16-bit PNG or TIFF without loss, (H, W, 3) uint16."""
    from fpinspect._cv2 import cv2

    samples = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if samples is None or samples.dtype != np.uint16:
        raise ItemError(
            "The 16-bit image cannot be decoded: it is damaged or of an unusual kind. "
            "Get a fresh copy, or save it as a 16-bit RGB PNG."
        )
    frames = max(1, layout.frames)
    name = _opencv_name(layout.format.value)
    if samples.ndim == 2:
        return Decoded(replicate(samples), "I;16", 16, name, frames, [GREY])
    flags = [ALPHA] if samples.shape[2] == 4 else []
    pixels = np.ascontiguousarray(samples[..., 2::-1])
    return Decoded(pixels, "RGBA;16" if flags else "RGB;16", 16, name, frames, flags)
