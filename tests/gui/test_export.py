"""Copying and saving: pictures with scale and caption, vectors, numbers."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from view_samples import comparison, plot_data, record

from fpinspect.gui import pictures, present_file
from fpinspect.gui.viewdata import Component, Row, Scale, ViewOptions
from fpinspect.gui.views import export
from fpinspect.gui.views.compare_view import CompareView
from fpinspect.gui.views.image_panel import Colouring
from fpinspect.gui.views.levels import bar
from fpinspect.gui.views.look import DARK
from fpinspect.gui.views.plots_panel import PlotsPanel, Tab

SHOWN = comparison()


@pytest.fixture
def view(qtbot):
    made = CompareView()
    qtbot.addWidget(made)
    made.set_theme(DARK)
    made.resize(958, 684)
    made.show()
    made.show_comparison(SHOWN)
    return made


@pytest.fixture
def panel(qtbot):
    made = PlotsPanel()
    qtbot.addWidget(made)
    made.set_theme(DARK)
    made.show_plots(plot_data())
    made.show_metadata(present_file.metadata(record()))
    made.resize(958, 260)
    made.show()
    return made


def _figure(values, orientation=1):
    raster = pictures.raster(values)
    return export.Figure(
        raster,
        Colouring("grey", 0, 255),
        bar("grey", 0, 255, "dB"),
        "Title",
        "Caption.",
        orientation,
    )


def test_picture_holds_every_pixel_title_and_scale() -> None:
    values = np.zeros((64, 64), np.float32)
    values[0, 0] = 255
    image = export.draw(_figure(values))
    assert image.pixelColor(0, 0) == QColor("#ffffff")
    assert image.pixelColor(72, 56) == QColor("#ffffff")
    assert image.pixelColor(72 + 7, 56 + 7) == QColor("#ffffff")
    assert image.pixelColor(72 + 8, 56) == QColor("#000000")
    assert image.pixelColor(72 + 511, 56 + 511) == QColor("#000000")
    bar_x = 72 + 512 + 12 + 3
    assert image.pixelColor(bar_x, 58).lightness() > image.pixelColor(bar_x, 560).lightness()


def test_rotated_pictures_are_saved_upright() -> None:
    values = np.zeros((64, 32), np.float32)
    values[0, 0] = 255
    image = export.draw(_figure(values, orientation=6))
    assert image.pixelColor(72 + 64 * 8 - 3, 58) == QColor("#ffffff")
    assert image.pixelColor(75, 58) == QColor("#000000")


def test_huge_pictures_are_averaged_and_say_so(monkeypatch) -> None:
    monkeypatch.setattr(export, "_LARGEST", 128)
    image = export.draw(_figure(np.full((512, 512), 99, np.float32)))
    assert image.width() < 900


@pytest.mark.parametrize("row", list(Row))
@pytest.mark.parametrize("column", [0, 1])
def test_every_panel_can_be_saved(view, tmp_path: Path, row: Row, column: int) -> None:
    figure = view.menu.figure(row, column)
    if row is Row.IMAGE and column:
        assert figure is None
        view.menu.copy(row, column)
        return
    png = tmp_path / "panel.png"
    view.menu.save_to(figure, png)
    assert QImage(str(png)).width() > 300
    npz = tmp_path / "panel.npz"
    assert export.save_figure(figure, npz) == "Saved panel.npz."
    with np.load(npz, allow_pickle=False) as data:
        assert np.array_equal(data["values"], figure.raster.data, equal_nan=True)
        assert len(data["x"]) == data["values"].shape[1]
        assert str(data["title"]) == figure.title
        assert str(data["unit"]) == figure.raster.unit


def test_numbers_as_text(view, tmp_path: Path) -> None:
    figure = view.menu.figure(Row.MAGNITUDE, 1)
    path = tmp_path / "panel.csv"
    export.save_figure(figure, path)
    first, *lines = path.read_text("utf-8").splitlines()
    assert first.startswith("# Log-magnitude of SD 1.x. Magnitude spectrum of the noise residual")
    rows = list(csv.reader(lines))
    assert rows[0][0] == "y \\ x, cycles/px"
    assert float(rows[1][0]) == pytest.approx(0.5)  # upwards, as the axis of the picture
    assert float(rows[49][81]) == pytest.approx(figure.raster.data[48, 80], abs=1e-3)


def test_copy_puts_the_picture_on_the_clipboard(view, qtbot) -> None:
    with qtbot.waitSignal(view.message_shown) as told:
        view.grid.row_heads[Row.MAGNITUDE].copy_requested.emit()
    assert told.args == ["Copied: Log-magnitude of cup.png."]
    assert QGuiApplication.clipboard().image().width() > 300


def test_menu_of_a_panel(view) -> None:
    menu = view.menu.make(Row.MAGNITUDE, 0)
    assert [a.text() for a in menu.actions() if a.text()] == [
        "Copy picture",
        "Save…",
        "Enlarge",
        "Fit",
        "1:1",
        "Range of the scale…",
    ]
    empty = view.menu.make(Row.IMAGE, 1)
    assert not empty.actions()[0].isEnabled()
    for made in (menu, empty):
        made.deleteLater()


def test_captions_say_of_what_in_which_unit_and_how() -> None:
    column = SHOWN.references[0]
    options = ViewOptions(remove_axes=True, against_real=True)
    text = export.caption(Row.MAGNITUDE, column, column.magnitude, options)
    for part in ("noise residual", "dB", "128 × 128 bins", "Hann", "310 images", "left out"):
        assert part in text
    assert "Real photographs subtracted" in text
    options = ViewOptions(of=Component.DENOISED, scale=Scale.POWER)
    text = export.caption(Row.MAGNITUDE, column, column.magnitude, options)
    assert "denoised image in power scale, multiples over the median" in text
    assert "σ = " in export.caption(Row.RESIDUAL, column, column.residual, options)


@pytest.mark.parametrize("tab", [Tab.RADIAL, Tab.LAGS, Tab.FOLDS, Tab.CONTRIBUTIONS])
def test_every_plot_can_be_saved(panel, tmp_path: Path, tab: Tab) -> None:
    panel.set_tab(tab)
    told = []
    panel.message_shown.connect(told.append)
    for suffix in ("png", "svg", "npz", "csv"):
        panel.files.save_to(tab, tmp_path / f"plot.{suffix}")
    assert told == [f"Saved plot.{s}." for s in ("png", "svg", "npz", "csv")]
    picture = QImage(str(tmp_path / "plot.png"))
    assert picture.width() > 1900
    for at in ((2, 2), (54, 90), (picture.width() - 60, picture.height() - 120)):
        assert picture.pixelColor(*at) == QColor("#ffffff")
    root = ET.parse(tmp_path / "plot.svg").getroot()
    assert root.tag.endswith("svg")
    assert any(e.tag.endswith("text") for e in root.iter())
    with np.load(tmp_path / "plot.npz", allow_pickle=False) as data:
        assert len(data.files) > 3
    lines = (tmp_path / "plot.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) > 3
    assert panel.theme is DARK


def test_radial_numbers_hold_the_bands(panel, tmp_path: Path) -> None:
    panel.files.save_to(Tab.RADIAL, tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()[1:]
    rows = list(csv.DictReader(lines))
    match = [r for r in rows if r["curve"] == "SD 1.x"]
    assert all(float(r["low_db"]) < float(r["db"]) < float(r["high_db"]) for r in match)
    assert {r["low_db"] for r in rows if r["curve"] == "cup.png"} == {""}


def test_metadata_is_copied_and_saved_as_text(panel, tmp_path: Path) -> None:
    panel.files.copy(Tab.METADATA)
    assert "ComfyUI" in QGuiApplication.clipboard().text()
    panel.files.save_to(Tab.METADATA, tmp_path / "m.csv")
    assert "a <b>cup</b>" in (tmp_path / "m.csv").read_text("utf-8")


def test_a_file_that_cannot_be_written_is_said(view, panel, tmp_path: Path, qtbot) -> None:
    missing = tmp_path / "no" / "where"
    figure = view.menu.figure(Row.PHASE, 0)
    for suffix in ("png", "npz", "csv"):
        assert "could not be written" in export.save_figure(figure, missing / f"a.{suffix}")
    told = []
    panel.message_shown.connect(told.append)
    for suffix in ("png", "svg", "npz", "csv"):
        panel.files.save_to(Tab.RADIAL, missing / f"a.{suffix}")
    assert all("could not be written" in text for text in told)
    assert len(told) == 4


def test_names_of_files_are_safe() -> None:
    assert export.file_name("Phase of ../../a b<c>.png") == "phase-of-a-b-c-png"
    assert export.file_name("…") == "panel"
    assert len(export.file_name("x" * 500)) == 80


def test_a_page_that_scrolls_is_saved_whole(panel, tmp_path: Path) -> None:
    many = tuple(
        replace(panel.plots.contributions[0], name=f"n{n}", title=f"Family {n}") for n in range(40)
    )
    panel.show_plots(replace(panel.plots, contributions=many))
    panel.set_tab(Tab.CONTRIBUTIONS)
    panel.files.save_to(Tab.CONTRIBUTIONS, tmp_path / "all.png")
    assert QImage(str(tmp_path / "all.png")).height() > 2 * 40 * 20
