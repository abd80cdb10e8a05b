"""The start of the window: what it loads, and what it never does."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

from fpinspect.gui import app, theme
from fpinspect.gui.settings import Settings

HEAVY = ("torch", "cv2", "scipy", "sklearn", "matplotlib")


def test_the_process_of_the_window_loads_nothing_heavy():
    code = (
        "import sys, fpinspect.gui.app, fpinspect.gui.views.plots_panel\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_window_is_shown_without_what_draws_images():
    code = """
        import gc, sys
        from fpinspect.gui import app
        from fpinspect.gui.settings import Settings
        qt = app.application()
        parts = app.build(Settings(theme="dark"))
        parts.window.show()
        qt.processEvents()
        print([name for name in ("numpy", "pyqtgraph") if name in sys.modules])
        print(gc.isenabled(), gc.get_freeze_count() > 10_000)
        parts.controller.close()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "False True"]


def test_classes_of_qt_are_made_in_the_gui_thread_alone():
    """Made in a worker they crashed Qt, which looks objects' classes up without the interpreter."""
    code = """
        import sys, threading
        from fpinspect.gui import app
        from fpinspect.gui.settings import Settings
        qt = app.application()
        parts = app.build(Settings(theme="dark"))
        where = {}
        class Watch:
            def find_spec(self, name, path=None, target=None):
                where[name] = threading.current_thread() is threading.main_thread()
        sys.meta_path.insert(0, Watch())
        parts.window.panes.prepare()
        while parts.window.panes._plots is None:
            qt.processEvents()
        print(where["numpy"], where["pyqtgraph"], where["pyqtgraph.Qt"])
        parts.controller.close()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "True"]


def test_icons_have_the_pixels_of_the_screens(qapp):
    code = """
        from PySide6.QtCore import QSize
        from fpinspect.gui import app, icons, theme
        qt = app.application()
        theme.notifier().choose("dark")
        print(icons.icon("open").pixmap(QSize(16, 16), 2.0).width())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True, text=True, check=True, env={**os.environ, "QT_SCALE_FACTOR": "2"},
    )  # fmt: skip
    assert done.stdout.split() == ["32"]
    told = []
    theme.notifier().changed.connect(told.append)
    qapp.screenAdded.emit(qapp.primaryScreen())
    theme.notifier().changed.disconnect(told.append)
    assert told == [theme.theme()]


def test_the_engine_server_loads_no_qt():
    code = (
        "import sys, fpinspect.gui.engine_server, fpinspect.gui.engine_ops\n"
        "import fpinspect.gui.engine_compare\n"
        "print([name for name in sys.modules if name.startswith('PySide6')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_core_is_left_for_the_window():
    assert 1 <= app.default_engines() <= 4


def test_the_layout_of_an_earlier_window_comes_back(make_window, qtbot):
    first = make_window()
    first.window.resize(1500, 900)
    first.window.actions_["pane_plots"].trigger()
    first.window.queue.show_columns(["warnings", "size"])
    first.window.queue.columns_changed.emit(first.window.queue.columns)
    first.window.close()
    settings = first.controller.settings
    again = make_window(settings=Settings(**{n: getattr(settings, n) for n in settings.__slots__}))
    assert again.window.body.hidden_panes == ["plots"]
    assert not again.window.actions_["pane_plots"].isChecked()
    assert set(again.window.queue.columns) == {"warnings", "size"}
    assert settings.geometry
