"""The controller with a mock window: it asks, it is told, nothing is drawn."""

from __future__ import annotations

import time
from unittest.mock import MagicMock

import fake_engine
import pytest

from fpinspect.gui import engine_case
from fpinspect.gui.controller import Controller
from fpinspect.gui.engine_process import LocalEngine, ProcessEngine
from fpinspect.gui.engine_server import ServerSpec
from fpinspect.gui.lanes import Lanes
from fpinspect.gui.main_window import MainWindow
from fpinspect.gui.models import QueueModel
from fpinspect.gui.queue_filter import QueueFilter
from fpinspect.gui.queue_item import State
from fpinspect.gui.settings import Settings
from fpinspect.gui.viewdata import Outcome
from fpinspect.gui.views.body import Body
from fpinspect.gui.views.first_run import FirstRun
from fpinspect.gui.views.panes import Panes
from fpinspect.gui.views.queue_panel import QueuePanel
from fpinspect.gui.views.status import StatusLine
from fpinspect.gui.workers import Lane


def mock_window():
    window = MagicMock(spec=MainWindow)
    window.queue = MagicMock(spec=QueuePanel)
    window.panes = MagicMock(spec=Panes)
    window.panes.comparison = None
    window.status = MagicMock(spec=StatusLine)
    window.first_run = MagicMock(spec=FirstRun)
    window.body = MagicMock(spec=Body)
    window.body.sizes, window.body.hidden_panes = {}, []
    window.actions_ = MagicMock()
    window.geometry_text = ""
    return window


@pytest.fixture
def make_controller(qapp):
    made = []

    def make(operations=fake_engine.operations, batch=LocalEngine, jobs=1):
        model, shown = QueueModel(), QueueFilter()
        shown.setSourceModel(model)
        spec = ServerSpec(operations=operations)
        lanes = Lanes(
            Lane([LocalEngine(spec)]),
            Lane([LocalEngine(spec)]),
            Lane([batch(spec) for _ in range(jobs)]),
            Lane([LocalEngine(spec)]),
            Lane([LocalEngine(ServerSpec(operations=engine_case.operations))]),
        )
        control = Controller(mock_window(), model, shown, lanes, Settings())
        made.append((control, model, shown))
        return control

    yield make
    for control, *_ in made:
        control.close()


def finished(control):
    return bool(control.model.items) and not control.runner.progress.running


def test_a_folder_is_inspected_and_the_first_image_asked_for(make_controller, images, qtbot):
    control = make_controller()
    control.start([str(images)])
    qtbot.waitUntil(lambda: finished(control), timeout=20_000)
    control.window.queue.select_row.assert_called_with(0)
    control.window.show_start.assert_called_with(False)
    control.window.show_engine.assert_called()
    control.window.set_title.assert_called_with("images")


def test_selecting_shows_the_verdict_and_only_the_last_panels(make_controller, images, qtbot):
    control = make_controller()
    control.add([str(images)])
    qtbot.waitUntil(lambda: finished(control), timeout=20_000)
    shown = control.window.show_comparison
    # Long enough for the engine to finish the first image while the last has not been asked for.
    control.examination._settle._timer.setInterval(500)
    for item in control.model.items:
        control.examination._on_queue_current_changed(item)
    qtbot.waitUntil(lambda: shown.called, timeout=10_000)
    qtbot.wait(150)
    titles = [call.args[0].questioned.title for call in shown.call_args_list]
    assert titles == [control.model.items[-1].name]
    verdict = control.window.show_verdict.call_args.args[0]
    assert verdict.outcome.value == control.model.items[-1].answer


def test_the_same_panels_are_not_computed_twice(make_controller, images, qtbot):
    control = make_controller()
    control.add([str(images)])
    qtbot.waitUntil(lambda: finished(control), timeout=20_000)
    shown = control.window.show_comparison
    first, second = control.model.items[:2]
    for item in (first, second):
        control.examination._on_queue_current_changed(item)
        before = shown.call_count
        qtbot.waitUntil(lambda before=before: shown.call_count > before, timeout=10_000)
    control.lanes.view.submit = MagicMock(side_effect=AssertionError("asked again"))
    before = shown.call_count
    control.examination._on_queue_current_changed(first)
    qtbot.waitUntil(lambda: shown.call_count > before, timeout=2_000)
    assert shown.call_args.args[0].questioned.title == first.name


def test_an_error_of_an_item_is_shown_on_it(make_controller, tmp_path, qtbot):
    (tmp_path / "broken.png").write_bytes(b"nothing")
    control = make_controller()
    control.add([str(tmp_path / "broken.png")])
    qtbot.waitUntil(lambda: finished(control), timeout=20_000)
    item = control.model.items[0]
    assert item.state is State.FAILED
    control.examination._on_queue_current_changed(item)
    assert control.window.show_verdict.call_args.args[0].outcome is Outcome.ERROR


def test_a_crash_of_the_engine_costs_one_item(make_controller, images, qtbot):
    fake_engine.picture(99).save(images / "crash.png")
    control = make_controller(batch=ProcessEngine)
    control.add([str(images)])
    qtbot.waitUntil(lambda: len(control.model.items) == 6 and finished(control), timeout=60_000)
    failed = [item for item in control.model.items if item.state is State.FAILED]
    assert [item.name for item in failed] == ["crash.png"]
    assert "ended unexpectedly" in failed[0].error
    assert sum(item.state is State.DONE for item in control.model.items) == 5


def test_cancelling_stops_within_300_ms(make_controller, images, qtbot):
    control = make_controller(fake_engine.deaf_operations, ProcessEngine, jobs=2)
    control.add([str(images)])
    qtbot.waitUntil(
        lambda: sum(item.state is State.WORKING for item in control.model.items) == 2,
        timeout=30_000,
    )
    qtbot.wait(1500)
    before = time.monotonic()
    control.runner.cancel()
    assert not control.runner.progress.running
    qtbot.waitUntil(lambda: control.lanes.batch.busy == 0, timeout=5_000)
    assert time.monotonic() - before < 0.6  # The threads are free again; 300 ms with a free core.
    assert {item.state for item in control.model.items} == {State.STOPPED}


def test_a_pause_begins_nothing_more(make_controller, images, qtbot):
    control = make_controller()
    control.runner.pause(True)
    control.add([str(images)])
    qtbot.waitUntil(lambda: len(control.model.items) == 5, timeout=10_000)
    qtbot.wait(100)
    assert {item.state for item in control.model.items} == {State.WAITING}
    control.runner.pause(False)
    qtbot.waitUntil(lambda: finished(control), timeout=20_000)
    assert {item.state for item in control.model.items} == {State.DONE}


def test_closing_while_busy_is_clean(make_controller, images, qtbot):
    control = make_controller(fake_engine.deaf_operations, ProcessEngine)
    control.add([str(images)])
    qtbot.waitUntil(lambda: control.lanes.batch.busy == 1, timeout=20_000)
    before = time.monotonic()
    control.close()
    assert time.monotonic() - before < 3.0
    assert all(
        engine.pid is None or not alive(engine.pid) for engine in control.lanes.batch.engines
    )


def alive(pid):
    from pathlib import Path

    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().split()[2] not in "ZX"


def test_a_duplicate_of_a_removed_image_is_analysed_after_all(make_controller, images, qtbot):
    fake_engine.picture(0).save(images / "image 0 again.png")
    control = make_controller()
    control.add([str(images)])
    qtbot.waitUntil(lambda: finished(control) and len(control.model.items) == 6, timeout=20_000)
    twin = next(item for item in control.model.items if item.state is State.DUPLICATE)
    owner = control.model.item(control.runner.claims.owner(twin.sha256))
    control.model.remove([owner])
    control.runner.forget([owner])
    qtbot.waitUntil(lambda: finished(control), timeout=10_000)
    assert twin.state is State.DONE


def test_averages_become_a_reference(make_controller, images, qtbot):
    control = make_controller()
    control.add([str(images)])
    qtbot.waitUntil(lambda: finished(control), timeout=20_000)
    control.window.queue.selected = list(control.model.items)
    control._on_window_action_triggered("average", True)
    qtbot.waitUntil(lambda: bool(control.examination._average), timeout=10_000)
    assert control.examination._references == ("average", "best", "bank:real")


def test_an_action_that_nobody_does_is_a_defect(make_controller, caplog):
    control = make_controller()
    control.window.invoke.return_value = False
    control._on_window_action_triggered("dance", True)
    caplog.expected_errors = 1
    assert "nobody does dance" in caplog.text


def test_the_image_examined_is_seen_at_work(make_controller, images, qtbot):
    control = make_controller()
    control.add([str(images)])
    qtbot.waitUntil(lambda: finished(control), timeout=20_000)
    item = control.model.items[0]
    control.examination._on_queue_current_changed(item)
    verdict = control.window.show_verdict
    assert verdict.call_args.args[0].outcome is not Outcome.WORKING
    verdict.reset_mock()
    control.window.queue.selected = [item]
    control._on_window_action_triggered("reinspect", True)
    qtbot.waitUntil(lambda: finished(control), timeout=20_000)
    told = [call.args[0].outcome for call in verdict.call_args_list]
    assert told[0] is Outcome.WORKING
    assert told[-1] is not Outcome.WORKING
