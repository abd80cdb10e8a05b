"""Settings that are chosen, and the key that signs reports."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from fpinspect.batch.proof.signing import LabKey
from fpinspect.gui import theme
from fpinspect.gui.settings import Settings
from fpinspect.gui.views.settings_dialog import SettingsDialog, language_name


@pytest.fixture
def key_file(tmp_path, monkeypatch):
    file = tmp_path / "settings" / "lab-key.pem"
    monkeypatch.setenv("FPINSPECT_KEY", str(file))
    return file


def opened(parts):
    parts.window.actions_["settings"].trigger()
    dialog = parts.controller.choices._dialog
    assert isinstance(dialog, SettingsDialog)
    return dialog


def test_what_is_chosen_is_kept(make_window, key_file):
    parts = make_window(settings=Settings(theme="dark", examiner="A. Nobody", jobs=2))
    dialog = opened(parts)
    assert dialog.examiner.text() == "A. Nobody"
    dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
    dialog.jobs.setValue(0)
    dialog.laboratory.setText(" The Lab ")
    dialog._on_buttons_accepted()
    settings = parts.controller.settings
    assert (settings.theme, settings.jobs, settings.laboratory) == ("light", 0, "The Lab")
    assert not theme.theme().dark
    assert parts.window.actions_["theme_light"].isChecked()
    assert "next start" in parts.window.status.words
    again = opened(parts)
    assert again.laboratory.text() == "The Lab"


def test_cancelled_settings_change_nothing(make_window, key_file):
    parts = make_window(settings=Settings(theme="dark"))
    dialog = opened(parts)
    dialog.examiner.setText("Somebody")
    dialog.reject()
    assert parts.controller.settings == Settings(theme="dark")


def test_a_key_is_made_and_its_fingerprint_shown(make_window, key_file, qtbot):
    parts = make_window()
    dialog = opened(parts)
    qtbot.waitUntil(dialog.key.name.isVisible, timeout=10_000)
    assert "not signed" in dialog.key.words.text()
    assert not dialog.key.make.isEnabled()
    dialog.key.name.setText("Lab of Somewhere")
    dialog.key.make.click()
    shown = dialog.key.values
    qtbot.waitUntil(lambda: shown["name"].text() == "Lab of Somewhere", timeout=10_000)
    made = LabKey.load(key_file)
    assert shown["fingerprint"].text().replace(" ", "") == made.fingerprint
    assert shown["file"].text() == str(key_file)
    assert stat.S_IMODE(Path(key_file).stat().st_mode) == 0o600
    assert not dialog.key.name.isVisible()  # One key: it is never written over.
    dialog.key.copy.click()
    assert QGuiApplication.clipboard().text().replace(" ", "") == made.fingerprint


def test_a_key_that_cannot_be_used_says_why(make_window, key_file, qtbot):
    LabKey.make("Lab", key_file)
    key_file.chmod(0o644)
    dialog = opened(make_window())
    qtbot.waitUntil(lambda: "Others can read" in dialog.key.words.text(), timeout=10_000)
    assert not dialog.key.name.isVisible()


def test_languages_are_named_in_themselves():
    assert [language_name(code) for code in ("en", "de", "fr")] == [
        "English",
        "Deutsch",
        "Français",
    ]
