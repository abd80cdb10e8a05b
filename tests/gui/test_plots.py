"""The tabs under the grid: curves, maps, contributions."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from view_samples import plot_data, record

from fpinspect.gui import present_file
from fpinspect.gui.viewdata import Curve, Plots, Role
from fpinspect.gui.views.look import DARK, LIGHT
from fpinspect.gui.views.plots_panel import PlotsPanel, Tab
from fpinspect.gui.views.radial_plot import level_text, pen_of

PLOTS = plot_data()


@pytest.fixture
def panel(qtbot):
    made = PlotsPanel()
    qtbot.addWidget(made)
    made.set_theme(DARK)
    made.show_plots(PLOTS)
    made.show_metadata(present_file.metadata(record()))
    made.resize(958, 225)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_every_tab_draws_in_both_themes(panel) -> None:
    for theme in (DARK, LIGHT):
        panel.set_theme(theme)
        for tab in Tab:
            panel.set_tab(tab)
            assert panel.tab is tab
            assert not panel.grab().isNull()


def test_an_empty_tab_says_so_and_offers_nothing(panel) -> None:
    panel.clear()
    for tab in Tab:
        panel.set_tab(tab)
        assert panel._stack.currentWidget() is panel._empty
        assert not panel._copy.isEnabled()


def test_curves_keep_their_colour_and_dash() -> None:
    def pen(role, number=0):
        empty = np.zeros(0, np.float32)
        return pen_of(Curve("a", role, empty, empty), number, DARK)

    assert pen(Role.IMAGE).widthF() == 2.0
    assert pen(Role.MATCH).color().name() == "#e8833a"
    assert pen(Role.REAL).color().name() == "#2aa198"
    assert pen(Role.FIT).style() is Qt.PenStyle.CustomDashLine
    assert pen(Role.OTHER, 0).dashPattern() != pen(Role.OTHER, 1).dashPattern()


def test_legend_reads_the_level_at_the_line(panel) -> None:
    panel.set_frequency(0.3, 0.0)
    image = PLOTS.curves[0]
    expected = float(np.interp(0.3, image.freq_cpp, image.db))
    words = panel.radial.legend.accessibleName()
    assert f"cup.png {expected:+.2f}".replace("-", "−") in words
    assert level_text(image, 0.01) == "–"


def test_line_follows_the_pointer(panel, qtbot) -> None:
    box = panel.radial.plot.getPlotItem().getViewBox()
    at = box.mapViewToScene(QPointF(0.2, 0.0))
    with qtbot.waitSignal(panel.frequency_hovered) as hovered:
        panel.radial.plot.scene().sigMouseMoved.emit(at)
    assert hovered.args[0] == pytest.approx(0.2, abs=0.01)


def test_ticks_are_round_numbers_in_our_type(panel) -> None:
    axis = panel.radial.plot.getPlotItem().getAxis("bottom")
    assert axis.tickStrings([0.1, 0.2], 1.0, 0.1) == ["0.1", "0.2"]
    left = panel.radial.plot.getPlotItem().getAxis("left")
    assert left.tickStrings([-2.0, 0.0, 2.0], 1.0, 2.0) == ["−2", "0", "+2"]


def test_curves_with_gaps_do_not_break_the_plot(panel) -> None:
    freq = np.linspace(0.08, 0.5, 20, dtype=np.float32)
    db = np.full(20, np.nan, np.float32)
    panel.show_plots(Plots(curves=(Curve("a", Role.IMAGE, freq, db),)))
    assert not panel.grab().isNull()


def test_maps_read_all_values_under_the_pointer(panel) -> None:
    panel.set_tab(Tab.FOLDS)
    strip = panel.folds
    place = strip.place(1)
    QTest.mouseMove(strip, QPoint(place.left() + 3 * 16 + 8, place.top() + 5 * 16 + 8))
    text = strip.readout()
    assert text.startswith("x mod 8\u00a03, y mod 8\u00a05")
    value = PLOTS.folds[1].values[5, 3]
    assert f"SD 1.x {value:+.2f}".replace("-", "−") in text
    QTest.mouseMove(strip, QPoint(2, 2))
    assert strip.readout() == ""


def test_lags_are_counted_from_the_middle(panel) -> None:
    panel.set_tab(Tab.LAGS)
    strip = panel.lags
    place = strip.place(0)
    QTest.mouseMove(strip, place.center())
    assert strip.readout().startswith("dx\u00a00, dy\u00a00")
    assert strip.maps[0].values[24, 24] == 0


def test_match_stands_under_the_pattern(panel) -> None:
    panel.set_tab(Tab.FOLDS)
    assert (panel.folds.maps[1].foot, panel.folds.maps[1].foot_value) == (
        "folded match",
        "5.3\u00a0σ",
    )
    assert panel.folds.maps[2].foot == "310 images"


def test_choosing_a_family_explains_it_and_says_so(panel, qtbot) -> None:
    panel.set_tab(Tab.CONTRIBUTIONS)
    with qtbot.waitSignal(panel.contribution_selected) as chosen:
        QTest.mouseClick(panel.contributions.bars, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert chosen.args == ["autocorrelation"]
    assert "Short-range" in panel.contributions._words.text()
    assert "8 × 8 pattern" in panel.contributions._place.text()
    with qtbot.waitSignal(panel.contribution_selected) as chosen:
        QTest.keyClick(panel.contributions.bars, Qt.Key.Key_Down)
    assert chosen.args == ["cooccurrence_luma"]


def test_a_contribution_opens_the_plot_it_lives_in(panel) -> None:
    panel.mark_contribution("autocorrelation", ("lags", "cells"))
    assert panel.tab is Tab.LAGS
    panel.mark_contribution("log_psd", ("peaks", "radial"))
    assert panel.tab is Tab.RADIAL
    panel.mark_contribution("net", ())
    assert panel.tab is Tab.RADIAL


def test_tab_changes_are_told(panel, qtbot) -> None:
    with qtbot.waitSignal(panel.tab_changed) as changed:
        panel.set_tab(2)
    assert changed.args == [2]
    panel.set_tab(99)
    assert panel.tab is Tab.FOLDS


def test_all_of_the_images_curve_is_in_the_range(qtbot):
    from fpinspect.gui.views.radial_plot import RadialPlot

    plot = RadialPlot()
    qtbot.addWidget(plot)
    x = np.linspace(0.0, 0.5, 51).astype(np.float32)
    image = Curve("cup.png", Role.IMAGE, x, np.where(x < 0.1, 14.0, -11.0))
    other = Curve("SD 1.x", Role.OTHER, x, np.where(x < 0.2, 30.0, 0.0))
    plot.show_curves((image, other))
    low, high = plot.plot.getPlotItem().getViewBox().viewRange()[1]
    assert low < -11.0
    assert 14.0 < high < 20.0  # another curve may leave the range, the image's may not
    plot.take_apart()
