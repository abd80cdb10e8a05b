"""The whole window, offscreen: drop, inspect, select, errors, duplicates, undo, panes, closing."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication

from fpinspect.gui.actions import SPECS, shortcut_rows
from fpinspect.gui.models import ITEM_ROLE
from fpinspect.gui.queue_item import State
from fpinspect.gui.viewdata import Row


def drop(window, paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(300, 300), copy, mime, left, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    words = window.overlay.words
    assert window.overlay.isVisible()
    window.dropEvent(QDropEvent(QPointF(300, 300), copy, mime, left, none))
    assert not window.overlay.isVisible()
    return words


def all_done(parts):
    items = parts.model.items
    return bool(items) and not parts.controller.runner.progress.running


@pytest.fixture
def inspected(make_window, images, qtbot):
    parts = make_window()
    drop(parts.window, [images])
    qtbot.waitUntil(lambda: len(parts.model.items) == 5 and all_done(parts), timeout=20_000)
    return parts


def test_an_empty_window_offers_a_start(make_window):
    window = make_window().window
    assert window.pages.currentWidget() is window.first_run
    assert window.windowTitle() == "fpinspect"
    assert not window.actions_["remove"].isEnabled()


def test_the_start_shows_the_bank(make_window, qtbot):
    parts = make_window()
    parts.controller.start([])
    qtbot.waitUntil(lambda: parts.window.first_run._bank.isVisible(), timeout=10_000)


def test_a_dropped_folder_is_inspected_and_shown(inspected, qtbot):
    window = inspected.window
    assert window.pages.currentWidget() is window.body
    assert window.windowTitle() == "images — fpinspect"
    assert {item.state for item in inspected.model.items} == {State.DONE}
    qtbot.waitUntil(lambda: window.panes.comparison is not None, timeout=10_000)
    assert window.panes.comparison.questioned.title == "image 0.png"


def test_hovering_says_how_much_there_is(make_window, images, qtbot):
    parts = make_window()
    words = drop(parts.window, sorted(images.iterdir())[:3])
    assert words == "Add 3 files"
    assert drop(parts.window, [images]) == "Add 1 folder"
    qtbot.waitUntil(lambda: all_done(parts), timeout=20_000)
    assert len(parts.model.items) == 5


def test_the_same_bytes_are_not_analysed_twice(make_window, images, qtbot):
    shutil.copy(images / "image 1.png", images / "image 1 copy.png")
    parts = make_window()
    drop(parts.window, [images])
    qtbot.waitUntil(lambda: len(parts.model.items) == 6 and all_done(parts), timeout=20_000)
    states = {item.name: item.state for item in parts.model.items}
    pair = {states["image 1.png"], states["image 1 copy.png"]}
    assert pair == {State.DONE, State.DUPLICATE}


def test_a_broken_file_has_its_error_and_the_rest_its_verdicts(make_window, images, qtbot):
    (images / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    parts = make_window()
    drop(parts.window, [images])
    qtbot.waitUntil(lambda: len(parts.model.items) == 6 and all_done(parts), timeout=20_000)
    failed = [item for item in parts.model.items if item.state is State.FAILED]
    assert [item.name for item in failed] == ["broken.png"]
    assert "ends early" in failed[0].verdict_text


def test_next_and_previous_walk_the_queue(inspected, qtbot):
    window = inspected.window
    qtbot.waitUntil(lambda: window.queue.current is not None)
    first = window.queue.current
    window.actions_["next"].trigger()
    assert window.queue.current is not first
    window.actions_["previous"].trigger()
    assert window.queue.current is first


def test_removed_images_come_back(inspected):
    window, model = inspected.window, inspected.model
    before = [item.name for item in model.items]
    window.queue.select_row(1)
    window.actions_["remove"].trigger()
    assert len(model.items) == 4
    window.actions_["undo"].trigger()
    assert [item.name for item in model.items] == before


def test_removing_everything_leads_back_to_the_start(inspected):
    window = inspected.window
    window.actions_["select_all"].trigger()
    window.actions_["remove"].trigger()
    assert window.pages.currentWidget() is window.first_run


def test_a_bookmark_is_found_again(inspected):
    window = inspected.window
    window.queue.select_row(2)
    window.actions_["bookmark"].trigger()
    dialog = next(w for w in window.children() if type(w).__name__ == "BookmarkDialog")
    dialog.note.setPlainText("look at the sky")
    dialog._on_buttons_accepted()
    window.queue.filter_edit.setText("sky")
    assert window.queue.table.model().rowCount() == 1


def test_the_hash_is_copied(inspected):
    window = inspected.window
    window.queue.select_row(0)
    window.actions_["copy_hash"].trigger()
    assert QGuiApplication.clipboard().text() == inspected.model.items[0].sha256


def test_files_on_the_clipboard_are_added(make_window, images, qtbot):
    parts = make_window()
    mime = QMimeData()
    mime.setText("\n".join(str(path) for path in sorted(images.iterdir())[:2]))
    QGuiApplication.clipboard().setMimeData(mime)
    parts.window.actions_["paste"].trigger()
    qtbot.waitUntil(lambda: len(parts.model.items) == 2 and all_done(parts), timeout=20_000)


def test_a_pasted_picture_becomes_a_file(make_window, images, qtbot):
    from PySide6.QtGui import QImage

    parts = make_window()
    QGuiApplication.clipboard().setImage(QImage(str(images / "image 0.png")))
    parts.window.actions_["paste"].trigger()
    qtbot.waitUntil(lambda: len(parts.model.items) == 1 and all_done(parts), timeout=20_000)
    assert parts.model.items[0].path.endswith(".png")


def test_the_demo_fills_the_window(make_window, qtbot):
    parts = make_window()
    parts.window.first_run.demo_button.click()
    qtbot.waitUntil(lambda: len(parts.model.items) == 3 and all_done(parts), timeout=20_000)


def test_thumbnails_arrive(inspected, qtbot):
    from fpinspect.gui.models import THUMBNAIL_ROLE

    index = inspected.window.queue.table.model().index(0, 0)
    qtbot.waitUntil(lambda: index.data(THUMBNAIL_ROLE) is not None, timeout=10_000)
    assert index.data(THUMBNAIL_ROLE).width() == 96
    assert index.data(ITEM_ROLE).width == 96


def test_every_action_is_done_by_somebody(make_window, qtbot):
    parts = make_window()
    skipped = {
        "quit",
        "open",
        "open_folder",
        "report",
        "save_results",
        "new_case",
        "open_case",
        "logs",
        "reveal",
        "full_screen",
    }
    for name in parts.window.actions_:
        if name not in skipped:
            parts.window.actions_[name].setEnabled(True)
            parts.window.actions_[name].trigger()  # An unknown one is logged as an error.
    qtbot.wait(50)
    for spec in SPECS:
        assert not spec.name or (spec.keys and spec.tip), spec.name


def test_the_sheet_names_every_action():
    assert len(shortcut_rows()) == sum(bool(spec.name) for spec in SPECS)


def test_panes_close_come_back_and_are_remembered(make_window):
    parts = make_window()
    window = parts.window
    window.show_start(False)
    window.actions_["pane_verdict"].trigger()
    assert not window.panes.verdict.isVisible()
    assert window.body.hidden_panes == ["verdict"]
    window.close()
    assert parts.controller.settings.hidden_panes == ["verdict"]
    assert parts.controller.settings.geometry


def test_a_narrow_window_folds_the_verdict(make_window, qtbot):
    window = make_window().window
    window.show_start(False)
    window.resize(1100, 800)
    qtbot.waitUntil(lambda: window.body.fold.isVisible())
    assert not window.panes.verdict.isVisible()
    window.body.fold.click()
    assert window.panes.verdict.isVisible()
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: not window.body.fold.isVisible())
    assert window.panes.verdict.isVisible()


def test_f6_walks_the_panes(inspected, qtbot):
    window = inspected.window
    window.queue.table.setFocus()
    seen = []
    for _ in range(3):
        window.actions_["next_pane"].trigger()
        seen.append(QGuiApplication.focusObject())
    assert len({id(widget) for widget in seen}) == 3


def test_the_theme_changes_at_once(inspected, qapp):
    window = inspected.window
    window.actions_["theme_light"].trigger()
    assert inspected.controller.settings.theme == "light"
    assert qapp.palette().window().color().name() == "#ffffff"


def test_options_are_kept_and_redrawn(inspected, qtbot):
    window = inspected.window
    qtbot.waitUntil(lambda: window.panes.comparison is not None, timeout=10_000)
    with qtbot.waitSignal(inspected.controller.examination.requests.ready, timeout=10_000):
        window.actions_["of_denoised"].trigger()
    assert inspected.controller.settings.options["of"] == "denoised"


def test_average_and_pin_become_columns(inspected, qtbot):
    window = inspected.window
    window.queue.select_row(3)
    pinned = window.queue.current.sha256
    window.actions_["pin"].trigger()
    window.queue.select_row(0)

    def keys():
        shown = window.panes.comparison
        return [column.key for column in shown.references] if shown is not None else []

    qtbot.waitUntil(lambda: keys()[:1] == [f"item:{pinned}"], timeout=10_000)
    assert keys()[1:] == ["bank:sd1", "bank:real"]  # best match and photographs stay
    window.queue.select_all()
    window.actions_["average"].trigger()
    qtbot.waitUntil(lambda: "average" in keys(), timeout=10_000)
    assert keys() == ["average", f"item:{pinned}", "bank:sd1", "bank:real"]


def test_results_are_saved(inspected, qtbot, tmp_path):
    target = tmp_path / "results.jsonl"
    inspected.window.save_chosen.emit(str(target))
    qtbot.waitUntil(target.exists, timeout=10_000)
    assert len(target.read_text().splitlines()) == 5


def test_two_hundred_percent_fits_the_small_screen(inspected):
    # 1280×800 at 200 % leaves 640×400 device-independent pixels: it must still be laid out.
    window = inspected.window
    window.resize(window.minimumSizeHint().expandedTo(window.minimumSize()))
    assert window.width() <= 1280
    assert window.height() <= 800


def test_the_queue_has_the_keys_once_there_are_images(inspected):
    # J and K must walk the queue, not become text in the filter.
    window = inspected.window
    assert QGuiApplication.focusObject() is window.queue.table
    assert [item.name for item in window.queue.selected] == ["image 0.png"]
    assert window.actions_["split"].isEnabled()


def test_panels_that_are_missing_say_why(make_window, images, qtbot):
    (images / "a broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    parts = make_window()
    drop(parts.window, [images / "a broken.png"])
    qtbot.waitUntil(lambda: all_done(parts), timeout=20_000)
    words = parts.window.panes.compare._empty
    qtbot.waitUntil(lambda: "ends early" in words.text(), timeout=10_000)
    assert words.isVisible()


def test_a_contribution_chosen_in_the_plots_is_chosen_in_the_verdict(inspected, qtbot):
    window = inspected.window
    qtbot.waitUntil(lambda: window.panes.comparison is not None, timeout=10_000)
    window.panes.complete().contribution_selected.emit("log_psd")
    assert window.panes.verdict.contributions.chosen_name == "log_psd"
    assert window.panes.compare.grid.panels[Row.MAGNITUDE, 0].marks.strong == "log_psd"


def test_references_are_added_best_first_and_photographs_stay_last(inspected, qtbot):
    window = inspected.window
    qtbot.waitUntil(lambda: window.panes.comparison is not None, timeout=10_000)
    grid = window.panes.compare.grid
    assert grid.more.isVisible() or grid.add.isVisible()  # As there is room.

    def keys():
        return [column.key for column in window.panes.comparison.references]

    window.panes.compare.grid.add.click()  # As `+` does.
    qtbot.waitUntil(lambda: keys() == ["bank:sd1", "bank:sd2", "bank:real"], timeout=10_000)
    window.actions_["add_reference"].trigger()
    qtbot.waitUntil(lambda: len(keys()) == 4, timeout=10_000)
    assert not grid.more.isVisible()
    assert not grid.add.isVisible()
    window.queue.step(1)  # The next image has as many, the best of its own.
    qtbot.waitUntil(lambda: len(keys()) == 4, timeout=10_000)
    window.panes.reference_chosen.emit(0, "bank:flux")
    qtbot.waitUntil(lambda: keys()[0] == "bank:flux", timeout=10_000)
    window.actions_["drop_reference"].trigger()
    qtbot.waitUntil(lambda: len(keys()) == 3 and keys()[2] == "bank:real", timeout=10_000)
    window.actions_["default_references"].trigger()
    qtbot.waitUntil(lambda: keys() == ["bank:sd1", "bank:real"], timeout=10_000)
    chosen = grid.more.offers[-1].key
    grid.more.offers[-1].click()
    qtbot.waitUntil(lambda: keys() == ["bank:sd1", chosen, "bank:real"], timeout=10_000)
