"""What an empty window offers: drop images here, open some, or try the demo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fpinspect.gui.icons import pixmap
from fpinspect.gui.theme import notifier, theme
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Column, Role
from fpinspect.gui.views.look import (
    ACCENT,
    HEADING_PX,
    colour_text,
    fill,
    font,
    number_font,
    plain_label,
)
from fpinspect.gui.views.more_references import thumbnail
from fpinspect.gui.views.section_head import SectionHead

_INSET = 24
_TILE = 96
_MOST_ENTRIES = 7
_PITCH = 128


class KeyButton(QPushButton):
    """A button that names its shortcut in muted type behind its words."""

    def __init__(self, words: str, keys: str, picture: str = "") -> None:
        super().__init__()
        self._words, self._keys, self._picture = words, keys, picture
        self.setAccessibleName(words)
        self.setFixedHeight(32)
        self.setAutoDefault(True)

    def sizeHint(self) -> QSize:
        """Room for icon, words and keys."""
        width = self.fontMetrics().horizontalAdvance(self._words) + 8
        width += self.fontMetrics().horizontalAdvance(self._keys)
        return QSize(width + 28 + (24 if self._picture else 0), 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the empty button by the style, the words by hand."""
        super().paintEvent(event)
        colours = theme()
        painter = QPainter(self)
        at = 13.0
        if self._picture:
            shown = pixmap(self._picture, colours.text, 16, self.devicePixelRatioF())
            painter.drawPixmap(round(at), (self.height() - 16) // 2, shown)
            at += 24
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(at, 0, self.width(), self.height()), flags, self._words)
        at += self.fontMetrics().horizontalAdvance(self._words) + 8
        painter.setFont(number_font())
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(at, 0, self.width(), self.height()), flags, self._keys)


class FirstRun(QWidget):
    """The page of an empty queue."""

    open_requested = Signal()
    folder_requested = Signal()
    demo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(translate("Window", "Start"))
        self._sign = QLabel()
        self._sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title = plain_label(
            translate("Window", "Drop images or a folder here"),
            face=font(HEADING_PX, semibold=True),
        )
        self._sentence = plain_label(
            translate(
                "Window",
                "Each image’s noise residual and spectra are shown beside the stored\n"
                "fingerprints, with a calibrated verdict on where the image comes from.",
            )
        )
        self._note = plain_label(
            translate("Window", "The demo opens the bundled exhibits. Nothing leaves this machine.")
        )
        for label in (self._title, self._sentence, self._note):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.open_button = KeyButton(translate("Window", "Open"), "Ctrl+O", "open")
        self.folder_button = KeyButton(translate("Window", "Open folder"), "Ctrl+Shift+O", "folder")
        self.demo_button = KeyButton(translate("Window", "Try the demo"), "Ctrl+D")
        self.open_button.clicked.connect(self.open_requested)
        self.folder_button.clicked.connect(self.folder_requested)
        self.demo_button.clicked.connect(self.demo_requested)
        self._bank = QWidget()
        self._bank_row = QHBoxLayout(self._bank)
        self._bank_row.setContentsMargins(0, 0, 0, 0)
        self._bank_row.setSpacing(_PITCH - _TILE)
        self._bank_words: list[QLabel] = []
        self._lay_out()
        notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_bank(self, columns: Sequence[Column]) -> None:
        """Show the stored fingerprints: log-magnitude, title, how many images."""
        while (taken := self._bank_row.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.deleteLater()
        self._bank_words = []
        shown = [column for column in columns if column.magnitude is not None]
        # Photographs last, as in the comparison, even where not all entries fit.
        others = [column for column in shown if column.role is not Role.REAL]
        real = [column for column in shown if column.role is Role.REAL]
        shown = [*others[: _MOST_ENTRIES - len(real)], *real]
        for column in shown:
            self._bank_row.addWidget(self._entry(column))
        self._bank_head.setVisible(bool(shown))
        self._bank.setVisible(bool(shown))
        self._on_theme_changed()

    def say(self, words: str) -> None:
        """Say something below the buttons, e.g. that the demo is being built."""
        self._note.setText(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashed frame."""
        painter = QPainter(self)
        pen = QPen(QColor(theme().muted), 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([6, 5])
        painter.setPen(pen)
        painter.setOpacity(0.8)
        inset = _INSET + 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 3, 3)

    def _entry(self, column: Column) -> QWidget:
        shown = QLabel()
        ratio = self.devicePixelRatioF()
        pixels = thumbnail(column, round(_TILE * ratio))
        if pixels is not None:
            pixels.setDevicePixelRatio(ratio)
            shown.setPixmap(pixels)
        shown.setFixedSize(_TILE, _TILE)
        count = translate("Window", "%n image(s)", "", column.images)
        shown.setAccessibleName(
            translate("Window", "Log-magnitude of {title}, {count}").format(
                title=column.title, count=count
            )
        )
        words = plain_label(count, face=number_font())
        self._bank_words.append(words)
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(shown)
        layout.addSpacing(6)
        layout.addWidget(plain_label(column.title))
        layout.addWidget(words)
        return made

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.open_button, self.folder_button, self.demo_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._bank_head = SectionHead(translate("Window", "Stored fingerprints, log-magnitude"))
        self._bank_head.hide()
        self._bank.hide()
        for part in (self._bank_head, self._bank):  # Nothing jumps when the bank has been read.
            kept = part.sizePolicy()
            kept.setRetainSizeWhenHidden(True)
            part.setSizePolicy(kept)
        self._bank.setMinimumHeight(_TILE + 6 + 2 * 18)
        bank = QVBoxLayout()
        bank.setSpacing(10)
        bank.addWidget(self._bank_head)
        bank.addWidget(self._bank)
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addLayout(bank)
        centred.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_INSET, _INSET, _INSET, _INSET)
        layout.setSpacing(0)
        layout.addStretch(5)
        for part, gap in ((self._sign, 12), (self._title, 10), (self._sentence, 20)):
            layout.addWidget(part)
            layout.addSpacing(gap)
        layout.addLayout(buttons)
        layout.addSpacing(16)
        layout.addWidget(self._note)
        layout.addStretch(4)
        layout.addLayout(centred)
        layout.addStretch(4)

    @Slot()
    def _on_theme_changed(self) -> None:
        colours = notifier().theme
        fill(self, colours.background)
        self._sign.setPixmap(pixmap("drop-24", colours.muted, 32, self.devicePixelRatioF()))
        colour_text(self._title, colours.text)
        self._bank_head.set_theme(colours)
        muted = (self._sentence, self._note, *self._bank_words)
        for label in muted:
            colour_text(label, colours.muted)
        self.update()


class DropOverlay(QWidget):
    """Shown while files hover over the window: an accent frame and how many they are."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words = ""
        self.hide()

    @property
    def words(self) -> str:
        """What the plate says."""
        return self._words

    def show_words(self, words: str) -> None:
        """Appear over the whole window."""
        self._words = words
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a 2-px frame inset by 8 and the plate."""
        colours = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colours.background)
        ground.setAlphaF(0.8)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(ACCENT), 2))
        painter.drawRect(QRectF(self.rect()).adjusted(9, 9, -9, -9))
        painter.setFont(font(HEADING_PX, semibold=True))
        width = painter.fontMetrics().horizontalAdvance(self._words) + 48
        plate = QRectF(0, 0, width, 64)
        plate.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.panel))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(QColor(colours.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self._words)
