"""What a file says about itself and how it is coded, as names and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fpinspect.wording import grouped, moment, number, size_text

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import ReportItem

MOST_TEXT = 600
"""Longer values are cut, and say so; the JSON has them whole as far as the engine keeps them."""
MOST_ROWS = 40
Rows = tuple[tuple[str, str], ...]


def file_rows(item: ReportItem, _: Words) -> Rows:
    """Return path, length, hash and coding of the file."""
    record, image = item.record, item.record.get("image") or {}
    rows = [(_("Path"), item.path or str(record.get("path", "")))]
    inspected = str(record.get("path", ""))
    if item.path and inspected and inspected != item.path:
        rows.append((_("Path when inspected"), inspected))
    if isinstance(record.get("bytes"), int):
        length = _("{size} ({n} bytes)")
        length = length.format(size=size_text(record["bytes"]), n=f"{record['bytes']:,}")
        rows.append((_("Length"), length))
    if record.get("sha256"):
        rows.append(("SHA-256", grouped(str(record["sha256"]))))
    if image:
        rows.append((_("Pixels"), f"{image.get('width', 0):,} × {image.get('height', 0):,}"))
        turned = image.get("orientation")
        if isinstance(turned, int) and turned > 1:
            words = _("{n} (EXIF): shown upright, analysed as stored")
            rows.append((_("Orientation"), words.format(n=turned)))
        depth = image.get("bit_depth")
        coding = f"{image.get('format', '–')}, {image.get('mode', '–')}"
        if depth:
            coding = _("{coding}, {depth} bits a channel").format(coding=coding, depth=depth)
        rows.append((_("Coding"), coding))
        if image.get("jpeg_quality") is not None:
            quality = number(float(image["jpeg_quality"]))
            sampling = image.get("subsampling")
            rows.append((_("JPEG quality"), f"{quality}, {sampling}" if sampling else quality))
        rows.append((_("Decoder"), str(image.get("decoder", "–"))))
    rows.append((_("Inspected"), moment(record.get("inspected_at"))))
    if item.added_at:
        rows.append((_("Added to the case"), f"{moment(item.added_at)}, {item.added_by}"))
    return tuple(rows)


def provenance_rows(item: ReportItem, _: Words) -> Rows:
    """Return what the metadata say: generator, camera, software, credentials, earlier JPEG."""
    found = item.record.get("provenance") or {}
    rows = list(_flat(found.get("generator"), _("Generator metadata")))
    if not rows:
        rows.append((_("Generator metadata"), _("none found")))
    c2pa = found.get("c2pa") or {}
    if c2pa.get("present"):
        rows += _flat(c2pa, _("Content credentials"))
    else:
        rows.append((_("Content credentials"), _("no C2PA manifest")))
    for key, name in (
        ("camera", _("Camera")),
        ("software", _("Software")),
        ("digital_source_type", _("Digital source type")),
    ):
        if found.get(key):
            rows.append((name, _cut(str(found[key]), _)))
    exif = found.get("exif")
    if isinstance(exif, Mapping):  # what stands above already is not said again
        said = {str(found.get(key)) for key in ("camera", "software") if found.get(key)}
        exif = {key: value for key, value in exif.items() if str(value) not in said}
    rows += _flat(exif, "EXIF")
    rows += _earlier(found, _)
    rows += [(_("Note"), _cut(_.said(str(note)), _)) for note in found.get("notes") or ()]
    if len(rows) > MOST_ROWS:
        more = _.n("{n} further entry", "{n} further entries", len(rows) - MOST_ROWS)
        rows = [*rows[:MOST_ROWS], ("…", _("{more}, in the JSON of this report").format(more=more))]
    return tuple((name, _cut(value, _)) for name, value in rows)


def _earlier(found: Mapping[str, Any], _: Words) -> Rows:
    earlier = found.get("earlier_jpeg")
    if not isinstance(earlier, Mapping):
        return ()
    if not earlier.get("found"):
        return ((_("Trace of an earlier JPEG"), _("none found")),)
    text = _("found")
    if earlier.get("quality") is not None:
        text = _("found, quality about {quality}").format(quality=earlier["quality"])
    return ((_("Trace of an earlier JPEG"), text),)


def _flat(value: Any, name: str) -> list[tuple[str, str]]:
    return list(_walk(value, name))


def _walk(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if value is None or value is False or value in ({}, [], ""):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "present":
                yield from _walk(inner, f"{name}, {str(key).replace('_', ' ')}")
    elif isinstance(value, list | tuple):
        if any(isinstance(v, Mapping | list | tuple) for v in value):
            for index, inner in enumerate(value, 1):
                yield from _walk(inner, f"{name} {index}")
        else:
            yield name, ", ".join(str(v) for v in value)
    else:
        yield name, "yes" if value is True else str(value)


def _cut(text: str, _: Words) -> str:
    if len(text) <= MOST_TEXT:
        return text
    return _("{text} … ({n} characters, cut here)").format(
        text=text[:MOST_TEXT], n=f"{len(text):,}"
    )


def is_named_by_metadata(item: ReportItem) -> bool:
    """Whether the metadata name a generator."""
    return isinstance((item.record.get("provenance") or {}).get("generator"), Mapping)
