"""Colour maps: the published tables, and numbers to colours without surprises."""

from __future__ import annotations

import numpy as np
import pytest

from fpinspect.gui import colormaps


@pytest.mark.parametrize("name", ["magma", "viridis", "twilight"])
def test_tables_are_the_published_ones(name: str) -> None:
    from matplotlib import colormaps as published

    expected = (published[name](np.linspace(0, 1, 256))[:, :3] * 255).round()
    assert np.array_equal(colormaps.table(name), expected)


def test_residual_map_diverges_from_a_light_zero() -> None:
    luminance = colormaps.table("residual").astype(float) @ [0.2126, 0.7152, 0.0722]
    middle = int(luminance.argmax())
    assert middle in (127, 128)
    assert (np.diff(luminance[:127]) > 0).all()
    assert (np.diff(luminance[129:]) < 0).all()


def test_all_levels_are_used() -> None:
    ramp = np.linspace(-6, 8, 5000, dtype=np.float32)[None]
    assert len(np.unique(colormaps.indices(ramp, -6, 8))) == 256


def test_values_out_of_range_or_not_finite_keep_an_end_colour() -> None:
    values = np.array([[-np.inf, -9.0, 9.0, np.inf, np.nan]], np.float32)
    assert colormaps.indices(values, -6, 8).tolist() == [[0, 0, 255, 255, 0]]
    rgba = colormaps.colours(values, -6, 8, "magma")
    assert rgba[0, :, 3].tolist() == [255, 255, 255, 255, 0]


def test_input_is_left_alone() -> None:
    values = np.array([[np.nan, 1.0]], np.float32)
    colormaps.indices(values, 0, 2)
    assert np.isnan(values[0, 0])


@pytest.mark.parametrize("value", [0.0, -3.5, 1e30])
def test_a_flat_array_gets_a_middle_colour(value: float) -> None:
    flat = np.full((4, 4), value, np.float32)
    low, high = colormaps.percentile_range(flat, 1.0)
    assert low <= value <= high
    assert (colormaps.indices(flat, 2.0, 2.0) == 128).all()


def test_percentiles_ignore_what_is_left_out() -> None:
    values = np.full((10, 10), np.nan, np.float32)
    assert colormaps.percentile_range(values, 1.0) == (0.0, 1.0)
    values[:5] = np.arange(50, dtype=np.float32).reshape(5, 10)
    assert colormaps.percentile_range(values, 0.0) == (0.0, 49.0)
    low, high = colormaps.percentile_range(values, 10.0)
    assert low == pytest.approx(4.9)
    assert high == pytest.approx(44.1)
