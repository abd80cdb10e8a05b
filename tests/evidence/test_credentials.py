"""C2PA manifests are found by parsing JUMBF boxes, wherever a format keeps them."""

from __future__ import annotations

import struct
import sys
import zlib

import pytest

from fpinspect.evidence.image import read_evidence

SUFFIX = bytes.fromhex("00110010800000aa00389b71")


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def superbox(kind: bytes, label: str, *content: bytes) -> bytes:
    description = kind + SUFFIX + b"\x03" + label.encode() + b"\0"
    return box(b"jumb", box(b"jumd", description) + b"".join(content))


def text(value: str) -> bytes:
    body = value.encode()
    return (bytes([0x60 + len(body)]) if len(body) < 24 else b"\x78" + bytes([len(body)])) + body


SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CLAIM = b"\xa1" + text("claim_generator") + text("make_test_images/0.33 c2pa-rs/0.33")
ACTIONS = b"\xa1" + text("digitalSourceType") + text(SOURCE_TYPE)
STORE = superbox(
    b"c2pa",
    "c2pa",
    superbox(
        b"c2ma",
        "urn:uuid:4f9a7c1e",
        superbox(
            b"c2as", "c2pa.assertions", superbox(b"cbor", "c2pa.actions", box(b"cbor", ACTIONS))
        ),
        superbox(b"c2cl", "c2pa.claim", box(b"cbor", CLAIM)),
    ),
)


def in_png(data: bytes, store: bytes) -> bytes:
    body = b"caBX" + store
    chunk = struct.pack(">I", len(store)) + body + struct.pack(">I", zlib.crc32(body))
    return data[:33] + chunk + data[33:]


def in_jpeg(data: bytes, store: bytes, part: int = 90) -> bytes:
    """In several APP11 segments, each repeating the box header."""
    head, body = store[:8], store[8:]
    segments = b""
    for number, start in enumerate(range(0, len(body), part), 1):
        payload = b"JP" + struct.pack(">HI", 1, number) + head + body[start : start + part]
        segments += b"\xff\xeb" + struct.pack(">H", len(payload) + 2) + payload
    return data[:2] + segments + data[2:]


def in_webp(data: bytes, store: bytes) -> bytes:
    chunk = b"C2PA" + struct.pack("<I", len(store)) + store + b"\0" * (len(store) & 1)
    return b"RIFF" + struct.pack("<I", len(data) - 8 + len(chunk)) + data[8:] + chunk


def in_avif(data: bytes, store: bytes) -> bytes:
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    return data + box(b"uuid", uuid + bytes(4) + b"manifest\0" + bytes(8) + store)


@pytest.fixture(autouse=True)
def without_c2pa_python(monkeypatch):
    monkeypatch.setitem(sys.modules, "c2pa", None)


PLACES = {"PNG": in_png, "JPEG": in_jpeg, "WEBP": in_webp, "AVIF": in_avif}


@pytest.mark.parametrize("fmt", PLACES)
def test_manifest_is_found(photo, encode, read, fmt):
    data = encode(photo, fmt)
    assert read(data).provenance.c2pa == {"present": False}
    found = read(PLACES[fmt](data, STORE)).provenance.c2pa
    assert found["present"]
    assert fmt.lower() in found["where"].lower() or fmt == "AVIF"
    assert found["manifests"] == 1
    assert found["assertions"] == ["c2pa.actions"]
    assert found["claim_generator"] == "make_test_images/0.33 c2pa-rs/0.33"
    assert found["digital_source_type"] == SOURCE_TYPE
    assert found["signature"] is None


def test_manifest_in_tiff(photo, encode, read):
    from PIL import TiffImagePlugin

    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[52545] = STORE
    info.tagtype[52545] = 7
    assert read(encode(photo, "TIFF", tiffinfo=info)).provenance.c2pa["present"]


def test_other_jumbf_boxes_are_no_manifest(photo, encode, read):
    store = superbox(b"json", "something.else", box(b"json", b"{}"))
    assert not read(in_png(encode(photo, "PNG"), store)).provenance.c2pa["present"]
    assert not read(in_jpeg(encode(photo, "JPEG"), store)).provenance.c2pa["present"]


def test_the_word_c2pa_is_no_manifest(photo, encode, read):
    for junk in (b"c2pa", b"jumb c2pa jumd c2pa" * 3, box(b"jumb", b"c2pa")):
        assert not read(in_png(encode(photo, "PNG"), junk)).provenance.c2pa["present"]


def test_damaged_stores_do_no_harm(photo, encode, read):
    data = encode(photo, "PNG")
    for length in range(0, len(STORE), 7):
        read(in_png(data, STORE[:length]))
    nested = STORE
    for _ in range(200):
        nested = superbox(b"c2pa", "c2pa", nested)
    assert read(in_png(data, nested)).provenance.c2pa["present"]
    endless = struct.pack(">I", 0) + b"jumb" + STORE[8:]
    assert read(in_png(data, endless)).provenance.c2pa["present"]
    assert read(in_jpeg(encode(photo, "JPEG"), STORE, part=10**4)).provenance.c2pa["present"]


def test_claim_generator_info(photo, encode, read):
    claim = b"\xa1" + text("claim_generator_info") + b"\x81\xa1" + text("name") + text("Firefly")
    store = superbox(b"c2pa", "c2pa", superbox(b"c2cl", "c2pa.claim.v2", box(b"cbor", claim)))
    found = read(in_png(encode(photo, "PNG"), store)).provenance.c2pa
    assert found["claim_generator"] == "Firefly"


def test_c2pa_python_failing_is_only_a_note(photo, encode, read, monkeypatch):
    monkeypatch.undo()
    pytest.importorskip("c2pa", reason="the extra [c2pa] is not installed")
    found = read(in_png(encode(photo, "PNG"), STORE)).provenance.c2pa
    assert found["present"]
    assert found["signature"]["state"] in {None, "Invalid"}


def test_a_stranger_called_c2pa_is_only_a_note(photo, encode, tmp_path, monkeypatch):
    class Stranger:
        Reader = property()

    monkeypatch.setitem(sys.modules, "c2pa", Stranger())
    path = tmp_path / "x.png"
    path.write_bytes(in_png(encode(photo, "PNG"), STORE))
    assert "could not read" in read_evidence(path).provenance.c2pa["signature"]["note"]
