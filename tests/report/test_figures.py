"""Pictures must keep every value where and what it is."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from fpinspect.report import figures
from fpinspect.report.sheet import Sheet, colour_table, enlarge, paint, text_width, wrap


def decode(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def find(sheet: np.ndarray, picture: np.ndarray) -> tuple[int, int]:
    """Return where the inside of a picture lies on a sheet (its edge pixels hold the frame)."""
    inside = picture[2:-2, 2:-2]
    height, width = inside.shape[:2]
    first = inside[0]
    for y in range(sheet.shape[0] - height + 1):
        rows = np.lib.stride_tricks.sliding_window_view(sheet[y], width, axis=0)
        for x in np.flatnonzero((rows == first.T).all(axis=(1, 2))):
            if np.array_equal(sheet[y : y + height, x : x + width], inside):
                return int(y), int(x)
    raise AssertionError("the picture is not on the sheet, pixel for pixel")


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(3).normal(0.0, 2.0, (200, 160)).astype(np.float32)


def test_residual_is_drawn_pixel_for_pixel_at_a_whole_zoom(noise):
    sheet = decode(figures.residual_png(noise, title="Residual", caption="A test."))
    sigma = float(noise.std())
    find(sheet, enlarge(paint(noise, -3 * sigma, 3 * sigma, "residual"), 4))


def test_magnitude_is_referred_to_the_median_of_its_band_and_not_flipped(noise):
    db = noise + 37.0
    db[10, 20] = 60.0
    relative, reference = figures.relative_db(db)
    assert reference == pytest.approx(37.0, abs=0.1)
    sheet = decode(figures.magnitude_png(db, title="Log-magnitude", caption="A test."))
    picture = enlarge(paint(relative, -6.0, 8.0, "magma"), 4)
    y, x = find(sheet, picture)
    brightest = sheet[y - 2 + 10 * 4 + 1, x - 2 + 20 * 4 + 1]
    assert tuple(brightest) == tuple(colour_table("magma")[255])


def test_vertical_frequencies_are_written_upwards(noise, monkeypatch):
    written = {}

    def ticks(self, axes, axis, at, labels, *, right=False):
        written.setdefault(axis, dict(zip(at, labels, strict=True)))

    monkeypatch.setattr(figures.Sheet, "ticks", ticks)
    figures.magnitude_png(noise, title="Log-magnitude", caption="A test.")
    down, across = written["y"], written["x"]
    assert down[min(down)] == "0.500"  # the top row of the picture
    assert down[max(down)] == "−0.500"
    assert down[0.125] == "−0.125"
    assert across[0.125] == "0.125"


def test_a_large_spectrum_is_averaged_in_power_by_a_whole_factor():
    db = np.zeros((1300, 1300), np.float32)
    db[::2, ::2] = 10 * np.log10(5.0)
    sheet = decode(figures.magnitude_png(db, title="Log-magnitude", caption="A test."))
    # 2x2 blocks hold one 5 and three 1: mean power 2, 3 dB above the median, which is 0 dB.
    flat = np.full((650, 650), 10 * np.log10(2.0))
    find(sheet, paint(flat, -6.0, 8.0, "magma"))


def test_phase_average_is_circular():
    phase = np.full((1300, 1300), np.pi - 0.1, np.float32)
    phase[:, ::2] = -np.pi + 0.1
    sheet = decode(figures.phase_png(phase, title="Phase", caption="A test."))
    middle = sheet[sheet.shape[0] // 2, sheet.shape[1] // 2].astype(int)
    ends = colour_table("twilight")[[0, 255]].astype(int)
    assert np.abs(ends - middle).max(axis=1).min() <= 2


def test_values_that_are_not_finite_have_their_own_colour():
    values = np.array([[np.nan, 0.0], [np.inf, 1.0]])
    rgb = paint(values, 0.0, 1.0, "magma", missing="#010203")
    assert tuple(rgb[0, 0]) == tuple(rgb[1, 0]) == (1, 2, 3)
    assert tuple(rgb[0, 1]) == tuple(colour_table("magma")[0])


def test_zero_residual_is_the_middle_colour():
    white = paint(np.zeros((1, 1)), -3.0, 3.0, "residual")[0, 0].astype(int)
    assert np.abs(white - (0xF1, 0xED, 0xEC)).max() <= 1


def test_same_arrays_give_the_same_bytes(noise):
    def draw() -> list[bytes]:
        return [
            figures.plane_png(noise + 100, title="Image", caption="A test."),
            figures.coherence_png(np.abs(noise) / 9, high=1.0, title="Coherence", caption="A."),
            figures.autocorrelation_png(noise[:17, :17] / 50, title="A", caption="A test."),
            figures.fold_png({"a": noise[:8, :8], "b": noise[8:16, :8]}, title="8×8", caption="A."),
        ]

    assert draw() == draw()


def test_flat_input_is_drawn_without_warnings():
    flat = np.zeros((64, 64), np.float32)
    for png in (
        figures.residual_png(flat, title="Residual", caption="Flat."),
        figures.magnitude_png(np.full((64, 64), -200.0), title="Magnitude", caption="Flat."),
        figures.autocorrelation_png(np.zeros((5, 5)), title="Autocorrelation", caption="Flat."),
    ):
        assert decode(png).ndim == 3


def test_radial_profile_draws_each_role_in_its_colour():
    freq = np.linspace(0.01, 0.5, 50)
    curve = figures.Curve("image", freq, -10 * freq, "image")
    match = figures.Curve("SD 1.x", freq, -12 * freq - 1, "match")
    band = figures.Band("real", freq, -10 * freq - 3, -10 * freq + 3, "real")
    sheet = decode(figures.radial_png([curve, match], bands=[band], title="T", caption="C."))
    colours = {tuple(c) for c in sheet.reshape(-1, 3)}
    assert (0xE8, 0x83, 0x3A) in colours
    assert (0x16, 0x18, 0x1B) in colours


def test_radial_profile_without_a_finite_level_is_refused():
    curve = figures.Curve("empty", np.array([0.1]), np.array([np.nan]), "image")
    with pytest.raises(ValueError, match="no finite level"):
        figures.radial_png([curve], title="T", caption="C.")


def test_similarity_is_ordered_by_the_tree():
    similarity = np.array([[1.0, 0.0, 0.8], [0.0, 1.0, -0.1], [0.8, -0.1, 1.0]])
    # Leaves 0 and 2 join first, then 1: the pair must end up side by side.
    linkage = np.array([[0.0, 2.0, 0.2, 2.0], [1.0, 3.0, 1.0, 3.0]])

    def span(tree: np.ndarray | None) -> int:
        """Columns between the outer edges of the two strongest cells (72 px each)."""
        png = figures.similarity_png(
            similarity, ["a", "b", "c"], linkage=tree, title="Similarity", caption="A test."
        )
        strongest = (decode(png) == colour_table("residual")[255]).all(axis=2)
        columns = np.flatnonzero(strongest.sum(axis=0) > 40)
        return int(columns[-1] - columns[0] + 1)

    assert span(None) == 3 * 72
    assert span(linkage) == 2 * 72


def test_a_picture_that_does_not_fill_its_box_is_refused():
    from fpinspect.report.sheet import Box

    with pytest.raises(ValueError, match="does not fill"):
        Sheet(100, 100).picture(Box(0, 0, 10, 10), np.zeros((9, 10, 3), np.uint8))


def test_wrap_keeps_words_and_width():
    text = "the median over 0.08–0.5 cycles/px is the reference of every spectrum"
    lines = wrap(text, 160).split("\n")
    assert " ".join(lines) == text
    assert all(text_width(line) <= 160 for line in lines)
