"""Make the pictures of the window for the README, from the bundled demo material only.

    .venv/bin/python packaging/screenshots.py [--every] [OUT]

OUT defaults to ``packaging/images``. Runs offscreen, with the real engine; takes a minute. With
``--every``, each state is pictured in both themes, to be looked at beside the design. Inter is used
where it is installed (Debian: fonts-inter), else the system's family.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from fpinspect.gui import app
from fpinspect.gui.settings import Settings

SIZE = (1600, 1000)
SMALL = (1280, 800)
LIMIT_S = 1800.0
THEMES = ("dark", "light")
EXHIBIT = "stone_demo-generator.png"
README = {"window-dark", "split-light", "first-run-light"}
"""What the README may show."""


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


def shrink(file: Path) -> None:
    """Reduce a picture to 256 colours: those of the design, of the maps, and its own commonest."""
    import numpy as np
    from PIL import Image

    from fpinspect.gui import colormaps
    from fpinspect.gui.views import look

    marks = (look.GENERATED, look.REAL, look.INCONCLUSIVE, look.FAILED, look.ACCENT)
    names = ("background", "panel", "line", "text", "muted", "hover", "track", "selected")
    shades = [getattr(theme, name) for theme in (look.DARK, look.LIGHT) for name in names]
    fixed = [tuple(bytes.fromhex(colour[1:])) for colour in (*marks, *shades)]
    for name in ("magma", "twilight", "residual"):
        fixed += [tuple(int(v) for v in row) for row in colormaps.table(name)[::10]]
    with Image.open(file) as opened:
        plain = opened.convert("RGB")
    own = plain.quantize(256 - len(fixed), Image.Quantize.MEDIANCUT).getpalette() or []
    flat = [value for colour in fixed for value in colour] + own
    colours = np.array(flat[: 3 * 256], np.float32).reshape(-1, 3)
    # Nearest by hand: Pillow's own way tints what lies between two colours of a palette.
    pixels = np.asarray(plain).reshape(-1, 3)
    found, place = np.unique(pixels, axis=0, return_inverse=True)
    nearest = np.concatenate(
        [
            np.square(part[:, None, :] - colours).sum(-1).argmin(1)
            for part in np.array_split(found.astype(np.float32), max(len(found) // 4096, 1))
        ]
    )
    index = nearest[place.ravel()].astype(np.uint8).reshape(plain.height, plain.width)
    few = Image.fromarray(index)
    few.putpalette(flat[: 3 * 256])
    few.save(file, optimize=True)


class Camera:
    """Pictures the states of a window.

    Parameters
    ----------
    parts : app.Parts
        The window.
    out : Path
        Folder of the pictures.
    every : bool
        All states, or those of the README.
    """

    def __init__(self, parts: app.Parts, out: Path, *, every: bool) -> None:
        self._parts, self._out, self._every = parts, out, every
        self._actions = parts.window.actions_

    def take(self, name: str) -> None:
        """Save a picture of the window."""
        if not self._every and name not in README:
            return
        rest(0.6)
        file = self._out / f"{name}.png"
        if not self._parts.window.grab().save(str(file)):
            raise SystemExit(f"{file} cannot be written")
        shrink(file)
        print(f"{file} {file.stat().st_size / 1000:.0f} kB", flush=True)

    def do(self, *names: str) -> None:
        """Trigger actions."""
        for name in names:
            self._actions[name].trigger()

    def first_run(self) -> None:
        """Picture the empty window."""
        rest(3.0)
        for theme in THEMES:
            self.do(f"theme_{theme}")
            self.take(f"first-run-{theme}")

    def states(self, theme: str) -> None:
        """Picture the states of the full window in one theme."""
        window = self._parts.window
        self.do(f"theme_{theme}")
        self.take(f"window-{theme}")
        self.do("peak_labels", "split", "tab_3")
        rest(1.0)
        self.take(f"split-{theme}")
        self.do("split", "difference")
        self.take(f"difference-{theme}")
        self.do("back", "peak_labels", "tab_4", "tiles")
        self.take(f"contributions-{theme}")
        self.do("tiles", "tab_2")
        self.take(f"lags-{theme}")
        self.do("tab_5")
        self.take(f"metadata-{theme}")
        self.do("tab_1")
        window.resize(*SMALL)
        self.take(f"small-{theme}")
        window.resize(1100, 760)
        self.take(f"narrow-{theme}")
        window.resize(*SIZE)
        self.dialogs(theme)
        window.resize(*SIZE)

    def dialogs(self, theme: str) -> None:
        """Picture the dialogs over the window."""
        from PySide6.QtWidgets import QDialog

        window = self._parts.window
        if not self._every:
            return
        for name in ("new_case", "report", "bookmark", "shortcuts", "methods"):
            self.do(name)
            rest(0.6)
            for dialog in window.findChildren(QDialog):
                if dialog.isVisible():
                    dialog.grab().save(str(self._out / f"{name}-{theme}.png"))
                    dialog.close()


def demo(parts: app.Parts) -> None:
    """Load the demo, examine one exhibit beside four references."""
    window, runner = parts.window, parts.controller.runner
    window.actions_["demo"].trigger()
    until(lambda: runner.progress.total > 0 and not runner.progress.running)
    names = [item.name for item in parts.model.items]
    for _ in range(2):
        window.actions_["add_reference"].trigger()
    window.queue.select_row(names.index(EXHIBIT))
    until(lambda: _is_shown(parts, EXHIBIT))
    rest(2.0)


def _is_shown(parts: app.Parts, name: str) -> bool:
    shown = parts.window.panes.comparison
    return shown is not None and shown.questioned.title == name and len(shown.references) == 4


def main() -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description="Pictures of the window for the README.")
    parser.add_argument("--every", action="store_true", help="each state in both themes")
    parser.add_argument("out", nargs="?", default="packaging/images", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fpinspect-pictures-") as home:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = home
        app.application()
        parts = app.build(Settings(theme="dark"))
        camera = Camera(parts, args.out, every=args.every)
        parts.window.resize(*SIZE)
        parts.window.show()
        parts.controller.start([])
        status = parts.window.status
        until(lambda: status.words != "Loading the engine")
        camera.first_run()
        demo(parts)
        for theme in THEMES:
            camera.states(theme)
        parts.window.close()
        parts.controller.close()


if __name__ == "__main__":
    main()
