"""The compare view: columns, links, crosshair, modes, regions, levels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from view_samples import comparison

from fpinspect.gui.viewdata import (
    Choice,
    Component,
    Mode,
    Row,
    TileMap,
    ViewOptions,
)
from fpinspect.gui.views.colour_bar import RangeDialog
from fpinspect.gui.views.compare_view import CompareView
from fpinspect.gui.views.cursor import Cursor
from fpinspect.gui.views.enlarged_view import BLINK_MS
from fpinspect.gui.views.grid_view import geometry
from fpinspect.gui.views.levels import bar
from fpinspect.gui.views.look import DARK, LIGHT

SHOWN = comparison()
WHOLE = comparison(ViewOptions(folded=False), size=(200, 300))


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


def test_measures_of_the_reference_picture() -> None:
    g = geometry(684, 4, 5)
    assert g.side == 144
    assert (g.x(0), g.y(0)) == (124, 36)
    assert g.x(1) - g.x(0) - g.side == 12
    assert g.x(2) - g.x(1) - g.side == 4
    assert g.bars - (g.x(4) + g.side) == 12
    assert geometry(524, 4, 5).side == 104
    assert geometry(100, 4, 5).side == 64


def test_every_cell_is_filled(view) -> None:
    for row in Row:
        for column in range(3):
            bare = row is Row.IMAGE and column > 0
            assert view.grid.panels[row, column].isVisible() is not bare
            assert view.grid.facts[column].isVisible() is (column > 0)
            assert (view.grid.panels[row, column].raster is None) is bare
    assert view.grid.heads[1].accessibleName() == "SD 1.x, best match"


def test_panels_of_a_kind_share_a_viewport(view) -> None:
    panels = view.grid.panels
    spectra = {panels[row, i].viewport for row in (Row.MAGNITUDE, Row.PHASE) for i in range(3)}
    assert len(spectra) == 1
    assert len({panels[Row.RESIDUAL, i].viewport for i in range(3)}) == 1


def test_the_crosshair_is_shared_by_its_kind(view) -> None:
    view.grid.panels[Row.MAGNITUDE, 1].hovered.emit(0.1251, -0.3749)  # above the middle
    crosses = {
        view.grid.panels[r, i].marks.cross for r in (Row.MAGNITUDE, Row.PHASE) for i in (0, 2)
    }
    assert crosses == {(0.125, -0.375)}
    text = view.grid.readout.text
    assert "fx 0.125, fy 0.375\u00a0cycles/px" in text
    assert "period 2.53\u00a0px" in text
    assert "direction 71.6°" in text
    level = SHOWN.questioned.magnitude.at(0.125, -0.375)
    assert f"+{level:.1f}\u00a0dB" in text


def test_pixel_and_lattice_move_together(view) -> None:
    view.grid.panel_hovered.emit(Row.IMAGE, 0, 100.5, 41.5)
    assert view.cursor.lattice == (100.5, 41.5)
    pixel = SHOWN.questioned.picture.data[41, 100]
    assert "x 100, y 41\u00a0px" in view.grid.readout.text
    assert "RGB " + " ".join(map(str, pixel)) in view.grid.readout.text
    view.grid.panel_hovered.emit(Row.RESIDUAL, 1, 7.5, 9.5)
    assert view.cursor.pixel == (100.5, 41.5)


def test_the_other_kind_keeps_its_point(view) -> None:
    before = view.cursor.frequency
    view.grid.panel_hovered.emit(Row.IMAGE, 0, 3.5, 4.5)
    assert view.cursor.frequency == before


def test_arrows_move_by_a_bin_and_shift_by_an_eighth() -> None:
    cursor = Cursor()
    cursor.set_comparison(SHOWN, same=False)
    cursor.frequency = (0.0, 0.0)
    cursor.nudge(Row.MAGNITUDE, 1, 0, far=False)
    assert cursor.frequency == (1 / 128, 0.0)
    cursor.nudge(Row.MAGNITUDE, 0, -1, far=True)
    assert cursor.frequency == (1 / 128, -1 / 8)
    for _ in range(9):
        cursor.nudge(Row.MAGNITUDE, 0, -1, far=True)
    assert cursor.frequency == (1 / 128, -0.5)


def test_a_new_comparison_of_the_image_keeps_zoom_and_crosshair(view) -> None:
    view.cursor.hover(Row.MAGNITUDE, 0.25, 0.25)
    view.viewports[Row.MAGNITUDE].zoom_by(4, QPointF(0, 0))
    zoom = view.viewports[Row.MAGNITUDE].zoom
    view.show_comparison(comparison(ViewOptions(remove_axes=True)))
    assert view.cursor.frequency == (0.25, 0.25)
    assert view.viewports[Row.MAGNITUDE].zoom == zoom


def test_reference_menu_asks(view, qtbot) -> None:
    head = view.grid.heads[2]
    actions = [a for a in head.menu().actions() if a.data()]
    assert [a.data() for a in actions] == ["bank:sd1", "bank:real"]
    assert [a.isChecked() for a in actions] == [False, True]
    with qtbot.waitSignal(view.reference_chosen) as asked:
        actions[0].trigger()
    assert asked.args == [1, "bank:sd1"]
    assert view.grid.heads[0].menu() is None


def test_rows_can_be_hidden(view) -> None:
    view.set_options(replace(view.options, rows=(Row.MAGNITUDE, Row.PHASE)))
    assert {row for row, _ in view.grid.panels} == {Row.MAGNITUDE, Row.PHASE}
    assert not view.grid.row_heads[Row.IMAGE].isVisible()
    assert view.grid.layout_in_use.side > 144


def test_enlarge_and_back(view, qtbot) -> None:
    with qtbot.waitSignal(view.enlarged_changed) as changed:
        view.grid.panels[Row.MAGNITUDE, 1].doubled.emit()
    assert changed.args == [True]
    assert view.enlarged.target == (Row.MAGNITUDE, 1)
    assert view.enlarged.panel.raster is SHOWN.references[0].magnitude
    with qtbot.waitSignal(view.enlarged_changed):
        QTest.keyClick(view.enlarged, Qt.Key.Key_Escape)
    assert not view.is_enlarged


def test_the_strip_enlarges_another(view) -> None:
    view.enlarge(Row.MAGNITUDE, 0)
    view.enlarged.strip.panels[Row.PHASE, 2].pressed_at.emit(0.0, 0.0)
    assert view.enlarged.target == (Row.PHASE, 2)


def test_blink_alternates_and_space_holds(view, qtbot) -> None:
    view.set_mode(Mode.BLINK)
    assert view.is_enlarged
    panel = view.enlarged.panel
    first, second = SHOWN.questioned.magnitude, SHOWN.references[0].magnitude
    assert panel.raster is first
    qtbot.waitUntil(lambda: panel.raster is second, timeout=8 * BLINK_MS)
    QTest.keyPress(view.enlarged, Qt.Key.Key_Space)
    held = panel.raster
    qtbot.wait(2 * BLINK_MS + 100)
    assert panel.raster is held
    QTest.keyRelease(view.enlarged, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.raster is not held, timeout=8 * BLINK_MS)


def test_a_comparison_names_both_sides_in_the_readout(view) -> None:
    view.set_mode(Mode.SPLIT)
    text = view.enlarged.readout.text
    assert "cup.png" in text
    assert "SD 1.x" in text
    assert "difference" in text


def test_split_line_moves_by_keys_and_mouse(view) -> None:
    view.set_mode(Mode.SPLIT)
    panel = view.enlarged.panel
    width = panel.width()
    start = panel.split
    QTest.keyClick(panel, Qt.Key.Key_Right)
    assert panel.split == pytest.approx(start + 1 / width)
    QTest.keyClick(panel, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert panel.split == pytest.approx(start - 15 / width)
    x = round(panel.split * width)
    QTest.mousePress(panel, Qt.MouseButton.LeftButton, pos=QPoint(x, 40))
    QTest.mouseMove(panel, QPoint(x - 60, 40))
    QTest.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=QPoint(x - 60, 40))
    assert panel.split == pytest.approx((x - 60) / width, abs=1 / width)
    assert view.enlarged.viewport.at_home


def test_difference_is_the_image_less_the_reference(view) -> None:
    view.set_mode(Mode.DIFFERENCE)
    expected = SHOWN.questioned.magnitude.data - SHOWN.references[0].magnitude.data
    assert np.allclose(view.enlarged.panel.raster.data, expected, atol=1e-4)
    for row in Row:
        view.enlarge(row, 1)
        assert not view.grab().isNull()


def test_leaving_the_enlarged_panel_ends_the_mode(view, qtbot) -> None:
    view.set_mode(Mode.SPLIT)
    with qtbot.waitSignal(view.mode_changed) as changed:
        view.back_to_grid()
    assert changed.args == [Mode.SIDE]


def test_contributions_are_marked_where_they_live(view) -> None:
    view.mark_contribution("log_psd", ("peaks", "radial"))
    assert view.grid.panels[Row.MAGNITUDE, 0].marks.strong == "log_psd"
    view.mark_contribution("cooccurrence_luma", ("pixels",))
    assert view.grid.panels[Row.RESIDUAL, 0].marks.brackets
    assert not view.grid.panels[Row.MAGNITUDE, 0].marks.strong
    view.mark_contribution("")
    assert not view.grid.panels[Row.RESIDUAL, 0].marks.brackets


def test_peaks_and_their_labels_can_be_hidden(view) -> None:
    panel = view.grid.panels[Row.MAGNITUDE, 0]
    assert panel.marks.peaks == SHOWN.peaks
    assert not panel.marks.labels
    view.set_options(replace(view.options, peak_labels=True))
    assert panel.marks.labels
    view.set_options(replace(view.options, show_peaks=False))
    assert panel.marks.peaks == ()


def test_peaks_menu_of_the_enlarged_panel(view, qtbot) -> None:
    view.enlarge(Row.MAGNITUDE, 0)
    with qtbot.waitSignal(view.options_changed) as changed:
        view.enlarged.header.peaks.picked.emit(2)
    assert changed.args[0].peak_labels


def test_tiles_lie_over_the_image(view) -> None:
    tiles = TileMap(((0, 0, 64, 48),), (1.0,))
    view.show_comparison(replace(SHOWN, tiles=tiles))
    assert view.grid.panels[Row.IMAGE, 0].marks.tiles is None
    view.set_options(replace(view.options, tiles=True))
    assert view.grid.panels[Row.IMAGE, 0].marks.tiles is tiles


def test_the_image_frames_what_the_residual_shows(view) -> None:
    view.set_options(ViewOptions(folded=False))
    view.show_comparison(WHOLE)
    frame = view.grid.panels[Row.IMAGE, 0].marks.frame
    assert frame[2:] == (144, 144)
    view.viewports[Row.RESIDUAL].pan_by(10, 0)
    assert view.grid.panels[Row.IMAGE, 0].marks.frame[0] == frame[0] - 10


def test_the_keys_stay_with_the_panel_that_was_enlarged(view, qtbot) -> None:
    panel = view.grid.panels[Row.RESIDUAL, 2]
    panel.setFocus()
    qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert view.enlarged.framed.panel.hasFocus()
    qtbot.keyClick(view.enlarged.framed.panel, Qt.Key.Key_Escape)
    assert panel.hasFocus()
    view.show_comparison(comparison(references=1))  # Its column is gone: the image's row stays.
    assert view.grid.panels[Row.RESIDUAL, 0].hasFocus()


def test_the_menu_of_a_reference_names_its_groups(view) -> None:
    choices = (Choice("bank:sd1", "SD 1.x", "Stored fingerprints"), Choice("item:1", "a", "Pinned"))
    view.show_comparison(replace(SHOWN, choices=choices))
    actions = view.grid.heads[1].menu().actions()
    words = [("—" if a.isSeparator() else a.text(), a.isEnabled()) for a in actions]
    assert words == [
        ("Stored fingerprints", False),
        ("SD 1.x", True),
        ("—", True),
        ("Pinned", False),
        ("a", True),
    ]


def test_the_row_of_residuals_is_named_by_what_it_shows(view) -> None:
    head = view.grid.row_heads[Row.RESIDUAL]
    assert head.accessibleName() == "Residual"
    view.set_options(ViewOptions(of=Component.DENOISED))
    assert head.accessibleName() == "Denoised image"
    assert "denoised image" not in head.notes
    view.set_options(ViewOptions(of=Component.IMAGE))
    assert head.accessibleName() == "Image itself"
    view.set_options(ViewOptions())
    assert head.accessibleName() == "Residual"


def test_badges_tell_averaged_from_one_to_one(view) -> None:
    view.show_comparison(WHOLE)
    assert "averaged 2.1:1" in view.grid.row_heads[Row.IMAGE].notes
    assert "1:1" in view.grid.row_heads[Row.RESIDUAL].notes
    assert "128 × 128 bins" in view.grid.row_heads[Row.MAGNITUDE].notes
    view.zoom_one()
    assert "1:1" in view.grid.row_heads[Row.IMAGE].notes


def test_a_typed_range_is_used_until_it_is_reset(view) -> None:
    view.set_range(Row.MAGNITUDE, (0.0, 4.0))
    assert view.grid.panels[Row.MAGNITUDE, 2].colouring.high == 4.0
    assert view.grid.bars[Row.MAGNITUDE].bar.top == "+4"
    view.set_range(Row.MAGNITUDE, (5.0, 1.0))
    assert view.grid.panels[Row.MAGNITUDE, 2].colouring.high == 8.0


def test_every_picture_has_a_scale_with_unit_and_range(view) -> None:
    bars = {row: view.grid.bars[row].bar for row in Row}
    assert bars[Row.IMAGE] is None
    residual = bars[Row.RESIDUAL]
    assert (residual.top, residual.middle, residual.bottom) == ("+3", "0", "−3")
    assert residual.unit == "σ"
    assert (bars[Row.MAGNITUDE].top, bars[Row.MAGNITUDE].unit) == ("+8", "dB")
    assert bars[Row.PHASE].bottom == "−180°"
    assert bar("magma", 0.0, 0.05, "").top == "0.05"


def test_range_dialog(view, qtbot) -> None:
    view.grid.bars[Row.MAGNITUDE].edit_requested.emit()
    dialog = view.findChild(RangeDialog)
    dialog.set_range(-2.0, 3.0)
    dialog.accept()
    assert view.grid.panels[Row.MAGNITUDE, 0].colouring.low == -2.0


def test_a_column_without_arrays_says_why(view) -> None:
    busy = replace(
        SHOWN.references[0], residual=None, magnitude=None, phase=None, busy="averaging, 3 of 9"
    )
    view.show_comparison(replace(SHOWN, references=(busy,)))
    assert view.grid.panels[Row.PHASE, 1].accessibleDescription() == "averaging, 3 of 9"
    assert "–" in view.grid.readout.text
    assert not view.grab().isNull()


def test_one_column_alone(view) -> None:
    view.show_comparison(comparison(references=0))
    view.set_mode(Mode.DIFFERENCE)
    assert view.enlarged.panel.raster is not None
    assert not view.grab().isNull()


def test_theme_and_orientation_change_while_shown(view) -> None:
    dark = view.grab().toImage()
    view.set_theme(LIGHT)
    view.show_comparison(comparison(orientation=6))
    assert view.grab().toImage() != dark


def test_clear_leaves_no_panel(view) -> None:
    view.enlarge(Row.MAGNITUDE, 0)
    view.clear("This image could not be read.")
    assert view._empty.isVisible()
    assert view._empty.text() == "This image could not be read."
    assert view.grid.panels == {}
    assert not view.is_enlarged
    assert view.comparison is None
    view.show_comparison(SHOWN)
    assert view.grid.panels[Row.PHASE, 1].isVisible()


def test_names_are_never_markup(view) -> None:
    view.show_comparison(comparison(title="<b>a & b</b>.png"))
    assert view.grid.heads[0].toolTip() == "<span>&lt;b&gt;a &amp; b&lt;/b&gt;.png</span>"
