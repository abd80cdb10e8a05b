"""Under the queue: how far it is, its pace, what was not read; pause and cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from fpinspect.gui.icons import icon
from fpinspect.gui.translation import translate
from fpinspect.gui.views.look import Theme, colour_text, font, number_font, plain_label
from fpinspect.gui.views.progress import show_share, thin_bar

_HEIGHT = 88


class QueueFooter(QWidget):
    """Progress of the whole queue, and the two buttons that stop it."""

    pause_toggled = Signal(bool)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done = self._shown = ""
        self.counts = plain_label(face=font())
        self.pace = plain_label(face=number_font())
        self.failed = plain_label(face=number_font())
        self.bar = thin_bar(translate("Queue", "Progress of the queue"))
        self.pause_button = _flat(
            translate("Queue", "Pause"), "pause", translate("Queue", "Begin no further image")
        )
        self.pause_button.setCheckable(True)
        self._paused = False
        self.pause_button.clicked.connect(self.pause_toggled)
        self.cancel_button = _flat(
            translate("Queue", "Cancel"),
            "cancel",
            translate("Queue", "Stop the queue; what is done is kept"),
        )
        self.cancel_button.clicked.connect(self.cancel_requested)
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for label in (self.pace, self.failed):
            colour_text(label, theme.muted)
        colour_text(self.counts, theme.text)
        self._show_pause(self._paused)
        self.cancel_button.setIcon(icon("cancel"))

    def set_progress(
        self, counts: str, pace: str, failed: str, share: float, *, running: bool, paused: bool
    ) -> None:
        """Show how far the queue is."""
        self._done = counts
        self.pace.setText(pace)
        self.failed.setText(failed)
        show_share(self.bar, share)
        self.bar.setVisible(running)
        self.bar.setAccessibleDescription(f"{counts}, {pace}")
        for button in (self.pause_button, self.cancel_button):
            button.setEnabled(running)
        self.pause_button.setChecked(paused)
        if paused != self._paused:
            self._show_pause(paused)
        self._show_counts()

    def show_filtered(self, shown: int | None) -> None:
        """Say how many images the filters let through; None: they hide nothing."""
        self._shown = "" if shown is None else translate("Queue", "%n shown", "", shown)
        self._show_counts()

    def _show_counts(self) -> None:
        self.counts.setText(", ".join(part for part in (self._done, self._shown) if part))

    def _show_pause(self, paused: bool) -> None:
        self._paused = paused
        words = translate("Queue", "Resume") if paused else translate("Queue", "Pause")
        self.pause_button.setText(f" {words}")
        self.pause_button.setAccessibleName(words)
        self.pause_button.setIcon(icon("resume" if paused else "pause"))

    def _lay_out(self) -> None:
        self.setFixedHeight(_HEIGHT)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.addWidget(self.counts)
        upper.addStretch(1)
        upper.addWidget(self.pace)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(4)
        lower.addWidget(self.pause_button)
        lower.addWidget(self.cancel_button)
        lower.addStretch(1)
        lower.addWidget(self.failed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(upper)
        layout.addWidget(self.bar)
        layout.addLayout(lower)


def _flat(words: str, name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(f" {words}")
    button.setAccessibleName(words)
    button.setIcon(icon(name))
    button.setToolTip(tip)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setProperty("flush", True)
    button.setEnabled(False)
    return button
