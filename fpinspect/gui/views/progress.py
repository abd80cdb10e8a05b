"""Progress bars that are drawn when the window draws, not at once."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

THOUSANDTHS = 1000


def thin_bar(name: str) -> QProgressBar:
    """Make a bar of 4 px without text, whose room stays when it is hidden."""
    bar = QProgressBar()
    bar.setRange(0, THOUSANDTHS)
    bar.setTextVisible(False)
    bar.setFixedHeight(4)
    bar.setAccessibleName(name)
    policy = bar.sizePolicy()
    policy.setRetainSizeWhenHidden(True)  # Nothing jumps when work begins.
    bar.setSizePolicy(policy)
    return bar


def show_progress(bar: QProgressBar, done: int, total: int) -> None:
    """Show how far something is; a total of 0: nobody knows.

    ``QProgressBar.setValue`` and ``setRange`` repaint at once, and with the bar all of the window
    that waits to be drawn: a dozen short turns became one long one, in which no key was heard.
    """
    bar.setUpdatesEnabled(False)
    bar.setRange(0, total)
    bar.setValue(done)
    bar.setUpdatesEnabled(True)  # It is drawn in the next turn.


def show_share(bar: QProgressBar, share: float | None) -> None:
    """Show a share, 0-1; None where it is unknown."""
    known = share is not None
    show_progress(bar, round(THOUSANDTHS * share) if known else 0, THOUSANDTHS if known else 0)
