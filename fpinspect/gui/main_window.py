"""The window: menus, tools, panes, status; it shows plain data and says what the user wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from fpinspect.gui.actions import Actions
from fpinspect.gui.dialog_window import DIALOGS, DialogWindow
from fpinspect.gui.icons import icon
from fpinspect.gui.incoming import paths_in
from fpinspect.gui.queue_filter import QueueFilter
from fpinspect.gui.settings import Settings
from fpinspect.gui.theme import notifier
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Comparison, Metadata, Plots, VerdictView, ViewOptions
from fpinspect.gui.views.body import Body
from fpinspect.gui.views.first_run import DropOverlay, FirstRun
from fpinspect.gui.views.notice import Notice, under
from fpinspect.gui.views.panes import Panes
from fpinspect.gui.views.queue_panel import QueuePanel
from fpinspect.gui.views.status import StatusLine
from fpinspect.gui.views.tab_order import chain
from fpinspect.gui.views.tool_bar import MODES, ToolBar
from fpinspect.gui.words import bank_words, device_words

_CONTEXT = (
    "reinspect",
    "explain",
    "reveal",
    None,
    "bookmark",
    "pin",
    "average",
    None,
    "copy_hash",
    "copy_path",
    "copy_verdict",
    None,
    "remove",
)
_NEEDS_ITEM = (
    "reinspect",
    "explain",
    "bookmark",
    "copy_hash",
    "copy_path",
    "reveal",
    "remove",
    "pin",
    "average",
    "copy_verdict",
    "copy_record",
    *MODES,
)


class MainWindow(DialogWindow):
    """The view of the whole window.

    Parameters
    ----------
    shown : QueueFilter
        Rows of the queue.
    panes : Panes, optional
        Comparison, plots and verdict; made anew if not given.
    """

    action_triggered = Signal(str, bool)
    """Name of an action (`actions.SPECS`), and whether it is on."""
    content_given = Signal(object, object)
    """Paths, and a picture or None: dropped or pasted."""
    hover_began = Signal(object)
    """Paths that hover over the window."""
    hover_ended = Signal()
    denoiser_chosen = Signal(str)
    recent_chosen = Signal(str)
    close_requested = Signal()

    def __init__(self, shown: QueueFilter, panes: Panes | None = None) -> None:
        super().__init__()
        self.setAccessibleName("fpinspect")
        self.setAcceptDrops(True)
        self.setMinimumSize(QSize(640, 400))
        self.actions_ = Actions(self)
        self.actions_.triggered.connect(self.action_triggered)
        self.actions_.fill(self.menuBar())
        self.queue = QueuePanel(shown)
        self.panes = panes if panes is not None else Panes()
        self.panes.toggled.connect(self.actions_.set_on)
        self.panes.action_wanted.connect(lambda name: self.actions_[name].trigger())
        self.panes.message_shown.connect(self.status_say)
        self.body = Body(self.queue, self.panes.compare, self.panes.plots, self.panes.verdict)
        self.first_run = FirstRun()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.first_run)
        self.pages.addWidget(self.body)
        self.notice = Notice()
        self.notice.retry_requested.connect(self.actions_["restart_engine"].trigger)
        self.setCentralWidget(under(self.notice, self.pages))
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self.tools = ToolBar(self.actions_)
        self.addToolBar(self.tools)
        chain(*self.tools.tab_stops, *self.queue.tab_stops)
        self.panes.order_tabs()
        self._make_recent()
        self.overlay = DropOverlay(self)
        context = [self.actions_[name] if name else None for name in _CONTEXT]
        self.queue.set_context_actions(context)
        self.first_run.open_requested.connect(self.actions_["open"].trigger)
        self.first_run.folder_requested.connect(self.actions_["open_folder"].trigger)
        self.first_run.demo_requested.connect(self.actions_["demo"].trigger)
        self.queue.cancel_requested.connect(self.actions_["cancel"].trigger)
        self.queue.pause_toggled.connect(self._on_queue_pause_toggled)
        self._started, self._closed = True, False
        self.setWindowTitle("fpinspect")
        self.setWindowIcon(icon("app", side=24))
        self.set_selection(0)
        self.show_start(True)
        notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_start(self, on: bool) -> None:
        """Show the page of an empty queue, or the panes."""
        self.pages.setCurrentWidget(self.first_run if on else self.body)
        self.actions_.enable(
            not on, "report", "save_results", "find", "select_all", "next", "previous"
        )
        if on:
            self.first_run.open_button.setFocus()
        elif self._started:
            # Hiding the start page hands the focus on to the filter, where J and K would be text.
            self.queue.table.setFocus()
        self._started = on

    def set_title(self, words: str) -> None:
        """Name the folder, case or image."""
        self.setWindowTitle(f"{words} — fpinspect" if words else "fpinspect")

    def set_selection(self, count: int) -> None:
        """Enable what can be done with so many selected images."""
        self.actions_.enable(count > 0, *_NEEDS_ITEM)

    def show_verdict(self, shown: VerdictView) -> None:
        """Show a verdict in its pane and in the folded line."""
        self.panes.show_verdict(shown)
        self.body.show_verdict(shown)

    def show_metadata(self, shown: Metadata) -> None:
        """Show what the file says about itself."""
        self.panes.show_metadata(shown)

    def show_comparison(self, comparison: Comparison, plots: Plots) -> None:
        """Show panels and plots."""
        self.panes.show_comparison(comparison, plots)

    def show_nothing(self, words: str) -> None:
        """Empty the panels and say why."""
        self.panes.show_nothing(words)

    def show_options(self, options: ViewOptions, denoiser: str) -> None:
        """Show what the analyst chose to see, in buttons and menus."""
        self.tools.show_options(options, denoiser)
        self.panes.set_options(options)

    def set_denoisers(self, names: Sequence[str], chosen: str) -> None:
        """Offer denoisers."""
        menu = self.tools.denoiser_menu
        menu.clear()
        for name in names:
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(self._on_denoiser_triggered)

    def set_recent(self, paths: Sequence[str]) -> None:
        """Offer files and folders of late."""
        self._recent.clear()
        for path in paths:
            action = self._recent.addAction(path.replace("&", "&&"))
            action.setData(path)
            action.triggered.connect(self._on_recent_triggered)
        self._recent.setEnabled(bool(paths))

    def show_engine(self, about: Mapping[str, Any]) -> None:
        """Show what the engine is made of."""
        if about.get("device"):
            self.status.set_fact("bank", bank_words(about), str(about.get("bank", "")))
            params = str(about.get("params", ""))
            self.status.set_fact(
                "params",
                translate("Window", "Parameters {digest}").format(
                    digest=f"{params[:4]} {params[4:8]}"
                ),
                params,
            )
            self.status.set_fact("device", device_words(str(about["device"])))

    def show_problem(self, words: str) -> None:
        """Say what keeps the engine from working, above everything; empty words: nothing does."""
        self.notice.show_words(words)

    def invoke(self, name: str, on: bool, settings: Settings) -> bool:
        """Do an action of the window's own; tell whether it is one."""
        if name.startswith("pane_"):
            self.body.show_pane(name.removeprefix("pane_"), on)
        elif name.startswith("theme_"):
            settings.theme = name.removeprefix("theme_")
            notifier().choose(settings.theme)
        elif name == "reset_layout":
            self.body.reset()
            for pane in ("queue", "plots", "verdict"):
                self.actions_.set_on(f"pane_{pane}")
        elif name == "full_screen":
            self.showFullScreen() if on else self.showNormal()
        elif name == "next_pane":
            self.next_pane()
        elif name == "methods":
            self.panes.show_methods(self)
        elif name in DIALOGS:
            self.show_dialog(name)
        else:
            return self.panes.invoke(name, on)
        return True

    def show_drop(self, words: str) -> None:
        """Show what hovers; empty words end it."""
        if words:
            self.overlay.show_words(words)
        else:
            self.overlay.hide()

    @Slot(str)
    def status_say(self, words: str) -> None:
        """Say what happened."""
        self.status.say(words)

    # -- keys, drops, closing

    def next_pane(self) -> None:
        """Give the keys to the next pane: queue, grid, plots, verdict."""
        panes = [self.queue.table, self.panes.compare, self.panes.plots, self.panes.verdict]
        if self.body.narrow:
            panes[-1] = self.body.fold
        shown = [pane for pane in panes if pane.isVisibleTo(self)]
        focused = QGuiApplication.focusObject()
        at = next(
            (i for i, p in enumerate(shown) if p is focused or _holds(p, focused)), len(shown) - 1
        )
        if shown:
            target = shown[(at + 1) % len(shown)]
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def give_mime(self, mime: QMimeData) -> bool:
        """Take what was dropped or pasted; tell whether there was anything of use."""
        paths = paths_in(mime)
        picture = None
        if not paths and mime.hasImage():
            picture = mime.imageData()
        if not paths and not isinstance(picture, QImage):
            return False
        self.content_given.emit(paths, picture)
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and pictures that come from elsewhere."""
        mime = event.mimeData()
        if event.source() is not None or not (paths_in(mime) or mime.hasImage()):
            event.ignore()
            return
        event.acceptProposedAction()
        self.hover_began.emit(paths_in(mime))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Accept them anywhere on the window."""
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget what hovered."""
        self.hover_ended.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        self.hover_ended.emit()
        if self.give_mime(event.mimeData()):
            event.acceptProposedAction()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape end a hover that was never finished."""
        if event.key() == Qt.Key.Key_Escape and self.overlay.isVisible():
            self.hover_ended.emit()
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the overlay over everything."""
        super().resizeEvent(event)
        self.overlay.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the controller stop all work first."""
        self.close_requested.emit()
        if not self._closed:
            self._closed = True
            self.panes.close()
        event.accept()

    @property
    def geometry_text(self) -> str:
        """Size and place, to be stored."""
        return self.saveGeometry().toBase64().toStdString()

    def restore_geometry(self, text: str) -> bool:
        """Take size and place of an earlier window; tell whether that worked."""
        return bool(text) and self.restoreGeometry(QByteArray.fromBase64(text.encode()))

    def _make_recent(self) -> None:
        menus = self.actions_.menus
        self._recent = QMenu(translate("Window", "Recent"), self)
        menus["File"].insertMenu(self.actions_["quit"], self._recent)
        menus["File"].insertSeparator(self.actions_["quit"])
        self._columns_menu = QMenu(translate("Window", "Queue columns"), self)
        self._columns_menu.aboutToShow.connect(self._on_columns_menu_about_to_show)
        menus["View"].insertMenu(self.actions_["reset_layout"], self._columns_menu)
        lab = menus["Lab"]
        lab.insertMenu(lab.actions()[0], self.tools.denoiser_menu)
        self.tools.denoiser_menu.setTitle(translate("Window", "Denoiser"))
        self.set_recent(())

    # -- slots

    @Slot()
    def _on_columns_menu_about_to_show(self) -> None:
        self.queue.fill_columns_menu(self._columns_menu)

    @Slot(bool)
    def _on_queue_pause_toggled(self, on: bool) -> None:
        if self.actions_["pause"].isChecked() != on:
            self.actions_["pause"].trigger()

    @Slot()
    def _on_denoiser_triggered(self) -> None:
        action = self.sender()
        if action is not None:
            self.denoiser_chosen.emit(action.property("text"))

    @Slot()
    def _on_recent_triggered(self) -> None:
        action = self.sender()
        if action is not None:
            self.recent_chosen.emit(action.property("data") or action.data())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.actions_.refresh_icons()
        self.panes.set_theme(notifier().theme)


def _holds(pane: QWidget, thing: object) -> bool:
    return isinstance(thing, QWidget) and pane.isAncestorOf(thing)
