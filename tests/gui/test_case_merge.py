"""Another case is taken over into the one that is open."""

from __future__ import annotations

import json

import fake_engine
import pytest

from fpinspect.batch.case.store import Case
from fpinspect.gui.queue_item import Mark, State
from fpinspect.gui.views.merge_dialog import MergeDialog


def all_done(parts):
    return bool(parts.model.items) and not parts.controller.runner.progress.running


@pytest.fixture
def with_case(make_window, images, tmp_path, qtbot):
    """A window with two images in a case."""
    parts = make_window()
    parts.controller.add([str(path) for path in sorted(images.iterdir())[:2]])
    qtbot.waitUntil(lambda: len(parts.model.items) == 2 and all_done(parts), timeout=20_000)
    parts.window.case_wanted.emit({"title": "Mine", "path": str(tmp_path / "mine.fpcase")})
    case = parts.controller.case
    qtbot.waitUntil(lambda: case.is_open, timeout=10_000)
    qtbot.waitUntil(lambda: parts.controller.lanes.case.busy == 0, timeout=10_000)
    return parts


@pytest.fixture
def other(images, tmp_path):
    """A case of another laboratory: one image that is known, one that is not, one not inspected."""
    file = tmp_path / "theirs.fpcase"
    operations = fake_engine.operations(None)
    paths = sorted(images.iterdir())[1:4]
    with Case.create(file, title="Theirs") as case:
        for path in paths[:2]:
            answer = operations["inspect"](
                {"path": str(path), "named": True, "params": {}}, fake_engine_context()
            )
            item = case.record(json.loads(answer["record"]))
            case.bookmark(item.id, "relevant", "theirs")
        case.add(str(paths[2]))
    return file


def fake_engine_context():
    from fpinspect.gui.engine_server import Context

    return Context(lambda: False)


def merge(parts, file):
    parts.window.merge_chosen.emit(str(file))
    dialog = parts.controller.merging._dialog
    assert isinstance(dialog, MergeDialog)
    return dialog


def test_images_results_and_marks_are_taken_over(with_case, other, images, qtbot):
    dialog = merge(with_case, other)
    assert "theirs.fpcase" in dialog.words.text()
    assert "cannot be taken back" in dialog.rules.text()
    assert len(with_case.model.items) == 2  # Nothing happens before it is confirmed.
    dialog.begin.click()
    qtbot.waitUntil(lambda: "Merged theirs.fpcase" in dialog.words.text(), timeout=10_000)
    assert "2 images added, 1 known already" in dialog.words.text()
    qtbot.waitUntil(lambda: all_done(with_case), timeout=10_000)
    items = with_case.model.items
    assert [item.name for item in items] == [f"image {n}.png" for n in range(4)]
    assert {item.state for item in items} == {State.DONE}  # What they had not inspected is now.
    assert [item.mark for item in items[1:3]] == [Mark.RELEVANT, Mark.RELEVANT]
    qtbot.waitUntil(lambda: with_case.controller.lanes.case.busy == 0, timeout=10_000)
    with Case.open(with_case.controller.case.path, read_only=True) as case:
        assert len(case.items()) == 4
        assert case.chain.verify().ok
        assert [chain.title for chain in case.merged()] == ["Theirs"]
    dialog.cancel.click()
    assert not dialog.isVisible()


def test_differences_are_told(with_case, other, qtbot):
    with_case.window.queue.select_row(1)
    with_case.controller._on_bookmark_chosen(Mark.CLEARED, "mine")
    qtbot.waitUntil(lambda: with_case.controller.lanes.case.busy == 0, timeout=10_000)
    dialog = merge(with_case, other)
    dialog.begin.click()
    qtbot.waitUntil(lambda: dialog.details.isVisible(), timeout=10_000)
    assert "image 1.png: cleared here, relevant (theirs) there" in dialog.details.toPlainText()
    assert with_case.model.items[1].mark is Mark.CLEARED


def test_what_cannot_be_merged_is_said(with_case, tmp_path, qtbot):
    for name, words in (("mine", "cannot be merged with itself"), ("wrong", "wrong.fpcase")):
        file = tmp_path / f"{name}.fpcase"
        if not file.exists():
            file.write_text("nothing")
        dialog = merge(with_case, file)
        dialog.begin.click()
        qtbot.waitUntil(lambda d=dialog: not d.busy, timeout=10_000)
        assert words in dialog.words.text()
        dialog.cancel.click()
    assert len(with_case.model.items) == 2


def test_a_merge_that_is_stopped_changes_nothing(with_case, other, qtbot):
    dialog = merge(with_case, other)
    dialog.begin.click()
    dialog.cancel.click()  # Before the worker's first word reaches the window.
    qtbot.waitUntil(dialog.cancel.isEnabled, timeout=10_000)
    qtbot.waitUntil(lambda: with_case.controller.lanes.case.busy == 0, timeout=10_000)
    merged = "Merged" in dialog.words.text()
    assert merged or "nothing was changed" in dialog.words.text()
    assert len(with_case.model.items) == (4 if merged else 2)


def test_without_a_case_there_is_nothing_to_merge_into(make_window):
    parts = make_window()
    assert not parts.window.actions_["merge_case"].isEnabled()
    parts.window.merge_chosen.emit("/somewhere/else.fpcase")
    assert "first" in parts.window.status.words
