"""Help: each view and feature family with its formula, what it shows, how it misleads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.viewdata import MethodCard
from fpinspect.gui.views.cards import cards
from fpinspect.gui.views.look import (
    DARK,
    HEADING_PX,
    NUMBER_PX,
    TEXT_PX,
    Theme,
    colour_text,
    fill,
    font,
    plain_label,
)
from fpinspect.gui.views.section_head import SectionHead

_TEXT_WIDTH = 560
_PARTS = (
    ("shows", marked("Methods", "What it shows")),
    ("misleads", marked("Methods", "How it misleads")),
    ("source", marked("Methods", "Source")),
)


class MethodCards(QDialog):
    """List of cards at the left, the chosen one at the right."""

    def __init__(
        self, shown: Sequence[MethodCard] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Methods", "Methods"))
        self._theme = DARK
        self._cards = tuple(shown if shown is not None else cards())
        self.list = QListWidget()
        self.list.setAccessibleName(translate("Methods", "Methods"))
        self.list.setFixedWidth(240)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("QListWidget::item { padding-left: 12px; }")
        self._title = plain_label(face=font(HEADING_PX, semibold=True))
        self._formula = plain_label(wrap=True, face=_formula_font())
        self._labels: dict[str, QLabel] = {}
        self._heads: list[SectionHead] = []
        self._body = QWidget()
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName(translate("Methods", "Method card"))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._body)
        self._line = QFrame()
        self._line.setFixedWidth(1)
        self._lay_out()
        self._fill()
        self.list.currentItemChanged.connect(self._on_list_current_item_changed)
        self.show_card(self._cards[0].key if self._cards else "")

    def sizeHint(self) -> QSize:
        """Room for a card without scrolling."""
        return QSize(880, 600)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self._line)
        row.addWidget(self._scroll, 1)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._formula)
        for key, title in _PARTS:
            head, label = SectionHead(translated("Methods", title)), plain_label(wrap=True)
            head.setMaximumWidth(_TEXT_WIDTH)
            label.setMaximumWidth(_TEXT_WIDTH)
            self._heads.append(head)
            self._labels[key] = label
            column.addSpacing(8)
            column.addWidget(head)
            column.addWidget(label)
        column.addStretch(1)
        for label in (self._formula, *self._labels.values()):
            label.setMaximumWidth(_TEXT_WIDTH)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _fill(self) -> None:
        for group, members in groupby(self._cards, key=lambda card: card.group):
            head = QListWidgetItem(group)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(head)
            for card in members:
                item = QListWidgetItem(card.title)
                item.setData(Qt.ItemDataRole.UserRole, card.key)
                self.list.addItem(item)
        for i in range(self.list.count()):
            self.list.item(i).setSizeHint(QSize(200, 26))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        fill(self, theme.panel)
        fill(self._body, theme.panel)
        fill(self._scroll.viewport(), theme.panel)
        fill(self._line, theme.line)
        for head in self._heads:
            head.set_theme(theme)
        for i in range(self.list.count()):
            item = self.list.item(i)
            chosen = item.data(Qt.ItemDataRole.UserRole)
            item.setForeground(QColor(theme.text if chosen else theme.muted))
            item.setFont(font() if chosen else font(NUMBER_PX))
        for label in (self._title, *self._labels.values()):
            colour_text(label, theme.text)
        colour_text(self._formula, theme.muted)
        colour_text(self._labels["source"], theme.muted)

    def show_card(self, key: str) -> None:
        """Show the card of a view or family."""
        card = next((card for card in self._cards if card.key == key), None)
        if card is None:
            return
        self._title.setText(card.title)
        self._formula.setText(card.formula)
        for name, label in self._labels.items():
            label.setText(getattr(card, name))
        for i in range(self.list.count()):
            if self.list.item(i).data(Qt.ItemDataRole.UserRole) == key:
                self.list.setCurrentRow(i)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_list_current_item_changed(self, item: QListWidgetItem | None, _: object) -> None:
        if item is not None and item.data(Qt.ItemDataRole.UserRole):
            self.show_card(str(item.data(Qt.ItemDataRole.UserRole)))


def _formula_font() -> QFont:
    made = font(TEXT_PX + 2)
    made.setFamilies(["STIX Two Math", "Cambria Math", "DejaVu Serif", "serif"])
    return made
