"""Figures of the window: start-up, first verdict, heartbeat, selection to panels, zoom.

    python tests/benchmarks/bench_gui.py [startup verdict heartbeat select zoom] [--images N]

Everything runs offscreen with the real engine (a spawned process). Times are wall times; where the
system tells (Linux), the share that the GUI thread waited for a core is printed beside them and
left out of the heartbeat, since it is the machine's and not the window's.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gui"))

START = """
import time
begun = float(__import__("sys").argv[1])
from PySide6.QtCore import QTimer
from fpinspect.gui import app
from fpinspect.gui.settings import Settings
qt = app.application()
parts = app.build(Settings(theme="dark"))
parts.window.show()
def shown():
    print(time.time() - begun, time.process_time())
    parts.controller.close()
    qt.quit()
QTimer.singleShot(0, shown)
qt.exec()
"""


def scene(seed: int, side: int) -> Image.Image:
    """Draw an image with structure and noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    planes = []
    for channel in range(3):
        waves = 40 * np.sin(x / (23 + seed % 9 + channel)) + 30 * np.cos(y / (31 + seed % 7))
        planes.append(120 + waves + rng.normal(0, 5, (side, side)))
    return Image.fromarray(np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8))


def startup(runs: int = 5) -> None:
    """Process start to window shown."""
    walls, cpus = [], []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", START, str(time.time())],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        wall, cpu = map(float, done.stdout.split())
        walls.append(wall)
        cpus.append(cpu)
    print(
        f"start-up: best {min(walls):.2f} s, median {statistics.median(walls):.2f} s of {runs} "
        f"(processor time {min(cpus):.2f} s; wanted: 1.2 s)"
    )


class Bench:
    """A window with the real engine."""

    def __init__(self) -> None:
        from fpinspect.gui import app
        from fpinspect.gui.settings import Settings

        self.qt = app.application()
        self.parts = app.build(Settings(theme="dark"))
        self.parts.window.resize(1600, 976)
        self.parts.window.show()
        self.parts.controller.start([])

    def until(self, ready, limit_s: float = 600.0) -> float:
        """Run the event loop until something is so; return the seconds it took."""
        from PySide6.QtCore import QEventLoop, QTimer

        begun = time.monotonic()
        loop = QEventLoop()
        timer = QTimer()
        timer.setInterval(1)

        def look() -> None:
            if ready() or time.monotonic() - begun > limit_s:
                loop.quit()

        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        timer.stop()
        if not ready():
            raise SystemExit("gave up waiting")
        return time.monotonic() - begun

    def done(self) -> bool:
        """Tell whether everything is inspected."""
        progress = self.parts.controller.runner.progress
        return progress.total > 0 and not progress.running

    def close(self) -> None:
        """End the window."""
        self.parts.window.close()
        self.parts.controller.close()


def first_verdict(folder: Path) -> None:
    """Drop of a 1024² image on a fresh window to its verdict."""
    scene(1, 1024).save(folder / "first.png")
    bench = Bench()
    bench.parts.controller.add([str(folder / "first.png")])
    seconds = bench.until(bench.done)
    item = bench.parts.model.items[0]
    print(f"first verdict of a 1024² image: {seconds:.2f} s ({item.verdict_text}; wanted: 4 s)")
    shown = bench.until(lambda: bench.parts.window.panes.comparison is not None)
    print(f"its panels after a further {shown:.2f} s")
    bench.close()


def heartbeat(folder: Path, count: int) -> None:
    """Longest time without an answer while many images are inspected and somebody looks."""
    from heartbeat import Heartbeat

    many = folder / "many"
    many.mkdir()
    for n in range(count):
        scene(n, 256).save(many / f"{n:04}.png", compress_level=1)
    bench = Bench()
    bench.until(lambda: bench.parts.window.tools is not None)
    beat = Heartbeat(bench.parts.window)
    beat.start()
    bench.parts.controller.add([str(many)])
    last = time.monotonic()

    def look() -> bool:
        nonlocal last
        if time.monotonic() - last > 0.5:
            last = time.monotonic()
            bench.parts.window.actions_["next"].trigger()
        return bench.done()

    seconds = bench.until(look, limit_s=3600)
    beat.stop()
    gaps = sorted(beat.gaps_ms)
    print(
        f"heartbeat over {count} images in {seconds:.0f} s ({count / seconds:.1f}/s): worst "
        f"{gaps[-1]:.0f} ms, next {', '.join(f'{g:.0f}' for g in gaps[-4:-1])} ms, 99.9 % under "
        f"{gaps[int(0.999 * (len(gaps) - 1))]:.0f} ms (wanted: 50 ms)"
    )
    bench.close()


def select(folder: Path) -> None:
    """Selection to all panels drawn, 1-megapixel images already inspected."""
    several = folder / "several"
    several.mkdir()
    for n in range(4):
        scene(n, 1024).save(several / f"{n}.png", compress_level=1)
    bench = Bench()
    bench.parts.controller.add([str(several)])
    bench.until(bench.done)
    window = bench.parts.window
    bench.until(lambda: window.panes.comparison is not None)
    times: dict[str, list[float]] = {"new": [], "seen": []}
    for kind in ("new", "seen"):
        for row in (1, 2, 3, 0):
            name = bench.parts.model.items[row].name
            begun = time.monotonic()
            window.queue.select_row(row)
            bench.until(lambda name=name: window.panes.comparison.questioned.title == name)
            window.repaint()
            times[kind].append(1e3 * (time.monotonic() - begun))
    for kind, found in times.items():
        print(
            f"selection to panels drawn, 1 megapixel, {kind}: median "
            f"{statistics.median(found):.0f} ms, worst {max(found):.0f} ms (wanted: 150 ms)"
        )
    bench.close()


def zoom() -> None:
    """One zoom step of two linked 4096² panels, drawn."""
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QHBoxLayout, QWidget

    from fpinspect.gui import app, pictures
    from fpinspect.gui.views.image_panel import Colouring, Panel
    from fpinspect.gui.views.viewport import Viewport

    qt = app.application()
    rng = np.random.default_rng(0)
    viewport = Viewport()
    home = QWidget()
    layout = QHBoxLayout(home)
    panels = []
    for side in range(2):
        panel = Panel(f"panel {side}", viewport)
        values = rng.normal(0, 1, (4096, 4096)).astype(np.float32)
        panel.show_raster(pictures.raster(values), Colouring())
        panel.setFixedSize(580, 580)
        layout.addWidget(panel)
        panels.append(panel)
    viewport.set_size(580, 580)
    viewport.set_content((0, 0, 4096, 4096), 1.0)
    home.resize(1200, 620)
    home.show()
    qt.processEvents()
    walls, cpus = [], []
    for step in range(80):
        begun, worked = time.monotonic(), time.thread_time()
        viewport.zoom_by(0.5 if step % 40 < 20 else -0.5, QPointF(2048, 2048))
        for panel in panels:
            panel.repaint()
        walls.append(1e3 * (time.monotonic() - begun))
        cpus.append(1e3 * (time.thread_time() - worked))
    print(
        f"zoom step, two linked 4096² panels, 0.14:1 to 1.3:1: median "
        f"{statistics.median(walls):.1f} ms, worst {max(walls):.1f} ms; processor time median "
        f"{statistics.median(cpus):.1f} ms, worst {max(cpus):.1f} ms (wanted: 16 ms)"
    )


def main() -> None:
    """Measure what is asked for, or everything."""
    parts = ("startup", "verdict", "heartbeat", "select", "zoom")
    parser = argparse.ArgumentParser(description="Figures of the window.")
    parser.add_argument("what", nargs="*", choices=[*parts, []], help="; ".join(parts))
    parser.add_argument("--images", type=int, default=1000, help="for the heartbeat")
    args = parser.parse_args()
    what = args.what or parts
    with tempfile.TemporaryDirectory(prefix="fpinspect-bench-") as name:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = name
        folder = Path(name)
        if "startup" in what:
            startup()
        if "verdict" in what:
            first_verdict(folder)
        if "heartbeat" in what:
            heartbeat(folder, args.images)
        if "select" in what:
            select(folder)
        if "zoom" in what:
            zoom()


if __name__ == "__main__":
    main()
