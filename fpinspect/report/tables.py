"""Results as lines of JSON and as a table for spreadsheets.

Records are the plain dictionaries of ``fpinspect.inspection/1`` (`Inspection.to_dict`).
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from fpinspect.report.terminal import printable

Record = Mapping[str, Any]

#: Sources with a column of their own in the CSV; others follow in ``sources_other_labels``.
SOURCES = ("real", "sd1", "sd2", "biggan", "flux", "other")

# A spreadsheet runs text that begins so as a formula (CWE-1236); one whose separator is the
# semicolon, as in most of Europe, also what follows a semicolon inside a cell.
_FORMULA = re.compile(r"(^|;)(\s*)(?=[=+\-@])")


class OutputError(Exception):
    """A result file cannot be written; ``str(error)`` is plain words."""


class OutputFile:
    r"""A result file that replaces an older one only when there is something to replace it with.

    Lines go, each in one write, to ``NAME.part`` beside the file; `commit` renames that over the
    file, so that a run that fails at its start, or that is killed, leaves an earlier result as it
    was, and ``NAME.part`` holds whatever a killed run had done. ``-`` is standard output; a pipe
    or device is written directly.

    Parameters
    ----------
    target : str
        File to write, or ``"-"``.

    Raises
    ------
    OutputError
        If it cannot be written.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._final: Path | None = None
        self._part: Path | None = None
        self._direct = Path(target)
        if target == "-":
            return
        try:
            path = Path(target).resolve()  # a link stays a link: what it points at is replaced
            if path.is_dir():
                raise OutputError(f"cannot write {target}: it is a folder")
            if not path.parent.is_dir():
                raise OutputError(f"cannot write {target}: there is no folder {path.parent}")
            if path.exists() and not path.is_file():  # a pipe or a device
                return
            if not os.access(path if path.exists() else path.parent, os.W_OK):
                raise OutputError(f"cannot write {target}: it is write-protected")
        except OSError as exc:
            raise OutputError(f"cannot write {target}: {_reason(exc)}") from exc
        self._final = path
        self._part = path.with_name(path.name + ".part")

    def open(self) -> None:
        """Begin to write.

        Raises
        ------
        OutputError
            If it cannot be opened.
        """
        if self.target == "-":
            self._file = sys.stdout.buffer
            return
        try:
            self._file = (self._part or self._direct).open("wb", buffering=0)
        except OSError as exc:
            raise OutputError(f"cannot write {self.target}: {_reason(exc)}") from exc

    @property
    def path(self) -> Path | None:
        """The file with its links resolved; None for standard output, a pipe or a device."""
        return self._final

    def write(self, data: bytes) -> None:
        """Write complete lines; after a failure the file still ends with a complete line.

        Parameters
        ----------
        data : bytes
            Ends with a line break.

        Raises
        ------
        OutputError
            If the disk is full or the file went away.
        BrokenPipeError
            If nobody reads standard output any more.
        """
        with self._lock:
            if self._file is None or self._file.closed:
                raise OutputError(f"cannot write {self.target}: it is not open")
            if self._part is None:
                self._file.write(data)
                self._file.flush()
                return
            start = self._file.tell()
            try:
                if self._file.write(data) != len(data):
                    raise OSError("the disk is full")
            except OSError as exc:
                self._file.truncate(start)
                self._file.seek(start)
                raise OutputError(f"cannot write {self.target}: {_reason(exc)}") from exc

    def commit(self) -> None:
        """Put what was written in the place of the file. Doing it twice is harmless.

        Raises
        ------
        OutputError
            If it cannot be renamed; what was written stays beside it.
        """
        with self._lock:
            if not self._close() or not self._part or not self._final:
                return
            try:
                if self._final.exists():
                    shutil.copymode(self._final, self._part)
                self._part.replace(self._final)
            except OSError as exc:
                raise OutputError(
                    f"cannot replace {self.target}: {_reason(exc)}; the results are in {self._part}"
                ) from exc

    def discard(self) -> None:
        """Drop what was written; an earlier file stays as it was."""
        with self._lock:
            if self._close() and self._part:
                self._part.unlink(missing_ok=True)

    def _close(self) -> bool:
        """Close the file, unless it is standard output; tell whether it was open."""
        if self._file is None or self._file.closed:
            return False
        if self.target != "-":
            self._file.close()
        return True


def _reason(exc: OSError) -> str:
    return (exc.strerror or str(exc) or type(exc).__name__).lower()


def json_line(record: Record) -> bytes:
    """Encode one record as one line of JSON.

    ASCII only: a reader that splits at U+2028, or a file name that is not valid Unicode, can then
    do no harm.

    Parameters
    ----------
    record : mapping
        Plain data.

    Returns
    -------
    bytes
        One line with its line break.

    Raises
    ------
    ValueError
        If a number is not finite.
    TypeError
        If something is not plain data.
    """
    return json.dumps(record, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


class CsvTable:
    """The records as rows with stable columns, for spreadsheets.

    UTF-8 with a byte order mark: without it Excel reads the file in the code page of the country
    and breaks every name that is not ASCII; other readers skip the mark. Text that a spreadsheet
    would run as a formula gets an apostrophe in front, and characters that cannot be seen are
    escaped, so that a row is a line. Whoever needs names to the letter takes the JSON lines.

    Parameters
    ----------
    output : OutputFile
        Gets the header at once.
    """

    def __init__(self, output: OutputFile) -> None:
        self._output = output
        output.write(b"\xef\xbb\xbf" + csv_line(list(COLUMNS)))

    def write(self, record: Record) -> None:
        """Add one row, that of an inspected or of a failed item."""
        self._output.write(csv_line([value(record) for value in COLUMNS.values()]))


def csv_line(values: Sequence[Any]) -> bytes:
    """Encode a row: text guarded as `CsvTable` says, numbers to the last digit, UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow([_cell(value) for value in values])
    return text.getvalue().encode("utf-8")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return _FORMULA.sub(r"\1\2'", printable(str(value)))


def _at(*keys: str) -> Callable[[Record], Any]:
    def value(record: Record) -> Any:
        found: Any = record
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    return value


def _joined(*keys: str) -> Callable[[Record], str | None]:
    at = _at(*keys)
    return lambda record: "; ".join(str(part) for part in at(record) or ()) or None


def _flags(field: str, *severities: str) -> Callable[[Record], str | None]:
    def value(record: Record) -> str | None:
        flags = record.get("applicability") or ()
        chosen = [str(f[field]) for f in flags if not severities or f["severity"] in severities]
        return "; ".join(chosen) or None

    return value


def _other_sources(record: Record) -> str | None:
    sources = _at("verdict", "sources")(record) or {}
    return "; ".join(f"{k}={v!r}" for k, v in sources.items() if k not in SOURCES) or None


def _best_match(key: str | None) -> Callable[[Record], Any]:
    def value(record: Record) -> Any:
        matches = record.get("matches") or {}
        if not matches:
            return None
        label = min(matches, key=lambda name: (matches[name]["p_value"], -matches[name]["folded"]))
        if key is None:
            return label
        found = matches[label][key]
        return " ".join(map(str, found)) if isinstance(found, list | tuple) else found

    return value


#: Column of the CSV -> how its value is found in a record. Only ever added to, at the end.
COLUMNS: dict[str, Callable[[Record], Any]] = {
    "path": _at("path"),
    "status": _at("status"),
    "error": _at("error"),
    "answer": _at("verdict", "answer"),
    "source": _at("verdict", "source"),
    "strength": _at("verdict", "strength"),
    "log10_lr": _at("verdict", "log10_lr"),
    "p_generated": _at("verdict", "p_generated"),
    "threshold": _at("verdict", "threshold", "value"),
    "threshold_nominal_fpr": _at("verdict", "threshold", "nominal_fpr"),
    "threshold_measured_fpr": _at("verdict", "threshold", "measured_fpr"),
    "threshold_n": _at("verdict", "threshold", "n"),
    **{f"source_{name}": _at("verdict", "sources", name) for name in SOURCES},
    "sources_other_labels": _other_sources,
    "source_set": _joined("verdict", "source_set"),
    "blocking": _flags("code", "blocking"),
    "warnings": _flags("code", "warning"),
    "notes": _flags("message"),
    "match": _best_match(None),
    "match_p_value": _best_match("p_value"),
    "match_aligned": _best_match("aligned"),
    "match_folded": _best_match("folded"),
    "match_shift": _best_match("shift"),
    "generator_tool": _at("provenance", "generator", "tool"),
    "generator_model": _at("provenance", "generator", "model"),
    "width": _at("image", "width"),
    "height": _at("image", "height"),
    "format": _at("image", "format"),
    "mode": _at("image", "mode"),
    "jpeg_quality": _at("image", "jpeg_quality"),
    "bytes": _at("bytes"),
    "sha256": _at("sha256"),
    "inspected_at": _at("inspected_at"),
    "elapsed_ms": _at("elapsed_ms"),
    "params_hash": _at("params_hash"),
    "bank": _at("bank"),
    "version": _at("version"),
    "explanation": _at("explanation", "sentence"),
    "tiles_disagree": _at("explanation", "tiles_disagree"),
    "nearest": _at("explanation", "nearest", "label"),
    "nearest_distance": _at("explanation", "nearest", "distance"),
    "robust_flipped": _at("robust", "flipped"),
}
