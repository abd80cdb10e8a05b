"""A case behind the window: made, filled, marked, closed, opened again, opened twice."""

from __future__ import annotations

import pytest

from fpinspect.batch.case.store import Case
from fpinspect.gui.queue_item import Mark, State
from fpinspect.gui.views.case_dialog import CaseDialog

FACTS = {
    "number": "17/2026",
    "title": "Leaflets",
    "examiner": "A. Nobody",
    "laboratory": "Lab",
    "notes": "",
}


def all_done(parts):
    return bool(parts.model.items) and not parts.controller.runner.progress.running


def stored(parts):
    """Nothing waits to be written any more."""
    return parts.controller.lanes.case.busy == 0


@pytest.fixture
def file(tmp_path):
    return tmp_path / "leaflets.fpcase"


@pytest.fixture
def with_case(make_window, images, file, qtbot):
    """A window with two of five images inspected before the case was made, three after."""
    parts = make_window()
    parts.controller.start([str(path) for path in sorted(images.iterdir())[:2]])
    qtbot.waitUntil(lambda: len(parts.model.items) == 2 and all_done(parts), timeout=20_000)
    qtbot.waitUntil(lambda: bool(parts.controller.case.made), timeout=10_000)
    parts.window.case_wanted.emit({**FACTS, "path": str(file.with_suffix(""))})
    qtbot.waitUntil(lambda: parts.controller.case.is_open, timeout=10_000)
    parts.controller.add([str(path) for path in sorted(images.iterdir())[2:]])
    qtbot.waitUntil(lambda: len(parts.model.items) == 5 and all_done(parts), timeout=20_000)
    qtbot.waitUntil(lambda: stored(parts), timeout=10_000)
    return parts


def test_results_go_into_the_case_as_they_arrive(with_case, file):
    assert with_case.window.windowTitle() == "Leaflets — fpinspect"
    assert str(file) in with_case.controller.settings.recent
    with Case.open(file, read_only=True) as case:
        held = case.items()
        assert case.facts.examiner == "A. Nobody"
        assert case.chain.verify().ok
    assert [item.name for item in held] == [item.name for item in with_case.model.items]
    assert all(item.inspection["status"] == "ok" for item in held)
    assert held[0].made_with.versions["fpinspect"] == "0"


def test_bookmarks_are_stored_and_come_back(with_case, file, make_window, qtbot):
    window = with_case.window
    window.queue.select_row(3)
    window.actions_["bookmark"].trigger()
    dialog = next(w for w in window.children() if type(w).__name__ == "BookmarkDialog")
    dialog.status.setCurrentIndex(list(Mark).index(Mark.RELEVANT))
    dialog.note.setPlainText("look at the sky")
    dialog._on_buttons_accepted()
    window.close()
    with_case.controller.close()
    again = make_window()
    again.controller.start([str(file)])
    qtbot.waitUntil(lambda: len(again.model.items) == 5, timeout=10_000)
    assert again.window.windowTitle() == "Leaflets — fpinspect"
    assert {item.state for item in again.model.items} == {State.DONE}
    marked = [item for item in again.model.items if item.mark is not Mark.NONE]
    assert [(item.name, item.mark, item.note) for item in marked] == [
        ("image 3.png", Mark.RELEVANT, "look at the sky")
    ]
    qtbot.waitUntil(lambda: again.window.panes.comparison is not None, timeout=10_000)
    assert again.window.panes.comparison.questioned.title == "image 0.png"


def test_what_is_in_the_case_is_not_analysed_twice(with_case, file, images, make_window, qtbot):
    with_case.window.close()
    with_case.controller.close()
    again = make_window()
    again.controller.start([str(file)])
    qtbot.waitUntil(lambda: len(again.model.items) == 5, timeout=10_000)
    again.controller.add([str(images)])
    qtbot.waitUntil(lambda: "already in the queue" in again.window.status.words, timeout=10_000)
    assert len(again.model.items) == 5


def test_the_second_window_reads_only(with_case, file, images, make_window, qtbot):
    second = make_window()
    second.controller.start([str(file)])
    qtbot.waitUntil(lambda: second.controller.case.is_open, timeout=10_000)
    assert second.controller.case.read_only
    assert second.window.windowTitle() == "Leaflets (read-only) — fpinspect"
    qtbot.waitUntil(lambda: len(second.model.items) == 5, timeout=10_000)
    before = len(list(Case.open(file, read_only=True).items()))
    second.window.queue.select_row(0)
    second.controller._on_bookmark_chosen(Mark.RELEVANT, "mine")
    assert "read-only" in second.window.status.words
    assert len(list(Case.open(file, read_only=True).items())) == before


def test_a_closed_case_empties_the_queue(with_case):
    window = with_case.window
    assert window.actions_["close_case"].isEnabled()
    window.actions_["close_case"].trigger()
    assert with_case.model.items == []
    assert window.pages.currentWidget() is window.first_run
    assert window.windowTitle() == "fpinspect"


def test_what_is_no_case_is_said(make_window, tmp_path, qtbot):
    wrong = tmp_path / "wrong.fpcase"
    wrong.write_text("nothing")
    parts = make_window()
    parts.controller.start([str(wrong)])
    qtbot.waitUntil(lambda: "wrong.fpcase" in parts.window.status.words, timeout=10_000)
    qtbot.waitUntil(lambda: stored(parts), timeout=10_000)
    assert not parts.controller.case.is_open


def test_without_a_case_a_bookmark_says_how_long_it_lasts(make_window, images, qtbot):
    parts = make_window()
    parts.controller.add([str(images / "image 0.png")])
    qtbot.waitUntil(lambda: all_done(parts), timeout=20_000)
    parts.controller._on_bookmark_chosen(Mark.TO_CHECK, "")
    assert "until the window closes" in parts.window.status.words


def test_the_dialog_gives_facts_and_file(qtbot, tmp_path):
    dialog = CaseDialog(str(tmp_path), "A. Nobody", "Lab")
    qtbot.addWidget(dialog)
    dialog.fields["title"].setText(" Leaflets ")
    dialog.notes.setPlainText("from the letterbox")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.ok.click()
    assert chosen.args[0] == {
        **FACTS,
        "number": "",
        "notes": "from the letterbox",
        "path": str(tmp_path / "case.fpcase"),
    }
    dialog.path.clear()
    assert not dialog.ok.isEnabled()
