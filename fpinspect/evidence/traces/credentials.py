"""C2PA content credentials: found by parsing their JUMBF boxes, read with c2pa-python if installed.

References: C2PA technical specification 2.x (embedding, annex A), ISO/IEC 19566-5 (JUMBF).
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from typing import Any

from fpinspect.evidence.coding.container import Layout, join_sub_blocks
from fpinspect.evidence.coding.formats import Format
from fpinspect.evidence.traces.text import clean

_UUID_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_JUMBF_SUFFIX = bytes.fromhex("00110010800000aa00389b71")
_MAX_BYTES = 32 << 20
_MAX_BOXES = 2000

_MIME = {
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.WEBP: "image/webp",
    Format.TIFF: "image/tiff",
    Format.GIF: "image/gif",
    Format.AVIF: "image/avif",
    Format.HEIF: "image/heif",
    Format.JXL: "image/jxl",
}


def find_credentials(data: bytes, layout: Layout, tiff_box: bytes = b"") -> dict[str, Any]:
    """Say whether a file carries a C2PA manifest store, and what it claims.

    Parameters
    ----------
    data : bytes
        The whole file.
    layout : Layout
        Its container.
    tiff_box : bytes
        Content of the C2PA tag, for TIFF.

    Returns
    -------
    dict
        ``present``; when present also ``where``, ``manifests``, ``assertions``,
        ``claim_generator``, ``digital_source_type`` (None where not found) and ``signature``: None
        when c2pa-python is not installed, else what it says. The claims are the file's own: only a
        verified signature ties them to somebody.
    """
    where, store = _store(data, layout, tiff_box)
    labels = _labels(store)
    if not any(label == "c2pa" or kind == b"c2pa" for kind, label in labels):
        return {"present": False}
    manifests = [label for kind, label in labels if kind in {b"c2ma", b"c2um", b"c2cm"}]
    assertions = dict.fromkeys(
        label for kind, label in labels if kind in {b"cbor", b"json"} and label.startswith("c2pa.")
    )
    return {
        "present": True,
        "where": where,
        "manifests": len(manifests),
        "assertions": [clean(label, 80) for label in assertions][:32],
        "claim_generator": _claim(store, b"claim_generator") or _claim_name(store),
        "digital_source_type": _last_word(_claim(store, b"digitalSourceType")),
        "signature": _verify(data, layout.format),
    }


def _store(data: bytes, layout: Layout, tiff_box: bytes) -> tuple[str, bytes]:
    """Return where a JUMBF store may lie, and its bytes."""
    if layout.format is Format.JPEG:
        return "JPEG APP11 segment", _from_jpeg(layout)
    if layout.format is Format.PNG:
        return "PNG caBX chunk", next(layout.payloads(data, b"caBX"), b"")
    if layout.format is Format.WEBP:
        return "WebP C2PA chunk", next(layout.payloads(data, b"C2PA"), b"")
    if layout.format is Format.GIF:
        return "GIF extension", join_sub_blocks(next(layout.payloads(data, b"C2PA"), b""))
    if layout.format is Format.TIFF:
        return "TIFF tag 52545", tiff_box
    if layout.format is Format.JXL:
        boxes = (data[max(0, b.start - 8) : b.end] for b in layout.blocks if b.kind == b"jumb")
        return "JPEG XL jumb box", next(boxes, b"")
    for payload in layout.payloads(data, b"uuid"):
        if payload[:16] == _UUID_BOX:
            # version and flags (4), purpose (string), offset of the next manifest (8)
            _, _, rest = payload[20:].partition(b"\0")
            return "uuid box", rest[8:]
    return "", b""


def _from_jpeg(layout: Layout) -> bytes:
    """Join the APP11 segments of the first C2PA box (ISO/IEC 19566-5, annex D)."""
    stream = layout.jpeg
    parts: dict[int, list[tuple[int, bytes]]] = {}
    for segment in stream.segments if stream else ():
        payload = segment.payload
        if segment.marker == 0xEB and payload[:2] == b"JP" and len(payload) >= 16:
            instance = int.from_bytes(payload[2:4], "big")
            packet = int.from_bytes(payload[4:8], "big")
            parts.setdefault(instance, []).append((packet, payload[8:]))
    for packets in parts.values():
        ordered = [body for _, body in sorted(packets, key=lambda item: item[0])]
        # The box header (8 bytes) is repeated in every segment.
        joined = b"".join([ordered[0], *(body[8:] for body in ordered[1:])])
        if b"c2pa" in joined[:64]:
            return joined
    return b""


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the payloads of the boxes in a range."""
    position = start
    while position + 8 <= end:
        length = int.from_bytes(data[position : position + 4], "big")
        kind, body = data[position + 4 : position + 8], position + 8
        if length == 1:
            length, body = int.from_bytes(data[position + 8 : position + 16], "big"), position + 16
        elif length == 0:
            length = end - position
        if position + length < body or position + length > end:
            return
        yield kind, body, position + length
        position += length


def _labels(store: bytes) -> list[tuple[bytes, str]]:
    """Return kind (first four bytes of the UUID) and label of every JUMBF superbox."""
    found: list[tuple[bytes, str]] = []
    stack = [(0, min(len(store), _MAX_BYTES))]
    while stack and len(found) < _MAX_BOXES:
        for kind, start, end in _boxes(store, *stack.pop()):
            if kind != b"jumb":
                continue
            first = next(_boxes(store, start, end), None)
            if first is None or first[0] != b"jumd":
                continue
            description = store[first[1] : first[2]]
            if description[4:16] == _JUMBF_SUFFIX and len(description) > 17:
                label = description[17:].split(b"\0", 1)[0].decode("utf-8", "replace")
                found.append((description[:4], label if description[16] & 2 else ""))
                stack.append((first[2], end))
    return found


def _last_word(address: str | None) -> str | None:
    """Return the last part of an address of the IPTC vocabulary."""
    return address.rstrip("/").rsplit("/", 1)[-1] if address else None


def _claim(store: bytes, key: bytes) -> str | None:
    """Return the CBOR text (RFC 8949) that follows a text key."""
    head = bytes([0x60 + len(key)]) + key
    position = store.find(head)
    while position >= 0:
        text = _cbor_text(store, position + len(head))
        if text is not None:
            return text
        position = store.find(head, position + 1)
    return None


def _claim_name(store: bytes) -> str | None:
    """Return the name in ``claim_generator_info`` (a map, or a list of maps)."""
    position = store.find(b"\x74claim_generator_info")
    return _claim(store[position : position + 1000], b"name") if position >= 0 else None


def _cbor_text(data: bytes, position: int) -> str | None:
    """Return the CBOR text string at a position; None when there is another type."""
    kind = data[position] if position < len(data) else 0
    extra = {0x78: 1, 0x79: 2}.get(kind, 0)
    if not extra and not 0x60 <= kind <= 0x77:
        return None
    start = position + 1 + extra
    length = int.from_bytes(data[position + 1 : start], "big") if extra else kind - 0x60
    return clean(data[start : start + length].decode("utf-8", "replace"), 300) or None


def _verify(data: bytes, fmt: Format) -> dict[str, Any] | None:
    """Let c2pa-python check hashes and signature, offline; its failure is only a note."""
    try:
        import c2pa
    except Exception:  # not installed, or its native library does not load here
        return None
    try:
        offline = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
        with (
            c2pa.Context(c2pa.Settings.from_dict(offline)) as context,
            c2pa.Reader(_MIME[fmt], io.BytesIO(data), context=context) as reader,
        ):
            report = json.loads(reader.json())
    except Exception as error:
        return {"state": None, "note": clean(f"c2pa-python could not read it: {error}", 300)}
    active = report.get("manifests", {}).get(report.get("active_manifest"), {})
    issuer = active.get("signature_info", {})
    return {
        "state": clean(str(report.get("validation_state")), 40),
        "issuer": clean(str(issuer.get("issuer") or ""), 200) or None,
        "time": clean(str(issuer.get("time") or ""), 60) or None,
        "title": clean(os.fspath(active.get("title") or ""), 200) or None,
        "note": None,
    }
