"""Matching: shifts, sizes, p-values, what a null-less bank says."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import bank, entry, image, pattern, photographs
from scipy.stats import kstest

from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.match import folded_on, match
from fpinspect.fingerprint.null import octave, standardise


@pytest.fixture(scope="module")
def made() -> Bank:
    return bank(photographs())


def test_own_images_match_and_others_do_not(made):
    own = match(image(1, pattern(1)), made, jpeg_quality=None)
    assert own["eight"].aligned > 0.05
    assert own["eight"].folded > 8
    assert own["eight"].p_value == pytest.approx(1 / 61)
    assert own["small"].folded < own["eight"].folded / 3  # another pattern on the same lattice
    other = match(image(2), made, jpeg_quality=None)
    assert abs(other["eight"].aligned) < 0.02
    assert other["eight"].p_value > 0.05
    assert 0.5 < other["eight"].energy < 2


def test_a_shift_of_one_pixel_breaks_aligned_but_not_folded(made):
    straight = match(image(3, pattern(1)), made, jpeg_quality=None)["eight"]
    moved = match(image(3, pattern(1), corner=(1, 1)), made, jpeg_quality=None)["eight"]
    assert moved.aligned < 0.4 * straight.aligned
    assert moved.folded == pytest.approx(straight.folded, rel=0.2)
    assert moved.p_value == straight.p_value


@pytest.mark.parametrize("corner", [(0, 0), (1, 0), (0, 3), (5, 6), (9, 13)])
def test_the_shift_found_is_where_the_pattern_went(made, corner):
    found = match(image(4, pattern(1), (300, 280), corner), made, jpeg_quality=None)["eight"]
    # the crop began `corner` pixels further down and right: its pattern moved up and left
    assert found.shift == ((-corner[0]) % 8, (-corner[1]) % 8)


def test_shifts_of_a_sixteen_periodic_pattern_go_up_to_fifteen():
    made = Bank().with_entry(entry("sixteen", pattern(5, period=16), seed=300))
    assert made.entries["sixteen"].info.period == 16
    found = match(image(5, pattern(5, 16), corner=(3, 14)), made, jpeg_quality=None)["sixteen"]
    assert found.shift == (13, 2)


def test_origin_brings_a_known_crop_back(made):
    crop = image(6, pattern(1), (256, 256), (4, 7))
    assert match(crop, made, jpeg_quality=None, origin=(4, 7))["eight"].shift == (0, 0)
    assert match(crop, made, jpeg_quality=None, origin=(4, 7))["eight"].aligned > 0.05


@pytest.mark.parametrize("size", [(64, 64), (96, 70), (128, 128), (130, 700), (512, 512)])
def test_sizes(made, size):
    tile = pattern(1, strength=0.6)
    found = match(image(7, tile, size, (2, 3)), made, jpeg_quality=None)["eight"]
    assert found.shift == (6, 5)
    assert found.p_value == pytest.approx(1 / 61)


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (16, 16), (255, 40)])
def test_odd_sizes_and_flat_images_give_finite_numbers(made, size):
    for residual in (image(8, size=size), np.zeros((3, *size), np.float32)):
        for found in match(residual, made, jpeg_quality=75).values():
            assert np.isfinite([found.aligned, found.folded, found.energy]).all()
            assert 0 < found.p_value <= 1


def test_a_flat_image_matches_nothing(made):
    found = match(np.zeros((3, 256, 256), np.float32), made, jpeg_quality=None)["eight"]
    assert (found.aligned, found.folded, found.p_value) == (0, 0, 1)


def test_p_values_are_uniform_under_the_null(made):
    values = [
        match(image(50_000 + i), made, jpeg_quality=None)["eight"].p_value for i in range(120)
    ]
    # 60 photographs make a coarse null: two-sample noise of both is 0.2 at 1 %
    assert kstest(values, "uniform").statistic < 0.2
    assert min(values) >= 1 / 61 - 1e-9


def test_the_excess_is_0_at_the_median_photograph_and_1_at_the_twentieth(made):
    found = [match(image(50_000 + i), made, jpeg_quality=None)["eight"] for i in range(120)]
    assert abs(np.median([one.excess for one in found])) < 0.4
    for one in found:  # 60 photographs: the 95 % quantile lies between two of them
        assert (one.excess > 1) == (one.p_value <= 4 / 61) or 3 / 61 < one.p_value < 5 / 61
    own = match(image(3, pattern(1)), made, jpeg_quality=None)["eight"]
    assert own.excess > 3  # goes on where the p-value has reached its least


def test_without_photographs_the_excess_is_that_of_noise():
    made = Bank().with_entry(entry("eight", pattern(1), seed=100))
    values = [match(image(60_000 + i), made, jpeg_quality=None)["eight"].excess for i in range(100)]
    # a pattern of period 8 has 64 shifts only, of the 256 that the levels of noise are for
    assert -1 < np.median(values) < 0.2
    assert np.mean(np.array(values) > 1) < 0.1


def test_null_cells_by_jpeg_band_and_size(made):
    residual = image(9)
    assert match(residual, made, jpeg_quality=95)["eight"].null_images == 60
    # no photographs were kept for this band: the p-value is analytic and says so
    low = match(residual, made, jpeg_quality=50)["eight"]
    assert low.null_images == 0
    assert low.p_value >= 1e-3


def test_analytic_p_values_are_fair_and_bounded():
    made = Bank().with_entry(entry("eight", pattern(1), seed=100))
    values = [
        match(image(60_000 + i), made, jpeg_quality=None)["eight"].p_value for i in range(100)
    ]
    assert np.mean(np.array(values) <= 0.1) <= 0.15
    own = match(image(3, pattern(1)), made, jpeg_quality=None)["eight"]
    assert (own.p_value, own.null_images) == (1e-3, 0)


def test_octaves_follow_the_effective_pixels():
    assert [octave(side**2) for side in (10, 64, 90, 128, 200, 300, 400, 5000)] == [
        64, 64, 64, 128, 256, 256, 512, 512,
    ]  # fmt: skip
    assert standardise(np.float32(10), 448**2) == 10
    assert standardise(np.float32(10), 896**2) == pytest.approx(5)


def test_folded_on_shows_the_image_in_the_entrys_frame(made):
    one = made.entries["eight"]
    residual = image(10, pattern(1), (512, 512), (3, 2))
    found = match(residual, made, jpeg_quality=None)["eight"]
    folded = folded_on(one, residual, found.shift)
    assert folded.shape == one.template().shape == (3, 256, 256)
    same = np.corrcoef(folded.ravel(), one.template().ravel())[0, 1]
    unmoved = np.corrcoef(folded_on(one, residual).ravel(), one.template().ravel())[0, 1]
    assert same > 0.1 > abs(unmoved)


def test_an_empty_bank_matches_nothing_and_shapes_are_checked(made):
    assert match(image(1), Bank(), jpeg_quality=None) == {}
    with pytest.raises(ValueError, match=r"\(3, H, W\)"):
        match(image(1)[0], made, jpeg_quality=None)


def test_matching_does_not_depend_on_the_company(made):
    alone = Bank([made.entries["small"]], made.photographs)
    residual = image(11, pattern(2), (300, 300))
    together = match(residual, made, jpeg_quality=None)["small"]
    apart = match(residual, alone, jpeg_quality=None)["small"]
    assert together.folded == pytest.approx(apart.folded, rel=1e-5)
    assert together.aligned == pytest.approx(apart.aligned, rel=1e-4)
    assert (together.p_value, together.shift) == (apart.p_value, apart.shift)
