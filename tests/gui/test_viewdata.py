"""Measures, rasters and columns: the arrays that cross into the views."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from view_samples import ENTRIES, comparison, entry, pattern, planes, plot_data

from fpinspect.gui import bands, measures, pictures, plots
from fpinspect.gui.pictures import Placement
from fpinspect.gui.viewdata import (
    Component,
    Estimate,
    Kind,
    Raster,
    Region,
    Role,
    Scale,
    ViewOptions,
    Window,
)


def test_view_data_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        comparison().generation = 2


def test_only_some_options_need_new_arrays() -> None:
    base = ViewOptions()
    assert dataclasses.replace(base, scale=Scale.POWER, tiles=True).arrays_key == base.arrays_key
    assert dataclasses.replace(base, window=Window.NONE).arrays_key != base.arrays_key


def test_raster_reads_values_at_coordinates() -> None:
    raster = pictures.frequency_raster(
        np.arange(64, dtype=np.float32).reshape(8, 8), how="mean", unit="dB"
    )
    assert raster.at(0.0, 0.0) == 8 * 4 + 4
    assert raster.at(-0.5, -0.5) == 0
    assert raster.at(0.6, 0.0) is None
    left, top, right, bottom = raster.extent
    assert (left, top) == (-0.5625, -0.5625)
    assert (right, bottom) == (0.4375, 0.4375)


def test_a_periodic_raster_repeats() -> None:
    raster = Raster((np.eye(4, dtype=np.float32),), periodic=True)
    assert raster.at(5.5, 9.5) == 1.0
    assert raster.at(-0.5, -0.5) == 1.0


def test_levels_average_power_and_angles() -> None:
    db = np.zeros((128, 128), np.float32)
    db[::2] = 10.0
    levels = pictures.raster(db, how="power").levels
    assert [level.shape for level in levels] == [(128, 128), (64, 64)]
    assert levels[1][0, 0] == pytest.approx(10 * np.log10(5.5), abs=1e-4)
    degrees = np.full((128, 128), 179.0, np.float32)
    degrees[::2] = -179.0
    assert abs(pictures.raster(degrees, how="angle").levels[1][0, 0]) == pytest.approx(180, abs=0.1)


def test_values_that_are_not_finite_are_made_so() -> None:
    values = np.array([[np.inf, 1.0], [-np.inf, np.nan]], np.float32)
    data = pictures.raster(values).data
    assert data[0, 0] == 1.0
    assert data[1, 0] == 1.0
    assert np.isnan(data[1, 1])


def test_full_spectrum_is_the_fft() -> None:
    rng = np.random.default_rng(3)
    for shape in ((8, 8), (7, 9), (8, 5)):
        x = rng.normal(size=shape).astype(np.float32)
        expected = np.fft.fftshift(np.fft.fft2(x))
        half = np.fft.rfft2(x)
        got = measures.full(half.real.astype(np.float32), shape[1])
        assert np.allclose(got, expected.real, atol=1e-4)
        got = measures.full(half.imag.astype(np.float32), shape[1], odd=True)
        assert np.allclose(np.abs(got), np.abs(expected.imag), atol=1e-4)


def test_measures_agree_with_the_bank() -> None:
    accumulate = pytest.importorskip("fpinspect.fingerprint.accumulate")
    image = planes(256, 300)[Component.RESIDUAL]
    found = accumulate.measure(image, (3, 5))
    log_psd, mean = measures.tile_spectrum(image, origin=(3, 5))
    assert np.allclose(log_psd, found.log_psd.mean(axis=0), atol=1e-4)
    strongest = np.unravel_index(np.abs(mean).argmax(), mean.shape)
    theirs = np.angle(found.phasor[:, strongest[0], strongest[1]].sum())
    assert np.angle(mean[strongest]) == pytest.approx(theirs, abs=0.05)
    assert np.allclose(measures.fold(image, 256, (3, 5)), found.folds[256], atol=1e-4)


@pytest.mark.parametrize("estimate", list(Estimate))
def test_a_wave_shows_where_it_is(estimate: Estimate) -> None:
    column = pictures.image_column(
        planes(), ViewOptions(estimate=estimate), key="q", title="q", placement=Placement(256)
    )
    magnitude = column.magnitude
    assert magnitude.at(0.125, 0.375) > 10
    assert magnitude.at(0.125, -0.375) < 10
    row, col = np.unravel_index(np.nanargmax(magnitude.data), magnitude.data.shape)
    at = [
        abs(magnitude.origin[k] + (i + 0.5) * magnitude.step[k]) for k, i in enumerate((col, row))
    ]
    assert at == pytest.approx([0.125, 0.375], abs=0.01)


def test_folding_follows_the_shift() -> None:
    base = planes()[Component.RESIDUAL]
    moved = {c: np.roll(p, (-3, -2), axis=(-2, -1)) for c, p in planes().items()}
    options = ViewOptions(estimate=Estimate.TILES)
    straight = pictures.image_column(planes(), options, key="a", title="a", placement=Placement(32))
    back = pictures.image_column(
        moved, options, key="b", title="b", placement=Placement(32, (3, 2))
    )
    a, b = straight.residual.data, back.residual.data
    assert base.shape[1] % 32 == 0
    assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.99
    phases = [c.phase.at(0.125, 0.375) for c in (straight, back)]
    assert abs((phases[0] - phases[1] + 180) % 360 - 180) < 10


def test_placement_takes_the_shift_back() -> None:
    moved = {c: np.roll(p, (3, 2), axis=(-2, -1)) for c, p in planes(128, 128).items()}
    place = Placement.after((256, 128), (128, 128), (3, 2))
    assert place == Placement(128, (125, 126))
    back = measures.fold(moved[Component.RESIDUAL], place.lattice, place.origin)
    assert np.allclose(back, planes(128, 128)[Component.RESIDUAL], atol=1e-5)
    assert Placement.after((256,), (64, 64), (0, 0)).lattice == 256


def test_whole_image_is_not_folded() -> None:
    column = pictures.image_column(
        planes(100, 120), ViewOptions(folded=False), key="q", title="q", placement=Placement(256)
    )
    assert column.residual.data.shape == (100, 120)
    assert column.lattice == 0


def test_axes_and_dc_are_left_out() -> None:
    data = pictures.image_column(
        planes(), ViewOptions(remove_axes=True), key="q", title="q"
    ).magnitude.data
    assert np.isnan(data[64]).all()
    assert np.isnan(data[:, 64]).all()
    assert np.isfinite(data[112, 80])


def test_real_photographs_are_subtracted() -> None:
    options = ViewOptions(against_real=True)
    column = pictures.entry_column(ENTRIES[1], options, key="r", real_db=ENTRIES[1].db)
    assert np.abs(column.magnitude.data).max() == pytest.approx(0, abs=1e-4)


def test_an_entry_keeps_no_spectrum_of_images() -> None:
    column = pictures.entry_column(ENTRIES[0], ViewOptions(of=Component.IMAGE), key="e")
    assert column.magnitude is None
    assert "images" in column.busy


@pytest.mark.parametrize("size", [(1, 1), (9, 200), (64, 64), (127, 129)])
def test_any_size_has_a_column(size) -> None:
    column = pictures.image_column(
        planes(*size), ViewOptions(), key="q", title="q", placement=Placement(256)
    )
    assert column.picture.data.shape == (*size, 3)
    if min(size) >= 8:
        assert np.isfinite(column.magnitude.data).all()
    else:
        assert "too small" in column.busy


def test_a_flat_image_gives_finite_panels() -> None:
    flat = {c: np.zeros((3, 64, 64), np.float32) for c in Component}
    column = pictures.image_column(flat, ViewOptions(), key="q", title="q")
    for raster in (column.residual, column.magnitude, column.phase):
        assert np.isfinite(raster.data).all()
    assert plot_flat(flat[Component.RESIDUAL])


def plot_flat(residual):
    from fpinspect.gui import plots

    made = plots.plots(residual, title="flat", entries=[])
    return all(np.isfinite(c.db).all() for c in made.curves) and all(
        np.isfinite(m.values).all() for m in (*made.autocorrelation, *made.folds)
    )


def test_difference_is_taken_on_the_coarser_grid() -> None:
    options = ViewOptions(estimate=Estimate.WHOLE)
    questioned = pictures.image_column(planes(300, 260), options, key="q", title="q")
    small = pictures.entry_column(entry("biggan", "BigGAN", lattice=128), options, key="e")
    made = pictures.with_difference(small, questioned)
    assert made.difference.data.shape == (128, 128)


def test_peaks_that_both_share_carry_the_verdict() -> None:
    carrying = {(p.fx, p.fy) for p in comparison().peaks if p.carries}
    assert carrying == {(0.125, 0.375), (-0.125, -0.375)}
    labels = {p.label for p in comparison().peaks}
    assert "−1/8, 3/8" in labels  # The rows grow downwards, what is written grows upwards.


def test_region_keeps_its_place() -> None:
    residual = planes()[Component.RESIDUAL]
    data = pictures.region_data(residual[:, 20:84, 40:104], Region(40, 20, 64, 64), ViewOptions())
    assert data.residual.origin == (40.0, 20.0)
    assert data.magnitude.data.shape == (64, 64)
    assert data.magnitude.at(0.125, 0.375) > 10


def test_autocorrelation_finds_the_period() -> None:
    db = measures.full(10 * measures.tile_spectrum(planes()[Component.RESIDUAL])[0], 128)
    lags = measures.autocorrelation(db, 24)
    assert lags[24, 24] == pytest.approx(1.0, abs=1e-3)
    assert lags[24, 32] > 0.3
    assert lags[24, 28] < -0.3


def test_plots_hold_every_tab() -> None:
    made = plot_data()
    assert [c.role for c in made.curves] == [Role.IMAGE, Role.MATCH, Role.REAL, Role.FIT]
    band = made.curves[1]
    assert (band.low_db < band.db).all()
    assert (band.high_db > band.db).all()
    assert made.fit_note.startswith("Power law above 0.42, b = ")
    assert made.folds[1].match == 5.31
    assert np.corrcoef(made.folds[0].values.ravel(), pattern(8).ravel())[0, 1] > 0.95


def test_a_reference_without_measured_spread_has_no_band() -> None:
    made = plots.plots(
        planes()[Component.RESIDUAL], title="cup.png", entries=[(ENTRIES[0], Role.MATCH)]
    )
    assert made.curves[1].low_db is None


def test_the_shipped_bands_hold_the_middle_half() -> None:
    bands_ = bands.shipped()
    assert {"real", "sd1", "sd2", "biggan", "flux"} <= set(bands_)
    for band in bands_.values():
        assert band.images >= 20
        assert (band.low_db < band.high_db).all()
        assert np.median(band.high_db - band.low_db) < 5.0  # far less than of single frequencies
        assert band.freq_cpp.shape == band.low_db.shape == band.high_db.shape


def test_power_law_of_a_power_law() -> None:
    freq = np.linspace(0.1, 0.5, 50, dtype=np.float32)
    decay, _, line = measures.power_law(freq, (-20 * 1.5 * np.log10(freq)).astype(np.float32))
    assert decay == pytest.approx(1.5, abs=1e-4)
    assert np.isfinite(line).all()
    assert measures.power_law(freq[:3], freq[:3]) is None


def test_a_pinned_image_is_a_column_with_a_picture() -> None:
    column = pictures.image_column(
        planes(), ViewOptions(), key="item:1", title="other", kind=Kind.PINNED
    )
    assert column.role is Role.OTHER
    assert column.picture is not None
