"""Metadata gathered from a file's blocks: EXIF, XMP and text entries."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field

from fpinspect.evidence.coding.container import Layout, join_sub_blocks
from fpinspect.evidence.coding.formats import Format
from fpinspect.evidence.traces.exif import Exif, parse_exif
from fpinspect.evidence.traces.text import clean, decode

MAX_TEXT = 4 << 20
"""Longest text entry that is read, in characters (ComfyUI workflows may embed pictures)."""

_MAX_ENTRIES = 64
_MAX_XMP = 1 << 20
_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_SOURCE_TYPE = re.compile(
    r"DigitalSourceType(?:>|=[\"']|[^<>]{0,80}resource=[\"'])\s*([^\"'<\s]{1,200})"
)
_CREATOR_TOOL = re.compile(r"CreatorTool(?:>|=[\"'])\s*([^\"'<]{1,200})")


@dataclass(slots=True)
class Metadata:
    """What was found around the pixels.

    Attributes
    ----------
    exif : Exif
        Empty where there is none.
    xmp : str
        The XMP packet; empty where there is none.
    texts : dict
        Text entries by keyword: PNG text chunks, JPEG and GIF comments.
    icc_profile : bool
        Whether a colour profile is embedded.
    notes : list of str
        What could not be read, and why.
    """

    exif: Exif = field(default_factory=Exif)
    xmp: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    icc_profile: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def digital_source_type(self) -> str | None:
        """IPTC DigitalSourceType of the XMP packet, its last word."""
        match = _SOURCE_TYPE.search(self.xmp)
        return clean(match.group(1).rstrip("/").rsplit("/", 1)[-1], 80) if match else None

    @property
    def creator_tool(self) -> str | None:
        """``xmp:CreatorTool`` of the XMP packet."""
        match = _CREATOR_TOOL.search(self.xmp)
        return clean(match.group(1), 200) or None if match else None


def gather(data: bytes, layout: Layout, *, exif: bytes = b"", xmp: bytes = b"") -> Metadata:
    """Gather the metadata of a file.

    Parameters
    ----------
    data : bytes
        The whole file.
    layout : Layout
        Its container.
    exif, xmp : bytes
        What the decoder found, for formats whose blocks only it can read (AVIF, HEIF).
    """
    found = Metadata()
    if layout.format is Format.JPEG:
        exif, xmp = _from_jpeg(layout, found)
    elif layout.format is Format.PNG:
        exif, xmp = _from_png(data, layout, found)
    elif layout.format is Format.WEBP:
        exif = next(layout.payloads(data, b"EXIF"), b"")
        xmp = next(layout.payloads(data, b"XMP "), b"")
        found.icc_profile = any(layout.payloads(data, b"ICCP"))
    elif layout.format is Format.TIFF:
        exif = data
    elif layout.format is Format.JXL:
        exif = next(layout.payloads(data, b"Exif"), b"")
        if exif[:2] not in {b"II", b"MM"}:  # the offset that the standard puts first
            exif = exif[4:]
        xmp = next(layout.payloads(data, b"xml "), b"")
    elif layout.format is Format.GIF:
        comment = b"".join(map(join_sub_blocks, layout.payloads(data, b"comment")))
        if comment:
            found.texts["comment"] = decode(comment, MAX_TEXT)
    found.exif = parse_exif(exif)
    packet = found.exif.values.get("xmp")
    if not xmp and isinstance(packet, bytes):
        xmp = packet
    found.xmp = decode(xmp, _MAX_XMP) if xmp else ""
    return found


def _from_jpeg(layout: Layout, found: Metadata) -> tuple[bytes, bytes]:
    """Read APP1, APP2 and COM segments; return EXIF and XMP."""
    exif = xmp = b""
    for segment in layout.jpeg.segments if layout.jpeg else ():
        payload = segment.payload
        if segment.marker == 0xE1 and payload[:6] == b"Exif\0\0":
            exif = exif or payload[6:]
        elif segment.marker == 0xE1 and payload.startswith(_XMP_HEAD):
            xmp = xmp or payload[len(_XMP_HEAD) :]
        elif segment.marker == 0xE2 and payload.startswith(b"ICC_PROFILE\0"):
            found.icc_profile = True
        elif segment.marker == 0xFE and payload:
            found.texts.setdefault("comment", decode(payload, MAX_TEXT))
    return exif, xmp


def _from_png(data: bytes, layout: Layout, found: Metadata) -> tuple[bytes, bytes]:
    """Read text, EXIF and profile chunks; return EXIF and XMP (PNG specification, 11.3)."""
    exif = xmp = b""
    budget = 4 * MAX_TEXT
    for block in layout.blocks:
        payload = data[block.start : block.end]
        if block.kind == b"eXIf":
            exif = exif or payload
        elif block.kind == b"iCCP":
            found.icc_profile = True
        elif block.kind in {b"tEXt", b"zTXt", b"iTXt"} and len(found.texts) < _MAX_ENTRIES:
            key, text = _png_text(block.kind, payload, min(MAX_TEXT, budget))
            budget -= len(text)
            if len(text) >= MAX_TEXT:
                found.notes.append(f"The text entry {key!r} is too long and was not read in full.")
            if key == "XML:com.adobe.xmp":
                xmp = xmp or text
            elif key in {"Raw profile type exif", "Raw profile type APP1"}:
                exif = exif or _raw_profile(text)
            elif key and text:
                # iTXt is UTF-8, tEXt Latin-1 by the book, UTF-8 by habit: decode() tells.
                found.texts.setdefault(key, decode(text, MAX_TEXT))
    return exif, xmp


def _png_text(kind: bytes, payload: bytes, limit: int) -> tuple[str, bytes]:
    """Return keyword and text of one text chunk, at most `limit` bytes of it."""
    keyword, _, rest = payload.partition(b"\0")
    packed = kind == b"zTXt"
    if packed:
        rest = rest[1:]
    elif kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, max(1, limit))
        except zlib.error:
            rest = b""
    return decode(keyword, 80), rest[: max(0, limit)]


def _raw_profile(text: bytes) -> bytes:
    """Undo ImageMagick's way to keep EXIF in a text chunk: name, length, hexadecimal lines."""
    words = text.split(None, 2)
    try:
        return bytes.fromhex(words[2].decode("ascii")) if len(words) == 3 else b""
    except ValueError:
        return b""
