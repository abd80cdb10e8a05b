"""Views that are closed are gone: no closure or cache keeps them."""

from __future__ import annotations

import gc
import weakref

import pytest
from view_samples import comparison, plot_data, record

from fpinspect.gui import present, present_file
from fpinspect.gui.viewdata import Mode
from fpinspect.gui.views.compare_view import CompareView
from fpinspect.gui.views.look import DARK
from fpinspect.gui.views.method_cards import MethodCards
from fpinspect.gui.views.plots_panel import PlotsPanel
from fpinspect.gui.views.verdict_panel import VerdictPanel


def _compare():
    view = CompareView()
    view.show_comparison(comparison())
    view.set_mode(Mode.BLINK)
    view.set_region_mode(True)
    return view


def _plots():
    view = PlotsPanel()
    view.show_plots(plot_data())
    view.show_metadata(present_file.metadata(record()))
    return view


def _verdict():
    view = VerdictPanel()
    view.show_verdict(present.verdict(record()))
    return view


@pytest.mark.parametrize("make", [_compare, _plots, _verdict, MethodCards])
def test_a_closed_view_is_freed(qtbot, make) -> None:
    view = make()
    view.set_theme(DARK)
    view.show()
    view.grab()
    kept = weakref.ref(view)
    gone = []
    view.destroyed.connect(lambda: gone.append(True))
    view.close()
    view.deleteLater()
    qtbot.waitUntil(lambda: bool(gone))
    del view
    gc.collect()
    assert kept() is None


def test_rasters_are_not_kept_by_the_scales() -> None:
    from fpinspect.gui.viewdata import Scale
    from fpinspect.gui.views import levels

    shown = comparison()
    levels.scaled(shown.questioned.magnitude, Scale.POWER)
    kept = weakref.ref(shown.questioned.magnitude)
    del shown
    gc.collect()
    assert kept() is None
