"""The catalogues that translators work on, in the format of Qt Linguist.

``python -m fpinspect.gui.catalogue`` runs ``lupdate`` over the window's source. It writes the
template ``resources/translations/fpinspect.ts``, brings each ``fpinspect_LANGUAGE.ts`` beside it up
to date and compiles it with ``lrelease``; ``python -m fpinspect.gui.catalogue de`` begins one for
German. The window speaks a language that its settings name (``"language": "de"``).
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fpinspect.gui.translation import folder

TEMPLATE = "fpinspect.ts"


def tool(name: str) -> str | None:
    """Return where ``lupdate`` or ``lrelease`` of this PySide6 is, None if it is nowhere."""
    beside = str(Path(sys.executable).parent)
    command = f"pyside6-{name}"
    return shutil.which(command, path=beside) or shutil.which(command)


def table_texts() -> Iterator[tuple[str, str]]:
    """Yield context and text of what stands in tables, where ``lupdate`` does not look."""
    from fpinspect.gui.action_table import SPECS
    from fpinspect.gui.engine_words import SAID, templates
    from fpinspect.gui.views.cards import NOT_TRANSLATED, stored
    from fpinspect.pipeline import STAGES

    for spec in SPECS:
        yield from (("Action", part) for part in spec.menu.split("/"))
        yield from (("Action", text) for text in (spec.text, spec.tip) if text)
    for card in stored():
        yield from (("Methods", text) for part, text in card.items() if part not in NOT_TRANSLATED)
    yield from (("Stage", stage) for stage in STAGES)
    yield from ((SAID, template) for template in templates())


def write_template(target: Path) -> None:
    """Write the template anew.

    Raises
    ------
    RuntimeError
        If ``lupdate`` cannot be run, or does not understand the source.
    """
    target.unlink(missing_ok=True)
    _update([target], [])


def _update(targets: Iterable[Path], options: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        files = list(_copies(Path(scratch)))
        for target in targets:
            aliases = ["-tr-function-alias", "QT_TRANSLATE_NOOP+=marked"]
            where = ["-locations", "none", *options, "-ts", str(target)]
            _run("lupdate", *aliases, *files, *where)


def _copies(scratch: Path) -> Iterator[str]:
    """Write what ``lupdate`` reads: the source made readable, and the tables as calls."""
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        copy = scratch / "-".join(file.relative_to(Path(__file__).parent).parts)
        copy.write_text(readable(file.read_text("utf-8")), "utf-8")
        yield str(copy)
    tables = scratch / "tables.py"
    pairs = dict.fromkeys(table_texts())
    calls = (f"QT_TRANSLATE_NOOP({_quoted(c)}, {_quoted(t)})\n" for c, t in pairs)
    tables.write_text("".join(calls), "utf-8")
    yield str(tables)


def readable(source: str) -> str:
    """Put ``1`` for every number of a text.

    ``lupdate`` (6.11) sees a plural only in a literal number, and misses texts whose number is an
    expression altogether.
    """
    numbers = [
        node.args[3]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "translate"
        and len(node.args) == 4
    ]
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = b"".join(lines)
    for number in sorted(numbers, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        begin = starts[number.lineno - 1] + number.col_offset
        end = starts[(number.end_lineno or 1) - 1] + (number.end_col_offset or 0)
        text = text[:begin] + b"1" + text[end:]
    return text.decode()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _run(name: str, *arguments: str) -> None:
    command = tool(name)
    if command is None:
        raise RuntimeError(f"there is no pyside6-{name}: it comes with PySide6")
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr or done.stdout}")


def main(languages: Sequence[str]) -> None:
    """Write the template; begin, update and compile the languages."""
    where = folder()
    write_template(where / TEMPLATE)
    files = {*where.glob("fpinspect_*.ts"), *(where / f"fpinspect_{code}.ts" for code in languages)}
    for file in sorted(files):
        code = file.stem.partition("_")[2]
        _update([file], ["-no-obsolete", "-source-language", "en", "-target-language", code])
        _run("lrelease", str(file), "-qm", str(file.with_suffix(".qm")))


if __name__ == "__main__":
    main(sys.argv[1:])
