"""Figures of the window: start-up, first verdict, heartbeat, cancel, selection to panels, zoom.

    python tests/benchmarks/bench_gui.py [startup verdict heartbeat cancel select zoom] [--images N]

Everything runs offscreen with the real engine (a process of its own). Times are wall times, of a
program that has been started before (its bytecode is there, as it is after an installation); where
the system tells (Linux), the time that the GUI thread waited for a core is left out of the
heartbeat, since it is the machine's and not the window's.
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
import sys, time
begun = float(sys.argv[1])
from fpinspect import cli  # All that the command does before Qt loads.
cli.make_parser(()).parse_args(["gui"])
from fpinspect.gui import warm
warm.begin()
from fpinspect import bootstrap
bootstrap.start()
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from fpinspect.gui import app
from fpinspect.gui.settings import Settings
qt = app.application()
parts = app.build(Settings(theme="dark"))
parts.window.show()
said = []

def say(what):
    if what not in said:
        said.append(what)
        print(what, time.time() - begun, time.process_time(), flush=True)

def end():
    parts.controller.close()
    qt.quit()

def shown():
    say("window")
    if len(sys.argv) == 2:
        end()
        return
    parts.controller.start([])
    QTimer.singleShot(100, parts.window.panes.prepare)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(sys.argv[2])])
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    parts.window.dropEvent(QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, mime, *none))
    look.start()

def on_look():
    items = parts.model.items
    if items and items[0].record_text:
        say("verdict")
    if parts.window.panes.comparison is not None:
        parts.window.repaint()
        say("panels")
        end()

look = QTimer()
look.setInterval(5)
look.timeout.connect(on_look)
QTimer.singleShot(0, shown)
qt.exec()
"""

CONTROL = """
import sys
sys.path.insert(0, sys.argv[1])
from PySide6.QtCore import QCoreApplication, QSocketNotifier
from heartbeat import Heartbeat
qt = QCoreApplication([])
beat = Heartbeat()
ended = QSocketNotifier(0, QSocketNotifier.Type.Read)
ended.activated.connect(qt.quit)
beat.start()
qt.exec()
beat.stop()
gaps = sorted(beat.gaps_ms)
print(f"worst {gaps[-1]:.0f} ms, 99.9 % under {gaps[int(0.999 * (len(gaps) - 1))]:.0f} ms")
"""
"""An empty event loop beside the window: what it is late by is the machine's doing."""


def from_start(*arguments: str) -> dict[str, tuple[float, float]]:
    """Run a window in a process of its own: seconds from its start, and of processor time."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": os.environ["XDG_DATA_HOME"]}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", START, str(time.time()), *arguments],
        capture_output=True, text=True, check=False, timeout=300, env=environment,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"the window ended with {done.returncode}:\n{done.stderr}")
    lines = (line.split() for line in done.stdout.splitlines())
    return {what: (float(wall), float(cpu)) for what, wall, cpu in lines}


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
    """Process start to window shown, while the engine's libraries load."""
    found = [from_start()["window"] for _ in range(runs + 1)][1:]
    walls, cpus = zip(*found, strict=True)
    print(
        f"start-up: best {min(walls):.2f} s, median {statistics.median(walls):.2f} s of {runs} "
        f"(processor time {min(cpus):.2f} s; wanted: 1.2 s)"
    )


class Bench:
    """A window with the real engine."""

    def __init__(self) -> None:
        from fpinspect.gui import app, tidy
        from fpinspect.gui.settings import Settings

        self.qt = app.application()
        self.parts = app.build(Settings(theme="dark"))
        self.parts.window.resize(1600, 976)
        self.parts.window.show()
        tidy.settle()
        self.parts.controller.start([])
        self.parts.window.panes.prepare()

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


def first_verdict(folder: Path, runs: int = 3) -> None:
    """Process start to the verdict of a 1024² image dropped as soon as the window is there."""
    scene(1, 1024).save(folder / "first.png")
    found = [from_start(str(folder / "first.png")) for _ in range(runs + 1)][1:]
    for what, wanted in (("window", ""), ("verdict", "; wanted: 4 s"), ("panels", "")):
        walls = [each[what][0] for each in found]
        after = [each[what][0] - each["window"][0] for each in found]
        print(
            f"{what} of a 1024² image dropped at once: best {min(walls):.2f} s, median "
            f"{statistics.median(walls):.2f} s of {runs} from process start, "
            f"{statistics.median(after):.2f} s from the drop{wanted}"
        )


def heartbeat(folder: Path, count: int) -> None:
    """Longest time without an answer while many images are inspected and somebody looks."""
    from heartbeat import Heartbeat

    many = folder / "many"
    many.mkdir()
    for n in range(count):
        scene(n, 256).save(many / f"{n:04}.png", compress_level=1)
    bench = Bench()
    bench.until(lambda: "fpinspect.gui.views.plots_panel" in sys.modules)  # Once a start.
    beat = Heartbeat(bench.parts.window)
    control = subprocess.Popen(
        [sys.executable, "-c", CONTROL, str(Path(__file__).resolve().parents[1] / "gui")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
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
    alone, _ = control.communicate("")
    gaps = sorted(beat.gaps_ms)
    print(
        f"heartbeat over {count} images in {seconds:.0f} s ({count / seconds:.1f}/s): worst "
        f"{gaps[-1]:.0f} ms, next {', '.join(f'{g:.0f}' for g in gaps[-4:-1])} ms, 99.9 % under "
        f"{gaps[int(0.999 * (len(gaps) - 1))]:.0f} ms, {sum(gap > 50 for gap in gaps)} over 50 ms "
        f"(wanted: none); an empty event loop beside it: {alone.strip()}"
    )
    bench.close()


def cancel(folder: Path, runs: int = 10) -> None:
    """From the action to an engine that is free again, at any moment of an inspection."""
    large = folder / "large"
    large.mkdir()
    for n in range(3):
        scene(n, 2048).save(large / f"{n}.png", compress_level=1)
    bench = Bench()
    parts, lane = bench.parts, bench.parts.controller.lanes.batch
    parts.controller.add([str(large)])
    bench.until(bench.done)  # Everything is loaded.
    shown, free = [], []
    for run in range(runs):
        parts.controller.runner.reinspect(parts.model.items)
        pause = time.monotonic()
        bench.until(lambda pause=pause, run=run: time.monotonic() - pause > 0.15 * (run + 1))
        begun = time.monotonic()
        parts.window.actions_["cancel"].trigger()
        parts.window.repaint()
        shown.append(1e3 * (time.monotonic() - begun))
        free.append(shown[-1] + 1e3 * bench.until(lambda: not lane.busy))
    print(
        f"cancel amid 4-megapixel images: shown after {statistics.median(shown):.0f} ms (worst "
        f"{max(shown):.0f}), engine free after median {statistics.median(free):.0f} ms, worst "
        f"{max(free):.0f} ms of {runs} (wanted: 300 ms)"
    )
    bench.close()


def select(folder: Path, count: int = 16) -> None:
    """Selection to all panels drawn, 1-megapixel images already inspected, in any order."""
    several = folder / "several"
    several.mkdir()
    for n in range(count):
        scene(n, 1024).save(several / f"{n:02}.png", compress_level=1)
    bench = Bench()
    bench.parts.controller.add([str(several)])
    bench.until(bench.done)
    examination = bench.parts.controller.examination
    order = np.random.default_rng(0).permutation(count)

    def one(row: int) -> float:
        window, name = bench.parts.window, bench.parts.model.items[row].name
        begun = time.monotonic()
        window.queue.select_row(row)
        bench.until(lambda: window.panes.comparison.questioned.title == name)
        window.repaint()
        return 1e3 * (time.monotonic() - begun)

    bench.until(lambda: bench.parts.window.panes.comparison is not None)
    found = {"inspected, right after the queue": [one(int(row)) for row in order]}
    bench.until(lambda: examination.ahead.is_idle)
    found["inspected, once the engines rest"] = [one(int(row)) for row in reversed(order)]
    examination.ahead.close()
    far = found["made when asked for (a far jump in a very long queue)"] = []
    for row in order[:6]:
        examination.requests.drop()
        far.append(one(int(row)))
    for kind, times in found.items():
        print(
            f"selection to panels drawn, 1 megapixel, {kind}: median "
            f"{statistics.median(times):.0f} ms, worst {max(times):.0f} ms of {len(times)} "
            "(wanted: 150 ms)"
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
    parts = ("startup", "verdict", "heartbeat", "cancel", "select", "zoom")
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
        if "cancel" in what:
            cancel(folder)
        if "select" in what:
            select(folder)
        if "zoom" in what:
            zoom()


if __name__ == "__main__":
    main()
