"""A report into files: PDF, HTML, JSON and CSV, all of them or none."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from fpinspect.batch.progress import Progress, SilentProgress
from fpinspect.report import plain, rows
from fpinspect.report.files import WholeFile, refused
from fpinspect.report.i18n import Words, words
from fpinspect.report.model import Cancelled, Report, ReportError

if TYPE_CHECKING:
    from pathlib import Path

    from fpinspect.report.document.blocks import Section

Target = str | os.PathLike[str] | None
Sign = Callable[[dict[str, object]], dict[str, object]]


def write(
    report: Report,
    *,
    pdf: Target = None,
    html: Target = None,
    json: Target = None,
    csv: Target = None,
    progress: Progress | None = None,
    sign: Sign | None = None,
) -> list[Path]:
    """Write a report.

    Every file is written beside its place first; only when all are complete do they get their
    names. A failure or a cancellation leaves nothing, and older files as they were.

    Parameters
    ----------
    report : Report
        From `fpinspect.report.gather`.
    pdf, html, json, csv : str or path-like, optional
        The files wanted, at least one.
    progress : Progress, optional
        Told of each item of each file, and asked whether to go on.
    sign : callable, optional
        Returns the JSON document with its signature.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    ReportError
        If nothing is wanted, two files are the same, or one cannot be written.
    Cancelled
        If `progress` says so.
    ValueError
        If there is no translation to the report's language.
    """
    wanted = {"json": json, "csv": csv, "html": html, "pdf": pdf}
    targets = {kind: target for kind, target in wanted.items() if target is not None}
    if not targets:
        raise ReportError("a report needs at least one file: PDF, HTML, JSON or CSV")
    if not report.items:
        raise ReportError("a report needs at least one item")
    language = words(report.options.language)
    files: dict[str, WholeFile] = {}
    try:
        for kind, target in targets.items():
            files[kind] = WholeFile(target)
        if len({file.path for file in files.values()}) < len(files):
            raise ReportError("each format needs a file of its own")
        _fill(report, files, language, _Steps(report, files, progress), sign)
        for file in files.values():
            file.complete()
        for file in files.values():
            file.publish()
    finally:
        for file in files.values():
            file.drop()
    return [file.path for file in files.values()]


class _Steps:
    """Counts the pages that are made: one per item in HTML and PDF."""

    def __init__(
        self, report: Report, files: dict[str, WholeFile], progress: Progress | None
    ) -> None:
        self._progress = progress or SilentProgress()
        self._names = [item.name for item in report.items]
        self._total = len(self._names) * len({"html", "pdf"} & set(files))
        self._done = 0
        self._report()

    def next(self) -> None:
        """Begin an item."""
        self._report()
        self._done += 1

    def finish(self) -> None:
        """End a file."""
        self._report()

    def _report(self) -> None:
        if self._progress.cancelled():
            raise Cancelled
        name = self._names[self._done % len(self._names)] if self._done < self._total else ""
        self._progress.update(self._done, self._total, name)


def _fill(
    report: Report, files: dict[str, WholeFile], _: Words, steps: _Steps, sign: Sign | None
) -> None:
    """Write the contents of the files."""
    document = plain.document(report)
    data = plain.encode(document if sign is None else sign(document))
    name = ""
    kept: dict[int, Section] | None = {} if {"html", "pdf"} <= set(files) else None
    try:
        for kind, file in files.items():
            name = file.name
            if kind == "json":
                file.stream.write(data)
            elif kind == "csv":
                rows.write(report, file.stream)
            elif kind == "html":
                from fpinspect.report.formats import html

                for part in html.generate(report, _, data, steps.next, kept):
                    file.stream.write(part)
            else:
                from fpinspect.report.formats import pdf

                pdf.write(report, _, file.stream, data, steps.next, kept)
            steps.finish()
    except OSError as error:
        raise refused(name, error) from error
