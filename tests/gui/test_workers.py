"""Lanes: progress, and what is left when the window goes first."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject

from fpinspect.gui.workers import Lane


class Idle:
    def restart(self):
        """Nothing runs."""

    def close(self):
        """Nothing runs."""


def test_a_job_outlives_its_lane_in_silence(qtbot, capfd):
    home = QObject()
    lane = Lane([Idle()], home)
    begun, go = threading.Event(), threading.Event()

    def work(_engine, _token, _on_progress):
        begun.set()
        assert go.wait(10)
        return 1

    lane.submit("job", work)
    assert begun.wait(10)
    threading.Timer(0.2, go.set).start()
    gone = []
    home.destroyed.connect(lambda: gone.append(True))
    home.deleteLater()  # The pool of the lane waits for the job while it is deleted.
    qtbot.waitUntil(lambda: bool(gone))
    assert go.is_set()
    assert capfd.readouterr().err == ""


def test_every_stage_of_a_job_is_told(qtbot):
    home = QObject()
    lane = Lane([Idle()], home)
    stages = ("Reading", "Denoising", "Comparing")

    def work(_engine, _token, on_progress):
        for done, stage in enumerate(stages):
            on_progress(done, len(stages), stage)

    told = []
    lane.progressed.connect(told.append)
    with qtbot.waitSignal(lane.finished, timeout=5000):
        lane.submit("job", work)
    assert tuple(progress.message for progress in told) == stages
    lane.close()
