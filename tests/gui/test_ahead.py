"""Panels of inspected images are made before they are asked for."""

from __future__ import annotations

import gc
import threading

import fake_engine

from fpinspect.gui import tidy
from fpinspect.gui.queue_item import State


class Counted:
    """Operations that note which panels were made."""

    def __init__(self):
        self.titles = []

    def operations(self, spec):
        table = fake_engine.operations(spec)

        def compare(payload, context):
            self.titles.append(payload["title"])
            return table["compare"](payload, context)

        return {**table, "compare": compare}


def shown(parts):
    comparison = parts.window.panes.comparison
    return "" if comparison is None else comparison.questioned.title


def test_a_selection_finds_its_panels_made(make_window, qtbot, images):
    counted = Counted()
    parts = make_window(operations=counted.operations)
    parts.controller.start([str(images)])
    items = parts.model.items
    qtbot.waitUntil(lambda: [item.state for item in items] == [State.DONE] * 5)
    names = {item.name for item in items}
    qtbot.waitUntil(lambda: set(counted.titles) == names)
    qtbot.waitUntil(lambda: parts.controller.examination.ahead.is_idle)
    made = len(counted.titles)
    parts.window.queue.select_row(3)
    qtbot.waitUntil(lambda: shown(parts) == items[3].name)
    assert len(counted.titles) == made


def test_other_options_are_made_anew(make_window, qtbot, images):
    counted = Counted()
    parts = make_window(operations=counted.operations)
    parts.controller.start([str(images)])
    qtbot.waitUntil(lambda: len(set(counted.titles)) == 5)
    qtbot.waitUntil(lambda: parts.controller.examination.ahead.is_idle)
    counted.titles.clear()
    parts.window.actions_["of_denoised"].trigger()
    qtbot.waitUntil(lambda: len(set(counted.titles)) == 5)


def test_garbage_is_collected_in_the_gui_thread(make_window, qtbot):
    make_window()
    assert not gc.isenabled()  # No worker collects.
    where = []
    gc.callbacks.append(lambda phase, _info: where.append(threading.current_thread()))
    try:
        kept = [[] for _ in range(2 * gc.get_threshold()[0])]
        qtbot.waitUntil(lambda: bool(where))
    finally:
        gc.callbacks.pop()
    assert kept
    assert set(where) == {threading.main_thread()}


def test_old_objects_are_not_looked_through_while_images_are_inspected(make_window, qtbot):
    make_window()

    class Lane:
        busy = 1

    lane, generations = Lane(), []
    tidy.spare(lane)
    gc.callbacks.append(lambda phase, info: generations.append(info["generation"]))
    try:
        for _ in range(gc.get_threshold()[2] + 1):
            gc.collect(1)
        generations.clear()
        qtbot.wait(500)
        assert 2 not in generations
        lane.busy = 0
        qtbot.waitUntil(lambda: 2 in generations)
    finally:
        gc.callbacks.pop()
