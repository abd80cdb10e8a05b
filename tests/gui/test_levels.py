"""Ranges of the scales, and the difference of two pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from view_samples import comparison

from fpinspect.gui import pictures
from fpinspect.gui.viewdata import Levels, Row, Scale, ViewOptions
from fpinspect.gui.views.compare_ops import difference
from fpinspect.gui.views.levels import bar, colourings, scaled

SHOWN = comparison()
WHOLE = comparison(ViewOptions(folded=False), size=(200, 300))


def test_ranges_are_fixed_linked_or_free() -> None:
    columns = SHOWN.columns
    fixed = colourings(columns, Row.MAGNITUDE, ViewOptions())
    assert {(c.low, c.high) for c in fixed} == {(-6.0, 8.0)}
    linked = colourings(columns, Row.MAGNITUDE, ViewOptions(percentile=1.0))
    assert len({(c.low, c.high) for c in linked}) == 1
    free = colourings(columns, Row.MAGNITUDE, ViewOptions(percentile=1.0, levels=Levels.FREE))
    assert len({(c.low, c.high) for c in free}) == 3
    residual = colourings(columns, Row.RESIDUAL, ViewOptions())
    for column, colouring in zip(columns, residual, strict=True):
        assert colouring.high == pytest.approx(3 * column.residual.sigma)
        assert colouring.low == -colouring.high


def test_scales_are_multiples_of_the_median() -> None:
    magnitude = SHOWN.questioned.magnitude
    linear, power = (scaled(magnitude, s).data for s in (Scale.LINEAR, Scale.POWER))
    assert np.allclose(linear**2, power, rtol=1e-4)
    assert np.allclose(10 * np.log10(power), magnitude.data, atol=1e-3)
    assert scaled(magnitude, Scale.POWER) is scaled(magnitude, Scale.POWER)


def test_phase_difference_goes_round_the_circle() -> None:
    a = pictures.frequency_raster(np.full((8, 8), 170, np.float32), how="angle", unit="°")
    b = pictures.frequency_raster(np.full((8, 8), -170, np.float32), how="angle", unit="°")
    one, two = (replace(SHOWN.questioned, phase=r) for r in (a, b))
    raster, _, _ = difference(one, two, Row.PHASE)
    assert np.allclose(raster.data, -20)


def test_pictures_that_share_no_grid_have_no_difference() -> None:
    raster, _, note = difference(WHOLE.questioned, SHOWN.references[0], Row.RESIDUAL)
    assert raster is None
    assert "share" in note
    raster, _, note = difference(SHOWN.questioned, SHOWN.references[0], Row.IMAGE)
    assert raster is None
    assert "SD 1.x" in note


def test_bars_tell_their_ends_apart() -> None:
    assert bar("residual", -0.05, 0.05, "").top == "+0.05"
    assert bar("magma", 0.0, 2.5, "× median").middle == "1.2"
    assert bar("magma", -6.0, 8.0, "dB").bottom == "−6"
