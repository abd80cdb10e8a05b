"""What the panes say of an item while it waits, is inspected, was stopped or failed."""

from __future__ import annotations

import json

from view_samples import record

from fpinspect.gui import examined
from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.viewdata import Outcome


def item(state, told=None):
    made = QueueItem(1, "/case/a.png")
    if told is not None:
        made.take(told, json.dumps(told))
    made.state = state
    return made


def shown(one, told=None):
    return examined.verdict_of(one, one, told)


def test_what_is_inspected_for_the_first_time_shows_no_other_images_verdict():
    one = item(State.WORKING)
    one.stage, one.progress = "Denoising", 0.25
    view = shown(one)
    assert (view.outcome, view.message, view.progress) == (Outcome.WORKING, "Denoising", 0.25)
    assert not view.word
    assert not view.sources


def test_what_is_inspected_anew_keeps_its_own_verdict_greyed():
    told = record()
    view = shown(item(State.WAITING, told), told)
    assert view.outcome is Outcome.WORKING
    assert view.word == "Generated"


def test_a_duplicate_waits_for_the_one_that_is_analysed():
    original, copy = item(State.WORKING), item(State.DUPLICATE)
    original.progress = 0.5
    view = examined.verdict_of(copy, original, None)
    assert (view.outcome, view.progress) == (Outcome.WORKING, 0.5)


def test_what_was_stopped_is_not_at_work():
    view = shown(item(State.STOPPED))
    assert view.outcome is Outcome.EMPTY
    assert "F5" in view.message


def test_what_failed_says_why_in_both_panes():
    one = item(State.FAILED)
    one.error = "The file is empty."
    assert shown(one).message == "The file is empty."
    rows = [row for section in examined.metadata_of(one, None).sections for row in section.rows]
    assert ("Error", "The file is empty.") in rows
    assert examined.verdict_of(None, None, None).outcome is Outcome.EMPTY
