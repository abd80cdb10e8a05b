"""HEIC and JPEG XL through optional packages; without them, an error that names the extra."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from PIL import Image

from fpinspect.evidence.image import ItemError
from fpinspect.evidence.image import read_evidence as read_file


def test_heic_on_its_stored_lattice(photo, read):
    heif = pytest.importorskip("pillow_heif", reason="the extra [heif] is not installed")
    stored = np.ascontiguousarray(photo[:64, :96])
    for orientation in (1, 6, 8, 3, 2, 5, 7):
        exif = Image.Exif()
        exif[0x0112] = orientation
        image = heif.from_bytes("RGB", (96, 64), stored.tobytes())
        image.info["exif"] = exif.tobytes()
        buffer = io.BytesIO()
        image.save(buffer, quality=-1, chroma=444)
        evidence = read(buffer.getvalue(), "photo.heic")
        assert evidence.facts.format == "HEIF"
        assert "libheif" in evidence.facts.decoder
        assert evidence.facts.orientation == orientation
        assert np.abs(evidence.pixels.astype(int) - stored).max() <= 4


def test_10_bit_heic_is_kept(photo, read):
    heif = pytest.importorskip("pillow_heif", reason="the extra [heif] is not installed")
    deep = np.ascontiguousarray(photo[:64, :96].astype(np.uint16) * 257)
    buffer = io.BytesIO()
    heif.from_bytes("RGB;16", (96, 64), deep.tobytes()).save(buffer, quality=-1, chroma=444)
    evidence = read(buffer.getvalue())
    assert evidence.facts.bit_depth == 10
    assert evidence.pixels.dtype == np.uint16
    assert np.abs(evidence.planes().transpose(1, 2, 0) - photo[:64, :96]).max() < 4


def test_jpeg_xl(photo, encode, read):
    pytest.importorskip("pillow_jxl", reason="the extra [jxl] is not installed")
    evidence = read(encode(photo, "JXL", lossless=True), "photo.jxl")
    assert evidence.facts.format == "JXL"
    assert "libjxl" in evidence.facts.decoder
    assert np.array_equal(evidence.pixels, photo)


def test_jpeg_inside_jpeg_xl_keeps_its_history(photo, encode, read, tmp_path):
    pytest.importorskip("pillow_jxl", reason="the extra [jxl] is not installed")
    source = tmp_path / "source.jpg"
    source.write_bytes(encode(photo, "JPEG", quality=83))
    with Image.open(source) as picture:
        packed = encode(picture, "JXL", lossless_jpeg=True)
    evidence = read(packed, "packed.jxl")
    assert evidence.facts.jpeg_quality == 83
    assert np.array_equal(evidence.pixels, read_file(source).pixels)


@pytest.mark.parametrize(
    ("module", "extra", "head"),
    [
        ("pillow_heif", "heif", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40)),
        ("pillow_jxl", "jxl", b"\xff\x0a\x97\x07\x00\x13\x88\x02\x00" + bytes(40)),
    ],
)
def test_missing_extra_is_named(monkeypatch, read, module, extra, head):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ItemError, match=rf"pip install 'fpinspect\[{extra}\]'"):
        read(head)
