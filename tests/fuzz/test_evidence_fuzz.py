"""Mutated files: either evidence or an item error, no other exception, no warning."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fpinspect.evidence.coding.container import parse
from fpinspect.evidence.coding.formats import sniff
from fpinspect.evidence.image import Evidence, ItemError, read_evidence
from fpinspect.evidence.traces.credentials import _labels
from fpinspect.evidence.traces.exif import parse_exif, without_orientation

ROUNDS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _seeds() -> dict[str, bytes]:
    """Small files of every format, with metadata."""
    from fpinspect._cv2 import cv2

    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (18, 26, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", 6
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "Steps: 3".encode("utf-16-be")
    info = PngInfo()
    info.add_text("parameters", "cat\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 1", zip=True)
    info.add_itxt("XML:com.adobe.xmp", "<x>DigitalSourceType>http://a/b</x>", zip=True)

    def encoded(picture: Image.Image, fmt: str, **options) -> bytes:
        buffer = io.BytesIO()
        picture.save(buffer, fmt, **options)
        return buffer.getvalue()

    seeds = {
        "jpeg": encoded(image, "JPEG", exif=exif, comment="hello"),
        "progressive": encoded(image, "JPEG", progressive=True, restart_marker_blocks=1),
        "cmyk": encoded(image.convert("CMYK"), "JPEG"),
        "png": encoded(image, "PNG", pnginfo=info, exif=exif),
        "palette": encoded(image.quantize(7), "PNG", transparency=bytes(7)),
        "png16": cv2.imencode(".png", pixels.astype(np.uint16) * 257)[1].tobytes(),
        "apng": encoded(image, "PNG", save_all=True, append_images=[image.rotate(90)]),
        "webp": encoded(image, "WEBP", exif=exif),
        "webp lossless": encoded(image, "WEBP", lossless=True),
        "webp animation": encoded(image, "WEBP", save_all=True, append_images=[image.rotate(180)]),
        "tiff": encoded(image, "TIFF", exif=exif),
        "tiff lzw": encoded(image, "TIFF", compression="tiff_lzw"),
        "tiff16": cv2.imencode(".tiff", pixels.astype(np.uint16) * 257)[1].tobytes(),
        "bmp": encoded(image, "BMP"),
        "gif": encoded(image.quantize(7), "GIF", save_all=True, append_images=[image.quantize(5)]),
        "avif": encoded(image, "AVIF", exif=exif),
    }
    try:
        import pillow_heif
        import pillow_jxl  # noqa: F401 - registers its plug-in
    except ImportError:
        return seeds
    buffer = io.BytesIO()
    pillow_heif.from_bytes("RGB", (26, 18), pixels.tobytes()).save(buffer)
    return {**seeds, "heif": buffer.getvalue(), "jxl": encoded(image, "JXL")}


SEEDS = _seeds()


def read(folder: Path, data: bytes) -> Evidence | None:
    """Read the bytes as a file; None for an item error in plain words."""
    path = folder / "fuzz.bin"
    path.write_bytes(data)
    try:
        evidence = read_evidence(path, max_pixels=1_000_000)
    except ItemError as error:
        words = str(error)
    else:
        words = ""
    if words:
        assert len(words) > 20
        assert "\n" not in words
        assert "Traceback" not in words
        return None
    assert evidence.pixels.shape == (evidence.facts.height, evidence.facts.width, 3)
    assert np.isfinite(evidence.planes()).all()
    json.dumps(evidence.provenance.to_dict(), allow_nan=False, ensure_ascii=False).encode("utf-8")
    return evidence


@pytest.mark.parametrize("kind", SEEDS)
def test_the_seed_itself_is_evidence(tmp_path, kind):
    assert read(tmp_path, SEEDS[kind]) is not None


@pytest.mark.parametrize("kind", SEEDS)
@ROUNDS
@given(
    changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, 1 << 20) | st.none(),
    insert=st.tuples(st.integers(0, 1 << 20), st.binary(max_size=12)),
)
def test_mutated_files(tmp_path, kind, changes, cut, insert):
    data = bytearray(SEEDS[kind])
    for position, value in changes:
        data[position % len(data)] = value
    place = insert[0] % len(data)
    data[place:place] = insert[1]
    if cut is not None:
        del data[cut % len(data) :]
    read(tmp_path, bytes(data))


@pytest.mark.parametrize("kind", SEEDS)
@ROUNDS
@given(data=st.data())
def test_mutated_headers(tmp_path, kind, data):
    """The first bytes, where sizes, offsets and counts are."""
    content = bytearray(SEEDS[kind])
    position = data.draw(st.integers(4, min(120, len(content) - 5)))
    value = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]))
    width = data.draw(st.sampled_from([1, 2, 4]))
    order = data.draw(st.sampled_from(["big", "little"]))
    content[position : position + width] = (value % (1 << 8 * width)).to_bytes(width, order)
    read(tmp_path, bytes(content))


MAGIC = [
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x40\0\0\0WEBP",
    b"II*\0",
    b"MM\0*",
    b"GIF89a",
    b"BM" + bytes(12) + b"\x28\0\0\0",
    b"\0\0\0\x0cJXL \r\n\x87\n",
    b"\xff\x0a",
    b"\0\0\0\x18ftypavif",
    b"\0\0\0\x18ftypheic",
    b"",
]


@ROUNDS
@given(magic=st.sampled_from(MAGIC), body=st.binary(max_size=200))
@example(magic=b"\xff\xd8\xff", body=b"")
def test_magic_and_noise(tmp_path, magic, body):
    read(tmp_path, magic + body)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(magic=st.sampled_from(MAGIC), body=st.binary(max_size=120))
def test_container_parsers_are_total(magic, body):
    fmt = sniff(magic + body)
    if fmt is not None:
        layout = parse(magic + body, fmt)
        assert layout.format is fmt
        assert all(0 <= b.start <= b.end <= len(magic + body) for b in layout.blocks)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    order=st.sampled_from([b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]), body=st.binary(max_size=200)
)
def test_exif_readers_are_total(order, body):
    exif = parse_exif(order + body)
    assert 1 <= exif.orientation <= 8
    assert len(without_orientation(order + body)) == len(order + body)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(body=st.binary(max_size=200))
def test_jumbf_reader_is_total(body):
    head = len(body).to_bytes(4, "big") + b"jumb"
    assert isinstance(_labels(head + body), list)
