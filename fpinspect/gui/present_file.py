"""The engine's JSON line to the metadata pane: what the file says about itself, as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fpinspect.gui.engine_words import said
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import Metadata, MetaSection, Rows
from fpinspect.wording import number, size_text, with_unit

MOST_TEXT = 20_000
"""Longer values are cut, and say so: a metadata field may hold megabytes."""
_ORIENTATIONS = {
    1: marked("Metadata", "upright"),
    2: marked("Metadata", "mirrored"),
    3: marked("Metadata", "turned by 180°"),
    4: marked("Metadata", "mirrored, turned by 180°"),
    5: marked("Metadata", "mirrored, turned by 90°"),
    6: marked("Metadata", "turned by 90° clockwise for display"),
    7: marked("Metadata", "mirrored, turned by 270°"),
    8: marked("Metadata", "turned by 90° anticlockwise for display"),
}
_UNKNOWN = marked("Metadata", "unknown")
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
    "camera": marked("Metadata", "Camera"),
    "software": marked("Metadata", "Software"),
    "digital_source_type": marked("Metadata", "Digital source type"),
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
        MetaSection(translate("Metadata", "File"), _file(record)),
        MetaSection(
            translate("Metadata", "Image"), _image(image), translate("Metadata", "Not read.")
        ),
        MetaSection("JPEG", _jpeg(image, provenance), translate("Metadata", "Not a JPEG file.")),
        MetaSection(
            translate("Metadata", "Generator metadata"),
            _flat(provenance.get("generator")),
            translate(
                "Metadata",
                "None found. Its absence says nothing: it is lost whenever a file is saved again.",
            ),
        ),
        MetaSection(
            translate("Metadata", "Camera and software"),
            _camera(provenance),
            translate("Metadata", "None found."),
        ),
        MetaSection("EXIF", _flat(provenance.get("exif")), translate("Metadata", "None found.")),
        MetaSection(
            translate("Metadata", "Content credentials (C2PA)"),
            _credentials(provenance),
            translate("Metadata", "No manifest."),
        ),
    ]
    rest = {
        key: value
        for key, value in provenance.items()
        if key not in (*_OWN_SECTIONS, *_MAKERS) and value not in (False, [], ())
    }
    if "notes" in rest:
        rest["notes"] = [said(str(note)) for note in rest["notes"]]
    if other := _flat(rest):
        sections.append(MetaSection(translate("Metadata", "Other"), other))
    sections.append(MetaSection(translate("Metadata", "Inspection"), _inspection(record)))
    return Metadata(tuple(sections))


def _file(record: Mapping[str, Any]) -> Rows:
    rows = [(translate("Metadata", "Path"), str(record.get("path", "")))]
    size = record.get("bytes")
    if isinstance(size, int):
        rows.append(
            (
                translate("Metadata", "Size"),
                translate("Metadata", "{size} (%n byte(s))", "", size).format(size=size_text(size))
                if size >= 1000
                else size_text(size),
            )
        )
    if record.get("sha256"):
        rows.append(("SHA-256", str(record["sha256"])))
    if record.get("error"):
        rows.append((translate("Metadata", "Error"), said(str(record["error"]))))
    return tuple(rows)


def _image(image: Mapping[str, Any]) -> Rows:
    if not image:
        return ()
    width, height = image.get("width"), image.get("height")
    rows = [
        (
            translate("Metadata", "Size"),
            translate("Metadata", "{width} × {height}\u00a0px").format(
                width=f"{width:,}", height=f"{height:,}"
            )
            if width and height
            else "–",
        )
    ]
    rows.append((translate("Metadata", "Format"), str(image.get("format", "–"))))
    depth = image.get("bit_depth")
    mode = str(image.get("mode", "–"))
    rows.append(
        (
            translate("Metadata", "Mode"),
            translate("Metadata", "{mode}, {depth}\u00a0bits a channel").format(
                mode=mode, depth=depth
            )
            if depth
            else mode,
        )
    )
    orientation = image.get("orientation")
    if isinstance(orientation, int):
        words = translated("Metadata", _ORIENTATIONS.get(orientation, _UNKNOWN))
        rows.append((translate("Metadata", "Orientation"), f"{orientation}, {words}"))
    frames = image.get("frames")
    if isinstance(frames, int) and frames > 1:
        rows.append(
            (
                translate("Metadata", "Frames"),
                translate("Metadata", "{frames}, the first is inspected").format(frames=frames),
            )
        )
    rows.append((translate("Metadata", "Decoder"), str(image.get("decoder", "–"))))
    return (*rows, *_flat({k: v for k, v in image.items() if k not in (*_SHOWN, *_JPEG)}))


def _jpeg(image: Mapping[str, Any], provenance: Mapping[str, Any]) -> Rows:
    history = dict(provenance.get("jpeg") or {})
    quality = history.pop("quality", None) or image.get("jpeg_quality")
    exact = history.pop("exact", None)
    subsampling = history.pop("subsampling", None) or image.get("subsampling")
    tables = history.pop("tables", None) or {}
    rows = []
    if quality is not None:
        words = number(float(quality))
        if exact is not None:
            words = (
                translate("Metadata", "{quality}, the tables of libjpeg")
                if exact
                else translate("Metadata", "{quality}, the nearest of libjpeg's tables")
            ).format(quality=words)
        rows.append((translate("Metadata", "Quality"), words))
    if subsampling:
        rows.append((translate("Metadata", "Chroma subsampling"), str(subsampling)))
    rows.extend(_flat(history))
    rows.extend(
        (
            translate("Metadata", "Quantisation table {name}").format(name=name),
            "\n".join(_table(values)),
        )
        for name, values in tables.items()
    )
    earlier = provenance.get("earlier_jpeg")
    if isinstance(earlier, Mapping):
        found = (
            translate("Metadata", "found")
            if earlier.get("found")
            else translate("Metadata", "none found")
        )
        rows.append((translate("Metadata", "Trace of an earlier JPEG"), found))
        rest = {key: value for key, value in earlier.items() if key != "found"}
        rows.extend(
            (translate("Metadata", "Trace, {name}").format(name=name.lower()), value)
            for name, value in _flat(rest)
        )
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
        (translated("Metadata", name), _cut(str(provenance[key])))
        for key, name in _MAKERS.items()
        if provenance.get(key)
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
            (translate("Metadata", "Inspected at"), "inspected_at"),
            ("fpinspect", "version"),
            (translate("Metadata", "Parameters"), "params_hash"),
            (translate("Metadata", "Bank"), "bank"),
            (translate("Metadata", "Schema"), "schema"),
        )
        if record.get(key)
    ]
    elapsed = record.get("elapsed_ms")
    if isinstance(elapsed, int | float):
        rows.append((translate("Metadata", "Time taken"), with_unit(number(elapsed), "ms")))
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
        yield name, translate("Metadata", "yes") if value else translate("Metadata", "no")
    else:
        yield name, _cut(str(value))


def _grid(values: list[Any] | tuple[Any, ...]) -> str:
    if values and all(isinstance(row, list | tuple) for row in values):
        return "\n".join(" ".join(f"{v!s:>3}" for v in row) for row in values)
    return ", ".join(str(v) for v in values)


def _cut(text: str) -> str:
    if len(text) <= MOST_TEXT:
        return text
    return translate("Metadata", "{text} … (%n character(s), cut here)", "", len(text)).format(
        text=text[:MOST_TEXT]
    )
