"""What the engine said is said again in the window's language, values and all."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QTranslator
from view_samples import record

from fpinspect.gui import engine_words, present, present_file, translation
from fpinspect.gui.engine_words import SAID, said, templates
from fpinspect.gui.queue_item import QueueItem
from fpinspect.gui.words import missing_words

SMALL = "64 × 64 px: under 128 px a side there are too few pixels for an opinion."
DAMAGED = (
    "The JPEG file is truncated or damaged: it ends inside the compressed picture. "
    "Get a fresh copy; a partial image would give a wrong opinion."
)


class Shouting(QTranslator):
    """Turns what the engine says into capitals and leaves the rest in English."""

    def isEmpty(self):
        return False

    def translate(self, context, text, about=None, n=-1):
        if context != SAID:
            return text
        parts = text.replace("}", "{").split("{")
        return "".join(f"{{{part}}}" if i % 2 else part.upper() for i, part in enumerate(parts))


@pytest.fixture
def shouting(qapp, monkeypatch):
    monkeypatch.setattr(translation, "_spoken", "xx")
    translator = Shouting(qapp)
    qapp.installTranslator(translator)
    for kept in (engine_words._said, engine_words._sayer):
        kept.cache_clear()
    yield
    qapp.removeTranslator(translator)
    for kept in (engine_words._said, engine_words._sayer):
        kept.cache_clear()


def failed():
    item = QueueItem(1, "/case/a.jpg")
    told = {"status": "error", "error": DAMAGED, "path": item.path}
    item.take(told, json.dumps(told))
    return item, told


def test_english_is_left_alone(qapp):
    assert said(SMALL) == SMALL
    assert failed()[0].verdict_text == f"Not read: {DAMAGED}"


@pytest.mark.usefixtures("shouting")
def test_a_text_keeps_its_values():
    assert said(SMALL) == SMALL.replace("under", "UNDER").replace(
        "px a side there are too few pixels for an opinion",
        "PX A SIDE THERE ARE TOO FEW PIXELS FOR AN OPINION",
    ).replace("64 px", "64 PX")
    assert said("Nobody has a template for this.") == "Nobody has a template for this."


@pytest.mark.usefixtures("shouting")
def test_flags_explanation_and_errors_are_said_again():
    one = record()
    one["applicability"] = [{"code": "small", "severity": "warning", "message": SMALL}]
    one["explanation"] = {
        "sentence": "The file is empty (0 bytes): the download or copy failed. Get it again."
    }
    one["provenance"]["notes"] = ["The text entry prompt is too long and was not read in full."]
    shown = present.verdict(one)
    assert shown.flags[0].message == said(SMALL) != SMALL
    assert shown.explanation[0].startswith("THE FILE IS EMPTY")
    texts = [value for s in present_file.metadata(one).sections for _, value in s.rows]
    assert "THE TEXT ENTRY prompt IS TOO LONG AND WAS NOT READ IN FULL." in texts
    item, told = failed()
    assert item.error == DAMAGED  # kept as it was said
    for words in (item.verdict_text, present.verdict(told).message, missing_words(item)):
        assert "IT ENDS INSIDE THE COMPRESSED PICTURE" in words


def test_every_template_can_be_filled():
    for template in templates():
        assert engine_words.Said([template], str)(template) == template
