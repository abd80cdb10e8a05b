"""The template that translators start from: all texts of a report, as a gettext ``.pot``.

``python -m fpinspect.report.catalogue`` writes ``resources/report/locale/report.pot`` and, beside
it, ``engine.json``: the templates of what the engine says (see `fpinspect.said`). A translation is
``LANGUAGE/LC_MESSAGES/report.po`` beside them, compiled with ``msgfmt``.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from fpinspect.report.formats.html import environment
from fpinspect.report.formats.svg import PictureStore
from fpinspect.report.i18n import Words
from fpinspect.resources import resource

Message = tuple[str, ...]
_ENGINE = (
    "evidence",
    "verdict/applicability.py",
    "verdict/calibration.py",
    "verdict/explain.py",
    "verdict/robust.py",
    "pipeline.py",
    "batch/outcome.py",
    "batch/pool.py",
)
"""Where the engine says something that results hold."""
_FEWEST_WORDS = 4
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
    for text, place in engine_says().items():
        found.setdefault((text,), []).append(place)
    return {message: sorted(set(places)) for message, places in sorted(found.items())}


def engine_says() -> dict[str, str]:
    """Find what the engine may say of an image: sentences and clauses in its source.

    Returns
    -------
    dict of str to str
        English text, values as ``{names}``, to the file that says it.
    """
    root = Path(__file__).parents[1]
    found: dict[str, str] = {}
    for name in _ENGINE:
        place = root / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else (place,):
            for text in sentences(file.read_text("utf-8")):
                found.setdefault(text, f"engine: {file.relative_to(root).as_posix()}")
    return dict(sorted(found.items()))


def sentences(source: str) -> Iterator[str]:
    """Yield the texts of four words or more in Python source, those of documentation left out."""
    tree = ast.parse(source)
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            left_out.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            left_out.update(id(part) for part in node.values)
    for node in ast.walk(tree):
        text = "" if id(node) in left_out else _template(node)
        words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\{.*?\}", "", text))
        if len(words) >= _FEWEST_WORDS and " " in text:
            yield text


def _template(node: ast.AST) -> str:
    """Write a string, plain or with values in it, as a template."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            name = re.sub(r"\W+", "_", ast.unparse(part.value)).strip("_")
            parts.append(f"{{{name if name[:1].isalpha() else f'n_{name}'}}}")
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return "".join(parts)


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


def engine_list() -> str:
    """Return the text of ``engine.json``: a list of templates."""
    return json.dumps(list(engine_says()), indent=1, ensure_ascii=False) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> None:
    """Write the template beside the translations."""
    folder = resource("report") / "locale"
    folder.mkdir(exist_ok=True)
    (folder / "report.pot").write_text(template(), "utf-8")
    (folder / "engine.json").write_text(engine_list(), "utf-8")


if __name__ == "__main__":
    main()
