"""The settings: theme, language, work at a time, who examines, and the key that signs reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fpinspect.gui.theme import theme
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.gui.views.look import (
    HEADING_PX,
    colour_text,
    font,
    number_font,
    plain_label,
)
from fpinspect.gui.views.section_head import SectionHead

_THEMES = (
    ("system", marked("Settings", "Like the system")),
    ("dark", marked("Settings", "Dark")),
    ("light", marked("Settings", "Light")),
)
_KEY_ROWS = (
    ("name", marked("Settings", "Name")),
    ("fingerprint", marked("Settings", "Fingerprint")),
    ("made_at", marked("Settings", "Made")),
    ("file", marked("Settings", "Secret key")),
)
MOST_JOBS, _FIELD = 16, 28


class KeyPart(QWidget):
    """The laboratory's key: what is known of it, or how to make one."""

    make_requested = Signal(str)
    """The name of a key to be made."""
    grown = Signal()
    """Other rows are shown than before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = plain_label(translate("Settings", "Looking for a key …"), wrap=True)
        colour_text(self.words, theme().muted)
        self.values = {name: _value(translated("Settings", words)) for name, words in _KEY_ROWS}
        self._facts = QWidget()
        grid = _grid(self._facts)
        for at, (name, words) in enumerate(_KEY_ROWS):
            grid.addWidget(_label(translated("Settings", words)), at, 0)
            grid.addWidget(self.values[name], at, 1)
        self.copy = QPushButton(translate("Settings", "Copy fingerprint"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._on_copy_clicked)
        copy_row = QHBoxLayout()
        copy_row.addWidget(self.copy)
        copy_row.addStretch(1)
        grid.addLayout(copy_row, len(_KEY_ROWS), 1)
        self._new = QWidget()
        row = QHBoxLayout(self._new)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.name = QLineEdit()
        self.name.setPlaceholderText(translate("Settings", "Name, such as that of the laboratory"))
        self.name.setAccessibleName(translate("Settings", "Name of the new key"))
        self.make = QPushButton(translate("Settings", "Make key"))
        self.make.setAutoDefault(False)
        self.make.setEnabled(False)
        row.addWidget(self.name, 1)
        row.addWidget(self.make)
        for part in (self.copy, self.name, self.make):
            part.setMinimumHeight(_FIELD)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.words, self._facts, self._new):
            layout.addWidget(part)
        self._facts.hide()
        self._new.hide()
        self.name.textChanged.connect(lambda text: self.make.setEnabled(bool(text.strip())))
        self.name.returnPressed.connect(self.make.click)
        self.make.clicked.connect(self._on_make_clicked)

    def show_key(self, facts: Mapping[str, str]) -> None:
        """Show what is known of the key; nothing: there is none."""
        self._facts.setVisible(bool(facts))
        self._new.setVisible(not facts)
        for name, label in self.values.items():
            label.setText(facts.get(name) or translate("Settings", "unknown"))
        self.words.setText(
            translate(
                "Settings",
                "Reports are signed with this key. Tell its fingerprint to whoever checks them, "
                "and keep a copy of the file.",
            )
            if facts
            else translate(
                "Settings",
                "There is no key: reports are not signed. A key (Ed25519) lies in the settings "
                "folder, readable by you alone.",
            )
        )
        self.grown.emit()

    def show_problem(self, words: str) -> None:
        """Say why the key cannot be used, or made."""
        self._facts.hide()
        self._new.hide()
        self.words.setText(words)
        self.grown.emit()

    @Slot()
    def _on_make_clicked(self) -> None:
        name = self.name.text().strip()
        if name and self.make.isEnabled():
            self.make.setEnabled(False)
            self.make_requested.emit(name)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.values["fingerprint"].text())
        self.copy.setText(translate("Settings", "Copied"))


class SettingsDialog(QDialog):
    """What stays from one window to the next.

    Parameters
    ----------
    values : mapping
        ``theme``, ``language``, ``jobs``, ``examiner``, ``laboratory``.
    languages : sequence of str
        Codes of those there are.
    parent : QWidget, optional
        Owner.
    """

    chosen = Signal(object)
    """Mapping as `values`."""

    def __init__(
        self,
        values: Mapping[str, object],
        languages: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Settings", "Settings — fpinspect"))
        self.setMinimumWidth(560)
        self.theme = self._combo(
            translate("Settings", "Theme"),
            [(key, translated("Settings", words)) for key, words in _THEMES],
            str(values["theme"]),
        )
        self.language = self._combo(
            translate("Settings", "Language"),
            [(code, language_name(code)) for code in languages],
            str(values["language"]),
        )
        self.language.setToolTip(
            translate("Settings", "Of the window and of reports; from the next start on")
        )
        self.jobs = QSpinBox()
        self.jobs.setRange(0, MOST_JOBS)
        self.jobs.setSpecialValueText(translate("Settings", "By the machine"))
        self.jobs.setValue(int(str(values["jobs"])))
        self.jobs.lineEdit().setTextMargins(4, 0, 0, 0)  # Style sheets do not reach it.
        self.jobs.setAccessibleName(translate("Settings", "Images at a time"))
        self.jobs.setToolTip(
            translate(
                "Settings",
                "So many images are inspected side by side; each takes a core and about 400 MB. "
                "From the next start on",
            )
        )
        self.examiner = self._line(translate("Settings", "Examiner"), str(values["examiner"]))
        self.laboratory = self._line(translate("Settings", "Laboratory"), str(values["laboratory"]))
        self.key = KeyPart()
        self._lay_out()
        self.key.grown.connect(self._on_key_grown)

    def _combo(self, name: str, rows: Sequence[tuple[str, str]], chosen: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        for key, words in rows:
            made.addItem(words, key)
        made.setCurrentIndex(max(made.findData(chosen), 0))
        return made

    def _line(self, name: str, text: str) -> QLineEdit:
        made = QLineEdit(text)
        made.setAccessibleName(name)
        return made

    def _lay_out(self) -> None:
        grid = _grid()
        rows: tuple[tuple[str, QWidget], ...] = (
            (translate("Settings", "Theme"), self.theme),
            (translate("Settings", "Language"), self.language),
            (translate("Settings", "Images at a time"), self.jobs),
            (translate("Settings", "Examiner"), self.examiner),
            (translate("Settings", "Laboratory"), self.laboratory),
        )
        for at, (words, part) in enumerate(rows):
            grid.addWidget(_label(words), at, 0)
            wide = isinstance(part, QLineEdit)
            side = Qt.AlignmentFlag(0) if wide else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(part, at, 1, side)
            part.setMinimumHeight(_FIELD)  # The style sheet says so only once it is shown.
        for part in (self.theme, self.language, self.jobs):
            part.setMinimumWidth(176)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._on_buttons_accepted)
        buttons.rejected.connect(self.reject)
        head = SectionHead(translate("Settings", "Key that signs reports"))
        head.set_theme(theme())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        title = plain_label(translate("Settings", "Settings"), face=font(HEADING_PX, semibold=True))
        layout.addWidget(title)
        layout.addSpacing(4)
        layout.addLayout(grid)
        layout.addSpacing(8)
        layout.addWidget(head)
        layout.addWidget(self.key)
        layout.addSpacing(8)
        layout.addStretch(1)
        layout.addWidget(buttons)

    @Slot()
    def _on_key_grown(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
            # Wrapped words have no smallest height: the layout would press the fields instead.
            needed = layout.totalHeightForWidth(self.width())
            self.setMinimumHeight(needed)
            self.resize(self.width(), needed)

    @Slot()
    def _on_buttons_accepted(self) -> None:
        self.chosen.emit(
            {
                "theme": self.theme.currentData(),
                "language": self.language.currentData(),
                "jobs": self.jobs.value(),
                "examiner": self.examiner.text().strip(),
                "laboratory": self.laboratory.text().strip(),
            }
        )
        self.accept()


def language_name(code: str) -> str:
    """Name a language in itself: ``Deutsch``."""
    # "American English": the region is not what is chosen.
    name = QLocale(code).nativeLanguageName().partition("(")[0].split()
    return f"{name[-1][:1].upper()}{name[-1][1:]}" if name else code


def _grid(home: QWidget | None = None) -> QGridLayout:
    grid = QGridLayout(home) if home is not None else QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, 120)
    return grid


def _label(words: str) -> QWidget:
    label = plain_label(words)
    colour_text(label, theme().muted)
    return label


def _value(name: str) -> QWidget:
    label = plain_label(face=number_font(), wrap=True)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
