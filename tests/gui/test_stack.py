"""Parts below one another."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from fpinspect.gui.views.stack import Stack

LONG = "Words that need more than one line where there is little room for them. " * 3


@pytest.fixture
def stack(qtbot):
    made = Stack(top=4, bottom=10)
    qtbot.addWidget(made)
    return made


def _bar(height):
    bar = QWidget()
    bar.setFixedHeight(height)
    return bar


def _words(text):
    label = QLabel(text)
    label.setWordWrap(True)
    return label


def test_parts_lie_below_one_another_with_their_gaps(stack):
    first, second = _bar(20), _bar(30)
    stack.add(first, 5, 16)
    stack.add(second, 7)
    assert stack.place(300) == 4 + 5 + 20 + 7 + 30 + 10
    assert first.geometry().getRect() == (16, 9, 268, 20)
    assert second.geometry().getRect() == (0, 36, 300, 30)


def test_hidden_parts_take_no_room_but_those_that_keep_it(stack):
    gone, kept, last = _bar(20), _bar(4), _bar(30)
    policy = kept.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    kept.setSizePolicy(policy)
    for part in (gone, kept, last):
        stack.add(part, 2)
    gone.hide()
    kept.hide()
    assert stack.place(100) == stack.heightForWidth(100) == 4 + 6 + 32 + 10
    assert last.y() == 4 + 6 + 2


def test_wrapped_words_and_what_is_below_follow_the_width(stack):
    words, below = _words(LONG), _bar(10)
    stack.add(words)
    stack.add(below)
    stack.place(600)
    wide = below.y()
    stack.resize(200, 400)
    stack.show()
    assert below.y() > wide
    assert words.height() == words.heightForWidth(200)
    assert below.y() == 4 + words.height()


def test_a_stack_in_a_stack_is_placed_though_it_stays_as_large(stack):
    inner = Stack()
    first, second = _bar(10), _bar(10)
    inner.add(first)
    inner.add(second)
    stack.add(inner)
    second.hide()
    stack.place(100)
    first.hide()
    second.show()
    stack.place(100)
    assert second.geometry().getRect() == (0, 0, 100, 10)
