"""The classification pane in every state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from view_samples import record

from fpinspect.gui import present
from fpinspect.gui.viewdata import FlagNote, MatchRow, Outcome, Severity, VerdictView
from fpinspect.gui.views.look import DARK, LIGHT
from fpinspect.gui.views.shapes import paint_shape
from fpinspect.gui.views.verdict_panel import VerdictPanel
from fpinspect.gui.views.verdict_parts import cells, share_text

GENERATED = present.verdict(record())


@pytest.fixture
def panel(qtbot):
    made = VerdictPanel()
    qtbot.addWidget(made)
    made.set_theme(DARK)
    made.resize(352, 907)
    made.show()
    qtbot.waitExposed(made)
    return made


def _visible(panel):
    return {name for name, (_, part) in panel._sections.items() if part.isVisible()}


def _texts(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


STATES = {
    "generated": GENERATED,
    "real": present.verdict(record(answer="real", log10_lr=-2.4, source="real")),
    "inconclusive": present.verdict(record(answer="inconclusive", log10_lr=0.2)),
    "blocked": VerdictView(
        Outcome.BLOCKED, "No opinion", flags=(FlagNote(Severity.BLOCKING, "Flat."),)
    ),
    "working": present.working("Denoising", GENERATED, 0.2),
    "error": present.verdict({"status": "error", "error": "Cut."}),
    "empty": VerdictView(),
}


@pytest.mark.parametrize("name", STATES)
def test_every_state_draws_in_both_themes(panel, name) -> None:
    for theme in (DARK, LIGHT):
        panel.set_theme(theme)
        panel.show_verdict(STATES[name])
        assert not panel.grab().isNull()


def test_an_opinion_shows_all_its_parts(panel) -> None:
    panel.show_verdict(GENERATED)
    assert _visible(panel) == {"sources", "contributions", "matches", "flags", "not_said"}
    texts = _texts(panel)
    assert GENERATED.sentence in texts
    assert GENERATED.odds_note in texts
    assert GENERATED.not_said[0] in texts


def test_no_opinion_shows_only_what_blocks(panel) -> None:
    panel.show_verdict(STATES["blocked"])
    assert _visible(panel) == {"flags"}
    assert not panel.scale.isVisible()
    assert "Flat." in _texts(panel)


def test_an_error_shows_what_happened(panel) -> None:
    panel.show_verdict(STATES["error"])
    assert _visible(panel) == set()
    assert "Cut." in _texts(panel)


def test_working_greys_the_old_verdict_and_nothing_jumps(panel) -> None:
    panel.show_verdict(GENERATED)
    before = panel.scale.mapTo(panel, QPoint(0, 0))
    panel.show_verdict(STATES["working"])
    assert panel.progress.isVisible()
    assert panel.progress.value() == 200
    assert panel.sources.faded
    assert panel.scale.mapTo(panel, QPoint(0, 0)) == before
    panel.show_verdict(GENERATED)
    assert not panel.progress.isVisible()
    assert not panel.sources.faded


def test_what_weakens_vanishes_when_empty(panel) -> None:
    panel.show_verdict(replace(GENERATED, flags=()))
    assert "flags" not in _visible(panel)


def test_explanation_has_its_place(panel) -> None:
    panel.show_verdict(replace(GENERATED, explanation=("Peaks at N/8.",)))
    assert "explanation" in _visible(panel)
    assert "Peaks at N/8." in _texts(panel)


def _colour_at(panel, x):
    return panel.scale.grab().toImage().pixelColor(round(x), 15).name()


def test_scale_is_filled_up_to_the_ratio_and_hatched_beyond_the_bound(panel) -> None:
    panel.show_verdict(GENERATED)
    step = panel.scale.width() / 5
    assert _colour_at(panel, 2.3 * step) == "#e8833a"
    assert _colour_at(panel, 2.9 * step) == "#2c3036"
    hatched = {_colour_at(panel, 4 * step + k) for k in range(12)}
    assert len(hatched) > 1
    panel.show_verdict(STATES["real"])
    assert _colour_at(panel, 2.2 * step) == "#2aa198"
    panel.show_verdict(STATES["inconclusive"])
    assert _colour_at(panel, 0.1 * step) == "#2c3036"


def test_a_contribution_is_chosen_once_and_let_go(panel, qtbot) -> None:
    panel.show_verdict(GENERATED)
    bars = panel.contributions
    with qtbot.waitSignal(panel.contribution_selected) as chosen:
        QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(40, 5))
    assert chosen.args == ["log_psd"]
    with qtbot.waitSignal(panel.contribution_selected) as chosen:
        QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(40, 5))
    assert chosen.args == [""]
    with qtbot.waitSignal(panel.contribution_selected) as chosen:
        QTest.keyClick(bars, Qt.Key.Key_Down)
    assert chosen.args == ["log_psd"]
    panel.show_verdict(replace(GENERATED, sentence="again"))
    with qtbot.waitSignal(panel.contribution_selected) as chosen:
        QTest.keyClick(bars, Qt.Key.Key_Down)
    assert chosen.args == ["autocorrelation"]


def test_numbers_are_spoken_too(panel) -> None:
    panel.show_verdict(GENERATED)
    assert panel.heading.accessibleName() == "Verdict: Generated"
    assert "SD 1.x .93, in the set" in panel.sources.accessibleName()
    assert "Spectrum, N/8 peaks +1.3" in panel.contributions.accessibleName()
    assert "SD 1.x .038 5.3\u00a0σ 5, 0 <\u00a0.001" in panel.matches.accessibleName()
    assert "strong support" in panel.scale.accessibleName().lower()


def test_the_table_says_what_its_numbers_rest_on(panel) -> None:
    panel.show_verdict(GENERATED)
    tip = panel.matches.toolTip()
    assert "Real: p from 312 photographs" in tip
    assert "SD 1.x: p calculated for noise" in tip


def test_numbers_as_the_eye_reads_them() -> None:
    row = MatchRow("a", "A", -0.002, 3.1, (1, 4), 0.57)
    assert cells(row) == ("−.002", "3.1\u00a0σ", "4, 1", ".570")
    assert share_text(0.9999) == ">\u00a0.99"
    assert share_text(0.5) == ".50"


def test_words_of_others_are_never_markup(panel) -> None:
    hostile = "<img src=x><h1>Real</h1>"
    flag = FlagNote(Severity.WARNING, hostile)
    panel.show_verdict(replace(GENERATED, flags=(flag,), sentence=hostile))
    labels = [label for label in panel.findChildren(QLabel) if hostile in label.text()]
    assert len(labels) == 2
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_shapes_differ_without_colour() -> None:
    pictures = set()
    outcomes = (Outcome.GENERATED, Outcome.REAL, Outcome.INCONCLUSIVE, Outcome.ERROR)
    for outcome in outcomes:
        image = QImage(16, 16, QImage.Format.Format_RGB32)
        image.fill(QColor("black"))
        painter = QPainter(image)
        paint_shape(painter, outcome, QRectF(0, 0, 16, 16), QColor("white"))
        painter.end()
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == len(outcomes)


def test_colours_survive_a_new_parent(panel, qtbot) -> None:
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    panel.show_verdict(GENERATED)
    holder = QWidget()
    QVBoxLayout(holder).addWidget(panel)
    qtbot.addWidget(holder)
    holder.show()
    assert panel.odds.palette().windowText().color().name() == DARK.muted
    panel.setParent(None)


def test_another_verdict_is_complete_before_it_is_drawn(panel):
    before = (FlagNote(Severity.INFO, "Grey."),)
    panel.show_verdict(replace(GENERATED, flags=before, explanation=("So.",)))
    notes = (FlagNote(Severity.WARNING, "Soft."), FlagNote(Severity.INFO, "Sampled."))
    panel.show_verdict(replace(GENERATED, flags=notes, explanation=("Because.", "Of this.")))
    assert {"Soft.", "Sampled.", "Because.", "Of this."} <= set(_texts(panel))
