"""An engine that cannot start: what went wrong, what to do, and another try, in plain words."""

from __future__ import annotations

import fake_engine
import pytest

from fpinspect.gui.engine import EngineError
from fpinspect.gui.engine_process import ProcessEngine
from fpinspect.gui.engine_server import ServerSpec
from fpinspect.gui.queue_item import State


class Installation:
    """Lacks a library until it is mended."""

    def __init__(self):
        self.is_whole = False

    def operations(self, spec):
        table = fake_engine.operations(spec)

        def checked(name):
            def operation(payload, context):
                if not self.is_whole:
                    raise ModuleNotFoundError("No module named 'torch'")
                return table[name](payload, context)

            return operation

        return {**table, "about": checked("about"), "inspect": checked("inspect")}


@pytest.mark.parametrize(
    ("operations", "words"),
    [
        (fake_engine.missing_operations, "cannot start.*No module named 'torch'.*again"),
        (fake_engine.dying_operations, "cannot start.*ended unexpectedly \\(status 3\\)"),
    ],
)
def test_a_process_that_cannot_start_says_why(operations, words):
    engine = ProcessEngine(ServerSpec(operations=operations))
    with pytest.raises(EngineError, match=words):
        engine.call("about", {})
    engine.close()


def test_the_window_says_it_and_tries_again(make_window, qtbot, images, caplog):
    caplog.expected_errors = 1 + 5  # the engine, and every image
    installation = Installation()
    parts = make_window(operations=installation.operations)
    window = parts.window
    parts.controller.start([str(images)])
    qtbot.waitUntil(window.notice.isVisible)
    for words in ("cannot be inspected", "No module named 'torch'", "Install fpinspect again"):
        assert words in window.notice.words
    assert "Loading" not in window.status.words
    items = parts.model.items
    qtbot.waitUntil(lambda: [item.state for item in items] == [State.FAILED] * 5)

    installation.is_whole = True
    window.notice.retry_button.click()
    qtbot.waitUntil(lambda: not window.notice.isVisible())
    qtbot.waitUntil(lambda: [item.state for item in items] == [State.DONE] * 5)


def test_what_a_file_did_wrong_is_not_tried_again(make_window, qtbot, images, caplog):
    (images / "broken.png").write_bytes(b"\x89PNG")
    parts = make_window()
    parts.controller.start([str(images / "broken.png")])
    qtbot.waitUntil(lambda: [item.state for item in parts.model.items] == [State.FAILED])
    parts.window.actions_["restart_engine"].trigger()
    assert parts.model.items[0].state is State.FAILED
    assert not parts.window.notice.isVisible()
