"""Files of a case that were moved are looked for, shown, and stored when that is confirmed."""

from __future__ import annotations

import pytest

from fpinspect.batch.case.store import Case
from fpinspect.gui.views.moved_dialog import MovedDialog


def all_done(parts):
    return bool(parts.model.items) and not parts.controller.runner.progress.running


def rest(parts, qtbot):
    qtbot.waitUntil(lambda: parts.controller.lanes.case.busy == 0, timeout=10_000)


@pytest.fixture
def moved(make_window, images, tmp_path, qtbot):
    """A window with five images in a case: one is elsewhere now, renamed, and one is gone."""
    parts = make_window()
    parts.controller.add([str(images)])
    qtbot.waitUntil(lambda: len(parts.model.items) == 5 and all_done(parts), timeout=20_000)
    parts.window.case_wanted.emit({"title": "Mine", "path": str(tmp_path / "mine.fpcase")})
    qtbot.waitUntil(lambda: parts.controller.case.is_open, timeout=10_000)
    rest(parts, qtbot)
    there = tmp_path / "elsewhere" / "deep"
    there.mkdir(parents=True)
    (images / "image 1.png").rename(there / "renamed.png")
    (images / "image 3.png").unlink()
    parts.window.queue.select_row(1)
    return parts


def search(parts, folder, qtbot):
    parts.window.search_chosen.emit(str(folder))
    dialog = parts.controller.moving._dialog
    assert isinstance(dialog, MovedDialog)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=10_000)
    return dialog


def rows(dialog):
    items = [dialog.list.topLevelItem(i) for i in range(dialog.list.topLevelItemCount())]
    return [[item.text(column) for column in range(3)] for item in items]


def test_what_is_found_is_shown_before_it_is_stored(moved, images, tmp_path, qtbot):
    dialog = search(moved, tmp_path / "elsewhere", qtbot)
    new = str(tmp_path / "elsewhere" / "deep" / "renamed.png")
    assert "1 moved file found, 1 still missing" in dialog.words.text()
    assert "Nothing is stored yet" in dialog.words.text()
    assert rows(dialog) == [
        ["image 1.png", str(images), new],
        ["image 3.png", str(images), "found nowhere"],
    ]
    assert moved.model.items[1].path == str(images / "image 1.png")
    dialog.cancel.click()
    assert not dialog.isVisible()
    rest(moved, qtbot)
    with Case.open(moved.controller.case.path, read_only=True) as case:
        assert [item.path for item in case.items()][1] == str(images / "image 1.png")


def test_confirmed_the_case_and_the_queue_know_the_new_place(moved, images, tmp_path, qtbot):
    dialog = search(moved, tmp_path, qtbot)
    assert dialog.begin.hasFocus() or dialog.begin.isDefault()
    dialog.begin.click()
    qtbot.waitUntil(lambda: "1 file found again" in dialog.words.text(), timeout=10_000)
    new = str(tmp_path / "elsewhere" / "deep" / "renamed.png")
    item = moved.model.items[1]
    assert (item.path, item.name) == (new, "renamed.png")
    assert item.record["path"] == new
    assert "renamed.png" in moved.window.status.words or item is moved.window.queue.current
    assert moved.window.status._identity.startswith("renamed.png")
    shown = moved.window.panes
    qtbot.waitUntil(
        lambda: shown.comparison is not None and shown.comparison.questioned.title == "renamed.png",
        timeout=10_000,
    )
    before = len(moved.model.items)
    moved.controller.add([new])  # It is in the queue already.
    qtbot.waitUntil(lambda: moved.controller.lanes.files.busy == 0, timeout=10_000)
    assert len(moved.model.items) == before
    rest(moved, qtbot)
    with Case.open(moved.controller.case.path, read_only=True) as case:
        assert case.items()[1].path == new
        assert [record.action for record in case.chain.records()][-1] == "relocate"
        assert case.chain.verify().ok


def test_a_search_that_finds_nothing_offers_nothing(moved, tmp_path, qtbot):
    empty = tmp_path / "empty"
    empty.mkdir()
    dialog = search(moved, empty, qtbot)
    assert "0 moved files found, 2 still missing" in dialog.words.text()
    assert not dialog.begin.isEnabled()
    dialog.cancel.click()
    dialog = search(moved, tmp_path / "nowhere", qtbot)
    assert "no folder" in dialog.words.text()
    assert dialog.begin.isHidden()


def test_without_a_case_there_is_nothing_to_look_for(make_window):
    parts = make_window()
    assert not parts.window.actions_["find_moved"].isEnabled()
    parts.window.search_chosen.emit("/somewhere")
    assert "first" in parts.window.status.words
