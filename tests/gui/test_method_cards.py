"""Method cards: one for every view and family, each with all four parts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from fpinspect.gui.present import FAMILIES
from fpinspect.gui.viewdata import Row
from fpinspect.gui.views.cards import card_for, cards
from fpinspect.gui.views.look import DARK, LIGHT
from fpinspect.gui.views.method_cards import MethodCards


def test_every_view_and_family_has_a_card() -> None:
    keys = {card.key for card in cards()}
    assert {row.value for row in Row} <= keys
    assert set(FAMILIES) <= keys
    assert {"radial", "fold", "autocorrelation_view", "region", "difference", "tiles"} <= keys
    assert len(keys) == len(cards())
    assert card_for("nothing") is None


def test_every_card_is_complete() -> None:
    for card in cards():
        for text in (card.title, card.formula, card.shows, card.misleads, card.source):
            assert len(text) > 2, card.key
            assert "!" not in text, card.key
        assert len(card.shows) > 40, card.key
        assert len(card.misleads) > 20, card.key


def test_groups_stand_together() -> None:
    groups = [card.group for card in cards()]
    assert list(dict.fromkeys(groups)) == ["Views", "Feature families", "Verdict"]
    assert groups == sorted(groups, key=["Views", "Feature families", "Verdict"].index)


def test_choosing_a_card_shows_it(qtbot) -> None:
    dialog = MethodCards()
    qtbot.addWidget(dialog)
    dialog.set_theme(DARK)
    dialog.show()
    for i in range(dialog.list.count()):
        dialog.list.setCurrentRow(i)
    last = cards()[-1]
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert last.misleads in texts
    dialog.show_card("residual")
    assert dialog.list.currentItem().data(Qt.ItemDataRole.UserRole) == "residual"
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert card_for("residual").formula in texts
    dialog.set_theme(LIGHT)
    assert not dialog.grab().isNull()
