"""The first request is acted on at once, of many only the last."""

from __future__ import annotations

from fpinspect.gui.settle import Settle


def test_one_request_does_not_wait(qtbot):
    settle, due = Settle(10_000), []
    settle.due.connect(lambda: due.append(1))
    settle.ask()
    assert due == [1]


def test_of_a_quick_row_the_first_and_the_last_count(qtbot):
    settle, seen, now = Settle(150), [], [0]
    settle.due.connect(lambda: seen.append(now[0]))
    for number in range(1, 6):
        now[0] = number
        settle.ask()
    assert seen == [1]
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=10_000)
    qtbot.wait(200)
    assert seen == [1, 5]


def test_nothing_is_due_after_a_stop(qtbot):
    settle, due = Settle(50), []
    settle.due.connect(lambda: due.append(1))
    settle.ask()
    settle.ask()
    settle.stop()
    qtbot.wait(120)
    assert due == [1]
