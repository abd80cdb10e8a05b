"""Bytes to pixels: one decoder per format, colour planes only, the stored lattice.

Rules
-----
* 8-bit files go through Pillow, 16-bit PNG and TIFF through OpenCV, as Pillow reduces 16-bit
  colour to 8 bits without a word.
* Only what the picture needs is handed to the decoder of PNG and JPEG: text, EXIF and profiles
  are left out, so that hostile metadata cannot reach it. Colour profiles are not applied.
* Alpha is dropped, never composited: the colour planes are what the generator or camera wrote.
* CMYK becomes RGB by R = (255 − C)(255 − K)/255, likewise G and B, without a profile; Adobe's
  inverted storage is undone first.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import PIL
from numpy.typing import NDArray
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

from fpinspect.evidence.container import Format, Layout
from fpinspect.evidence.flags import Flag, ItemError, Severity

_CRITICAL_PNG = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
# none, CCITT, LZW, Deflate (two codes), PackBits, LZMA, Zstandard
_LOSSLESS_TIFF = {1, 2, 3, 4, 5, 8, 32946, 32773, 34925, 50000}
_BAND_PIXELS = 1 << 22

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
    """

    pixels: NDArray[Any]
    mode: str
    bit_depth: int
    decoder: str
    frames: int = 1
    flags: list[Flag] = field(default_factory=list)
    exif: bytes = b""
    xmp: bytes = b""


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
    source = _png_core(data, layout) if layout.format is Format.PNG else data
    with _calm(layout):
        return _with_pillow(source, layout, max_pixels)


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
        if layout.width * layout.height > (Image.MAX_IMAGE_PIXELS or 0):
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
        if _maybe_incomplete(image, layout):
            # libjpeg fills what is missing with grey and only warns. Bytes put behind a whole
            # scan are skipped; behind a short one they would be decoded and show.
            probe = _jpeg_core(data, layout, b"\x5a\xc3\x96\x3a" * 16)
            with JpegImagePlugin.JpegImageFile(io.BytesIO(probe)) as other:
                other.load()
                if other.im.mode != image.im.mode or other.tobytes() != image.tobytes():
                    raise ItemError(
                        "The compressed data end before the picture is complete: the rest would "
                        "be grey. The file is truncated or damaged: get a fresh copy."
                    )
        pixels, flags = _colours(image)
        return Decoded(pixels, image.mode, 8, _pillow_name(Format.JPEG), 1, flags)


def _maybe_incomplete(image: Image.Image, layout: Layout) -> bool:
    """Tell whether missing compressed data cannot be ruled out by a look at the last pixels.

    A baseline scan without restart markers that ends early leaves its last block mid-grey.
    """
    stream = layout.jpeg
    assert stream is not None
    if stream.progressive or stream.restart_interval or len(stream.scan_ends) != 1:
        return True
    if image.mode not in {"L", "RGB"}:
        return True
    corner = np.asarray(image.getpixel((image.width - 1, image.height - 1)))
    # Up-sampled chroma may bleed in from the neighbours; grey itself is 128.
    return bool(np.abs(corner.astype(int) - 128).max() < 64)


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
        pixels, flags = _colours(image)
        mode = image.mode
    return Decoded(pixels, mode, bits or 8, _pillow_name(layout.format), frames, flags)


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


def _colours(image: Image.Image) -> tuple[NDArray[Any], list[Flag]]:
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
        return _replicate(grey), [GREY]
    if mode in {"LA", "La"}:
        return _replicate(_samples(image)[..., 0]), [GREY, ALPHA]
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


def _replicate(grey: NDArray[Any]) -> NDArray[Any]:
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
        return Decoded(_replicate(samples), "I;16", 16, name, frames, [GREY])
    flags = [ALPHA] if samples.shape[2] == 4 else []
    pixels = np.ascontiguousarray(samples[..., 2::-1])
    return Decoded(pixels, "RGBA;16" if flags else "RGB;16", 16, name, frames, flags)


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
