"""The status line: what is selected or happening, and what the engine is made of."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from fpinspect.gui import plain
from fpinspect.gui.theme import notifier
from fpinspect.gui.translation import translate
from fpinspect.gui.views.look import colour_text, number_font, plain_label

_SHORT_MS = 6000


class StatusLine(QStatusBar):
    """Words on the left, facts on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setFont(number_font())
        self.setAccessibleName(translate("Window", "Status"))
        self._identity, self._message = translate("Window", "Ready"), ""
        self._label = plain_label(self._identity, face=number_font())
        self._label.setContentsMargins(14, 0, 0, 0)
        self.addWidget(self._label, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_SHORT_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hush)
        self._facts: dict[str, QLabel] = {}
        for name in ("case", "bank", "params", "device", "memory"):
            label = plain_label(face=number_font())
            label.setContentsMargins(12, 0, 8, 0)
            self._facts[name] = label
            self.addPermanentWidget(label)
        notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def words(self) -> str:
        """What is being said."""
        return self._label.text()

    def identify(self, words: str) -> None:
        """Say which image is examined."""
        self._identity = words or translate("Window", "Ready")
        if not self._message:
            self._label.setText(self._identity)

    def say(self, words: str, *, lasting: bool = False) -> None:
        """Say what happened; it goes after six seconds unless it is lasting."""
        self._message = words
        self._label.setText(words or self._identity)
        self._label.setToolTip(plain.tip(words))
        self._timer.stop()
        if words and not lasting:
            self._timer.start()

    @Slot()
    def hush(self) -> None:
        """Say nothing but which image is examined."""
        self.say("")

    def set_fact(self, name: str, words: str, tip: str = "") -> None:
        """Show one of the facts: ``bank``, ``params``, ``device``, ``memory``."""
        self._facts[name].setText(words)
        self._facts[name].setToolTip(plain.tip(tip))
        self._facts[name].setVisible(bool(words))

    @Slot()
    def _on_theme_changed(self) -> None:
        muted = notifier().theme.muted
        for label in (self._label, *self._facts.values()):
            colour_text(label, muted)
