"""What a screen reader finds: names, the verdict with its flags; and a round without a mouse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from fpinspect.gui.viewdata import FlagNote, Severity
from fpinspect.gui.views.image_panel import Panel


def all_done(parts):
    return bool(parts.model.items) and not parts.controller.runner.progress.running


@pytest.fixture
def inspected(make_window, images, qtbot):
    parts = make_window()
    parts.controller.start([str(images)])
    qtbot.waitUntil(lambda: len(parts.model.items) == 5 and all_done(parts), timeout=20_000)
    parts.window.panes.complete()
    qtbot.waitUntil(lambda: parts.window.panes.comparison is not None, timeout=10_000)
    return parts


def name_of(widget):
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def nameless(root):
    """Return what takes the keys and has no name."""
    widgets = [root, *root.findChildren(QWidget)]
    keyed = [
        widget
        for widget in widgets
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus and widget.isVisibleTo(root)
    ]
    return [
        (type(widget).__name__, type(widget.parentWidget()).__name__, widget.objectName())
        for widget in keyed
        if not name_of(widget) and widget.focusProxy() is None
    ]


def test_whatever_takes_the_keys_has_a_name(inspected):
    window = inspected.window
    assert nameless(window) == []
    for name in ("split", "back", "region", "region", "tab_2", "tab_3", "tab_4", "tab_5"):
        window.actions_[name].trigger()
        assert nameless(window) == [], name


@pytest.mark.parametrize(
    "name", ["new_case", "report", "settings", "bookmark", "shortcuts", "methods", "about"]
)
def test_dialogs_are_named_throughout(inspected, name):
    window = inspected.window
    window.actions_[name].trigger()
    dialogs = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    assert dialogs
    for dialog in dialogs:
        assert dialog.windowTitle()
        assert nameless(dialog) == []
        dialog.close()


def test_the_verdict_is_read_with_what_weakens_it(inspected):
    window = inspected.window
    shown = replace(window.panes.verdict.view, flags=(FlagNote(Severity.WARNING, "Too small."),))
    window.show_verdict(shown)
    pane = QAccessible.queryAccessibleInterface(window.panes.verdict)
    told = pane.text(QAccessible.Text.Description)
    assert told.startswith(f"{shown.word}. {shown.support}. {shown.sentence}")
    assert told.endswith("1 circumstance weakens this.")
    names = {name_of(widget) for widget in window.panes.verdict.findChildren(QWidget)}
    assert f"Weakens the verdict: {shown.flags[0].message}" in names
    assert f"Verdict: {shown.word}" in names
    assert any(name.startswith("Strength of the evidence: ") for name in names)


def test_the_rows_of_the_queue_are_read_with_their_state(inspected):
    table = QAccessible.queryAccessibleInterface(inspected.window.queue.table)
    cells = [table.child(n) for n in range(table.childCount())]
    item = inspected.model.items[0]
    words = next(
        w for cell in cells if (w := cell.text(QAccessible.Text.Name)).startswith(item.name)
    )
    assert words.startswith(f"{item.name}, {item.facts_text}, {item.verdict_text}")
    assert "log10 likelihood ratio" in words


def test_panels_say_what_of_whom_and_the_readout_what_is_there(inspected):
    grid = inspected.window.panes.compare.grid
    names = {name_of(panel) for panel in grid.panels.values()}
    assert {"Image of image 0.png", "Log-magnitude of SD 1.x", "Phase of Real"} <= names
    told = QAccessible.queryAccessibleInterface(grid.readout).text(QAccessible.Text.Description)
    assert "cycles/px" in told


def walked(window, qtbot):
    """Return what the Tab key stops at, in its order, as the names of the panes they lie in."""
    panes = {
        "tools": window.tools,
        "queue": window.queue,
        "comparison": window.panes.compare,
        "plots": window.panes.plots,
        "verdict": window.panes.verdict,
    }
    first = window.tools.tab_stops[0]
    first.setFocus()
    order, now = [], first
    for _ in range(100):
        where = next(name for name, pane in panes.items() if now is pane or pane.isAncestorOf(now))
        if order[-1:] != [where]:
            order.append(where)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
        now = window.focusWidget()
        if now is first:
            break
    return order


def test_tab_goes_round_as_one_reads(inspected, qtbot):
    window = inspected.window
    window.resize(1440, 900)
    window.actions_["add_reference"].trigger()
    compare = window.panes.compare
    qtbot.waitUntil(lambda: len(compare.comparison.references) == 3, timeout=10_000)
    order = ["tools", "queue", "comparison", "plots", "verdict"]
    assert walked(window, qtbot) == order
    window.actions_["split"].trigger()
    assert walked(window, qtbot) == order


def test_f6_gives_the_keys_to_what_they_move(inspected, qtbot):
    window = inspected.window
    compare, found = window.panes.compare, []
    window.queue.table.setFocus()
    for _ in range(4):
        window.actions_["next_pane"].trigger()
        found.append(window.focusWidget())
    first = next(iter(compare.grid.panels.values()))
    tabs = window.panes.complete().tab_stops[0]
    assert found == [first, tabs, window.panes.verdict, window.queue.table]


class Keys:
    """Types at whatever has the keys."""

    def __init__(self, qtbot, window) -> None:
        self._qtbot, self._window = qtbot, window

    def __call__(self, *keys, ctrl=False, shift=False, alt=False) -> None:
        held = Qt.KeyboardModifier.NoModifier
        for on, key in (
            (ctrl, Qt.KeyboardModifier.ControlModifier),
            (shift, Qt.KeyboardModifier.ShiftModifier),
            (alt, Qt.KeyboardModifier.AltModifier),
        ):
            held |= key if on else Qt.KeyboardModifier.NoModifier
        if QApplication.activeModalWidget() is None and not self._window.isActiveWindow():
            with self._qtbot.waitActive(self._window):  # No window manager does it here.
                self._window.activateWindow()
        for key in keys:
            self._qtbot.keyClick(self.target, key, held)

    @property
    def target(self):
        app = QApplication.instance()
        top = app.activePopupWidget() or app.activeModalWidget() or self._window
        return top.focusWidget() or top

    def name_file(self, path) -> None:
        """Paste a path into the file dialog that is open, and confirm it."""
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        edit = dialog.focusWidget()
        assert isinstance(edit, QLineEdit)
        edit.selectAll()
        QApplication.clipboard().setText(str(path))
        self._qtbot.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        self._qtbot.keyClick(edit, Qt.Key.Key_Return)
        assert not dialog.isVisible()


def test_a_whole_round_by_keys_alone(make_window, images, tmp_path, qtbot):
    parts = make_window()
    window, key = parts.window, Keys(qtbot, parts.window)
    window.resize(1440, 900)
    compare = window.panes.compare

    def references():
        return [c.key for c in compare.comparison.references] if compare.comparison else []

    # Open a file, then a folder.
    key(Qt.Key.Key_O, ctrl=True)
    key.name_file(images / "image 0.png")
    qtbot.waitUntil(lambda: len(parts.model.items) == 1, timeout=10_000)
    key(Qt.Key.Key_O, ctrl=True, shift=True)
    key.name_file(images)
    qtbot.waitUntil(lambda: len(parts.model.items) == 5 and all_done(parts), timeout=20_000)
    # Select the third, pin it, go back to the first.
    key(Qt.Key.Key_J, Qt.Key.Key_J)
    third = window.queue.current
    key(Qt.Key.Key_P, ctrl=True)
    key(Qt.Key.Key_K, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: references()[:1] == [f"item:{third.sha256}"], timeout=10_000)
    # Free the levels, link them again.
    key(Qt.Key.Key_L, shift=True)
    assert compare.options.levels == "free"
    key(Qt.Key.Key_L)
    assert compare.options.levels == "linked"
    # A region by arrows: the picture has the keys.
    key(Qt.Key.Key_R)
    key(Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: compare.columns[0].residual.note == "region", timeout=10_000)
    before = compare.region.region
    key(Qt.Key.Key_Left, shift=True)
    key(Qt.Key.Key_Right)
    assert compare.region.region == replace(before, x=before.x + 8, width=before.width - 8)
    key(Qt.Key.Key_R)
    assert compare.region.region is None
    # Export the panel that has the keys through its menu, then all results.
    assert isinstance(window.focusWidget(), Panel)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(10, 10), QPoint(10, 10))
    QApplication.sendEvent(window.focusWidget(), event)
    key(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    key.name_file(tmp_path / "panel.png")
    qtbot.waitUntil(lambda: (tmp_path / "panel.png").exists(), timeout=10_000)
    key(Qt.Key.Key_S, ctrl=True)
    key.name_file(tmp_path / "all.jsonl")
    qtbot.waitUntil(lambda: (tmp_path / "all.jsonl").exists(), timeout=10_000)
