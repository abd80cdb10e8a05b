"""JPEG quality, subsampling and completeness from the segments alone."""

from __future__ import annotations

import csv
import struct

import numpy as np
import pytest
from PIL import Image

from fpinspect.evidence.coding.jpeg import estimate_quality, luma_tables, parse_jpeg


@pytest.mark.parametrize("quality", range(1, 101))
def test_libjpeg_quality_is_found_exactly(photo, encode, quality):
    stream = parse_jpeg(encode(photo[:16, :16].copy(), "JPEG", quality=quality))
    estimate = estimate_quality(stream)
    assert estimate.quality == quality
    assert estimate.exact
    assert estimate.distance == 0


def test_grey_and_cmyk_files_have_a_quality_too(photo, encode):
    for mode in ("L", "CMYK"):
        stream = parse_jpeg(encode(Image.fromarray(photo).convert(mode), "JPEG", quality=77))
        estimate = estimate_quality(stream)
        assert (estimate.quality, estimate.exact) == (77, True), mode


def test_foreign_tables_give_the_nearest_quality(photo, encode):
    luma = luma_tables()[84].tolist()  # quality 85
    luma[60] += 3
    stream = parse_jpeg(encode(photo, "JPEG", qtables=[luma, [30] * 64]))
    estimate = estimate_quality(stream)
    assert abs(estimate.quality - 85) <= 1
    assert not estimate.exact
    assert estimate.distance > 0


def test_luma_of_one_quality_with_chroma_of_another_is_not_exact(photo, encode):
    chroma = np.full(64, 90)
    stream = parse_jpeg(
        encode(photo, "JPEG", qtables=[luma_tables()[74].tolist(), chroma.tolist()])
    )
    estimate = estimate_quality(stream)
    assert estimate.quality == 75
    assert not estimate.exact


@pytest.mark.parametrize(
    ("option", "name"), [("4:4:4", "4:4:4"), ("4:2:2", "4:2:2"), ("4:2:0", "4:2:0")]
)
def test_subsampling(photo, encode, read, option, name):
    data = encode(photo, "JPEG", quality=80, subsampling=option)
    assert parse_jpeg(data).subsampling == name
    assert read(data).facts.subsampling == name


def test_subsampling_of_odd_layouts():
    stream = parse_jpeg(b"")
    for factors, name in [
        ([(1, 2), (1, 1), (1, 1)], "4:4:0"),
        ([(4, 1), (1, 1), (1, 1)], "4:1:1"),
        ([(2, 2), (2, 1), (1, 1)], None),
        ([(1, 1)], None),
        ([(3, 1), (2, 1), (2, 1)], None),
        ([(2, 2), (0, 0), (0, 0)], None),
    ]:
        stream.components = [(k, h, v, 0) for k, (h, v) in enumerate(factors)]
        assert stream.subsampling == name


def test_progressive_is_seen(photo, encode):
    assert parse_jpeg(encode(photo, "JPEG", progressive=True)).progressive
    assert not parse_jpeg(encode(photo, "JPEG")).progressive


def test_a_sane_file_has_no_complaint(photo, encode):
    for options in ({}, {"progressive": True}, {"restart_marker_blocks": 2}, {"optimize": True}):
        data = encode(photo, "JPEG", **options)
        stream = parse_jpeg(data)
        assert stream.complaint is None, options
        assert stream.end == len(data)
        assert (stream.width, stream.height) == (104, 72)


def test_fill_bytes_before_a_marker_are_legal(photo, encode, read):
    data = encode(photo, "JPEG")
    padded = data[:-2] + b"\xff\xff" + data[-2:]
    assert np.array_equal(read(padded).pixels, read(data).pixels)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xd9", "no frame header"),
        (b"\xff\xd8\xff\xe0\x00\x01", "inside a header segment"),
        (b"\xff\xd8\xff\xdb\x00\x06\x00\x01\x02\x03\xff\xd9", "quantisation table"),
        (b"\xff\xd8\xff\xc0\x00\x04\x08\x00\xff\xd9", "frame header is damaged"),
        (b"\xff\xd8", "before the end-of-image marker"),
        (b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00\xff\xd9", "no compressed"),
    ],
)
def test_damaged_segments_are_named(data, words):
    assert words in parse_jpeg(data).complaint


def test_two_frame_headers_are_refused(photo, encode):
    data = encode(photo, "JPEG")
    start = data.index(b"\xff\xc0")
    frame = data[start : start + 2 + struct.unpack(">H", data[start + 2 : start + 4])[0]]
    assert "two frame headers" in parse_jpeg(data[:start] + frame + data[start:]).complaint


@pytest.mark.data
def test_quality_agrees_with_the_manifest(data_dir):
    """Exact where libjpeg's tables were used; elsewhere within the spread of such estimates."""
    with (data_dir / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["path"].endswith(".jpg")][::8]
    exact = 0
    for row in rows:
        estimate = estimate_quality(parse_jpeg((data_dir / row["path"]).read_bytes()))
        difference = abs(estimate.quality - float(row["jpeg_quality"]))
        exact += estimate.exact
        assert difference == 0 if estimate.exact else difference <= 8, row["path"]
    assert exact > len(rows) / 2
