"""The real window once, under an X server: the xcb plugin, the engine's process, a clean end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import fake_engine
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from fpinspect.gui import app
from fpinspect.gui.engine_process import ProcessEngine
from fpinspect.gui.engine_server import ServerSpec
from fpinspect.gui.settings import Settings

if __name__ == "__main__":
    qt = app.application()
    assert QGuiApplication.platformName() == "xcb", QGuiApplication.platformName()
    made = lambda spec, name: ProcessEngine(ServerSpec(operations=fake_engine.operations))
    parts = app.build(Settings(theme="light"), made, jobs=1)
    parts.window.show()
    parts.controller.start([sys.argv[2]])
    def look():
        items = parts.model.items
        ready = len(items) == 5 and not parts.controller.runner.progress.running
        if ready and parts.window.panes.comparison is not None:
            turn.stop()
            picture = parts.window.grab()
            print("size", picture.width() >= 800, "loaded", "torch" in sys.modules)
            print("done", sorted({str(item.state) for item in items}))
            parts.window.close()
    turn = QTimer()
    turn.timeout.connect(look)
    turn.start(100)
    QTimer.singleShot(90_000, qt.quit)
    print("exit", qt.exec())
    parts.controller.close()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X servers are for Linux")
def test_the_window_under_an_x_server(images, tmp_path):
    if shutil.which("xvfb-run") is None:
        pytest.skip("xvfb-run is missing: apt-get install xvfb xauth")
    script = tmp_path / "window.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", sys.executable, "-W", "error",
         str(script), str(Path(__file__).parent), str(images)],
        capture_output=True, text=True, timeout=150, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split("\n")[:3] == [
        "size True loaded False",
        "done ['done']",
        "exit 0",
    ], done.stdout + done.stderr[-2000:]
