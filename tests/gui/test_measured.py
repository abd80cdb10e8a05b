"""What the panels need of an image is measured once and found again."""

from __future__ import annotations

import dataclasses

import fake_engine
import numpy as np
import pytest
from view_samples import ENTRIES, plot_data
from view_samples import planes as sample_planes

from fpinspect.gui import measures, pictures, plots
from fpinspect.gui.ahead import Ahead
from fpinspect.gui.measured import Measured, file_of
from fpinspect.gui.pictures import Placement
from fpinspect.gui.queue_item import State
from fpinspect.gui.viewdata import Component, Role, ViewOptions, Window

RECORD = {"sha256": "ab" * 32}


def never():
    raise AssertionError("the image was denoised again")


@pytest.fixture
def residual():
    return sample_planes(200, 300)[Component.RESIDUAL]


def test_it_is_what_the_measures_say(residual):
    measured = Measured(residual)
    for taper, origin in (("Hann", (0, 0)), ("Blackman", (3, 77))):
        for found, expected in zip(
            measured.spectrum(taper, origin),
            measures.tile_spectrum(residual, taper=taper, origin=origin),
            strict=True,
        ):
            np.testing.assert_allclose(found, expected, atol=2e-4)
    folded = measures.fold(residual, 32, (5, 9)).mean(axis=0)
    np.testing.assert_allclose(measured.fold(32, (5, 9))[0], folded, atol=1e-4)
    np.testing.assert_array_equal(measured.fold(32, (37, 41)), measured.fold(32, (5, 9)))


def test_what_was_stored_needs_no_image(residual, tmp_path):
    file, options = tmp_path / "one.npz", ViewOptions()
    placement = Placement(128, (4, 6))
    fresh = Measured(residual, file=file)
    image = {Component.IMAGE: sample_planes(200, 300)[Component.IMAGE]}

    def both(measured):
        column = pictures.image_column(
            image, options, key="q", title="q", placement=placement, measured=measured
        )
        entries = [(ENTRIES[0], Role.MATCH)]
        return column, plots.plots(measured, title="q", entries=entries, origin=placement.origin)

    column, drawn = both(fresh)
    fresh.keep()
    assert file.stat().st_size < 500_000
    again, redrawn = both(Measured(never, (200, 300), file))
    np.testing.assert_array_equal(again.residual.data, column.residual.data)
    np.testing.assert_array_equal(again.magnitude.data, column.magnitude.data)
    np.testing.assert_array_equal(again.phase.data, column.phase.data)
    np.testing.assert_array_equal(redrawn.folds[0].values, drawn.folds[0].values)
    assert len(redrawn.curves) == len(drawn.curves) == len(plot_data().curves) - 1


def test_what_was_not_stored_is_measured(residual, tmp_path):
    file = tmp_path / "one.npz"
    Measured(residual, file=file).keep()
    assert not file.exists()  # Nothing was asked for.
    first = Measured(residual, file=file)
    first.spectrum()
    first.keep()
    second = Measured(residual, file=file)
    second.spectrum(Window.BLACKMAN.value)
    second.keep()
    third = Measured(never, (200, 300), file)
    third.spectrum()
    third.spectrum(Window.BLACKMAN.value)
    with pytest.raises(AssertionError, match="denoised again"):
        third.fold(8)


def test_a_file_that_is_cut_is_measured_anew(residual, tmp_path):
    file = tmp_path / "one.npz"
    first = Measured(residual, file=file)
    first.spectrum()
    first.keep()
    file.write_bytes(file.read_bytes()[:1000])
    again = Measured(residual, file=file)
    np.testing.assert_array_equal(again.spectrum()[0], first.spectrum()[0])


def test_a_folder_that_is_gone_costs_time_alone(residual, tmp_path):
    measured = Measured(residual, file=tmp_path / "gone" / "one.npz")
    measured.spectrum()
    measured.keep()


def test_files_tell_denoisers_and_components_apart(tmp_path):
    folder = str(tmp_path)
    files = {
        file_of(folder, record, denoiser, component)
        for record in (RECORD, {"sha256": "cd" * 32})
        for denoiser in ("wavelet", "nlm")
        for component in ("residual", "denoised")
    }
    assert len(files) == 8
    assert file_of("", RECORD, "wavelet", "residual") is None


def test_images_too_far_for_panels_are_measured(make_window, images, qtbot):
    asked = []

    def operations(spec):
        def measure(payload, context):
            asked.append(payload["record"]["path"])
            return True

        return {**fake_engine.operations(spec), "measure": measure}

    parts = make_window(operations=operations)
    parts.controller.examination.requests.room = 1  # Room for the image shown alone.
    parts.controller.start([str(images)])
    items = parts.model.items
    qtbot.waitUntil(
        lambda: len(items) == 5 and {item.state for item in items} == {State.DONE}, timeout=20_000
    )
    ahead: Ahead = parts.controller.examination.ahead
    qtbot.waitUntil(lambda: ahead.is_idle and len(asked) >= 4, timeout=20_000)
    assert len(set(asked)) == len(asked)  # Each once.
    asked.clear()
    parts.window.actions_["of_denoised"].trigger()  # Other arrays are needed now.
    qtbot.waitUntil(lambda: len(set(asked)) >= 4, timeout=20_000)
    assert dataclasses.asdict(parts.controller.examination.options)["of"] == "denoised"
