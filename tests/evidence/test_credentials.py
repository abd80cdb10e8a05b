"""C2PA manifests are found by parsing JUMBF boxes, wherever a format keeps them."""

from __future__ import annotations

import datetime
import io
import json
import struct
import sys
import zlib

import pytest
from PIL import Image

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


def in_gif(data: bytes, store: bytes) -> bytes:
    parts = [store[k : k + 255] for k in range(0, len(store), 255)]
    body = b"".join(bytes([len(part)]) + part for part in parts)
    return data[:-1] + b"\x21\xff\x0bC2PA_GIF\x01\x00\x00" + body + b"\0;"


def in_avif(data: bytes, store: bytes) -> bytes:
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    return data + box(b"uuid", uuid + bytes(4) + b"manifest\0" + bytes(8) + store)


@pytest.fixture(autouse=True)
def without_c2pa_python(monkeypatch):
    monkeypatch.setitem(sys.modules, "c2pa", None)


PLACES = {"PNG": in_png, "JPEG": in_jpeg, "WEBP": in_webp, "AVIF": in_avif, "GIF": in_gif}


@pytest.mark.parametrize("fmt", PLACES)
def test_manifest_is_found(photo, encode, read, fmt):
    data = encode(Image.fromarray(photo).quantize(9) if fmt == "GIF" else photo, fmt)
    assert read(data).provenance.c2pa == {"present": False}
    found = read(PLACES[fmt](data, STORE)).provenance.c2pa
    assert found["present"]
    assert fmt.lower() in found["where"].lower() or fmt == "AVIF"
    assert found["manifests"] == 1
    assert found["assertions"] == ["c2pa.actions"]
    assert found["claim_generator"] == "make_test_images/0.33 c2pa-rs/0.33"
    assert found["digital_source_type"] == "trainedAlgorithmicMedia"
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


@pytest.fixture(scope="module")
def signer():
    """A signer with a certificate made for this run; nobody trusts it."""
    c2pa = pytest.importorskip("c2pa", reason="the extra [c2pa] is not installed")
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.datetime.now(datetime.UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def certificate(subject: str, public, authority: bool):
        names = [
            x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, name)])
            for name in (subject, "Root")
        ]
        usage = dict.fromkeys(
            (
                "digital_signature",
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "key_cert_sign",
                "crl_sign",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        usage["key_cert_sign" if authority else "digital_signature"] = True
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[0])
            .issuer_name(names[1])
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=9))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
        )
        if not authority:
            purpose = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(purpose, critical=False)
        return builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    chain = certificate("Signer", key.public_key(), False)
    chain += certificate("Root", root_key.public_key(), True)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, private, None)
    return c2pa.Signer.from_info(info)


@pytest.mark.parametrize(
    ("fmt", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("AVIF", "image/avif")]
)
def test_a_really_signed_file(photo, encode, read, signer, monkeypatch, fmt, mime):
    monkeypatch.undo()
    import c2pa

    actions = {"actions": [{"action": "c2pa.created", "digitalSourceType": SOURCE_TYPE}]}
    manifest = {
        "claim_generator_info": [{"name": "test_generator", "version": "1"}],
        "assertions": [{"label": "c2pa.actions", "data": actions}],
    }
    signed = io.BytesIO()
    builder = c2pa.Builder(json.dumps(manifest))
    builder.sign(signer, mime, io.BytesIO(encode(photo, fmt)), signed)
    found = read(signed.getvalue()).provenance.c2pa
    assert found["claim_generator"] == "test_generator"
    assert found["digital_source_type"] == "trainedAlgorithmicMedia"
    assert found["signature"]["state"] == "Valid"
    assert found["signature"]["issuer"] == "Signer"
    if fmt == "JPEG":
        changed = bytearray(signed.getvalue())
        changed[changed.index(b"JFIF\0") + 9] ^= 1  # its resolution, which no decoder minds
        found = read(bytes(changed)).provenance.c2pa
        assert found["present"]
        assert found["signature"]["state"] == "Invalid"
