"""File containers read without decoding: stored size, blocks, completeness.

Every parser is total: damaged input gives a `Layout` with a `complaint`, never an exception.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fpinspect.evidence.coding.formats import Format
from fpinspect.evidence.coding.jpeg import JpegStream, parse_jpeg

_MAX_BLOCKS = 100_000


@dataclass(frozen=True, slots=True)
class Block:
    """One chunk of a container: where its payload lies in the file."""

    kind: bytes
    start: int
    end: int


@dataclass(slots=True)
class Layout:
    """What the container says before anything is decoded.

    Attributes
    ----------
    format : Format
        The format, by content.
    width, height : int
        Stored size in pixels; 0 where only the decoder's header parser knows it.
    bit_depth : int
        Bits per channel; 0 where only the decoder knows it.
    blocks : list of Block
        PNG chunks, RIFF chunks or ISO boxes, in file order.
    frames : int
        Frames that the container announces; 0 where only the decoder knows it.
    end : int
        Offset after the image; bytes behind it do not belong to it.
    jpeg : JpegStream or None
        The segments, for JPEG.
    palette : bool
        Whether the stored samples are indices into a colour table.
    lossless : bool
        Whether the samples are stored as they were; TIFF learns it from the decoder.
    complaint : str or None
        Why the file is not whole, in plain words.
    """

    format: Format
    width: int = 0
    height: int = 0
    bit_depth: int = 0
    blocks: list[Block] = field(default_factory=list)
    frames: int = 0
    end: int = 0
    jpeg: JpegStream | None = None
    palette: bool = False
    lossless: bool = False
    complaint: str | None = None

    def payloads(self, data: bytes, kind: bytes, limit: int = 64) -> Iterator[bytes]:
        """Yield the payloads of the first `limit` blocks of a kind."""
        for block in self.blocks:
            if block.kind == kind and limit > 0:
                limit -= 1
                yield data[block.start : block.end]


def parse(data: bytes, fmt: Format) -> Layout:
    """Read the container of a whole file; never raises, see `Layout.complaint`."""
    parser = _PARSERS.get(fmt)
    if parser is None:
        return Layout(fmt, end=len(data))
    return parser(data)


def _jpeg(data: bytes) -> Layout:
    stream = parse_jpeg(data)
    return Layout(
        Format.JPEG,
        stream.width,
        stream.height,
        stream.precision,
        frames=1,
        end=stream.end,
        jpeg=stream,
        complaint=stream.complaint,
    )


def _png(data: bytes) -> Layout:
    """Walk the chunks; checksums of all of them, as a changed byte must not pass unseen."""
    layout = Layout(Format.PNG, frames=1, lossless=True)
    position, size = 8, len(data)
    while True:
        length = int.from_bytes(data[position : position + 4], "big")
        kind, start, end = data[position + 4 : position + 8], position + 8, position + 8 + length
        if not layout.blocks:
            header = data[start : start + 13]
            if kind != b"IHDR" or len(header) < 13:
                layout.complaint = "its header chunk is damaged"
                return layout
            layout.width = int.from_bytes(header[0:4], "big")
            layout.height = int.from_bytes(header[4:8], "big")
            layout.bit_depth, layout.palette = header[8], header[9] == 3
        if end + 4 > size or len(layout.blocks) > _MAX_BLOCKS:
            layout.complaint = "it ends before its end chunk (IEND)"
            return layout
        layout.blocks.append(Block(kind, start, end))
        crc = zlib.crc32(memoryview(data)[position + 4 : end])
        if crc != int.from_bytes(data[end : end + 4], "big"):
            name = kind.decode("ascii", "replace")
            layout.complaint = f"the checksum of its {name!r} chunk is wrong"
            return layout
        if kind == b"acTL" and length >= 4:
            layout.frames = max(1, int.from_bytes(data[start : start + 4], "big"))
        position = end + 4
        if kind == b"IEND":
            layout.end = position
            return layout


def _webp(data: bytes) -> Layout:
    """Walk the RIFF chunks (developers.google.com/speed/webp/docs/riff_container)."""
    layout = Layout(Format.WEBP, bit_depth=8, frames=1)
    announced = int.from_bytes(data[4:8], "little") + 8
    size = min(announced, len(data))
    layout.end = size
    position, frames = 12, 0
    while position + 8 <= size and len(layout.blocks) < _MAX_BLOCKS:
        kind = data[position : position + 4]
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        start, end = position + 8, position + 8 + length
        if not layout.width:
            layout.width, layout.height = _webp_size(kind, data[start : start + 10])
        if end > size:
            layout.complaint = "it ends inside the compressed picture"
            return layout
        layout.blocks.append(Block(kind, start, end))
        frames += kind == b"ANMF"
        layout.lossless |= kind == b"VP8L"
        position = end + (length & 1)
    layout.frames = max(1, frames)
    if announced > len(data):
        layout.complaint = "it is shorter than its header says"
    elif not layout.width:
        layout.complaint = "it holds no picture"
    return layout


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int]:
    """Return width and height from the head of a VP8, VP8L or VP8X chunk."""
    if kind == b"VP8X" and len(head) >= 10:
        return (
            int.from_bytes(head[4:7], "little") + 1,
            int.from_bytes(head[7:10], "little") + 1,
        )
    if kind == b"VP8L" and len(head) >= 5:
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if kind == b"VP8 " and len(head) >= 10:
        return (
            int.from_bytes(head[6:8], "little") & 0x3FFF,
            int.from_bytes(head[8:10], "little") & 0x3FFF,
        )
    return 0, 0


def _gif(data: bytes) -> Layout:
    """Walk the blocks up to the trailer (GIF89a specification).

    Comments become blocks of the kind ``comment``, C2PA extensions of the kind ``C2PA``; both
    still hold the length bytes of their sub-blocks, see `join_sub_blocks`.
    """
    layout = Layout(Format.GIF, bit_depth=8, palette=True)
    layout.width = int.from_bytes(data[6:8], "little")
    layout.height = int.from_bytes(data[8:10], "little")
    position = 13 + (3 << ((data[10] & 7) + 1) if len(data) > 10 and data[10] & 0x80 else 0)
    size = len(data)
    while position < size and layout.frames < _MAX_BLOCKS:
        kind = data[position]
        extension = b""
        if kind == 0x3B:
            layout.end = position + 1
            if not layout.frames:
                layout.complaint = "it holds no picture"
            return layout
        if kind == 0x2C and position + 10 <= size:
            layout.frames += 1
            if layout.frames == 1:
                x, y, w, h = (
                    int.from_bytes(data[k : k + 2], "little")
                    for k in range(position + 1, position + 9, 2)
                )
                layout.width, layout.height = max(layout.width, x + w), max(layout.height, y + h)
            packed = data[position + 9]
            position += 11 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0)
        elif kind == 0x21:
            position += 2
            if data[position - 1 : position] == b"\xfe":
                extension = b"comment"
            elif data[position : position + 9] == b"\x0bC2PA_GIF":
                extension, position = b"C2PA", position + 12
        else:
            layout.complaint = "its blocks are damaged"
            return layout
        start = position
        while position < size and data[position]:
            position += 1 + data[position]
        if extension:
            layout.blocks.append(Block(extension, min(start, size), min(position, size)))
        position += 1
    layout.complaint = "it ends before its end mark"
    return layout


def join_sub_blocks(data: bytes) -> bytes:
    """Return the content of a run of GIF sub-blocks, each of which begins with its length."""
    parts, position = [], 0
    while position < len(data):
        parts.append(data[position + 1 : position + 1 + data[position]])
        position += 1 + data[position]
    return b"".join(parts)


def _iso(data: bytes, fmt: Format) -> Layout:
    """Walk the top-level boxes (ISO/IEC 14496-12)."""
    layout = Layout(fmt)
    position, size = 0, len(data)
    while position < size and len(layout.blocks) < _MAX_BLOCKS:
        length = int.from_bytes(data[position : position + 4], "big")
        kind, start = data[position + 4 : position + 8], position + 8
        if length == 1:
            length = int.from_bytes(data[position + 8 : position + 16], "big")
            start = position + 16
        elif length == 0:
            length = size - position
        end = position + length
        if end > size or end < start:
            layout.complaint = "it ends inside one of its boxes"
            return layout
        layout.blocks.append(Block(kind, start, end))
        position = end
    layout.end = position
    return layout


def _avif(data: bytes) -> Layout:
    return _iso(data, Format.AVIF)


def _heif(data: bytes) -> Layout:
    return _iso(data, Format.HEIF)


def _jxl(data: bytes) -> Layout:
    """Read the size of a JPEG XL codestream, bare or in boxes (ISO/IEC 18181-1, annex D)."""
    if data[:2] == b"\xff\x0a":
        layout = Layout(Format.JXL, end=len(data))
        head = data[2:16]
    else:
        layout = _iso(data, Format.JXL)
        head = b""
        for block in layout.blocks:
            if block.kind in {b"jxlc", b"jxlp"}:
                skip = 4 if block.kind == b"jxlp" else 0
                head = data[block.start + skip + 2 : block.start + skip + 16]
                break
    if len(head) >= 8:
        layout.width, layout.height = _jxl_size(int.from_bytes(head, "little"))
    elif layout.complaint is None:
        layout.complaint = "it holds no picture"
    return layout


def _jxl_size(bits: int) -> tuple[int, int]:
    """Return width and height of a SizeHeader; its bits come least significant first."""

    def take(count: int) -> int:
        nonlocal bits
        value = bits & ((1 << count) - 1)
        bits >>= count
        return value

    small = take(1)

    def side() -> int:
        return 8 * (take(5) + 1) if small else take((9, 13, 18, 30)[take(2)]) + 1

    height = side()
    ratio = take(3)
    if ratio == 0:
        return side(), height
    above, below = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))[ratio - 1]
    return height * above // below, height


def _bmp(data: bytes) -> Layout:
    """Read the size from the bitmap header."""
    layout = Layout(Format.BMP, bit_depth=8, frames=1, end=len(data), lossless=True)
    if int.from_bytes(data[14:18], "little") == 12:
        layout.width = int.from_bytes(data[18:20], "little")
        layout.height = int.from_bytes(data[20:22], "little")
        bits = int.from_bytes(data[24:26], "little")
    else:
        layout.width = int.from_bytes(data[18:22], "little", signed=True)
        layout.height = abs(int.from_bytes(data[22:26], "little", signed=True))
        bits = int.from_bytes(data[28:30], "little")
    layout.palette = 0 < bits <= 8
    if layout.width <= 0 or not layout.height:
        layout.complaint = "its header is damaged"
    return layout


_PARSERS: dict[Format, Callable[[bytes], Layout]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.WEBP: _webp,
    Format.GIF: _gif,
    Format.AVIF: _avif,
    Format.HEIF: _heif,
    Format.BMP: _bmp,
    Format.JXL: _jxl,
}
