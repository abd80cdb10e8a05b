"""Bad input becomes an item error in plain words, before anything is decoded."""

from __future__ import annotations

import builtins
import errno
import hashlib
import io
import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from fpinspect.evidence import files
from fpinspect.evidence.image import ItemError, read_evidence, reread

PLAIN_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF")


def test_empty_file(read):
    with pytest.raises(ItemError, match="empty"):
        read(b"", "photo.jpg")


def test_text_named_png(read):
    with pytest.raises(ItemError, match=r"text, although it is named '\.png'"):
        read(b"Dear all, please find attached the picture of the incident.", "photo.png")


def test_unknown_binary(read):
    with pytest.raises(ItemError, match="not an image that fpinspect reads"):
        read(bytes(range(200)), "data")


def test_missing_file(tmp_path):
    with pytest.raises(ItemError, match="no such file"):
        read_evidence(tmp_path / "gone.png")


def test_folder_named_like_an_image(tmp_path):
    folder = tmp_path / "folder.png"
    folder.mkdir()
    with pytest.raises(ItemError, match="folder"):
        read_evidence(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe_is_refused_without_waiting(tmp_path):
    path = tmp_path / "pipe.png"
    os.mkfifo(path)
    with pytest.raises(ItemError, match="pipe"):
        read_evidence(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_device_is_refused():
    with pytest.raises(ItemError, match="device"):
        read_evidence("/dev/zero")


def test_unreadable_file(tmp_path, photo, encode, monkeypatch):
    path = tmp_path / "secret.png"
    path.write_bytes(encode(photo, "PNG"))

    def refuse(*_args, **_options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ItemError, match="not allowed to read"):
        read_evidence(path)


def test_disk_error_while_reading(tmp_path, photo, encode, monkeypatch):
    path = tmp_path / "photo.png"
    path.write_bytes(encode(photo, "PNG"))

    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(errno.EIO, "Input/output error")

    def broken(handle, *_):
        os.close(handle)
        return Broken()

    monkeypatch.setattr(os, "fdopen", broken)
    with pytest.raises(ItemError, match="Check the disk"):
        read_evidence(path)


@pytest.mark.parametrize(
    "name", ["two\nlines.png", "emoji \N{CAMERA}.png", " .png", "a" * 200 + ".png"]
)
def test_odd_names_are_fine(name, photo, encode, read):
    assert np.array_equal(read(encode(photo, "PNG"), name).pixels, photo)


def test_impossible_name():
    with pytest.raises(ItemError, match="cannot be read"):
        read_evidence("nul\0byte.png")


def test_name_with_a_newline_that_is_missing(tmp_path):
    with pytest.raises(ItemError) as error:
        read_evidence(tmp_path / "two\nlines.png")
    assert "\n" not in str(error.value)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_header(width: int, height: int, rows: bytes = b"", interlace: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlace)
    data = chunk(b"IDAT", zlib.compress(rows)) if rows else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def jpeg_header(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame


BOMBS = {
    "png": png_header(60000, 60000),
    "jpeg": jpeg_header(60000, 60000),
    "gif": b"GIF89a" + struct.pack("<HHBBB", 60000, 60000, 0, 0, 0) + b";",
    "bmp": b"BM" + bytes(12) + struct.pack("<IiiHHI", 40, 60000, 60000, 1, 24, 0) + bytes(100),
    "webp": b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + b"\x5f\xea\0\x5f\xea\0" + bytes(8),
    "jxl": b"\xff\x0a" + (((59999 << 3) | (2 << 1)) | (1 << 21)).to_bytes(14, "little"),
    "tiff": b"II*\0"
    + struct.pack("<IH", 8, 6)
    + b"".join(
        struct.pack("<HHII", tag, 4, 1, value)
        for tag, value in [(256, 60000), (257, 60000), (258, 8), (259, 1), (262, 1), (273, 8)]
    )
    + bytes(8),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_60000_pixels_square_are_refused_before_decoding(kind, read):
    tracemalloc.start()
    try:
        with pytest.raises(ItemError, match=r"60000×60000 .*limit of 200 megapixels"):
            read(BOMBS[kind])
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "fmt", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF", "JXL"]
)
def test_limit_is_an_option(fmt, photo, encode, read):
    if fmt == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    if fmt == "JXL":
        pytest.importorskip("pillow_jxl")
    data = encode(Image.fromarray(photo).quantize(9) if fmt == "GIF" else photo, fmt)
    height, width = photo.shape[:2]
    assert read(data, max_pixels=width * height).facts.width == width
    with pytest.raises(ItemError, match="more than the limit"):
        read(data, max_pixels=width * height - 1)


def test_pillow_limit_does_not_interfere(photo, encode, read, monkeypatch):
    """Pillow warns above its limit and raises above twice of it; ours is the one that counts."""
    for limit in (5000, 1000):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        for fmt in PLAIN_FORMATS:
            data = encode(Image.fromarray(photo).quantize(9) if fmt == "GIF" else photo, fmt)
            assert read(data).facts.height == photo.shape[0], fmt
        assert limit == Image.MAX_IMAGE_PIXELS


def test_huge_file_is_not_read(tmp_path):
    path = tmp_path / "sparse.png"
    with path.open("wb") as file:
        file.write(png_header(10, 10))
        file.truncate(40_000_000_000)
    with pytest.raises(ItemError, match=r"40\.0 GB"):
        read_evidence(path)


def encodings(photo, encode) -> dict[str, bytes]:
    from fpinspect._cv2 import cv2

    small = np.ascontiguousarray(photo[:24, :40])
    image = Image.fromarray(small)
    return {
        "baseline": encode(small, "JPEG", quality=85),
        "progressive": encode(small, "JPEG", quality=85, progressive=True),
        "restart": encode(small, "JPEG", quality=85, restart_marker_rows=1),
        "grey": encode(image.convert("L"), "JPEG"),
        "cmyk": encode(image.convert("CMYK"), "JPEG"),
        "png": encode(small, "PNG"),
        "png16": cv2.imencode(".png", small.astype(np.uint16) * 257)[1].tobytes(),
        "webp": encode(small, "WEBP"),
        "webp lossless": encode(small, "WEBP", lossless=True),
        "tiff": encode(small, "TIFF"),
        "tiff lzw": encode(small, "TIFF", compression="tiff_lzw"),
        "bmp": encode(small, "BMP"),
        "gif": encode(image.quantize(20), "GIF"),
        "avif": encode(small, "AVIF"),
    }


def test_truncation_at_any_byte_is_an_error(photo, encode, read):
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    for name, data in encodings(photo, encode).items():
        whole = read(data)
        cuts = {*range(len(data) - 8, len(data)), *range(1, len(data), max(1, len(data) // 20))}
        for length in sorted(cuts):
            try:
                evidence = read(data[:length])
            except ItemError:
                continue
            pytest.fail(
                f"{name} cut to {length} of {len(data)} bytes was read; "
                f"same pixels: {np.array_equal(evidence.pixels, whole.pixels)}"
            )


@pytest.mark.parametrize("kind", ["baseline", "progressive", "restart", "grey", "cmyk"])
@pytest.mark.parametrize("keep", [0.2, 0.5, 0.8, 0.97])
def test_jpeg_cut_short_behind_a_proper_end_mark(photo, encode, read, kind, keep):
    """What libjpeg itself only warns about: it would fill the rest with grey."""
    data = encodings(photo, encode)[kind]
    scan = data.index(b"\xff\xda")
    cut = scan + 14 + int((len(data) - scan - 16) * keep)
    cut -= data[cut - 1] == 0xFF
    with pytest.raises(ItemError, match="truncated or damaged"):
        read(data[:cut] + b"\xff\xd9")


def test_jpeg_without_its_last_passes(photo, encode, read):
    data = encode(photo, "JPEG", progressive=True)
    last_scan = data.rindex(b"\xff\xda")
    huffman = data.rindex(b"\xff\xc4", 0, last_scan)
    with pytest.raises(ItemError, match="last passes are missing"):
        read(data[:huffman] + b"\xff\xd9")


def test_grey_jpeg_that_is_mid_grey_is_no_false_alarm(encode, read):
    flat = np.full((64, 64, 3), 128, np.uint8)
    for options in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
        assert read(encode(flat, "JPEG", **options)).facts.format == "JPEG"


def test_png_with_a_wrong_checksum(photo, encode, read):
    data = bytearray(encode(photo, "PNG"))
    data[len(data) // 2] ^= 1
    with pytest.raises(ItemError, match="checksum"):
        read(bytes(data))


@pytest.mark.parametrize("lacking", [1, 2, 40, 71])
def test_png_whose_stream_lacks_rows(photo, read, lacking):
    height, width = photo.shape[:2]
    rows = [b"\0" + row.tobytes() for row in photo]
    assert np.array_equal(read(png_header(width, height, b"".join(rows))).pixels, photo)
    with pytest.raises(ItemError, match="truncated or damaged"):
        read(png_header(width, height, b"".join(rows[:-lacking])))


def test_png_whose_stream_lacks_its_last_pass(photo, read):
    height, width = photo.shape[:2]
    for odd in (0, 1):
        rows = b""
        for y, x, dy, dx in [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4)]:
            rows += b"".join(b"\0" + row.tobytes() for row in photo[: height - odd][y::dy, x::dx])
        with pytest.raises(ItemError, match=r"truncated|damaged"):
            read(png_header(width, height - odd, rows, interlace=1))


def test_black_png_is_no_false_alarm(read, encode):
    for mode in ("RGB", "L", "1", "RGBA", "LA"):
        assert not read(encode(Image.new(mode, (65, 33)), "PNG")).pixels.any()


def test_no_memory_is_an_item_error(photo, encode, read, monkeypatch):
    from fpinspect.evidence import image

    def fail(*_args, **_options):
        raise MemoryError

    monkeypatch.setattr(image, "decode", fail)
    with pytest.raises(ItemError, match="memory"):
        read(encode(photo, "PNG"))


def test_hash_is_of_the_bytes_that_were_decoded(photo, encode, tmp_path, monkeypatch):
    path = tmp_path / "photo.png"
    data = encode(photo, "PNG")
    path.write_bytes(data)
    opened = []
    original = os.open
    monkeypatch.setattr(os, "open", lambda *a, **k: opened.append(a[0]) or original(*a, **k))
    monkeypatch.setattr(builtins, "open", lambda *_a, **_k: pytest.fail("opened a second time"))
    evidence = read_evidence(path)
    assert opened == [str(path)]
    assert evidence.sha256 == hashlib.sha256(data).hexdigest()
    assert evidence.size_bytes == len(data)


def test_reread_gives_the_same_pixels(photo, encode, read):
    evidence = read(encode(photo, "PNG"))
    assert np.array_equal(evidence.reread().pixels, evidence.pixels)


def test_changed_file_is_an_item_error(photo, encode, read):
    evidence = read(encode(photo, "PNG"))
    Path(evidence.path).write_bytes(encode(photo[::-1].copy(), "PNG"))
    with pytest.raises(ItemError, match="changed since"):
        evidence.reread()
    Path(evidence.path).unlink()
    with pytest.raises(ItemError, match="no such file"):
        reread(evidence.path, evidence.sha256)


def test_messages_say_what_to_do(photo, encode, read, tmp_path):
    advice = ("Get", "get", "Save", "Check", "check", "Raise", "Rename", "Ask")
    bad = [b"", b"text", BOMBS["png"], encode(photo, "PNG")[:-30], encode(photo, "JPEG")[:300]]
    for data in bad:
        with pytest.raises(ItemError) as error:
            read(data)
        assert any(word in str(error.value) for word in advice), error.value


def test_most_bytes_allows_any_uncompressed_image():
    assert files._most_bytes(1000 * 1000) > 1000 * 1000 * 4 * 2
