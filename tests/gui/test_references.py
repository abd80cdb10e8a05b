"""Which references stand beside the image, and the list of those that may be added."""

from __future__ import annotations

from dataclasses import replace

import pytest
import view_samples as samples
from PySide6.QtCore import Qt

from fpinspect.gui import references
from fpinspect.gui.views.more_references import MoreReferences

REAL = references.REAL


@pytest.mark.parametrize(
    ("keys", "by", "after"),
    [
        (("a", REAL), 1, ("a", "c", REAL)),  # the best match that is not shown
        (("a", "c", REAL), 1, ("a", "c", "b", REAL)),
        (("a", "b", "c", REAL), 1, ("a", "b", "c", REAL)),  # full
        (("a", "b", REAL), -1, ("a", REAL)),
        (("a", REAL), -1, ("a",)),  # the first stays
        (("a",), -1, ("a",)),
    ],
)
def test_references_are_added_before_the_photographs(keys, by, after):
    assert references.changed(keys, by, ["a", "b", "c", REAL], ["a", "c"]) == after


def test_what_is_shown_is_not_added_again():
    assert references.inserted(("a", REAL), "a") == ("a", REAL)


@pytest.fixture
def more(qtbot):
    widget = MoreReferences()
    qtbot.addWidget(widget)
    widget.resize(200, 240)
    widget.show()
    return widget


def test_all_but_the_shown_are_offered_as_far_as_there_is_room(more):
    shown = samples.comparison()
    more.show_offers(shown.choices, [column.key for column in shown.columns])
    keys = {column.key for column in shown.columns}
    assert [offer.key for offer in more.offers] == [
        choice.key for choice in shown.choices if choice.key not in keys
    ]
    more.resize(200, 60)
    assert not any(offer.isVisible() for offer in more.offers)


def test_an_offer_is_chosen_by_mouse_and_by_key(more, qtbot):
    shown = samples.comparison()
    more.show_offers(shown.choices, [])
    chosen = []
    more.chosen.connect(chosen.append)
    first = more.offers[0]
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Space)
    assert chosen == [first.key, first.key]
    assert first.accessibleName().startswith("Add ")


def test_what_was_offered_before_is_not_made_again(more):
    shown = samples.comparison()
    more.show_offers(shown.choices, [])
    before = {offer.key: offer for offer in more.offers}
    gone = shown.choices[0].key
    more.show_offers(shown.choices, [gone])
    assert [offer.key for offer in more.offers] == [c.key for c in shown.choices if c.key != gone]
    assert all(before[offer.key] is offer for offer in more.offers)
    more.show_offers(shown.choices, [])
    assert [offer.key for offer in more.offers] == [choice.key for choice in shown.choices]
    tops = [offer.y() for offer in more.offers]
    assert tops == sorted(set(tops))


def test_an_entry_is_drawn_with_its_spectrum(more):
    shown = samples.comparison()
    more.show_offers(shown.choices, [])
    plain = more.grab().toImage()
    key = more.offers[0].key
    more.set_entries([replace(shown.references[0], key=key)])
    assert more.grab().toImage() != plain
