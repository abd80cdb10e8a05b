"""A window with engines that need no weights; what must be gone after every test."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication

from fpinspect.gui import app, theme
from fpinspect.gui.engine_process import LocalEngine
from fpinspect.gui.engine_server import ServerSpec
from fpinspect.gui.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))  # fake_engine, here and in spawned processes

import fake_engine


@pytest.fixture(scope="session")
def qapp_cls():
    return QApplication


@pytest.fixture(autouse=True)
def _in_dark(qapp):
    theme.notifier().choose("dark")


@pytest.fixture(autouse=True)
def _nothing_swallowed(caplog):
    """A defect that a worker or slot logged fails the test, unless it was expected."""
    yield
    errors = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR and record.name.startswith("fpinspect")
    ]
    expected = getattr(caplog, "expected_errors", 0)
    assert len(errors) == expected, errors


@pytest.fixture(autouse=True)
def _no_widget_left(qapp, qtbot):
    """Every top-level widget of a test is gone after it."""
    before = set(qapp.topLevelWidgets())
    yield
    for widget in set(qapp.topLevelWidgets()) - before:
        widget.close()
        widget.deleteLater()
    qtbot.wait(0)
    gc.collect()
    left = [w for w in qapp.topLevelWidgets() if w not in before and w.isVisible()]
    assert not left, left
    assert QThreadPool.globalInstance().activeThreadCount() == 0


@pytest.fixture
def make_window(qtbot):
    """Return a function that opens a window; it is closed after the test."""
    made = []

    def make(*, settings=None, operations=fake_engine.operations, jobs=1, engine=LocalEngine):
        def make_engine(spec, name):
            return engine(ServerSpec(threads=1, operations=operations))

        parts = app.build(settings or Settings(theme="dark"), make_engine, jobs=jobs)
        made.append(parts)
        qtbot.addWidget(parts.window)
        parts.window.show()
        qtbot.waitExposed(parts.window)
        return parts

    yield make
    for parts in made:
        parts.controller.close()


@pytest.fixture
def images(tmp_path):
    """Five different small images in a folder."""
    folder = tmp_path / "images"
    folder.mkdir()
    for n in range(5):
        fake_engine.picture(n).save(folder / f"image {n}.png")
    return folder
