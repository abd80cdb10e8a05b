"""The GUI thread answers within 50 ms while much is going on."""

from __future__ import annotations

import json
import os

import fake_engine
from heartbeat import Heartbeat

from fpinspect.gui.engine_process import ProcessEngine

LIMIT_MS = 50.0


def limit_ms():
    """Widen the limit by how many processes want each core; the benchmark takes it strictly."""
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 1.0
    # The load average lags: the other worker and its engine want the same two cores from the start.
    least = 2.0 if "PYTEST_XDIST_WORKER" in os.environ else 1.0
    return LIMIT_MS * min(max(crowd, least), 4.0)


def assert_answered(beat):
    gaps = sorted(beat.gaps_ms)
    assert gaps[-1] < limit_ms(), gaps[-5:]


def instant_operations(spec):
    return {**fake_engine.operations(spec), "inspect": instant, "walk": many}


def instant(payload, context):
    words = "It was not looked at."
    record = fake_engine.error_of(payload["path"], words)
    return {"record": json.dumps(record), "error": words, "warnings": [], "detail": ""}


def many(payload, context):
    return {"items": [[f"/none/{n:05}.png", False] for n in range(10_000)], "not_images": 2}


def test_ten_thousand_images_arrive(make_window, qtbot):
    parts = make_window(operations=instant_operations)
    parts.window.panes.complete()  # What draws the plots loads once a start.
    parts.controller.runner.pause(True)
    beat = Heartbeat(parts.window)
    beat.start()
    parts.controller.add(["/none"])
    qtbot.waitUntil(lambda: len(parts.model.items) == 10_000, timeout=30_000)
    parts.window.queue.filter_edit.setText("77")
    qtbot.wait(20)
    parts.window.queue.filter_edit.clear()
    qtbot.wait(20)
    parts.model.sort_by(1)
    qtbot.wait(20)
    beat.stop()
    assert parts.window.queue.table.model().rowCount() == 10_000
    assert_answered(beat)


def test_cancelling_ten_thousand(make_window, qtbot):
    parts = make_window(operations=instant_operations)
    parts.window.panes.complete()  # What draws the plots loads once a start.
    parts.controller.runner.pause(True)
    parts.controller.add(["/none"])
    qtbot.waitUntil(lambda: len(parts.model.items) == 10_000, timeout=30_000)
    beat = Heartbeat(parts.window)
    beat.start()
    qtbot.wait(20)
    parts.window.actions_["cancel"].setEnabled(True)
    parts.window.actions_["cancel"].trigger()
    qtbot.wait(50)
    beat.stop()
    assert not parts.controller.runner.progress.running
    assert_answered(beat)


def test_inspecting_while_somebody_looks(make_window, qtbot, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(60):
        fake_engine.picture(n, (64, 64)).save(folder / f"{n:03}.png")
    parts = make_window(engine=ProcessEngine)
    parts.window.panes.complete()  # What draws the plots loads once a start.
    parts.controller.start([str(folder)])
    qtbot.waitUntil(
        lambda: len(parts.model.items) == 60 and parts.window.panes.comparison is not None,
        timeout=60_000,
    )
    beat = Heartbeat(parts.window)
    beat.start()
    for _ in range(20):
        parts.window.actions_["next"].trigger()
        qtbot.wait(15)
    qtbot.waitUntil(lambda: not parts.controller.runner.progress.running, timeout=60_000)
    beat.stop()
    assert_answered(beat)
