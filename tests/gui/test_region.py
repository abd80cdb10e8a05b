"""The rectangle whose residual and spectrum are live: by mouse and by keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from view_samples import comparison, planes

from fpinspect.gui import pictures
from fpinspect.gui.viewdata import Component, Region, Row
from fpinspect.gui.views.compare_view import CompareView
from fpinspect.gui.views.look import DARK

SHOWN = comparison(size=(300, 400))
KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot):
    made = CompareView()
    qtbot.addWidget(made)
    made.set_theme(DARK)
    made.resize(958, 684)
    made.show()
    made.show_comparison(SHOWN)
    qtbot.waitExposed(made)
    return made


def test_region_is_drawn_asked_for_and_shown(view, qtbot) -> None:
    view.set_region_mode(True)
    panel = view.grid.panels[Row.IMAGE, 0]
    with qtbot.waitSignal(view.region_changed) as asked:
        QTest.mousePress(panel, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
        for n in range(21, 90, 4):
            QTest.mouseMove(panel, QPoint(n, n))
        QTest.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=QPoint(89, 89))
    region = view.region.region
    assert isinstance(asked.args[0], Region)
    assert region.width >= 16
    part = planes()[Component.RESIDUAL]
    part = part[:, region.y : region.y + region.height, region.x : region.x + region.width]
    data = pictures.region_data(part, region, view.options)
    view.show_region(data)
    assert view.grid.panels[Row.MAGNITUDE, 0].raster is data.magnitude
    view.set_region_mode(False)
    assert view.grid.panels[Row.MAGNITUDE, 0].raster is SHOWN.questioned.magnitude
    assert view.region.region is None


def test_region_requests_are_throttled(view, qtbot) -> None:
    view.set_region_mode(True)
    asked = []
    view.region_changed.connect(asked.append)
    for n in range(50):
        view.region.set_region(Region(n, 0, 64, 64))
    qtbot.waitUntil(lambda: bool(asked))
    qtbot.wait(100)
    assert asked == [Region(49, 0, 64, 64)]


def test_another_image_takes_the_region_away(view) -> None:
    view.set_region_mode(True)
    view.region.set_region(Region(0, 0, 64, 64))
    view.show_comparison(comparison(title="other.png"))
    assert view.region.region is None


def test_arrows_place_move_and_resize_the_region(view) -> None:
    view.set_region_mode(True)
    panel = view.grid.panels[Row.IMAGE, 0]
    assert panel.hasFocus()
    QTest.keyClick(panel, KEY.Key_Right)
    assert view.region.region == Region(136, 86, 128, 128)
    QTest.keyClick(panel, KEY.Key_Right)
    QTest.keyClick(panel, KEY.Key_Up)
    assert view.region.region == Region(144, 78, 128, 128)
    QTest.keyClick(panel, KEY.Key_Down, SHIFT)
    QTest.keyClick(panel, KEY.Key_Left, SHIFT)
    assert view.region.region == Region(144, 78, 120, 136)
    for _ in range(40):
        QTest.keyClick(panel, KEY.Key_Left)
        QTest.keyClick(panel, KEY.Key_Down, SHIFT)
        QTest.keyClick(panel, KEY.Key_Left, SHIFT)
    assert view.region.region == Region(0, 78, 16, 222)


def test_without_the_mode_arrows_move_the_crosshair(view) -> None:
    panel = view.grid.panels[Row.IMAGE, 0]
    x, y = view.cursor.pixel
    QTest.keyClick(panel, KEY.Key_Right)
    assert view.cursor.pixel == (x + 1, y)
    assert view.region.region is None


def test_arrows_follow_the_eye_where_the_photograph_is_turned(view) -> None:
    view.show_comparison(comparison(title="turned.jpg", size=(300, 400), orientation=6))
    panel = view.grid.panels[Row.IMAGE, 0]
    x, y = view.cursor.pixel
    QTest.keyClick(panel, KEY.Key_Right)  # Stored rows run from right to left on the screen.
    assert view.cursor.pixel == (x, y - 1)


def test_the_rectangle_keeps_its_numbers_small(view) -> None:
    view.set_region_mode(True)
    view.region.set_region(Region(10, 20, 64, 32))
    part = np.zeros((3, 32, 64), np.float32)
    data = pictures.region_data(part, Region(10, 20, 64, 32), view.options)
    assert data.residual.extent == (10.0, 20.0, 74.0, 52.0)
