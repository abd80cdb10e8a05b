"""Start the window: it is shown before the engine is up, and this process never loads torch."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication

from fpinspect import bootstrap
from fpinspect.gui import theme, tidy
from fpinspect.gui.controller import Controller
from fpinspect.gui.engine import Engine
from fpinspect.gui.engine_case import operations as case_operations
from fpinspect.gui.engine_process import LocalEngine, ProcessEngine
from fpinspect.gui.engine_server import ServerSpec
from fpinspect.gui.lanes import Lanes
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.models import QueueModel
from fpinspect.gui.queue_filter import QueueFilter
from fpinspect.gui.settings import Settings, load, save, settings_file
from fpinspect.gui.translation import install, translate
from fpinspect.gui.workers import Lane

_MOST_ENGINES = 4
_BATCH, _AHEAD = 5, 10
"""Niceness: window and panels go before the queue, what may be asked for next comes last."""
EngineMaker = Callable[[ServerSpec, str], Engine]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a window is made of; kept as long as it lives."""

    window: MainWindow
    controller: Controller
    model: QueueModel


def main(paths: Sequence[str] = ()) -> int:
    """Open the window and run until it is closed.

    Parameters
    ----------
    paths : sequence of str
        Files and folders to begin with.

    Returns
    -------
    int
        Exit status.
    """
    log_dir = bootstrap.state_dir()
    with contextlib.suppress(OSError):
        bootstrap.start(log_dir=log_dir)
    app = application()
    file = settings_file()
    settings, problem = load(file)
    untold = install(settings.language, app)
    parts = build(settings)
    parts.window.show()
    tidy.settle()
    _end_on_signals(app, parts.window)

    def begin() -> None:
        parts.controller.start(paths)
        words = [part for part in (problem, untold) if part]
        if bootstrap.previous_crashes(log_dir):
            words.append(translate("Window", "An earlier run ended in a crash: Help, Log folder."))
        if words:
            parts.window.status.say(" ".join(words), lasting=True)

    QTimer.singleShot(0, begin)
    QTimer.singleShot(100, parts.window.panes.prepare)
    status = app.exec()
    parts.controller.close()
    save(settings, file)
    return int(status)


def application() -> QApplication:
    """Return the application, made if there is none."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    QLocale.setDefault(QLocale.c())
    app = QApplication([sys.argv[0] or "fpinspect"])
    app.setApplicationName("fpinspect")
    app.setApplicationDisplayName("")
    app.setDesktopFileName("fpinspect")
    return app


def build(
    settings: Settings, make_engine: EngineMaker | None = None, *, jobs: int | None = None
) -> Parts:
    """Make window, models, engines and the controller that joins them.

    Parameters
    ----------
    settings : Settings
        Changed as the user changes things.
    make_engine : callable, optional
        Given a specification and a name; processes by default.
    jobs : int, optional
        Engines that inspect at a time; by the settings, else by the machine.
    """
    tidy.begin()
    make = make_engine or _process_engine
    theme.notifier().choose(_theme_of(settings))
    model = QueueModel()
    shown = QueueFilter()
    shown.setSourceModel(model)
    window = MainWindow(shown)
    model.setParent(window)
    shown.setParent(window)
    width = jobs or settings.jobs or default_engines()
    wide = ServerSpec(language=settings.language)
    single = replace(wide, threads=1, niceness=_BATCH)
    lanes = Lanes(
        view=Lane([make(wide, "fpinspect-view")], window),
        ahead=Lane([make(replace(single, niceness=_AHEAD), "fpinspect-ahead")], window),
        batch=Lane([make(single, f"fpinspect-batch-{n + 1}") for n in range(width)], window),
        files=Lane([make(single, "fpinspect-files")], window),
        case=Lane([LocalEngine(ServerSpec(operations=case_operations))], window),
    )
    tidy.spare(lanes.batch)
    controller = Controller(window, model, shown, lanes, settings, window)
    _restore(window, settings)
    return Parts(window, controller, model)


def default_engines() -> int:
    """How many engines inspect at a time: one core stays for window and panels."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min((cores or 2) - 1, _MOST_ENGINES))


def _process_engine(spec: ServerSpec, name: str) -> Engine:
    return ProcessEngine(spec, name=name)


def _theme_of(settings: Settings) -> theme.Choice:
    match settings.theme:
        case "dark" | "light":
            return settings.theme
    return "system"


def _restore(window: MainWindow, settings: Settings) -> None:
    if not window.restore_geometry(settings.geometry):
        window.resize(1440, 900)
    window.body.restore(settings.splitters, settings.hidden_panes)
    window.queue.show_columns(settings.queue_columns)
    window.set_recent(settings.recent)
    window.actions_.set_on(f"theme_{_theme_of(settings)}")
    for pane in ("queue", "plots", "verdict"):
        window.actions_.set_on(f"pane_{pane}", pane not in settings.hidden_panes)


def _end_on_signals(app: QApplication, window: MainWindow) -> None:
    """Let Ctrl-C and a termination close the window in good order."""

    def close(*_: object) -> None:
        window.close()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)
    # Python sees a signal only when it runs: the event loop of Qt gives it a turn.
    turn = QTimer(app)
    turn.timeout.connect(_no_work)
    turn.start(250)


def _no_work() -> None:
    """Give Python a turn."""
