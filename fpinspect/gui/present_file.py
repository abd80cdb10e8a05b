"""The engine's JSON line to the metadata pane: what the file says about itself, as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    "iso": "ISO",
    "c2pa": "C2PA",
    "exif": "EXIF",
    "xmp": "XMP",
    "cfg_scale": "CFG scale",
}
_JPEG = ("jpeg_quality", "subsampling")
_SHOWN = ("width", "height", "format", "mode", "bit_depth", "orientation", "frames", "decoder")
_OWN_SECTIONS = ("generator", "c2pa", "exif", "jpeg", "earlier_jpeg")
_MAKERS = {
    "camera": "Camera",
    "software": "Software",
    "digital_source_type": "Digital source type",
}


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
        MetaSection("Content credentials (C2PA)", _credentials(provenance), "No manifest."),
    ]
    rest = {
        key: value
        for key, value in provenance.items()
        if key not in (*_OWN_SECTIONS, *_MAKERS) and value not in (False, [], ())
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
    history = dict(provenance.get("jpeg") or {})
    quality = history.pop("quality", None) or image.get("jpeg_quality")
    exact = history.pop("exact", None)
    subsampling = history.pop("subsampling", None) or image.get("subsampling")
    tables = history.pop("tables", None) or {}
    rows = []
    if quality is not None:
        known = {True: ", the tables of libjpeg", False: ", the nearest of libjpeg's tables"}
        rows.append(("Quality", f"{number(float(quality))}{known.get(exact, '')}"))
    if subsampling:
        rows.append(("Chroma subsampling", str(subsampling)))
    rows.extend(_flat(history))
    rows.extend(
        (f"Quantisation table {name}", "\n".join(_table(values))) for name, values in tables.items()
    )
    earlier = provenance.get("earlier_jpeg")
    if isinstance(earlier, Mapping):
        found = "found" if earlier.get("found") else "none found"
        rows.append(("Trace of an earlier JPEG", found))
        rest = {key: value for key, value in earlier.items() if key != "found"}
        rows.extend((f"Trace, {name.lower()}", value) for name, value in _flat(rest))
    return tuple(rows)


def _table(zigzag: Sequence[int]) -> list[str]:
    """Lay a quantisation table out as it is applied: frequencies grow to the right and down."""
    if len(zigzag) != 64:
        return [", ".join(str(v) for v in zigzag)]
    # T.81, figure 5: anti-diagonals, turning at each.
    cells = sorted(
        ((y, x) for y in range(8) for x in range(8)),
        key=lambda c: (c[0] + c[1], c[0] if (c[0] + c[1]) % 2 else c[1]),
    )
    grid = dict(zip(cells, zigzag, strict=True))
    return [" ".join(f"{grid[y, x]!s:>3}" for x in range(8)) for y in range(8)]


def _camera(provenance: Mapping[str, Any]) -> Rows:
    return tuple(
        (name, _cut(str(provenance[key]))) for key, name in _MAKERS.items() if provenance.get(key)
    )


def _credentials(provenance: Mapping[str, Any]) -> Rows:
    found = provenance.get("c2pa")
    if isinstance(found, Mapping) and found.get("present") is False:
        return ()
    return _flat(found)


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
    if values and all(isinstance(row, list | tuple) for row in values):
        return "\n".join(" ".join(f"{v!s:>3}" for v in row) for row in values)
    return ", ".join(str(v) for v in values)


def _cut(text: str) -> str:
    if len(text) <= MOST_TEXT:
        return text
    return f"{text[:MOST_TEXT]} … ({len(text):,} characters, cut here)"
