"""Texts of a report: the template of the translations, and a report in another language."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from typing import Any

import pytest

from fpinspect.report import catalogue, plain
from fpinspect.report.formats import html
from fpinspect.report.i18n import Words, languages, words
from fpinspect.report.model import Report
from fpinspect.resources import resource


class Marked(gettext.NullTranslations):
    """A language whose every text is the English one in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def test_the_template_of_the_translations_is_up_to_date() -> None:
    stored = resource("report/locale/report.pot").read_text("utf-8")
    assert stored == catalogue.template(), "run python -m fpinspect.report.catalogue"


def test_the_templates_of_what_the_engine_says_are_up_to_date() -> None:
    stored = resource("report/locale/engine.json").read_text("utf-8")
    assert stored == catalogue.engine_list(), "run python -m fpinspect.report.catalogue"


def test_sentences_are_found_in_python_without_its_documentation() -> None:
    source = (
        '"""Words of a module, not of an image."""\n'
        'Flag("code", f"It holds {a.b[0]:.0%} of all {n} tiles. " "Look at them.")\n'
        'WORDS = {"key": "It was a JPEG of quality {quality} before."}\n'
        'f"{one} {other}"; "too few"; x = f"{1 / y} is not enough of it"'
    )
    assert set(catalogue.sentences(source)) == {
        "It holds {a_b_0} of all {n} tiles. Look at them.",
        "It was a JPEG of quality {quality} before.",
        "{n_1_y} is not enough of it",
    }


def test_what_the_engine_says_is_translated_in_reports(
    make_report: Callable[..., Report],
    inspection: Callable[..., dict[str, Any]],
    failure: Callable[..., dict[str, Any]],
) -> None:
    record = inspection()
    words_ = "The file holds 3 frames: only the first was analysed."
    record["applicability"] = [{"code": "frames", "severity": "info", "message": words_}]
    report = make_report(record, failure())
    data = plain.encode(plain.document(report))
    marked = Words(Marked(), "xx")
    said = b"".join(html.generate(report, marked, data, lambda: None)).decode("utf-8")
    assert "⟦The file holds 3 frames: only the first was analysed.⟧" in said
    english = b"".join(html.generate(report, Words(), data, lambda: None)).decode("utf-8")
    assert words_ in english


def test_texts_are_found_in_python() -> None:
    source = '_("a {b}").format(b=1)\n_.n("{n} c", "{n} d", 2)\nself._words("e")\n_(f"x")\nf("g")'
    assert set(catalogue.in_python(source)) == {("a {b}",), ("{n} c", "{n} d"), ("e",)}


def test_every_text_goes_through_the_translation(
    make_report: Callable[..., Report], inspection: Callable[..., dict[str, Any]]
) -> None:
    report = make_report(inspection(), inspection("/cases/b.png"), marked=(0,))
    marked = Words(Marked(), "xx")
    data = plain.encode(plain.document(report))
    source = b"".join(html.generate(report, marked, data, lambda: None)).decode("utf-8")
    body = source.partition("<body>")[2]
    heads = re.findall(r"<(?:h[1-5]|th|dt|figcaption)\b[^>]*>(.*?)</", body, re.DOTALL)
    data_words = {"a.png", "b.png", "Leaflets", "SHA-256", "p", "fpinspect", "denoiser",
                  "verdict.safetensors"}  # fmt: skip
    weights = set(report.engine.weights) | {k.replace("_", " ") for k in report.engine.training}
    plain_heads = [
        h for h in heads if h and "⟦" not in h and re.sub(r"<.*", "", h) not in data_words | weights
    ]
    assert plain_heads == []
    assert '<html lang="xx">' in source


def test_unknown_languages_are_refused_in_words() -> None:
    assert "en" in languages()
    with pytest.raises(ValueError, match="no translation to 'zz': choose one of en"):
        words("zz")
