"""Results on the terminal, row by row as they come.

A row is written when its item is done and nothing is kept but one example of each warning: a run
over a million images takes no more memory than one over ten. That is why this is not a
`rich.table.Table`, which needs all its rows before it can draw the first.
"""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

#: Shape and colour of each answer; the colours are those of the window, safe for colour-blind
#: readers, and never alone.
ANSWERS = {
    "generated": ("▲", "#e8833a"),
    "real": ("●", "#2aa198"),
    "inconclusive": ("◆", "#8b87b3"),
    "failed": ("✕", "#d1495b"),
}
#: For terminals that cannot show these characters.
ASCII = str.maketrans(
    {"▲": "^", "●": "o", "◆": "?", "✕": "x", "…": "~", "·": "-", "─": "-", "━": "#"}
)

#: What analysts call the sources that ship; an enrolled label is shown as it is.
SOURCE_NAMES = {
    "sd1": "SD 1.x",
    "sd2": "SD 2.x",
    "biggan": "BigGAN",
    "flux": "FLUX",
    "unknown": "unknown",
}
_WIDTH_ANSWER = 14
_WIDTH_SOURCE = 8
_WIDTH_STRENGTH = 17
_WIDTH_RATIO = 9
GAP = "  "
_WIDE = 116  # from here on the warnings have a column
_NARROW = 70  # below, the strength of the evidence goes
_SHOWN_KINDS = 20  # so many different warnings are explained at the end


def printable(text: str) -> str:
    r"""Escape what could move the cursor, hide or reorder text, or break a line.

    Examples
    --------
    >>> printable("a\nb\x1b[31m[red]\u202egpj.exe")
    'a\\nb\\x1b[31m[red]\\u202egpj.exe'
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or unicodedata.category(c) == "Zs" else _escape(c) for c in text
    )


def _escape(char: str) -> str:
    # A byte of a file name that is no valid Unicode is shown as that byte.
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def near(path: str) -> str:
    """Leave out the folder that the user is in: rows are short, paths in files are whole."""
    here = os.getcwd() + os.sep  # noqa: PTH109 - a prefix of text, not a place
    return path.removeprefix(here) or path


def ratio(log10_lr: float) -> str:
    """Likelihood ratio in two digits for whichever side it supports.

    Examples
    --------
    >>> ratio(2.36), ratio(-0.4), ratio(0.0), ratio(3.1)
    ('230 : 1', '2.5 : 1', '1 : 1', '1,300 : 1')
    """
    value = 10 ** abs(log10_lr)
    if value < 9.95:
        return f"{value:.1f} : 1".replace(".0 ", " ")
    digits = len(str(int(value))) - 2
    return f"{round(value, -digits):,.0f} : 1"


def warning_words(record: Mapping[str, Any]) -> list[str]:
    """Short words for what weakens the opinion, what forbids it first."""
    flags = [flag for flag in record.get("applicability") or () if flag["severity"] != "info"]
    flags.sort(key=lambda flag: flag["severity"] != "blocking")
    return [_short(flag["code"]) for flag in flags]


def metadata_words(record: Mapping[str, Any]) -> str:
    """Say which generator the metadata name, if any: shown beside the verdict, never part of it."""
    generator = (record.get("provenance") or {}).get("generator")
    if not isinstance(generator, Mapping):
        return ""
    tool = " ".join(str(generator.get("tool") or "a generator").split())
    return f"metadata: {printable(tool)}"


def _short(code: str) -> str:
    words = code.replace("_", " ")
    return words.replace("jpeg", "JPEG").replace("c2pa", "C2PA")


def plain_row(record: Mapping[str, Any]) -> str:
    """One line for a file or a pipe: fixed columns, no colour, nothing shortened."""
    verdict = record["verdict"]
    strength, odds = verdict["strength"], ratio(verdict["log10_lr"])
    if _blocked(record):  # no opinion: the numbers would look like one
        strength = odds = ""
    line = (
        f"{verdict['answer']:<{_WIDTH_ANSWER}}{verdict['source']:<9} {strength:<18}"
        f"{odds:>10}  {printable(record['path'])}"
    )
    found = [*warning_words(record), metadata_words(record)]
    return f"{line}  [{', '.join(filter(None, found))}]" if any(found) else line


class TerminalTable:
    """Rows for a terminal of any width, which may change between two rows.

    Parameters
    ----------
    console : rich.console.Console
        Standard output.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = False
        self._ascii = not can_show(console)
        self._examples: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def write(self, record: Mapping[str, Any]) -> None:
        """Print the row of an inspected item, after the headings if it is the first."""
        if not self._started:
            self._started = True
            self._headings()
        verdict = record["verdict"]
        answer = verdict["answer"]
        shape, colour = ANSWERS[answer]
        lean = ""
        if answer == "inconclusive" and not _blocked(record):
            lean = "leans real" if verdict["log10_lr"] < 0 else "leans generated"
        self._row(
            (f"{shape} {answer}", f"bold {colour}"),
            _source(verdict["source"]) if answer == "generated" else "",
            "" if _blocked(record) else lean or verdict["strength"],
            "" if _blocked(record) else ratio(verdict["log10_lr"]),
            printable(near(record["path"])),
            _notes(record),
        )
        for flag in record.get("applicability") or ():
            if flag["severity"] != "info" and len(self._examples) < _SHOWN_KINDS:
                self._examples.setdefault(flag["code"], printable(flag["message"]))
            if flag["code"] in self._examples:
                self._counts[flag["code"]] += 1

    def finish(self) -> None:
        """Explain the warnings that were shown in short, each once."""
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        if not self._examples:
            return
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(no_wrap=True, justify="right")
        grid.add_column()
        for code, message in self._examples.items():
            count = self._counts[code]
            grid.add_row(
                Text(f"! {_short(code)}", "yellow"),
                Text(f"{count:,} ×" if count > 1 else "", "dim"),
                Text(f"e.g. {message}" if count > 1 else message),
            )
        self._console.print()
        self._console.print(Padding(grid, (0, 0, 0, 2)))

    def _headings(self) -> None:
        from rich.text import Text

        heading = self._line(
            Text("Verdict"), Text("Source"), Text("Evidence"), Text(), Text("File"), Text("Notes")
        )
        heading.stylize("dim")
        self._print(heading)
        self._print(Text(GAP + "─" * (self._console.width - 2 * len(GAP)), "dim"))

    def _row(
        self,
        answer: tuple[str, str],
        source: str,
        strength: str,
        odds: str,
        path: str,
        found: Text,
    ) -> None:
        from rich.text import Text

        self._print(
            self._line(Text(*answer), Text(source), Text(strength), Text(odds), Text(path), found)
        )
        if found and self._console.width < _WIDE:
            found.truncate(max(self._console.width - 3 * len(GAP), 1), overflow="ellipsis")
            self._print(Text(2 * GAP) + found)

    def _line(
        self, answer: Text, source: Text, strength: Text, odds: Text, path: Text, found: Text
    ) -> Text:
        from rich.text import Text

        width = self._console.width
        cells = [(answer, _WIDTH_ANSWER), (source, _WIDTH_SOURCE)]
        if width >= _NARROW:
            cells.append((strength, _WIDTH_STRENGTH))
            odds.align("right", _WIDTH_RATIO)
            cells.append((odds, _WIDTH_RATIO))
        rest = width - len(GAP) - sum(size + len(GAP) for _, size in cells)
        path_width = rest if width < _WIDE else rest * 11 // 20
        cells.append((Text(shorten(path.plain, max(path_width, 8))), path_width))
        if width >= _WIDE:
            cells.append((found.copy(), rest - path_width - len(GAP)))
        line = Text()
        for cell, size in cells:
            cell.truncate(max(size, 1), overflow="ellipsis", pad=True)
            line.append(GAP)
            line.append_text(cell)
        line.rstrip()
        return line

    def _print(self, line: Text) -> None:
        if self._ascii:
            line.plain = line.plain.translate(ASCII)
        self._console.print(line, no_wrap=True, overflow="ignore", crop=False)


def failed_line(record: Mapping[str, Any]) -> Text:
    """One line for an item that failed: what, with its whole path, and why."""
    from rich.text import Text

    shape, colour = ANSWERS["failed"]
    return Text.assemble(
        (f"{shape} failed", f"bold {colour}"),
        f"{GAP}{printable(str(record['path']))}: {printable(str(record['error']))}",
    )


def summary(counts: Mapping[str, int], seconds: float) -> Text:
    """One line on all items: how many of each answer, how long it took."""
    from rich.text import Text

    done = sum(counts.values())
    text = Text(f"{done:,} {'image' if done == 1 else 'images'} in {duration(seconds)}")
    if done and seconds >= 1:
        text.append(f" ({done / seconds:.1f} a second)")
    for number, (answer, (shape, colour)) in enumerate(
        (name, style) for name, style in ANSWERS.items() if counts.get(name)
    ):
        text.append(": " if number == 0 else ", ")
        text.append(f"{shape} ", f"bold {colour}")
        text.append(f"{counts[answer]:,} {answer}")
    return text


def duration(seconds: float) -> str:
    """Say a time in the units that fit it."""
    if seconds < 60:
        return f"{seconds} s" if isinstance(seconds, int) else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def shorten(path: str, width: int) -> str:
    """Fit a path into so many cells, keeping what tells files apart: the end of the name.

    Examples
    --------
    >>> shorten("/cases/2024/images/0001.png", 16)
    '…images/0001.png'
    """
    from rich.cells import cell_len

    if cell_len(path) <= width:
        return path
    tail = ""
    for char in reversed(path):
        if cell_len(char) + cell_len(tail) > width - 1:
            break
        tail = char + tail
    return "…" + tail


def _notes(record: Mapping[str, Any]) -> Text:
    from rich.text import Text

    warned, metadata = warning_words(record), metadata_words(record)
    text = Text("! " + " · ".join(warned), "yellow") if warned else Text()
    if metadata:
        text.append(" · " if warned else "", "dim")
        text.append(metadata, "dim")
    return text


def say(console: Console, text: Text) -> None:
    """Print a line; on a terminal it is wrapped between words, the rest indented further."""
    from rich.text import Text

    if not console.is_terminal:
        console.print(Text(text.plain.strip()), soft_wrap=True)
        return
    for number, line in enumerate(text.wrap(console, max(console.width - 3 * len(GAP), 20))):
        line.rstrip()
        console.print(Text(GAP * (1 if number == 0 else 2)) + line, no_wrap=True)


def _source(name: str) -> str:
    return printable(SOURCE_NAMES.get(name, name))


def _blocked(record: Mapping[str, Any]) -> bool:
    return any(flag["severity"] == "blocking" for flag in record.get("applicability") or ())


def can_show(console: Console) -> bool:
    """Tell whether the encoding of a terminal has the shapes and lines that are used here."""
    try:
        "".join(map(chr, ASCII)).encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
