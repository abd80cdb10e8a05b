"""Small jobs that need no engine: run in a worker, since disks can be slow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage

from fpinspect.gui.engine import EngineError
from fpinspect.gui.translation import translate
from fpinspect.gui.workers import Work


def save_picture(picture: QImage, target: Path) -> Work:
    """Return the work of writing a pasted picture as PNG; it gives the path."""

    def work(*_: object) -> str:
        target.parent.mkdir(parents=True, exist_ok=True)
        free = target
        number = 2
        while free.exists():
            free = target.with_name(f"{target.stem} ({number}){target.suffix}")
            number += 1
        if not picture.save(str(free), "PNG"):
            raise EngineError(
                translate("Window", "The pasted picture could not be written to {free}.").format(
                    free=free
                )
            )
        return str(free)

    return work


def save_results(lines: Sequence[str], target: str) -> Work:
    """Return the work of writing results: a table if the name ends with .csv, else JSON lines."""

    def work(*_: object) -> str:
        from fpinspect.report.tables import CsvTable, OutputError, OutputFile, json_line

        try:
            output = OutputFile(target)
            output.open()
            table = CsvTable(output) if target.casefold().endswith(".csv") else None
            for line in lines:
                record = json.loads(line)
                if table is not None:
                    table.write(record)
                else:
                    output.write(json_line(record))
            output.commit()
        except (OutputError, OSError) as error:
            raise EngineError(
                translate("Window", "The results could not be saved: {error}").format(error=error)
            ) from error
        return target

    return work
