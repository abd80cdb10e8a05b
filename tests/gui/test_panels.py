"""One panel and its viewport: zoom, pan, orientation, levels, marks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from view_samples import planes

from fpinspect.gui import pictures
from fpinspect.gui.viewdata import Component, Peak, Region, TileMap
from fpinspect.gui.views.image_panel import Colouring, Panel, to_image
from fpinspect.gui.views.marks import Marks
from fpinspect.gui.views.spectrum_panel import FramedPanel, ticks
from fpinspect.gui.views.viewport import Viewport

GREY = Colouring("grey", 0.0, 255.0)


def _panel(qtbot, raster, side=100, colouring=GREY, **viewport):
    view = Viewport(**viewport)
    panel = Panel("panel", view)
    view.setParent(panel)
    panel.leads = True
    qtbot.addWidget(panel)
    panel.setFixedSize(side, side)
    view.set_content(raster.extent, raster.step[0])
    view.set_size(side, side)
    panel.show_raster(raster, colouring)
    panel.show()
    return panel


def _pixels(panel):
    image = panel.grab().toImage()
    return np.array(
        [
            [image.pixelColor(x, y).red() for x in range(image.width())]
            for y in range(image.height())
        ]
    )


def _ramp(side=100):
    values = np.arange(side * side, dtype=np.float32).reshape(side, side)
    return pictures.raster(values % 256)


def test_one_value_is_one_pixel(qtbot) -> None:
    raster = _ramp()
    panel = _panel(qtbot, raster)
    assert np.array_equal(_pixels(panel), raster.data.astype(int))
    assert panel.averaging() == pytest.approx(1.0)


def test_a_whole_zoom_keeps_pixels_square(qtbot) -> None:
    raster = _ramp(50)
    panel = _panel(qtbot, raster)
    expected = raster.data.astype(int).repeat(2, 0).repeat(2, 1)
    assert np.array_equal(_pixels(panel), expected)


def test_small_display_averages_instead_of_aliasing(qtbot) -> None:
    values = np.zeros((512, 512), np.float32)
    values[:, ::2] = 255
    panel = _panel(qtbot, pictures.raster(values), side=64)
    assert panel.averaging() == pytest.approx(8.0)
    shown = _pixels(panel)
    assert shown.min() > 110
    assert shown.max() < 145


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (1, lambda a: a),
        (2, lambda a: a[:, ::-1]),
        (3, lambda a: a[::-1, ::-1]),
        (4, lambda a: a[::-1]),
        (5, lambda a: a.T),
        (6, lambda a: np.rot90(a, -1)),
        (7, lambda a: a[::-1, ::-1].T),
        (8, lambda a: np.rot90(a)),
    ],
)
def test_orientation_shows_upright_and_reads_stored(qtbot, orientation, turned) -> None:
    values = np.arange(60 * 40, dtype=np.float32).reshape(60, 40) % 256
    raster = pictures.raster(values)
    panel = _panel(qtbot, raster, side=60)
    panel.viewport.set_content(raster.extent, 1.0, orientation)
    expected = turned(values)
    shown = _pixels(panel)
    rows, columns = expected.shape
    top, left = (60 - rows) // 2, (60 - columns) // 2
    assert np.array_equal(shown[top : top + rows, left : left + columns], expected)
    at = panel.to_stored(QPointF(left + 5.5, top + 7.5))
    assert raster.at(at.x(), at.y()) == expected[7, 5]


def test_zoom_keeps_the_point_under_the_pointer(qtbot) -> None:
    panel = _panel(qtbot, _ramp())
    before = panel.to_stored(QPointF(30, 70))
    panel.viewport.zoom_by(3, before)
    after = panel.to_stored(QPointF(30, 70))
    assert (after - before).manhattanLength() < 1.0
    assert panel.viewport.zoom > 1.5


def test_spectra_zoom_in_whole_steps(qtbot) -> None:
    raster = pictures.frequency_raster(np.zeros((128, 128), np.float32), how="mean", unit="dB")
    panel = _panel(qtbot, raster, side=144, snap=True)
    assert panel.viewport.zoom == pytest.approx(1.125)
    zooms = []
    for _ in range(6):
        panel.viewport.zoom_by(1, QPointF(0, 0))
        zooms.append(panel.viewport.zoom)
    assert all(z == pytest.approx(round(z)) for z in zooms)
    assert zooms == sorted(set(zooms))


def test_linked_panels_look_at_the_same_frequencies(qtbot) -> None:
    a = pictures.frequency_raster(np.zeros((128, 128), np.float32), how="mean", unit="dB")
    b = pictures.frequency_raster(np.zeros((300, 200), np.float32), how="mean", unit="dB")
    first = _panel(qtbot, a, side=144)
    second = Panel("second", first.viewport)
    qtbot.addWidget(second)
    second.setFixedSize(144, 144)
    second.show_raster(b, GREY)
    first.viewport.zoom_by(4, QPointF(0.125, 0.375))
    one, two = (p.to_stored(QPointF(100, 20)) for p in (first, second))
    assert one.x() == pytest.approx(two.x(), abs=0.01)
    assert one.y() == pytest.approx(two.y(), abs=0.01)


def test_fit_and_one_to_one(qtbot) -> None:
    panel = _panel(qtbot, _ramp(400), side=100)
    assert panel.averaging() == pytest.approx(4.0)
    panel.viewport.one_to_one()
    assert panel.averaging() == pytest.approx(1.0)
    panel.viewport.pan_by(30, 0)
    panel.viewport.fit()
    assert panel.averaging() == pytest.approx(4.0)
    assert panel.viewport.centre == QPointF(200, 200)


def test_a_resize_keeps_the_fit(qtbot) -> None:
    panel = _panel(qtbot, _ramp(), side=100)
    panel.setFixedSize(200, 200)
    qtbot.wait(0)
    assert panel.averaging() == pytest.approx(0.5)


def test_a_pattern_fills_the_panel(qtbot) -> None:
    values = np.full((16, 16), 200, np.float32)
    values[0, 0] = 10
    panel = _panel(qtbot, pictures.raster(values, periodic=True), side=64, one_to_one=True)
    shown = _pixels(panel)
    assert (shown == 10).sum() == 16
    assert set(np.unique(shown)) == {10, 200}


def test_what_was_left_out_shows_the_background(qtbot) -> None:
    values = np.full((32, 32), 255, np.float32)
    values[:, 16] = np.nan
    panel = _panel(qtbot, pictures.raster(values), side=32)
    shown = panel.grab().toImage()
    assert shown.pixelColor(16, 5) == QColor("#1d2024")
    assert shown.pixelColor(3, 5) == QColor("#ffffff")


@pytest.mark.parametrize("value", [0.0, np.inf, -np.inf, np.nan])
def test_odd_values_do_not_stop_the_painting(qtbot, value) -> None:
    raster = pictures.raster(np.full((40, 30), value, np.float32))
    panel = _panel(qtbot, raster, colouring=Colouring("magma", -6.0, 8.0))
    assert not panel.grab().isNull()


def test_split_shows_one_picture_at_each_side(qtbot) -> None:
    black = pictures.raster(np.zeros((100, 100), np.float32))
    white = pictures.raster(np.full((100, 100), 255, np.float32))
    panel = _panel(qtbot, black)
    panel.show_second((white, GREY))
    panel.set_split(0.3)
    shown = _pixels(panel)
    assert shown[5, 10] == 0
    assert shown[5, 60] == 255


def test_every_mark_is_drawn(qtbot) -> None:
    panel = _panel(qtbot, pictures.raster(np.zeros((100, 100), np.float32)))
    plain = _pixels(panel)
    for marks in (
        Marks(cross=(50.5, 50.5)),
        Marks(peaks=(Peak(50, 50, "1/8, 3/8"),)),
        Marks(peaks=(Peak(50, 50, "1/8, 3/8"),), labels=True),
        Marks(peaks=(Peak(50, 50, "a", "log_psd"),), strong="log_psd"),
        Marks(frame=(10, 10, 30, 30)),
        Marks(region=Region(10, 10, 30, 30)),
        Marks(tiles=TileMap(((0, 0, 50, 50), (0, 50, 50, 40)), (2.0, -1.0))),
        Marks(brackets=True),
    ):
        panel.set_marks(marks)
        assert not np.array_equal(_pixels(panel), plain), marks


def test_the_crosshair_leaves_a_gap(qtbot) -> None:
    panel = _panel(qtbot, pictures.raster(np.zeros((100, 100), np.float32)))
    panel.set_marks(Marks(cross=(50.5, 50.5), gap=5))
    shown = _pixels(panel)
    assert shown[50, 50] == 0
    assert shown[50, 20] == 255


def test_pointer_and_keys_say_where(qtbot) -> None:
    panel = _panel(qtbot, _ramp())
    with qtbot.waitSignal(panel.hovered) as hovered:
        QTest.mouseMove(panel, QPoint(31, 42))
    assert hovered.args == pytest.approx([31, 42])
    with qtbot.waitSignal(panel.nudged) as nudged:
        QTest.keyClick(panel, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert nudged.args == [1, 0, True]
    with qtbot.waitSignal(panel.doubled):
        QTest.keyClick(panel, Qt.Key.Key_Return)
    with qtbot.waitSignal(panel.doubled):
        QTest.mouseDClick(panel, Qt.MouseButton.LeftButton)


def test_dragging_pans(qtbot) -> None:
    panel = _panel(qtbot, _ramp(), side=100)
    QTest.mousePress(panel, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    QTest.mouseMove(panel, QPoint(70, 60))
    QTest.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=QPoint(70, 60))
    assert panel.viewport.centre == QPointF(30, 40)


def test_pictures_are_shown_as_they_are(qtbot) -> None:
    raster = pictures.picture_raster(planes(40, 40)[Component.IMAGE])
    image = to_image(raster.data, Colouring())
    assert image.pixelColor(7, 9).getRgb()[:3] == tuple(raster.data[9, 7])


def test_ticks_are_eighths(qtbot) -> None:
    found = ticks(-0.5, 0.5, "cycles/px", 512)
    assert [t.label for t in found][::4] == ["−0.500", "0", "0.500"]
    assert [t.at for t in found] == pytest.approx([64 * k for k in range(9)])
    assert ticks(0, 512, "px", 512)[1].label == "64"
    bins = ticks(-0.5 - 1 / 256, 0.5 - 1 / 256, "cycles/px", 512)  # as 128 bins lie
    assert [bins[0].label, bins[-1].label] == ["−0.500", "0.500"]
    assert len(bins) == 9
    assert bins[-1].at == 512
    assert [t.label for t in ticks(-0.1, 0.2, "cycles/px", 512)][-1] == "0.1875"
    assert ticks(0, 0, "px", 512) == []


def test_the_large_panel_has_axes(qtbot) -> None:
    raster = pictures.frequency_raster(np.zeros((128, 128), np.float32), how="mean", unit="dB")
    view = Viewport()
    framed = FramedPanel("large", view)
    view.setParent(framed)
    qtbot.addWidget(framed)
    framed.resize(576, 552)
    framed.show()
    framed.panel.show_raster(raster, GREY)
    view.set_content(raster.extent, raster.step[0])
    unit, across, down = framed.axes()
    assert unit == "cycles/px"
    assert "0.125" in [t.label for t in across]
    # Upwards; half a bin inside the upper edge, on the lower one.
    placed = {tick.label: tick.at for tick in down}
    assert placed["0.500"] == pytest.approx(framed.panel.height() / 256, abs=0.6)
    assert placed["−0.500"] == framed.panel.height()
    assert placed["0.125"] < placed["0"] < placed["−0.125"]
    assert not framed.grab().isNull()


def test_transform_puts_whole_pixels_on_whole_pixels() -> None:
    view = Viewport()
    view.set_content((0, 0, 33, 33), 1.0)
    view.set_size(100, 100)
    view.one_to_one()
    at = view.transform(QSizeF(100, 100), (0.0, 0.0)).map(QPointF(0, 0))
    assert (at.x(), at.y()) == (round(at.x()), round(at.y()))
