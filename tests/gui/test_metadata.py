"""The metadata pane: everything copyable, nothing interpreted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from view_samples import record

from fpinspect.gui import present_file
from fpinspect.gui.viewdata import Metadata, MetaSection
from fpinspect.gui.views.look import DARK, LIGHT
from fpinspect.gui.views.metadata_panel import MetadataPanel


@pytest.fixture
def panel(qtbot):
    made = MetadataPanel()
    qtbot.addWidget(made)
    made.set_theme(DARK)
    made.resize(700, 500)
    made.show_metadata(present_file.metadata(record()))
    made.show()
    return made


def _values(panel):
    return [label.text() for label in panel.findChildren(QLabel)]


def test_everything_is_there(panel) -> None:
    values = "\n".join(_values(panel)).replace("\u200b", "")
    for text in ("9f026c1b" * 8, "ComfyUI", "a <b>cup</b>", "GIMP 2.10", "4:2:0", "No manifest."):
        assert text in values


def test_text_is_plain_and_can_be_selected(panel) -> None:
    label = next(one for one in panel.findChildren(QLabel) if "<b>" in one.text())
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard


def test_hidden_characters_are_shown_by_their_code(panel) -> None:
    text = "safe\u202egpj.exe\x07"
    panel.show_metadata(Metadata((MetaSection("File", (("Name", text),)),)))
    assert "safe\\u202egpj.exe\\x07" in _values(panel)


def test_long_words_break(panel) -> None:
    word = "x" * 5000
    panel.show_metadata(Metadata((MetaSection("Generator", (("Prompt", word),)),)))
    label = next(one for one in panel.findChildren(QLabel) if one.text().startswith("xxx"))
    assert label.width() < 700
    assert label.text().replace("\u200b", "") == word
    assert word in panel.text()


def test_copy_all_as_text(panel, qtbot) -> None:
    button = panel.findChild(QPushButton)
    with qtbot.waitSignal(panel.message_shown) as told:
        button.click()
    assert told.args == ["Copied: metadata."]
    text = QGuiApplication.clipboard().text()
    assert f"SHA-256: {'9f026c1b' * 8}" in text
    assert "Prompt: a <b>cup</b>" in text
    assert text == panel.text()


def test_sections_without_rows_say_what_that_means(panel) -> None:
    panel.show_metadata(Metadata((MetaSection("EXIF", (), "None found."),)))
    assert "None found." in _values(panel)
    assert panel.text() == "EXIF\nNone found."


def test_old_rows_go_when_new_ones_come(panel, qtbot) -> None:
    panel.show_metadata(Metadata())
    qtbot.wait(0)
    assert panel.findChildren(QLabel) == []


def test_both_themes(panel) -> None:
    dark = panel.grab().toImage()
    panel.set_theme(LIGHT)
    assert panel.grab().toImage() != dark
