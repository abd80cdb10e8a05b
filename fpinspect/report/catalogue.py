"""The template that translators start from: all texts of a report, as a gettext ``.pot``.

``python -m fpinspect.report.catalogue`` writes ``resources/report/locale/report.pot``. A
translation is ``LANGUAGE/LC_MESSAGES/report.po`` beside it, compiled with ``msgfmt``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from fpinspect.report.formats.html import environment
from fpinspect.report.formats.svg import PictureStore
from fpinspect.report.i18n import Words
from fpinspect.resources import resource

Message = tuple[str, ...]
_HEAD = """# Texts of fpinspect's reports.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def messages() -> dict[Message, list[str]]:
    """Find every text that a report may say.

    Returns
    -------
    dict of tuple of str to list of str
        The text, or its singular and plural, to where it is said.
    """
    found: dict[Message, list[str]] = {}
    folder = Path(__file__).parent
    for file in sorted(folder.rglob("*.py")):
        for message in in_python(file.read_text("utf-8")):
            found.setdefault(message, []).append(file.relative_to(folder).as_posix())
    template = resource("report/template.html")
    made = environment(Words(), PictureStore())
    for _line, _function, text in made.extract_translations(template.read_text("utf-8")):  # type: ignore[attr-defined]
        if isinstance(text, str):
            found.setdefault((text,), []).append(template.name)
    return {message: sorted(set(places)) for message, places in sorted(found.items())}


def in_python(source: str) -> Iterator[Message]:
    """Yield the texts of calls ``_("text")`` and ``_.n("one", "many", n)`` in Python source."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr == "n":
            named, count = _is_words(called.value), 2
        else:
            named, count = _is_words(called), 1
        texts = [a.value for a in node.args[:count] if isinstance(a, ast.Constant)]
        if named and len(texts) == count:
            yield tuple(str(text) for text in texts)


def _is_words(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "_words"
    return isinstance(node, ast.Name) and node.id == "_"


def template() -> str:
    """Return the text of the ``.pot``."""
    parts = [_HEAD]
    for message, places in messages().items():
        lines = [f"#: {place}" for place in places]
        flag = "#, python-brace-format" if any("{" in text for text in message) else ""
        lines += [flag] if flag else []
        lines.append(f"msgid {_quoted(message[0])}")
        if len(message) == 2:
            lines.append(f"msgid_plural {_quoted(message[1])}")
            lines += ['msgstr[0] ""', 'msgstr[1] ""']
        else:
            lines.append('msgstr ""')
        parts.append("\n".join(lines) + "\n\n")
    return "".join(parts).rstrip("\n") + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> None:
    """Write the template beside the translations."""
    folder = resource("report") / "locale"
    folder.mkdir(exist_ok=True)
    (folder / "report.pot").write_text(template(), "utf-8")


if __name__ == "__main__":
    main()
