"""EXIF read without a decoder: a bounded reader of TIFF directories (TIFF 6.0, CIPA DC-008).

Metadata is hostile: offsets may loop or point nowhere, counts may be huge. Nothing here raises,
warns or reads more than a few hundred entries.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_MAX_ENTRIES = 512
_MAX_BYTES = 8 << 20
_MAX_NUMBERS = 64

_EXIF_IFD, _GPS_IFD, _ORIENTATION = 0x8769, 0x8825, 0x0112
_NAMES = {
    0x010E: "description",
    0x010F: "make",
    0x0110: "model",
    _ORIENTATION: "orientation",
    0x0131: "software",
    0x0132: "modified",
    0x013B: "artist",
    0x013C: "host",
    0x02BC: "xmp",
    0x8298: "copyright",
    0x829A: "exposure_s",
    0x829D: "f_number",
    0x8827: "iso",
    0x9003: "taken",
    0x9004: "digitised",
    0x920A: "focal_length_mm",
    0x9286: "user_comment",
    0xA430: "owner",
    0xA431: "serial",
    0xA433: "lens_make",
    0xA434: "lens",
    0xCD41: "c2pa",
}

Value = bytes | int | float


@dataclass(slots=True)
class Exif:
    """Named values of the first image directory and its EXIF directory.

    Attributes
    ----------
    values : dict
        By plain name; strings stay bytes, as their encoding is anybody's guess.
    gps : bool
        Whether there is a GPS directory.
    """

    values: dict[str, Value] = field(default_factory=dict)
    gps: bool = False

    def text(self, name: str) -> bytes:
        """Return a string value up to its first NUL; empty when absent."""
        value = self.values.get(name, b"")
        return value.split(b"\0", 1)[0] if isinstance(value, bytes) else b""

    @property
    def orientation(self) -> int:
        """EXIF orientation 1..8; 1 when absent or out of range."""
        value = self.values.get("orientation", 1)
        return value if isinstance(value, int) and 1 <= value <= 8 else 1


def parse_exif(data: bytes) -> Exif:
    r"""Read EXIF from a TIFF structure.

    Parameters
    ----------
    data : bytes
        From the byte-order mark on; a leading ``Exif\0\0`` is skipped.

    Returns
    -------
    Exif
        Empty when nothing can be read.
    """
    if data[:4] == b"Exif":
        data = data[6:]
    exif = Exif()
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return exif
    (magic, first) = struct.unpack_from(order + "HI", data, 2)
    if magic != 42:  # BigTIFF is not used for EXIF
        return exif
    queue, seen = [first], set[int]()
    while queue and len(seen) < 4:
        offset = queue.pop()
        if offset in seen:
            continue
        seen.add(offset)
        for tag, value in _entries(data, offset, order):
            if tag == _EXIF_IFD and isinstance(value, int):
                queue.append(value)
            elif tag == _GPS_IFD:
                exif.gps = True
            elif tag in _NAMES:
                exif.values.setdefault(_NAMES[tag], value)
    return exif


def without_orientation(data: bytes) -> bytes:
    """Return a TIFF file that asks to be shown as stored.

    Both decoders of TIFF files turn the pixels by the orientation tag when they load them.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 16:
        return data
    big = struct.unpack_from(order + "H", data, 2)[0] == 43  # BigTIFF
    head, count_code, step, value_at = ("Q", "Q", 20, 12) if big else ("I", "H", 12, 8)
    (first,) = struct.unpack_from(order + head, data, 8 if big else 4)
    start = first + struct.calcsize(order + count_code)
    if start > len(data):
        return data
    (count,) = struct.unpack_from(order + count_code, data, first)
    for entry in range(start, min(start + count * step, len(data) - step + 1), step):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag == _ORIENTATION and kind == 3:
            changed = bytearray(data)
            struct.pack_into(order + "H", changed, entry + value_at, 1)
            return bytes(changed)
    return data


def _entries(data: bytes, offset: int, order: str) -> Iterator[tuple[int, Value]]:
    """Yield tag and value of the entries of one directory that can be read."""
    if offset + 2 > len(data):
        return
    (count,) = struct.unpack_from(order + "H", data, offset)
    for k in range(min(count, _MAX_ENTRIES)):
        entry = offset + 2 + 12 * k
        if entry + 12 > len(data):
            return
        tag, kind, number = struct.unpack_from(order + "HHI", data, entry)
        size = _SIZES.get(kind, 0) * number
        start = entry + 8
        if size > 4:
            (start,) = struct.unpack_from(order + "I", data, start)
        if 0 < size <= _MAX_BYTES and start + size <= len(data):
            value = _value(data, start, kind, number, order)
            if value is not None:
                yield tag, value


def _value(data: bytes, start: int, kind: int, number: int, order: str) -> Value | None:
    """Return bytes, or the first number of an entry."""
    if kind in {2, 7} or (kind == 1 and number > _MAX_NUMBERS):
        return data[start : start + number]
    if kind in {5, 10}:
        above, below = struct.unpack_from(order + ("II" if kind == 5 else "ii"), data, start)
        return float(above / below) if below else None
    value: int | float = struct.unpack_from(order + _CODES[kind], data, start)[0]
    return value
