"""Every format gives the pixels that were stored, the decoder's name, and honest flags."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageOps

from fpinspect.evidence.image import ItemError, Severity
from fpinspect.evidence.image import read_evidence as read_file


def codes(evidence) -> set[str]:
    return {flag.code for flag in evidence.flags}


@pytest.mark.parametrize(
    ("fmt", "options"),
    [
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("BMP", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ],
)
def test_lossless_formats_give_the_stored_pixels(photo, encode, read, fmt, options):
    evidence = read(encode(photo, fmt, **options))
    assert evidence.facts.format == fmt
    assert evidence.facts.bit_depth == 8
    assert evidence.facts.jpeg_quality is None
    assert np.array_equal(evidence.pixels, photo)
    assert not evidence.flags


@pytest.mark.parametrize(
    ("fmt", "options", "library"),
    [
        ("JPEG", {"quality": 90}, "libjpeg"),
        ("JPEG", {"quality": 90, "progressive": True}, "libjpeg"),
        ("WEBP", {"quality": 90}, "libwebp"),
        ("AVIF", {"quality": 90}, "libavif"),
    ],
)
def test_lossy_formats_come_close_and_name_their_decoder(
    photo, encode, read, fmt, options, library
):
    evidence = read(encode(photo, fmt, **options))
    assert evidence.facts.format == fmt
    assert library in evidence.facts.decoder
    assert any(character.isdigit() for character in evidence.facts.decoder)
    assert np.abs(evidence.pixels.astype(int) - photo).mean() < 8
    assert evidence.facts.width == 104
    assert evidence.facts.height == 72


def test_planes_and_codes_are_the_stored_values(photo, encode, read):
    evidence = read(encode(photo, "PNG"))
    planes, integers = evidence.planes(), evidence.codes()
    assert planes.dtype == np.float32
    assert planes.shape == integers.shape == (3, 72, 104)
    assert integers.dtype == np.uint8
    assert np.array_equal(planes.transpose(1, 2, 0), photo)
    assert np.array_equal(integers.transpose(1, 2, 0), photo)
    window = (slice(8, 40), slice(16, 64))
    assert np.array_equal(evidence.planes(window), planes[:, 8:40, 16:64])
    assert np.array_equal(evidence.codes(window), integers[:, 8:40, 16:64])


def test_pixels_cannot_be_changed_by_accident(photo, encode, read):
    evidence = read(encode(photo, "PNG"))
    with pytest.raises(ValueError, match="read-only"):
        evidence.pixels[0, 0] = 0


@pytest.fixture
def deep(photo) -> np.ndarray:
    """16-bit samples that 8 bits cannot hold."""
    rng = np.random.default_rng(3)
    return photo.astype(np.uint16) * 257 + rng.integers(0, 200, photo.shape).astype(np.uint16)


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_16_bit_colour_is_kept(deep, read, suffix):
    from fpinspect._cv2 import cv2

    evidence = read(cv2.imencode(suffix, deep[..., ::-1])[1].tobytes(), "deep" + suffix)
    assert evidence.pixels.dtype == np.uint16
    assert np.array_equal(evidence.pixels, deep)
    assert evidence.facts.bit_depth == 16
    assert "OpenCV" in evidence.facts.decoder
    assert evidence.planes().max() <= 255
    assert np.allclose(evidence.planes().transpose(1, 2, 0), deep / 257, atol=1e-4)
    assert np.array_equal(
        evidence.codes(), np.round(deep / 257).astype(np.uint8).transpose(2, 0, 1)
    )


def test_pillow_alone_would_lose_16_bits(deep):
    """Why OpenCV decodes these: should this ever fail, one decoder will do."""
    from fpinspect._cv2 import cv2

    data = cv2.imencode(".png", deep[..., ::-1])[1].tobytes()
    assert np.asarray(Image.open(io.BytesIO(data))).dtype == np.uint8


def test_16_bit_alpha_is_dropped_not_multiplied(deep, read):
    from fpinspect._cv2 import cv2

    alpha = np.zeros((*deep.shape[:2], 1), np.uint16)
    evidence = read(cv2.imencode(".png", np.dstack([deep[..., ::-1], alpha]))[1].tobytes())
    assert np.array_equal(evidence.pixels, deep)
    assert "alpha" in codes(evidence)


def test_16_bit_grey_is_kept(deep, read):
    from fpinspect._cv2 import cv2

    for suffix in (".png", ".tiff"):
        evidence = read(cv2.imencode(suffix, deep[..., 0])[1].tobytes())
        assert np.array_equal(evidence.pixels, np.repeat(deep[..., :1], 3, axis=2)), suffix
        assert "grey" in codes(evidence)


def test_adam7_is_decoded(photo, read):
    data = adam7(photo)
    assert Image.open(io.BytesIO(data)).info["interlace"] == 1
    assert np.array_equal(read(data).pixels, photo)


def adam7(pixels: np.ndarray) -> bytes:
    """Write an interlaced 8-bit RGB PNG (Pillow cannot), every row unfiltered."""
    height, width = pixels.shape[:2]
    rows = b""
    for y, x, dy, dx in [
        (0, 0, 8, 8),
        (0, 4, 8, 8),
        (4, 0, 8, 4),
        (0, 2, 4, 4),
        (2, 0, 4, 2),
        (0, 1, 2, 2),
        (1, 0, 2, 1),
    ]:
        part = pixels[y::dy, x::dx]
        rows += b"".join(b"\0" + row.tobytes() for row in part if row.size)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    return png((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("fmt", "options"), [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})]
)
def test_alpha_is_not_composited(photo, encode, read, fmt, options):
    alpha = np.zeros((*photo.shape[:2], 1), np.uint8)
    evidence = read(encode(np.dstack([photo, alpha]), fmt, **options))
    assert np.array_equal(evidence.pixels, photo)
    assert evidence.facts.mode == "RGBA"
    assert "alpha" in codes(evidence)


def test_palette_is_looked_up_and_flagged(photo, encode, read):
    reduced = Image.fromarray(photo).quantize(40)
    for fmt in ("PNG", "GIF"):
        evidence = read(encode(reduced, fmt))
        assert np.array_equal(evidence.pixels, np.asarray(reduced.convert("RGB")))
        flag = next(flag for flag in evidence.flags if flag.code == "palette")
        assert flag.severity is Severity.WARNING


def test_palette_with_transparency_does_not_warn(photo, encode, read):
    reduced = Image.fromarray(photo).quantize(40)
    data = encode(reduced, "PNG", transparency=bytes(range(40)))
    assert "palette" in codes(read(data))


@pytest.mark.parametrize("mode", ["L", "LA", "1"])
def test_grey_is_replicated_and_flagged(photo, encode, read, mode):
    grey = Image.fromarray(photo).convert("L")
    evidence = read(encode(grey.convert(mode), "PNG"))
    expected = np.asarray(grey.convert(mode).convert("L"))
    assert np.array_equal(evidence.pixels, np.repeat(expected[..., None], 3, axis=2))
    assert "grey" in codes(evidence)


def test_grey_jpeg(photo, encode, read):
    evidence = read(encode(Image.fromarray(photo).convert("L"), "JPEG", quality=92))
    assert evidence.facts.mode == "L"
    assert evidence.facts.jpeg_quality == 92
    assert evidence.facts.subsampling is None


def test_cmyk_follows_the_stated_rule(photo, encode, read):
    cmyk = np.dstack([255 - photo, np.full((*photo.shape[:2], 1), 51, np.uint8)])
    height, width = photo.shape[:2]
    picture = Image.frombytes("CMYK", (width, height), cmyk.tobytes())
    evidence = read(encode(picture, "TIFF"))
    expected = np.round(photo.astype(float) * (255 - 51) / 255)
    assert np.array_equal(evidence.pixels, expected)
    assert "cmyk" in codes(evidence)
    jpeg = read(encode(picture, "JPEG", quality=95))
    assert jpeg.facts.mode == "CMYK"
    assert np.abs(jpeg.pixels - expected).mean() < 6  # not inverted


def test_first_frame_of_an_animation(photo, encode, read):
    frames = [Image.fromarray(np.roll(photo, 9 * k, axis=1)) for k in range(3)]
    for fmt, options in (("WEBP", {"lossless": True}), ("PNG", {})):
        data = encode(frames[0], fmt, save_all=True, append_images=frames[1:], **options)
        evidence = read(data)
        assert evidence.facts.frames == 3, fmt
        assert np.array_equal(evidence.pixels, photo), fmt
        assert "animation" in codes(evidence)


def test_animated_gif(photo, encode, read):
    frames = [Image.fromarray(np.roll(photo, 9 * k, axis=1)).quantize(30) for k in range(3)]
    evidence = read(encode(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert evidence.facts.frames == 3
    assert np.array_equal(evidence.pixels, np.asarray(frames[0].convert("RGB")))


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_for_display_only(photo, encode, read, fmt, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if fmt == "WEBP" else {}
    plain = read(encode(photo, fmt, **options))
    data = encode(photo, fmt, exif=exif, **options)
    evidence = read(data)
    assert evidence.facts.orientation == orientation
    assert np.array_equal(evidence.pixels, plain.pixels)
    shown = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    assert np.array_equal(evidence.upright(evidence.pixels), shown)
    planes = evidence.upright(evidence.planes())
    assert np.array_equal(planes.transpose(1, 2, 0), shown)
    assert np.array_equal(evidence.upright(evidence.planes()[0]), planes[0])


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_16_bit_tiff_keeps_its_lattice(deep, read, orientation):
    evidence = read(tiff16(deep, orientation))
    assert evidence.facts.orientation == orientation
    assert np.array_equal(evidence.pixels, deep)


def tiff16(pixels: np.ndarray, orientation: int) -> bytes:
    """Write an uncompressed 16-bit RGB TIFF with an orientation."""
    height, width = pixels.shape[:2]
    strip = pixels.astype("<u2").tobytes()
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 200),
        (274, 3, 1, orientation),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, len(strip)),
    ]
    head = b"II*\0" + struct.pack("<I", 14) + struct.pack("<HHH", 16, 16, 16)
    head += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return head.ljust(200, b"\0") + strip


def test_upright_refuses_another_lattice(photo, encode, read):
    evidence = read(encode(photo, "PNG"))
    with pytest.raises(ValueError, match="lattice"):
        evidence.upright(np.zeros((10, 10)))


def test_misnamed_file_is_read_by_content_and_noted(photo, encode, read):
    evidence = read(encode(photo, "JPEG"), "holiday.png")
    assert evidence.facts.format == "JPEG"
    assert "misnamed" in codes(evidence)
    assert "misnamed" not in codes(read(encode(photo, "JPEG"), "holiday.JPEG"))


def test_bytes_after_the_image_are_noted(photo, encode, read):
    for fmt in ("JPEG", "PNG", "WEBP", "GIF"):
        data = encode(Image.fromarray(photo).quantize(9) if fmt == "GIF" else photo, fmt)
        assert "trailing_data" not in codes(read(data)), fmt
        assert "trailing_data" in codes(read(data + b"hidden away")), fmt


@pytest.mark.parametrize("mode", ["F", "I"])
def test_32_bit_samples_are_refused_in_plain_words(photo, encode, read, mode):
    with pytest.raises(ItemError, match="Save it as an 8- or 16-bit RGB image"):
        read(encode(Image.fromarray(photo).convert("L").convert(mode), "TIFF"))


def test_ycbcr_and_lab_tiff(photo, encode, read):
    ycbcr = Image.fromarray(photo).convert("YCbCr")
    evidence = read(encode(ycbcr, "TIFF"))
    assert np.abs(evidence.pixels.astype(int) - photo).max() <= 3
    with pytest.raises(ItemError, match="CIELAB"):
        read(encode(Image.new("LAB", (64, 64)), "TIFF"))


def test_1x1_image_is_evidence(encode, read):
    evidence = read(encode(np.full((1, 1, 3), 9, np.uint8), "PNG"))
    assert evidence.planes().shape == (3, 1, 1)
    assert evidence.provenance.earlier_jpeg is None


def test_threads_do_not_disturb_each_other(photo, encode, tmp_path, monkeypatch):
    """Warning filters and Pillow's limit are process-wide; both are as before afterwards."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    paths = []
    for fmt in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "AVIF"):
        path = tmp_path / f"x.{fmt.lower()}"
        path.write_bytes(encode(photo, fmt))
        paths.append(path)
    filters = list(warnings.filters)
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(read_file, paths * 6))
    assert [result.facts.format for result in results[:6]] == [
        r.facts.format for r in results[6:12]
    ]
    for k, result in enumerate(results):
        assert np.array_equal(result.pixels, results[k % 6].pixels)
    assert warnings.filters == filters
    assert Image.MAX_IMAGE_PIXELS == 1000
