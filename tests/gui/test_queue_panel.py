"""The queue's pane: what filters do to the image examined, and what is said of them."""

from __future__ import annotations

import pytest

from fpinspect.gui.models import QueueModel
from fpinspect.gui.queue_filter import QueueFilter
from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.views.queue_panel import QueuePanel


def item(number, answer):
    made = QueueItem(number, f"/case/{answer} {number}.png", state=State.DONE)
    made.answer, made.log10_lr = answer, 1.0
    made.refresh_haystack()
    return made


@pytest.fixture
def panel(qtbot):
    model, shown = QueueModel(), QueueFilter()
    shown.setSourceModel(model)
    model.append([item(n, "real" if n % 2 else "generated") for n in range(1, 7)])
    made = QueuePanel(shown)
    model.setParent(made)
    shown.setParent(made)
    qtbot.addWidget(made)
    made.resize(288, 600)
    made.show()
    return made


def choose(button, words):
    action = next(a for a in button.menu().actions() if a.text() == words)
    action.trigger()
    return action


def test_the_image_examined_stays_while_a_filter_shows_it(panel):
    panel.select_row(3)
    kept = panel.current
    panel.filter_edit.setText(kept.answer)
    assert panel.current is kept
    assert panel.selected == [kept]
    panel.filter_edit.clear()
    assert panel.selected == [kept]


def test_a_filter_that_hides_it_shows_the_first_and_no_filter_at_all_keeps_that(panel):
    panel.select_row(1)
    hidden = panel.current
    choose(panel.verdict_button, "Real")
    assert panel.current is not hidden
    assert panel.selected == [panel.current]


def test_it_comes_back_after_a_filter_that_hid_everything(panel):
    panel.select_row(2)
    kept = panel.current
    panel.filter_edit.setText("nothing has this name")
    assert panel.current is None
    panel.filter_edit.clear()
    assert panel.selected == [kept]


def test_filters_say_how_much_they_show_and_how_to_be_rid_of_them(panel, qtbot):
    panel.set_progress("6 / 6", "", "", 1.0, running=False, paused=False)
    assert panel.footer.counts.text() == "6 / 6"
    choose(panel.verdict_button, "Real")
    qtbot.waitUntil(lambda: panel.footer.counts.text() == "6 / 6, 3 shown")
    panel.filter_edit.setText("generated")
    qtbot.waitUntil(panel.nothing.isVisible)
    panel.nothing.button.click()
    qtbot.waitUntil(lambda: panel.footer.counts.text() == "6 / 6")
    assert not panel.nothing.isVisible()
    assert panel.table.model().rowCount() == 6


def test_menus_mark_what_is_chosen(panel):
    for button in (panel.verdict_button, panel.source_button, panel.sort_button):
        actions = button.menu().actions()
        assert [a.isChecked() for a in actions] == [True] + [False] * (len(actions) - 1)
    chosen = choose(panel.verdict_button, "Generated")
    assert [a for a in panel.verdict_button.menu().actions() if a.isChecked()] == [chosen]
