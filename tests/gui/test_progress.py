"""Progress is drawn with the window, not by itself in the middle of something else."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fpinspect.gui.views.progress import show_progress, show_share, thin_bar


class Painted(QWidget):
    """Counts how often it is drawn."""

    count = 0

    def paintEvent(self, event):
        """Count."""
        self.count += 1


def test_showing_progress_draws_nothing_at_once(qtbot):
    window, beside, bar = QWidget(), Painted(), thin_bar("Progress")
    beside.setMinimumSize(50, 50)
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(beside)
    layout.addWidget(bar)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: beside.count > 0, timeout=10_000)
    before = beside.count
    beside.update()
    show_progress(bar, 5, 10)
    assert beside.count == before
    qtbot.waitUntil(lambda: beside.count > before, timeout=10_000)


def test_an_unknown_share_has_no_end(qtbot):
    bar = thin_bar("Progress")
    qtbot.addWidget(bar)
    show_share(bar, 0.25)
    assert (bar.value(), bar.maximum()) == (250, 1000)
    show_share(bar, None)
    assert bar.maximum() == 0
    assert bar.updatesEnabled()
