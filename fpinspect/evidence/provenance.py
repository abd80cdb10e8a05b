"""What a file says about its own history, and what its coding gives away.

None of it moves the pixel verdict: metadata can be stripped, copied or forged, so it is shown
beside the verdict.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fpinspect.evidence.coding.container import Layout
from fpinspect.evidence.coding.jpeg import JpegQuality
from fpinspect.evidence.traces.credentials import find_credentials
from fpinspect.evidence.traces.generator import find_generator, user_comment
from fpinspect.evidence.traces.grid import GridTrace, trace_grid
from fpinspect.evidence.traces.metadata import Metadata, gather
from fpinspect.evidence.traces.text import clean, decode

_EXIF_TEXTS = (
    "make",
    "model",
    "lens_make",
    "lens",
    "software",
    "taken",
    "digitised",
    "modified",
    "artist",
    "owner",
    "copyright",
    "description",
    "host",
)
_EXIF_NUMBERS = ("exposure_s", "f_number", "iso", "focal_length_mm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a file says about where it comes from.

    Attributes
    ----------
    generator : dict or None
        What generator metadata claim: ``tool``, ``model``, ``model_hash``, ``prompt``,
        ``negative_prompt``, ``sampler``, ``settings``, ``found_in``.
    camera : str or None
        Make and model from EXIF.
    software : str or None
        The software that EXIF, XMP or a text entry name.
    digital_source_type : str or None
        IPTC DigitalSourceType from XMP, e.g. ``"trainedAlgorithmicMedia"``.
    c2pa : dict
        ``present``, and when present what the manifest store claims, see
        `fpinspect.evidence.traces.credentials.find_credentials`.
    exif : dict
        Readable EXIF values by plain name; ``gps`` only says that there is a position.
    text_keys : tuple of str
        Keywords of text entries and comments.
    icc_profile : bool
        Whether a colour profile is embedded (it is not applied).
    jpeg : dict or None
        For JPEG: ``quality``, ``exact`` (libjpeg's own tables, else nearest), ``distance``,
        ``subsampling``, ``progressive``, ``tables`` (zigzag order).
    earlier_jpeg : dict or None
        For lossless files: ``found``, ``score``, ``quality`` and ``offset`` (y, x) of an earlier
        JPEG grid, see `fpinspect.evidence.traces.grid`; None where it cannot be told.
    notes : tuple of str
        What could not be read, in plain words.
    """

    generator: dict[str, Any] | None = None
    camera: str | None = None
    software: str | None = None
    digital_source_type: str | None = None
    c2pa: dict[str, Any] = field(default_factory=lambda: {"present": False})
    exif: dict[str, Any] = field(default_factory=dict)
    text_keys: tuple[str, ...] = ()
    icc_profile: bool = False
    jpeg: dict[str, Any] | None = None
    earlier_jpeg: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: finite numbers, bounded clean strings, lists for tuples."""
        data = asdict(self)
        data["text_keys"], data["notes"] = list(self.text_keys), list(self.notes)
        return data


def read_provenance(
    data: bytes,
    layout: Layout,
    pixels: NDArray[Any],
    quality: JpegQuality | None,
    *,
    exif: bytes = b"",
    xmp: bytes = b"",
) -> tuple[Provenance, int]:
    """Read the history of a file; damaged metadata become notes, never errors.

    Parameters
    ----------
    data : bytes
        The whole file.
    layout : Layout
        Its container.
    pixels : ndarray
        (H, W, 3) decoded pixels.
    quality : JpegQuality or None
        From the quantisation tables, for JPEG.
    exif, xmp : bytes
        What the decoder found, for formats whose blocks only it can read.

    Returns
    -------
    provenance : Provenance
    orientation : int
        EXIF orientation, 1..8.
    """
    found, generator, c2pa = _claims(data, layout, exif, xmp)
    values = _exif_values(found)
    provenance = Provenance(
        generator=generator,
        camera=_camera(values),
        software=_software(found, values),
        digital_source_type=found.digital_source_type,
        c2pa=c2pa,
        exif=values,
        text_keys=tuple(found.texts),
        icc_profile=found.icc_profile,
        jpeg=_jpeg_history(layout, quality),
        earlier_jpeg=_earlier_jpeg(layout, pixels),
        notes=tuple(found.notes),
    )
    return provenance, found.exif.orientation


def _claims(
    data: bytes, layout: Layout, exif: bytes, xmp: bytes
) -> tuple[Metadata, dict[str, Any] | None, dict[str, Any]]:
    """Return metadata, generator and content credentials.

    The readers are total as far as tests and fuzzing know; should one not be, the image counts
    nevertheless, and a note says what is missing.
    """
    try:
        found = gather(data, layout, exif=exif, xmp=xmp)
    except Exception as error:
        found = Metadata(notes=[f"Metadata could not be read ({clean(str(error), 120)})."])
    generator = None
    try:
        generator = find_generator(found)
    except Exception as error:
        words = clean(str(error), 120)
        found.notes.append(f"Generator metadata could not be read ({words}).")
    c2pa: dict[str, Any] = {"present": False}
    tiff_box = found.exif.values.get("c2pa", b"")
    try:
        c2pa = find_credentials(data, layout, tiff_box if isinstance(tiff_box, bytes) else b"")
    except Exception as error:
        words = clean(str(error), 120)
        found.notes.append(f"Content credentials could not be read ({words}).")
    return found, generator, c2pa


def _exif_values(found: Metadata) -> dict[str, Any]:
    """Return the EXIF values worth showing."""
    values: dict[str, Any] = {}
    for name in _EXIF_TEXTS:
        text = decode(found.exif.text(name), 200)
        # ComfyUI keeps its workflow in the camera's tags.
        if text and not text.lower().startswith(("prompt:{", "workflow:{")):
            values[name] = text
    for name in _EXIF_NUMBERS:
        number = found.exif.values.get(name)
        if isinstance(number, (int, float)) and number == number and abs(number) < 1e12:
            values[name] = number
    comment = user_comment(found)
    if comment:
        values["user_comment"] = clean(comment, 200)
    if found.exif.gps:
        values["gps"] = True
    return values


def _camera(values: dict[str, Any]) -> str | None:
    """Join make and model; most makers repeat themselves in the model."""
    make, model = values.get("make", ""), values.get("model", "")
    first = make.split(" ")[0].lower() if make else ""
    if first and model.lower().startswith(first):
        make = ""
    return f"{make} {model}".strip() or None


def _software(found: Metadata, values: dict[str, Any]) -> str | None:
    """Return the software that wrote the file, by EXIF, XMP or a text entry."""
    named: str | None = values.get("software") or found.creator_tool
    return named or clean(found.texts.get("Software", ""), 200) or None


def _jpeg_history(layout: Layout, quality: JpegQuality | None) -> dict[str, Any] | None:
    """Return how a JPEG file is coded."""
    stream = layout.jpeg
    if stream is None:
        return None
    return {
        "quality": quality.quality if quality else None,
        "exact": quality.exact if quality else None,
        "distance": round(quality.distance, 4) if quality else None,
        "subsampling": stream.subsampling,
        "progressive": stream.progressive,
        "tables": {str(k): table.tolist() for k, table in sorted(stream.tables.items())},
    }


def _earlier_jpeg(layout: Layout, pixels: NDArray[Any]) -> dict[str, Any] | None:
    """Return the trace of an earlier JPEG grid in an image stored without loss."""
    if not layout.lossless or layout.palette or pixels.dtype != np.uint8:
        return None
    trace: GridTrace | None = trace_grid(pixels)
    if trace is None:
        return None
    offset = list(trace.offset) if trace.offset else None
    return {
        "found": trace.found,
        "score": trace.score,
        "quality": trace.quality,
        "offset": offset,
    }
