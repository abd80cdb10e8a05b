"""JPEG streams read without decoding: segments, quantisation tables, quality, completeness.

Reference: ITU-T T.81 (JPEG), annexes B (markers) and K.1 (the tables that libjpeg scales).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# T.81 annex K, tables K.1 and K.2, in natural (row) order.
_LUMA = """
16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55
14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62
18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92
49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99
"""
_CHROMA = """
17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99
24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99
99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99
99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99
"""

_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_STANDALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})


@dataclass(frozen=True, slots=True)
class Segment:
    """One APPn or COM segment: its marker byte, its offset in the file and its payload."""

    marker: int
    start: int
    payload: bytes

    @property
    def end(self) -> int:
        """Offset after the segment."""
        return self.start + 4 + len(self.payload)


@dataclass(slots=True)
class JpegStream:
    """What the segments of a JPEG file say.

    Attributes
    ----------
    width, height : int
        Stored size in pixels; 0 when no frame header was found.
    precision : int
        Bits per sample.
    marker : int
        Frame type: 0xC0 baseline, 0xC1 extended, 0xC2 progressive, ...
    components : list of (id, h, v, table)
        Sampling factors and quantisation table of each component.
    tables : dict of int to ndarray
        Quantisation tables in zigzag order, (64,) int64.
    segments : list of Segment
        APPn and COM segments in file order.
    scan_ends : list of int
        Offset of the marker that ends each entropy-coded scan.
    end : int
        Offset after the end-of-image marker; 0 when there is none.
    complaint : str or None
        Why the stream is not a whole JPEG file, in plain words.
    """

    width: int = 0
    height: int = 0
    precision: int = 8
    marker: int = 0
    components: list[tuple[int, int, int, int]] = field(default_factory=list)
    tables: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    scan_ends: list[int] = field(default_factory=list)
    restart_interval: int = 0
    end: int = 0
    complaint: str | None = None
    _pending: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def progressive(self) -> bool:
        """Whether the image comes in several passes of growing detail."""
        return self.marker in _PROGRESSIVE

    @property
    def subsampling(self) -> str | None:
        """Chroma subsampling in the J:a:b notation; None for grey and odd layouts."""
        if len(self.components) < 3:
            return None
        (_, h, v, _), *others = self.components
        chroma = {(component[1], component[2]) for component in others[:2]}
        if len(chroma) != 1:
            return None
        ch, cv = chroma.pop()
        if not ch or not cv or h % ch or v % cv:
            return None
        names = {
            (1, 1): "4:4:4",
            (2, 1): "4:2:2",
            (2, 2): "4:2:0",
            (1, 2): "4:4:0",
            (4, 1): "4:1:1",
            (4, 2): "4:1:0",
        }
        return names.get((h // ch, v // cv))


def parse_jpeg(data: bytes) -> JpegStream:
    """Walk the segments of a JPEG file; never raises, see `JpegStream.complaint`.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    JpegStream
    """
    stream = JpegStream()
    position, size = 2, len(data)
    while stream.complaint is None:
        match = _NEXT_MARKER.search(data, position)
        if match is None or match.start() >= size - 1:
            stream.complaint = "it ends before the end-of-image marker"
            break
        marker, position = data[match.end() - 1], match.end()
        if marker == 0xD9:
            stream.end = position
            break
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        if length < 2 or position + length > size:
            stream.complaint = "it ends inside a header segment"
            break
        _read_segment(stream, marker, position - 2, data[position + 2 : position + length])
        position += length
        if marker == 0xDA:
            following = _NEXT_MARKER.search(data, position)
            if following is None:
                stream.complaint = "it ends inside the compressed picture"
                break
            stream.scan_ends.append(following.start())
    if stream.complaint is None:
        stream.complaint = _missing_parts(stream)
    return stream


def _read_segment(stream: JpegStream, marker: int, start: int, payload: bytes) -> None:
    """Note what one segment says."""
    if 0xE0 <= marker <= 0xEF or marker == 0xFE:
        stream.segments.append(Segment(marker, start, payload))
    elif marker == 0xDB:
        _read_tables(stream, payload)
    elif marker == 0xDD and len(payload) >= 2:
        stream.restart_interval = int.from_bytes(payload[:2], "big")
    elif marker in _FRAMES:
        if stream.marker:
            stream.complaint = "it holds two frame headers"
        elif len(payload) < 6 or len(payload) < 6 + 3 * payload[5]:
            stream.complaint = "its frame header is damaged"
        else:
            stream.marker, stream.precision = marker, payload[0]
            stream.height = int.from_bytes(payload[1:3], "big")
            stream.width = int.from_bytes(payload[3:5], "big")
            for k in range(payload[5]):
                ident, factors, table = payload[6 + 3 * k : 9 + 3 * k]
                stream.components.append((ident, factors >> 4, factors & 15, table))
    elif marker == 0xDA:
        _read_scan(stream, payload)


def _read_tables(stream: JpegStream, payload: bytes) -> None:
    """Read the quantisation tables of one DQT segment."""
    position = 0
    while position < len(payload):
        wide, ident = payload[position] >> 4, payload[position] & 15
        step = 128 if wide else 64
        values = payload[position + 1 : position + 1 + step]
        if len(values) < step:
            stream.complaint = "a quantisation table is damaged"
            return
        stream.tables[ident] = np.frombuffer(values, ">u2" if wide else "u1").astype(np.int64)
        position += 1 + step


def _read_scan(stream: JpegStream, payload: bytes) -> None:
    """Note which coefficient bits a scan header announces (T.81, G.1.1.1)."""
    count = payload[0] if payload else 0
    if len(payload) < 4 + 2 * count:
        stream.complaint = "a scan header is damaged"
        return
    start, end, approximation = payload[1 + 2 * count : 4 + 2 * count]
    if not stream.progressive:
        start, end, approximation = 0, 0, 0
    for k in range(count):
        for coefficient in range(start, min(end, 63) + 1):
            stream._pending[payload[1 + 2 * k], coefficient] = approximation & 15


def _missing_parts(stream: JpegStream) -> str | None:
    """Say what a stream with an end-of-image marker still lacks."""
    if not stream.marker:
        return "it holds no frame header"
    if not stream.scan_ends:
        return "it holds no compressed picture"
    wanted = range(64) if stream.progressive else range(1)
    for ident, *_ in stream.components:
        if any(stream._pending.get((ident, k), 1) for k in wanted):
            return "its last passes are missing"
    return None


@dataclass(frozen=True, slots=True)
class JpegQuality:
    """The quality setting that explains the quantisation tables best.

    Attributes
    ----------
    quality : int
        1..100, in libjpeg's scale.
    exact : bool
        Whether libjpeg writes exactly these tables at that quality; else it is the nearest.
    distance : float
        Mean absolute difference of the luma table's entries from libjpeg's at that quality.
    """

    quality: int
    exact: bool
    distance: float


@lru_cache(maxsize=1)
def _standard_tables() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return zigzag order (64,), and the luma and chroma tables (100, 64) of libjpeg in it."""
    order = sorted(
        range(64),
        key=lambda k: (k // 8 + k % 8, (k // 8 if (k // 8 + k % 8) % 2 else k % 8)),
    )
    zigzag = np.array(order)
    quality = np.arange(1, 101)
    scale = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)[:, None]
    tables = []
    for text in (_LUMA, _CHROMA):
        base = np.array([int(word) for word in text.split()])[zigzag]
        # libjpeg, jpeg_add_quant_table with force_baseline
        tables.append(np.clip((base * scale + 50) // 100, 1, 255))
    return zigzag, tables[0], tables[1]


def luma_tables() -> NDArray[np.int64]:
    """Return libjpeg's luma tables for quality 1..100 in natural order, (100, 64)."""
    zigzag, luma, _ = _standard_tables()
    natural = np.empty_like(luma)
    natural[:, zigzag] = luma
    return natural


def estimate_quality(stream: JpegStream) -> JpegQuality | None:
    """Estimate the quality setting from the quantisation tables.

    Parameters
    ----------
    stream : JpegStream
        A parsed file.

    Returns
    -------
    JpegQuality or None
        None when the file holds no table for its first component.
    """
    _, luma, chroma = _standard_tables()
    used = [stream.tables.get(table) for *_, table in stream.components]
    if not used or used[0] is None:
        return None
    # The luma table decides the nearest setting: it shapes the residual most.
    distance = np.abs(used[0] - luma).mean(1)
    best = int(distance.argmin())
    # Some writers quantise every component with the luma table (CMYK and RGB files do).
    exact = bool(distance[best] == 0) and all(
        table is not None
        and (np.array_equal(table, chroma[best]) or np.array_equal(table, luma[best]))
        for table in used
    )
    return JpegQuality(best + 1, exact, float(distance[best]))
