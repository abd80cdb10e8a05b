"""The window's words in the user's language, through Qt's translators.

English is the language of the source: nothing is loaded for it, and the engine's process, which
has no Qt, says the same words. Any other language is a catalogue of Qt Linguist,
``resources/translations/fpinspect_LANGUAGE.qm``, made from the ``.ts`` beside it; ``python -m
fpinspect.gui.catalogue`` brings the template up to date. What the engine says about a file (flags,
errors) is kept in English and said again where it is shown (`engine_words`), here as in reports;
what a file says about itself stays as it is.

Texts are literals where they are said, so that ``lupdate`` finds them; placeholders are filled in
afterwards: ``translate("Queue", "Saved: {name}").format(name=name)``. Constants are `marked` where
they stand and `translated` where they are shown, since a module is read before a language is set.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fpinspect.resources import resource

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

SOURCE_LANGUAGE = "en"
_spoken = SOURCE_LANGUAGE
_PLURAL = re.compile(r"(?<=\w)\((s|es)\)|\(([^()|]+)\|([^()|]+)\)")


def translate(context: str, text: str, about: str = "", n: int = -1) -> str:
    """Say a text in the user's language.

    Parameters
    ----------
    context : str
        Part of the window that says it; literal, as `text` is.
    text : str
        English. With a number: ``%n image(s)``, ``%n thing(s) (does|do)``.
    about : str
        Hint for translators, where one English text means two things.
    n : int
        The number that ``%n`` stands for; negative for none.
    """
    said = text
    core: Any = sys.modules.get("PySide6.QtCore")
    if core is not None:
        said = core.QCoreApplication.translate(context, text, about or None, n)
    if n < 0:
        return said
    plain = text.replace("%n", str(n))
    if said in (plain, text):
        said = _PLURAL.sub(lambda found: _form(found, n), plain)
    return said.replace(str(n), f"{n:,}", 1) if n > 999 else said


def _form(found: re.Match[str], n: int) -> str:
    ending, one, many = found.groups()
    if ending:
        return "" if n == 1 else str(ending)
    return str(one if n == 1 else many)


def marked(context: str, text: str) -> str:
    """Mark a constant for ``lupdate``; returned as it is, to be `translated` where it is shown."""
    return text


def translated(context: str, text: str) -> str:
    """Say a text that was `marked`."""
    return translate(context, text) if text else text


def folder() -> Path:
    """Where the translations lie."""
    return resource("translations")


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that the window can speak."""
    found = (path.stem.partition("_")[2] for path in folder().glob("fpinspect_*.qm"))
    return (SOURCE_LANGUAGE, *sorted(found))


def spoken() -> str:
    """Return the code of the language that is spoken."""
    return _spoken


def install(language: str, app: QCoreApplication | None = None) -> str:
    """Speak a language from now on; texts that were said already stay.

    Parameters
    ----------
    language : str
        ``en``, or one that `languages` names.
    app : QCoreApplication, optional
        Made where there is none and the language needs one.

    Returns
    -------
    str
        Why it cannot be spoken, in plain words; empty if it can.
    """
    if language == SOURCE_LANGUAGE:
        return ""
    from PySide6.QtCore import QCoreApplication, QTranslator

    app = app or QCoreApplication.instance() or QCoreApplication([])
    translator = QTranslator(app)
    if language not in languages() or not translator.load(
        f"fpinspect_{language}.qm", str(folder())
    ):
        words = "There is no translation to {language}: the window speaks English."
        return words.format(language=repr(language))
    app.installTranslator(translator)
    global _spoken
    _spoken = language
    return ""
