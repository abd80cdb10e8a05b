"""What the verdict rests on: the families' shares, and in words what the chosen one measures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import Contribution
from fpinspect.gui.views.cards import card_for
from fpinspect.gui.views.look import DARK, Theme, colour_text, fill, font, plain_label
from fpinspect.gui.views.verdict_parts import ContributionBars
from fpinspect.wording import number

_PLACES = {
    "peaks": marked("Verdict", "rings in the log-magnitude"),
    "radial": marked("Verdict", "the radial profile"),
    "lags": marked("Verdict", "the autocorrelation"),
    "cells": marked("Verdict", "the 8 × 8 pattern"),
    "pixels": marked("Verdict", "the residual, all of it"),
}


class ContributionsPage(QScrollArea):
    """Bars at the left, the chosen family explained at the right."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._rows: tuple[Contribution, ...] = ()
        self.setAccessibleName(translate("Plots", "Contributions"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes to the bars.
        self.bars = ContributionBars()
        self.bars.set_margin(16)
        self.bars.setMaximumWidth(560)
        self._total = plain_label(wrap=True)
        self._title = plain_label(face=font(semibold=True))
        self._words = plain_label(wrap=True)
        self._place = plain_label(wrap=True)
        self._lay_out()
        self.bars.chosen.connect(self._on_bars_chosen)

    def _lay_out(self) -> None:
        body = QWidget()
        self._body = body
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setContentsMargins(0, 12, 0, 8)
        left.addWidget(self.bars)
        left.addStretch(1)
        right.setContentsMargins(16, 14, 16, 8)
        right.setSpacing(8)
        for part in (self._title, self._words, self._place, self._total):
            part.setMaximumWidth(480)
            right.addWidget(part)
        right.addStretch(1)
        for label in (self._total, self._words):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(body)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        fill(self._body, theme.panel)
        fill(self.viewport(), theme.panel)
        self.bars.set_theme(theme)
        for label in (self._title, self._words):
            colour_text(label, theme.text)
        for label in (self._total, self._place):
            colour_text(label, theme.muted)

    def show_contributions(self, rows: Sequence[Contribution]) -> None:
        """Show other shares."""
        self._rows = tuple(rows)
        self.bars.show_contributions(self._rows)
        total = number(sum(row.log10_lr for row in rows), 1, sign=True)
        self._total.setText(
            translate(
                "Verdict",
                "The shares add up to {total}, the log₁₀ LR before the calibration "
                "data bound it. To the right of the line they speak for generated, "
                "to the left for a photograph.",
            ).format(total=total)
        )
        self._explain("")

    def choose(self, name: str) -> None:
        """Explain a family, without saying so."""
        self.bars.choose(name)
        self._explain(name)

    @Slot(str)
    def _on_bars_chosen(self, name: str) -> None:
        self._explain(name)
        self.chosen.emit(name)

    def _explain(self, name: str) -> None:
        row = next((r for r in self._rows if r.name == name), None)
        card = card_for(name) if row is not None else None
        self._title.setText(row.title if row is not None else "")
        if row is None:
            self._words.setText(
                translate(
                    "Verdict", "Choose a family to read what it measures and see where it lives."
                )
            )
        else:
            self._words.setText(card.shows if card is not None else "")
        places = (
            [translated("Verdict", _PLACES[part]) for part in row.where if part in _PLACES]
            if row
            else []
        )
        self._place.setText(
            translate("Verdict", "Marked: {places}.").format(places=", ".join(places))
            if places
            else ""
        )
        for label in (self._title, self._words, self._place):
            label.setVisible(bool(label.text()))
