"""The classification pane: verdict in words, its strength, its reasons and its limits."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from fpinspect.gui.translation import translate, translated
from fpinspect.gui.viewdata import Outcome, VerdictView
from fpinspect.gui.views.focus_ring import FocusRing
from fpinspect.gui.views.look import (
    DARK,
    HEADING_PX,
    Theme,
    colour_text,
    fill,
    font,
    number_font,
    outcome_colour,
    plain_label,
)
from fpinspect.gui.views.paragraphs import Paragraphs
from fpinspect.gui.views.progress import show_share, thin_bar
from fpinspect.gui.views.section_head import Part, SectionHead
from fpinspect.gui.views.shapes import paint_shape
from fpinspect.gui.views.stack import Stack
from fpinspect.gui.views.verdict_parts import (
    ContributionBars,
    KeyValues,
    MatchTable,
    ScaleBar,
    SourceBars,
)

MARGIN = 16
_OPINION = (Outcome.GENERATED, Outcome.REAL, Outcome.INCONCLUSIVE, Outcome.WORKING)


class Heading(Part):
    """Shape and word of the verdict."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outcome, self._word = Outcome.EMPTY, ""
        self.setFixedHeight(28)

    def show_word(self, outcome: Outcome, word: str) -> None:
        """Show another verdict."""
        self._outcome, self._word = outcome, word
        self.setAccessibleName(
            translate("Verdict", "Verdict: {word}").format(word=word) if word else ""
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw shape and word."""
        painter = self.painter()
        colour = outcome_colour(self._outcome, self.theme)
        left = 0
        if self._outcome not in (Outcome.EMPTY, Outcome.WORKING):
            paint_shape(painter, self._outcome, QRectF(0, 7, 15, 14), colour)
            left = 24
        painter.setFont(font(HEADING_PX, semibold=True))
        painter.setPen(QColor(self.theme.text))
        place = QRect(left, 0, self.width() - left, 28)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self._word)
        painter.end()


class VerdictPanel(QScrollArea):
    """The pane at the right."""

    contribution_selected = Signal(str)
    """Name of a family, or an empty string when none is chosen any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._view = VerdictView()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(translate("Verdict", "Verdict"))
        self.heading, self.scale, self.numbers = Heading(), ScaleBar(), KeyValues()
        self.support, self.sentence = plain_label(wrap=True), plain_label(wrap=True)
        self.odds, self.message = plain_label(wrap=True, face=number_font()), plain_label(wrap=True)
        self.progress = thin_bar(translate("Verdict", "Progress of the inspection"))
        self.sources, self.contributions = SourceBars(), ContributionBars()
        self.matches = MatchTable()
        self.contributions.chosen.connect(self.contribution_selected)
        self._sections: dict[str, tuple[SectionHead, QWidget]] = {}
        self._body = Stack(top=4, bottom=MARGIN)
        self._flags = Paragraphs()
        self._texts = {name: Paragraphs() for name in ("explanation", "not_said")}
        self._lay_out()
        self._ring = FocusRing(self)
        self.show_verdict(VerdictView())

    def _lay_out(self) -> None:
        for part, gap in (
            (self.progress, 0),
            (self.heading, 4),
            (self.support, 4),
            (self.message, 8),
            (self.scale, 4),
            (self.numbers, 8),
            (self.sentence, 12),
            (self.odds, 8),
        ):
            self._body.add(part, gap, MARGIN)
        self._section(
            "sources",
            translate("Verdict", "Source, at even prior odds"),
            self.sources,
            translate("Verdict", "in the 95 % set"),
        )
        self._section(
            "contributions",
            translate("Verdict", "Rests on, share of log₁₀ LR"),
            self.contributions,
            edge=True,
        )
        self._section("matches", translate("Verdict", "Matches"), self.matches)
        self._section("flags", translate("Verdict", "What weakens this"), self._flags)
        self._section(
            "explanation", translate("Verdict", "Explanation"), self._texts["explanation"]
        )
        self._section(
            "not_said", translate("Verdict", "What this does not say"), self._texts["not_said"]
        )
        for label in (self.support, self.sentence, self.odds, self.message):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWidget(self._body)

    def _section(
        self, name: str, title: str, part: QWidget, legend: str = "", *, edge: bool = False
    ) -> None:
        head = SectionHead(title, legend)
        self._body.add(head, 12, MARGIN)
        self._body.add(part, 4, 0 if edge else MARGIN)
        if edge:
            self.contributions.set_margin(MARGIN)
        self._sections[name] = (head, part)

    @property
    def view(self) -> VerdictView:
        """What is shown."""
        return self._view

    def sizeHint(self) -> QSize:
        """Width of the reference."""
        return QSize(352, 600)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        fill(self._body, theme.panel)
        fill(self.viewport(), theme.panel)
        parts = (self.heading, self.scale, self.numbers, self.sources, self.contributions)
        for part in (*parts, self.matches, *(head for head, _ in self._sections.values())):
            part.set_theme(theme)
        self.show_verdict(self._view)

    def show_verdict(self, view: VerdictView) -> None:
        """Show another verdict; the chosen contribution stays if it is still there."""
        self._view = view
        self.setAccessibleDescription(_spoken(view))
        opinion = view.outcome in _OPINION and bool(view.word)
        self._show_head(view, opinion=opinion)
        shown = {
            "sources": opinion and bool(view.sources),
            "contributions": opinion and bool(view.contributions),
            "matches": opinion and bool(view.matches),
            "explanation": opinion and bool(view.explanation),
            "flags": bool(view.flags) and view.outcome is not Outcome.ERROR,
            "not_said": opinion and bool(view.not_said),
        }
        self.sources.show_sources(view.sources)
        self._sections["sources"][0].set_legend(translated("Comparison", view.set_words))
        self.contributions.show_contributions(view.contributions)
        self.matches.show_matches(view.matches)
        self._texts["explanation"].show_texts(view.explanation, self._theme.text)
        self._texts["not_said"].show_texts(view.not_said, self._theme.muted)
        self._flags.show_notes(view.flags, self._theme)
        for name, (head, part) in self._sections.items():
            for widget in (head, part):
                widget.setVisible(shown[name])
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the parts be as wide as the pane."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        room = self.viewport().size()
        height = self._body.place(room.width())
        self._body.resize(room.width(), max(height, room.height()))

    def _show_head(self, view: VerdictView, *, opinion: bool) -> None:
        theme = self._theme
        working = view.outcome is Outcome.WORKING
        # What is said of the work is shorter than the verdict before: nothing below may jump.
        kept = self.support.height() if working and self.support.isVisible() else 0
        self.support.setMinimumHeight(kept)
        word = view.word or (translate("Verdict", "Working") if working else "")
        self.heading.show_word(view.outcome, word)
        self.heading.setVisible(bool(word))
        for label, text, colour in (
            (
                self.support,
                view.message if working else view.support,
                theme.muted if working else theme.text,
            ),
            (self.sentence, view.sentence, theme.muted if working else theme.text),
            (self.odds, view.odds_note, theme.muted),
            (self.message, "" if working else view.message or _empty(view), theme.text),
        ):
            label.setText(text)
            colour_text(label, colour)
            label.setVisible(bool(text))
        self.progress.setVisible(working)
        show_share(self.progress, view.progress)
        self.scale.show_verdict(view)
        self.numbers.show_rows(view.numbers if opinion else ())
        self.numbers.setToolTip(view.rates_basis)
        self.scale.setVisible(opinion)
        self.numbers.setVisible(opinion and bool(view.numbers))
        # The old verdict stays while the next is made, but cannot be taken for the new one.
        for part in (self.scale, self.numbers, self.sources, self.contributions, self.matches):
            part.set_faded(working)
        self.heading.set_faded(working)

    def choose_contribution(self, name: str) -> None:
        """Mark a contribution without saying so."""
        self.contributions.choose(name)


def _spoken(view: VerdictView) -> str:
    """Say in one breath what the pane shows first."""
    flags = len(view.flags)
    weak = translate("Verdict", "%n circumstance(s) (weakens|weaken) this.", "", flags)
    parts = (view.word, view.support, view.sentence or view.message, weak if flags else "")
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _empty(view: VerdictView) -> str:
    return (
        translate("Verdict", "Select an image to see its verdict.")
        if view.outcome is Outcome.EMPTY
        else ""
    )
