"""A report's table for spreadsheets: the columns of `fpinspect inspect --csv`, and the case's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from fpinspect.report.tables import COLUMNS, csv_line

if TYPE_CHECKING:
    from fpinspect.report.model import Report, ReportItem

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OWN = ("report", "number", "verdict", "bookmark", "note", "tags")


def write(report: Report, target: IO[bytes]) -> None:
    """Write the table; see `fpinspect.report.tables.CsvTable` for its guards.

    Parameters
    ----------
    report : Report
        One row an item.
    target : binary file
        UTF-8 with a byte order mark, for Excel.
    """
    target.write(BYTE_ORDER_MARK + csv_line([*OWN, *COLUMNS]))
    for item in report.items:
        own = _own(report, item)
        shared = (value(_record(item)) for value in COLUMNS.values())
        target.write(csv_line([*own.values(), *shared]))


def _record(item: ReportItem) -> Mapping[str, Any]:
    """Return the JSON line with the path where the file is now."""
    return {**item.record, "path": item.path} if item.path else item.record


def _own(report: Report, item: ReportItem) -> dict[str, Any]:
    mark = item.bookmark
    return {
        "report": report.report_id,
        "number": item.number,
        "verdict": item.answer,
        "bookmark": str(mark.status) if mark is not None else None,
        "note": mark.note if mark is not None else None,
        "tags": "; ".join(item.tags) or None,
    }
