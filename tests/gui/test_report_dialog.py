"""The report: what is asked, what is written, what the case notes."""

from __future__ import annotations

import json

import fake_engine
import pytest
from PySide6.QtCore import Qt

from fpinspect.batch.case.store import Case
from fpinspect.gui.queue_item import Mark
from fpinspect.gui.views.report_dialog import ReportDialog

COUNTS = {"all": 5, "chosen": 1, "bookmarked": 0}


def all_done(parts):
    return bool(parts.model.items) and not parts.controller.runner.progress.running


@pytest.fixture
def dialog(qtbot, tmp_path):
    made = ReportDialog(COUNTS, {"examiner": "A. Nobody"}, str(tmp_path))
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_choice_is_what_was_chosen(dialog, qtbot, tmp_path):
    buttons = dialog.selection.buttons()
    assert [button.isEnabled() for button in buttons] == [True, True, False]
    buttons[1].click()
    dialog.short.click()
    dialog.figures.click()
    dialog.format.setCurrentIndex(1)
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.begin.click()
    choice = asked.args[0]
    assert (choice.selection, choice.full, choice.figures) == ("chosen", False, False)
    assert (choice.format, choice.path) == ("html", str(tmp_path / "report.html"))
    assert choice.facts["examiner"] == "A. Nobody"
    dialog.show_end("")


def test_tables_have_neither_length_nor_figures(dialog):
    dialog.format.setCurrentIndex(3)
    assert dialog.path.text().endswith("report.csv")
    assert not dialog.figures.isEnabled()


def test_while_it_is_written_the_dialog_stays(dialog, qtbot):
    dialog.begin.click()
    dialog.show_progress(2, 5, "Image 3 of 5")
    assert dialog.progress.isVisible()
    assert dialog.progress.value() == 2
    assert not dialog.begin.isEnabled()
    with qtbot.waitSignal(dialog.cancel_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    dialog.show_end("Stopped: nothing was written.")
    assert dialog.begin.isEnabled()
    dialog.cancel.click()
    assert not dialog.isVisible()


@pytest.fixture
def inspected(make_window, images, qtbot):
    parts = make_window()
    parts.controller.start([str(images)])
    qtbot.waitUntil(lambda: len(parts.model.items) == 5 and all_done(parts), timeout=20_000)
    return parts


def ask(parts):
    parts.window.actions_["report"].trigger()
    return parts.controller.reports._dialog


def test_a_report_of_the_bookmarked_is_written_and_noted(inspected, tmp_path, qtbot):
    file, target = tmp_path / "a.fpcase", tmp_path / "out.json"
    inspected.window.case_wanted.emit({"title": "Leaflets", "path": str(file)})
    qtbot.waitUntil(lambda: inspected.controller.case.is_open, timeout=10_000)
    inspected.window.queue.select_row(2)
    inspected.controller._on_bookmark_chosen(Mark.RELEVANT, "")
    qtbot.waitUntil(lambda: inspected.controller.lanes.case.busy == 0, timeout=10_000)
    dialog = ask(inspected)
    assert dialog.facts["title"].text() == "Leaflets"
    assert dialog.facts["title"].isReadOnly()
    dialog.selection.buttons()[2].click()
    dialog.format.setCurrentIndex(2)
    dialog.path.setText(str(target))
    dialog.begin.click()
    qtbot.waitUntil(lambda: "Written: out.json" in dialog.words.text(), timeout=10_000)
    asked = json.loads(target.read_text())
    assert [json.loads(text)["path"] for text in asked["records"]] == [
        inspected.model.items[2].path
    ]
    assert asked["case"] == str(file)
    assert asked["ids"] == [inspected.model.items[2].case_id]
    qtbot.waitUntil(lambda: inspected.controller.lanes.case.busy == 0, timeout=10_000)
    with Case.open(file, read_only=True) as case:
        assert case.chain.records()[-1].action == "report"
    dialog.cancel.click()


def test_a_report_is_cancelled(make_window, images, tmp_path, qtbot):
    def slow(spec):
        return {**fake_engine.operations(spec), "report": fake_engine.wait_long}

    parts = make_window(operations=slow)
    parts.controller.start([str(images)])
    qtbot.waitUntil(lambda: len(parts.model.items) == 5 and all_done(parts), timeout=20_000)
    dialog = ask(parts)
    dialog.path.setText(str(tmp_path / "out.pdf"))
    dialog.begin.click()
    qtbot.waitUntil(lambda: dialog.progress.maximum() == 3000, timeout=10_000)
    dialog.cancel.click()
    assert "nothing was written" in dialog.words.text()
    qtbot.waitUntil(lambda: parts.controller.lanes.batch.busy == 0, timeout=10_000)
    assert not (tmp_path / "out.pdf").exists()
    dialog.cancel.click()
