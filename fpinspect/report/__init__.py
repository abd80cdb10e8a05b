"""Results to pages and tables.

`fpinspect.report.gather.from_records` and `fpinspect.report.from_case.from_case` make a report,
`write` writes it: PDF, HTML, JSON, CSV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fpinspect.report.writer import write as write

__all__ = ["write"]


def __getattr__(name: str) -> Any:
    # Loaded on first use: `fpinspect inspect` needs the tables of this room and no report.
    if name == "write":
        from fpinspect.report.writer import write

        return write
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
