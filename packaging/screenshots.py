"""Make the pictures of the window for the README, from the bundled demo material only.

    .venv/bin/python packaging/screenshots.py [OUT]

OUT defaults to ``packaging/images``. Runs offscreen, with the real engine; takes a minute. Inter is
used where it is installed (Debian: fonts-inter), else the system's family.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from fpinspect.gui import app
from fpinspect.gui.settings import Settings

SIZE = (1600, 976)
LIMIT_S = 600.0
THEMES = ("dark", "light")


def until(ready: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Run the event loop until something is so."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer, begun = QEventLoop(), QTimer(), time.monotonic()

    def look() -> None:
        if ready() or time.monotonic() - begun > limit_s:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(50)
    loop.exec()
    timer.stop()
    if not ready():
        raise SystemExit("the window did not come to rest")


def rest(seconds: float) -> None:
    """Let the window draw."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() >= end)


def take(parts: app.Parts, file: Path) -> None:
    """Save a picture of the window."""
    rest(0.5)
    if not parts.window.grab().save(str(file)):
        raise SystemExit(f"{file} cannot be written")
    print(file)


def states(parts: app.Parts, theme: str, out: Path) -> None:
    """Picture the states that the README shows in one theme."""
    actions = parts.window.actions_
    actions[f"theme_{theme}"].trigger()
    take(parts, out / f"window-{theme}.png")
    actions["split"].trigger()
    rest(1.0)
    take(parts, out / f"split-{theme}.png")
    actions["back"].trigger()
    actions["tab_3"].trigger()
    take(parts, out / f"cells-{theme}.png")
    actions["tab_1"].trigger()


def main() -> None:
    """Make all pictures."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "packaging/images")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fpinspect-pictures-") as home:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = home
        app.application()
        parts = app.build(Settings(theme="dark"))
        parts.window.resize(*SIZE)
        parts.window.show()
        parts.controller.start([])
        status = parts.window.status
        until(lambda: status.words != "Loading the engine")
        rest(3.0)
        for theme in THEMES:
            parts.window.actions_[f"theme_{theme}"].trigger()
            take(parts, out / f"first-run-{theme}.png")
        parts.window.actions_["demo"].trigger()
        runner = parts.controller.runner
        until(lambda: runner.progress.total > 0 and not runner.progress.running)
        until(lambda: parts.window.panes.comparison is not None)
        rest(2.0)
        for theme in THEMES:
            states(parts, theme, out)
        parts.window.close()
        parts.controller.close()


if __name__ == "__main__":
    main()
