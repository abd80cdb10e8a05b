"""The engine's JSON line to the metadata pane: what the file says about itself, as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fpinspect.gui.viewdata import Metadata, MetaSection, Rows
from fpinspect.gui.wording import NBSP, number, size_text, with_unit

MOST_TEXT = 20_000
"""Longer values are cut, and say so: a metadata field may hold megabytes."""
_ORIENTATIONS = {
    1: "upright",
    2: "mirrored",
    3: "turned by 180°",
    4: "mirrored, turned by 180°",
    5: "mirrored, turned by 90°",
    6: "turned by 90° clockwise for display",
    7: "mirrored, turned by 270°",
    8: "turned by 90° anticlockwise for display",
}
_NAMES = {
    "sha256": "SHA-256",
    "c2pa": "C2PA",
    "exif": "EXIF",
    "xmp": "XMP",
    "cfg_scale": "CFG scale",
}
_JPEG = ("jpeg_quality", "subsampling")
_SHOWN = ("width", "height", "format", "mode", "bit_depth", "orientation", "frames", "decoder")
_OWN_SECTIONS = ("generator", "c2pa", "exif", "jpeg", "jpeg_tables", "earlier_jpeg")


def metadata(record: Mapping[str, Any] | None) -> Metadata:
    """Lay out the sections of the metadata pane.

    Parameters
    ----------
    record : mapping or None
        ``Inspection.to_dict()`` or an error record.
    """
    if record is None:
        return Metadata()
    image = record.get("image") or {}
    provenance = record.get("provenance") or {}
    sections = [
        MetaSection("File", _file(record)),
        MetaSection("Image", _image(image), "Not read."),
        MetaSection("JPEG", _jpeg(image, provenance), "Not a JPEG file."),
        MetaSection(
            "Generator metadata",
            _flat(provenance.get("generator")),
            "None found. Its absence says nothing: it is lost whenever a file is saved again.",
        ),
        MetaSection("Camera and software", _camera(provenance), "None found."),
        MetaSection("EXIF", _flat(provenance.get("exif")), "None found."),
        MetaSection("Content credentials (C2PA)", _flat(provenance.get("c2pa")), "No manifest."),
    ]
    rest = {
        key: value
        for key, value in provenance.items()
        if key not in (*_OWN_SECTIONS, "camera", "software")
    }
    if other := _flat(rest):
        sections.append(MetaSection("Other", other))
    sections.append(MetaSection("Inspection", _inspection(record)))
    return Metadata(tuple(sections))


def _file(record: Mapping[str, Any]) -> Rows:
    rows = [("Path", str(record.get("path", "")))]
    size = record.get("bytes")
    if isinstance(size, int):
        rows.append(
            ("Size", f"{size_text(size)} ({size:,} bytes)" if size >= 1000 else size_text(size))
        )
    if record.get("sha256"):
        rows.append(("SHA-256", str(record["sha256"])))
    if record.get("error"):
        rows.append(("Error", str(record["error"])))
    return tuple(rows)


def _image(image: Mapping[str, Any]) -> Rows:
    if not image:
        return ()
    width, height = image.get("width"), image.get("height")
    rows = [("Size", f"{width:,} × {height:,}{NBSP}px" if width and height else "–")]
    rows.append(("Format", str(image.get("format", "–"))))
    depth = image.get("bit_depth")
    mode = str(image.get("mode", "–"))
    rows.append(("Mode", f"{mode}, {depth}{NBSP}bits a channel" if depth else mode))
    orientation = image.get("orientation")
    if isinstance(orientation, int):
        words = _ORIENTATIONS.get(orientation, "unknown")
        rows.append(("Orientation", f"{orientation}, {words}"))
    frames = image.get("frames")
    if isinstance(frames, int) and frames > 1:
        rows.append(("Frames", f"{frames}, the first is inspected"))
    rows.append(("Decoder", str(image.get("decoder", "–"))))
    return (*rows, *_flat({k: v for k, v in image.items() if k not in (*_SHOWN, *_JPEG)}))


def _jpeg(image: Mapping[str, Any], provenance: Mapping[str, Any]) -> Rows:
    rows = []
    if image.get("jpeg_quality") is not None:
        rows.append(("Quality", number(float(image["jpeg_quality"]))))
    if image.get("subsampling"):
        rows.append(("Chroma subsampling", str(image["subsampling"])))
    for key in ("jpeg", "jpeg_tables", "earlier_jpeg"):
        if provenance.get(key) is not None:
            rows.extend(_flat({key: provenance[key]}))
    return tuple(rows)


def _camera(provenance: Mapping[str, Any]) -> Rows:
    return tuple(
        (key.capitalize(), _cut(str(provenance[key])))
        for key in ("camera", "software")
        if provenance.get(key)
    )


def _inspection(record: Mapping[str, Any]) -> Rows:
    rows = [
        (name, str(record[key]))
        for name, key in (
            ("Inspected at", "inspected_at"),
            ("fpinspect", "version"),
            ("Parameters", "params_hash"),
            ("Bank", "bank"),
            ("Schema", "schema"),
        )
        if record.get(key)
    ]
    elapsed = record.get("elapsed_ms")
    if isinstance(elapsed, int | float):
        rows.append(("Time taken", with_unit(number(elapsed), "ms")))
    return tuple(rows)


def _flat(value: Any) -> Rows:
    """Flatten nested plain data to rows; quantisation tables and other matrices become a grid."""
    return tuple(_walk(value, ""))


def _walk(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if value is None or value == {} or value == []:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            label = _NAMES.get(str(key), str(key).replace("_", " "))
            yield from _walk(inner, f"{name}, {label}" if name else label[:1].upper() + label[1:])
    elif isinstance(value, list | tuple):
        yield name, _cut(_grid(value))
    elif isinstance(value, bool):
        yield name, "yes" if value else "no"
    else:
        yield name, _cut(str(value))


def _grid(values: list[Any] | tuple[Any, ...]) -> str:
    if len(values) == 64 and all(isinstance(v, int) for v in values):
        values = [values[i : i + 8] for i in range(0, 64, 8)]
    if values and all(isinstance(row, list | tuple) for row in values):
        return "\n".join(" ".join(f"{v!s:>3}" for v in row) for row in values)
    return ", ".join(str(v) for v in values)


def _cut(text: str) -> str:
    if len(text) <= MOST_TEXT:
        return text
    return f"{text[:MOST_TEXT]} … ({len(text):,} characters, cut here)"
