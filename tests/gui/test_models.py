"""The queue as a table: order, filters, removal and its undoing."""

from __future__ import annotations

import json

import pytest
import view_samples
from fake_engine import error_of
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from fpinspect.gui.models import (
    ITEM_ROLE,
    Column,
    QueueModel,
    Sort,
    accessible_text,
    tooltip,
)
from fpinspect.gui.queue_filter import QueueFilter
from fpinspect.gui.queue_item import Mark, QueueItem, State
from fpinspect.gui.words import duration, pace_words, title_words


def item(number, name, answer="", lr=None, source="", state=State.DONE):
    made = QueueItem(number, f"/case/{name}", state=state)
    made.answer, made.log10_lr, made.source = answer, lr, source
    made.refresh_haystack()
    return made


@pytest.fixture
def queue(qapp):
    model = QueueModel()
    shown = QueueFilter()
    shown.setSourceModel(model)
    testers = [
        QAbstractItemModelTester(m, QAbstractItemModelTester.FailureReportingMode.Fatal)
        for m in (model, shown)
    ]
    model.append(
        [
            item(1, "b.png", "real", -2.0, "real"),
            item(2, "a.jpg", "generated", 1.5, "sd1"),
            item(3, "d.webp", "generated", 3.0, "flux"),
            item(4, "c.png", "inconclusive", 0.1, "unknown"),
        ]
    )
    yield model, shown
    del testers


def names(model):
    rows = range(model.rowCount())
    return [model.index(row, 0).data(ITEM_ROLE).name for row in rows]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Sort.ADDED, ["b.png", "a.jpg", "d.webp", "c.png"]),
        (Sort.NAME, ["a.jpg", "b.png", "c.png", "d.webp"]),
        (Sort.STRENGTH, ["d.webp", "a.jpg", "c.png", "b.png"]),
        (Sort.VERDICT, ["d.webp", "a.jpg", "c.png", "b.png"]),
    ],
)
def test_rows_are_sorted_when_asked(queue, key, expected):
    model, shown = queue
    model.sort_by(key)
    assert names(model) == names(shown) == expected
    model.sort_by(key, backwards=True)
    assert names(shown)[0] == expected[-1] or key is Sort.VERDICT


def test_what_was_selected_stays_selected_through_sorting(queue):
    _, shown = queue
    held = QPersistentModelIndex(shown.index(0, 0))
    shown.sort(Column.ITEM, Qt.SortOrder.AscendingOrder)
    assert held.data(ITEM_ROLE).name == "b.png"
    assert held.row() == 1


def test_new_items_come_last_whatever_the_order(queue):
    model, shown = queue
    model.sort_by(Sort.NAME)
    model.append([item(9, "0.png")])
    assert names(shown)[-1] == "0.png"


def test_filters_join(queue):
    model, shown = queue
    shown.set_verdict("generated")
    assert names(shown) == ["a.jpg", "d.webp"]
    shown.set_source("flux")
    assert names(shown) == ["d.webp"]
    assert [i.name for i in shown.items_in(0, 0)] == ["d.webp"]
    shown.set_source("")
    shown.set_text("A.JPG case")
    assert names(shown) == ["a.jpg"]
    shown.set_text("")
    shown.set_verdict("marked")
    assert names(shown) == []
    model.items[3].mark = Mark.TO_CHECK
    model.changed(model.items[3])
    assert names(shown) == ["c.png"]


def test_removed_items_go_back_to_their_rows(queue):
    model, shown = queue
    before = names(model)
    removed = model.remove([model.items[3], model.items[0], model.items[1]])
    assert names(shown) == ["d.webp"]
    model.insert(removed)
    assert names(shown) == before
    assert [model.row_of(i) for i in model.items] == [0, 1, 2, 3]


def test_a_row_says_everything_aloud(queue):
    model, _ = queue
    spoken = accessible_text(model.items[1])
    assert "a.jpg" in spoken
    assert "Generated, SD 1.x" in spoken
    assert "+1.5" in spoken
    assert tooltip(model.items[1]).startswith("/case/a.jpg")
    shown = {model.index(1, column).data() for column in Column}
    assert {"a.jpg", "Generated", "SD 1.x", "+1.5", "Done"} <= shown


def test_control_characters_in_a_name_are_made_visible():
    assert "\n" not in QueueItem(1, "/case/two\nlines.png").name


def test_an_error_line_makes_a_failed_item(queue):
    model, _ = queue
    made = model.items[0]
    made.take(error_of(made.path, "The file is empty."), "{}")
    assert made.state is State.FAILED
    assert made.verdict_text == "Not read: The file is empty."
    assert made.lr_text == ""


def test_words_of_title_and_pace(queue):
    from fpinspect.gui.queue_runner import RunProgress

    model, _ = queue
    assert title_words([]) == ""
    assert title_words(model.items[:1]) == "b.png"
    assert title_words(model.items) == "case"
    progress = RunProgress(214, 1000, 1, 31.2, 25.2, running=True)
    assert pace_words(progress) == (
        "214 / 1,000",
        "31\u00a0images/s, 25\u00a0s left",
        "1 not read",
    )
    stopped = RunProgress(29, 298, 1, stopped=269)
    assert pace_words(stopped) == ("29 / 298", "269 stopped", "1 not read")
    assert duration(95) == "1\u00a0min 35\u00a0s"


def test_a_name_with_a_tag_is_no_markup_in_the_tooltip(queue):
    model, _ = queue
    model.append([item(5, "a <b>bold.png")])
    shown = model.index(4, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert shown == "<span>/case/a &lt;b&gt;bold.png</span>"
    plain = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert plain.startswith("/case/b.png")


def test_a_row_gives_no_strength_where_a_rule_forbids_an_opinion():
    told = view_samples.record()
    told["applicability"] = [{"code": "flat", "severity": "blocking", "message": "Flat."}]
    row = QueueItem(1, "/case/flat.png")
    row.take(told, json.dumps(told))
    assert (row.verdict_text, row.lr_text, row.source) == ("No opinion", "", "")
    assert "support" not in tooltip(row)
    assert "likelihood" not in accessible_text(row)
