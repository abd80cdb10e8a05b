"""Arrays to small pictures with one pixel a value, and the scales that belong to them.

Colour maps and ranges are those of the window and do not depend on the image, so that two
pictures can be compared. Pictures are palette PNGs: 256 colours, the map's own.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fpinspect.report.document import arrays
from fpinspect.report.document.vector import Drawing, Image, Label, Picture, Rect
from fpinspect.report.sheet import MapName, colour_table
from fpinspect.wording import MINUS

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words

F32 = npt.NDArray[np.float32]
DB_LOW, DB_HIGH = -6.0, 8.0
SIGMAS = 3.0
SCALE_WIDTH = 44.0


def mapped(
    values: F32, low: float, high: float, name: MapName, title: str, *, shared: bool = False
) -> Picture:
    """Colour an array as a palette PNG.

    Parameters
    ----------
    values : ndarray, (H, W)
        Values beyond the range take the colour of its end.
    low, high : float
        Ends of the map.
    name : {"magma", "twilight", "residual", "grey"}
        The map.
    title : str
        What it shows.
    shared : bool
        See `Picture`.
    """
    share = (np.nan_to_num(values, nan=low) - low) / (high - low)
    index = np.clip(share * 256.0, 0, 255).astype(np.uint8)
    return Picture(_palette_png(index, name), values.shape[1], values.shape[0], title, shared)


def _palette_png(index: npt.NDArray[np.uint8], name: MapName) -> bytes:
    from PIL import Image as Pillow

    image = Pillow.fromarray(index)
    image.putpalette(_palette(name))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()


@lru_cache(maxsize=8)
def _palette(name: MapName) -> bytes:
    return colour_table(name).tobytes()


def residual_picture(cell: F32, title: str, *, shared: bool = False) -> tuple[Picture, float]:
    """Draw a residual on ±3 of its own standard deviations; also return that deviation."""
    centred = cell - np.float32(cell.mean())
    sigma = float(centred.std()) or 1.0
    drawn = mapped(centred, -SIGMAS * sigma, SIGMAS * sigma, "residual", title, shared=shared)
    return drawn, sigma


def magnitude_picture(db: F32, title: str, *, shared: bool = False) -> Picture:
    """Draw a log-magnitude, -6 to +8 dB around the median over 0.08-0.5 cycles/px."""
    return mapped(arrays.relative(db), DB_LOW, DB_HIGH, "magma", title, shared=shared)


def phase_picture(cell: F32, title: str, *, shared: bool = False) -> Picture:
    """Draw the phase of a cell's transform, ±180°."""
    return mapped(arrays.phase_degrees(cell), -180.0, 180.0, "twilight", title, shared=shared)


def preview_picture(data: bytes, title: str, *, side: int | None = None) -> Picture:
    """Take a preview as it is if it is a JPEG of that size, else encode it as one.

    Parameters
    ----------
    data : bytes
        JPEG, PNG or WebP.
    title : str
        What it shows.
    side : int, optional
        Longest side in pixels; as it is if not given.

    Raises
    ------
    OSError
        If the bytes are no picture.
    """
    from PIL import Image as Pillow

    with Pillow.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
        size = image.size
        if image.format == "JPEG" and image.mode == "RGB" and (side is None or max(size) <= side):
            return Picture(data, *size, title)
        image.draft("RGB", (side or 512, side or 512))
        picture = image.convert("RGB")
    if side is not None:
        picture.thumbnail((side, side), Pillow.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=86, subsampling=0)
    return Picture(out.getvalue(), *picture.size, title)


@lru_cache(maxsize=8)
def _ramp(name: MapName) -> Picture:
    index = np.arange(255, -1, -1, dtype=np.uint8)[:, None].repeat(4, axis=1)
    return Picture(_palette_png(np.ascontiguousarray(index), name), 4, 256, "", shared=True)


def scale(height: float, name: MapName, labels: tuple[str, str, str], title: str) -> Drawing:
    """Draw the scale of a row of pictures: an upright bar, labelled high, middle, low."""
    drawn = Drawing(SCALE_WIDTH, height, title)
    drawn.add(
        Image(4, 0.5, 7, height - 1, _ramp(name)),
        Rect(4, 0.5, 7, height - 1, colour="frame"),
    )
    for y, text in zip((6.5, height / 2 + 2.5, height - 2), labels, strict=True):
        drawn.add(Label(14, y, text, size=6.5))
    return drawn


@lru_cache(maxsize=8)
def _flat_ramp(name: MapName) -> Picture:
    index = np.arange(256, dtype=np.uint8)[None, :].repeat(4, axis=0)
    return Picture(_palette_png(np.ascontiguousarray(index), name), 256, 4, "", shared=True)


def flat_scale(width: float, name: MapName, labels: tuple[str, str, str], title: str) -> Drawing:
    """Draw the scale of a column of pictures: a lying bar, labelled low, middle, high."""
    drawn = Drawing(width, 15, title)
    drawn.add(
        Image(0.5, 0.5, width - 1, 5, _flat_ramp(name)),
        Rect(0.5, 0.5, width - 1, 5, colour="frame"),
        Label(0, 12.5, labels[0], 6.5),
        Label(width / 2, 12.5, labels[1], 6.5, "middle"),
        Label(width, 12.5, labels[2], 6.5, "end"),
    )
    return drawn


def flat_scales(width: float, _: Words) -> tuple[Drawing, Drawing, Drawing]:
    """Scales of residual, log-magnitude and phase."""
    return (
        flat_scale(width, "residual", (f"{MINUS}3 σ", "0", "+3 σ"), _("Scale of the residual")),
        flat_scale(
            width, "magma", (f"{MINUS}6 dB", "+1", "+8 dB"), _("Scale of the log-magnitude")
        ),
        flat_scale(width, "twilight", (f"{MINUS}180°", "0", "+180°"), _("Scale of the phase")),
    )


def magnitude_scale(height: float, _: Words) -> Drawing:
    """Scale of log-magnitudes."""
    ends = ("+8 dB", "+1", f"{MINUS}6 dB")
    return scale(height, "magma", ends, _("Scale of the log-magnitude"))


def residual_scale(height: float, _: Words) -> Drawing:
    """Scale of residuals."""
    return scale(height, "residual", ("+3 σ", "0", f"{MINUS}3 σ"), _("Scale of the residual"))


def phase_scale(height: float, _: Words) -> Drawing:
    """Scale of phases."""
    return scale(height, "twilight", ("+180°", "0", f"{MINUS}180°"), _("Scale of the phase"))
