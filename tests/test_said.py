"""What the engine says, found again by its templates and said in another language."""

from __future__ import annotations

import json

import pytest

from fpinspect.resources import resource
from fpinspect.said import Said
from fpinspect.verdict import applicability

GERMAN = {
    "JPEG quality {quality}: little is left.": "JPEG-Qualität {quality}: wenig ist übrig.",
    "The evidence counts {share} of what it would.": "Der Befund zählt {share}.",
    "The {kind} file is damaged: {complaint}. Get a fresh copy.": "{kind}-Datei: {complaint}.",
    "it ends inside the picture": "sie endet im Bild",
    "{w} by {w} pixels are too few for it": "{w} mal {w} Pixel sind zu wenig",
    "The {broken} of this one was lost": "Hier fehlt {another}",
}


@pytest.fixture
def said() -> Said:
    return Said(GERMAN, GERMAN.__getitem__)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("JPEG quality 40: little is left.", "JPEG-Qualität 40: wenig ist übrig."),
        (
            "JPEG quality 40: little is left. The evidence counts 55 % of what it would.",
            "JPEG-Qualität 40: wenig ist übrig. Der Befund zählt 55 %.",
        ),
        (
            "The PNG file is damaged: it ends inside the picture. Get a fresh copy.",
            "PNG-Datei: sie endet im Bild.",
        ),
        (
            "The PNG file is damaged: nobody foresaw it. Get a fresh copy.",
            "PNG-Datei: nobody foresaw it.",
        ),
        ("8 by 8 pixels are too few for it", "8 mal 8 Pixel sind zu wenig"),
        ("8 by 9 pixels are too few for it", "8 by 9 pixels are too few for it"),
        (
            "JPEG quality 40: little is left. New words.",
            "JPEG-Qualität 40: wenig ist übrig. New words.",
        ),
        ("New words of an engine to come.", "New words of an engine to come."),
        ("The end of this one was lost", "The end of this one was lost"),
        ("", ""),
    ],
)
def test_texts_are_translated_as_far_as_they_are_known(
    said: Said, english: str, german: str
) -> None:
    assert said(english) == german


def test_values_that_look_like_templates_stay_what_they_are(said: Said) -> None:
    assert said("JPEG quality {0}{x}: little is left.") == "JPEG-Qualität {0}{x}: wenig ist übrig."


def test_every_warning_of_the_rules_is_known_to_translators() -> None:
    templates = json.loads(resource("report/locale/engine.json").read_text("utf-8"))
    said = Said(templates, lambda template: f"⟦{template}⟧")
    for code in applicability.RULES:
        words = said(applicability._warn(code, quality=50, w=90, h=70).message)
        assert words.startswith("⟦"), words
        assert words.count("⟦") == 2, words  # cause and effect
