"""In which order the Tab key walks through the window: as one reads it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtWidgets import QWidget


def chain(*stops: QWidget) -> None:
    """Let Tab go from each to the next; what is made anew would come last else."""
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)
