"""A case to a `Report`: its items, marks, arrays and the state of its audit chain."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from fpinspect.batch.case.values import CaseError, Facts
from fpinspect.report.gather import engine_facts
from fpinspect.report.model import Custody, Options, Report, ReportError, ReportItem

if TYPE_CHECKING:
    from fpinspect.batch.case.store import Case, CaseItem
    from fpinspect.fingerprint.bank import Bank

Which = Literal["all", "bookmarked"] | Collection[int]


def from_case(
    case: Case,
    *,
    which: Which = "all",
    bank: Bank | None = None,
    bank_name: str = "shipped",
    facts: Mapping[str, str] | None = None,
    options: Options | None = None,
    key: str = "",
) -> Report:
    """Make a report of a case; pictures are drawn from what it stores, not from the files.

    Parameters
    ----------
    case : Case
        Open until the report is written.
    which : {"all", "bookmarked"} or collection of int
        Items, or their numbers in the case.
    bank : Bank, optional
        Whose fingerprints are shown.
    bank_name : str
        ``shipped`` or its folder.
    facts : mapping, optional
        Fields of `Facts` that differ from the case's in this report.
    options : Options, optional
        How it is to look.
    key : str
        Name and fingerprint of the key that will sign, or empty.

    Raises
    ------
    ReportError
        If there is no such item, or none at all.
    CaseError
        If the case is damaged.
    """
    everything = case.items()
    chosen = [item for item in everything if _is_chosen(item, which)]
    if not isinstance(which, str):
        _refuse_unknown(which, everything)
    if not chosen:
        words = "no item is bookmarked" if which == "bookmarked" else "the case has no items"
        raise ReportError(f"there is nothing to report: {words}")
    given = {name: text for name, text in (facts or {}).items() if text}
    own = case.facts
    chain = case.chain.verify()
    return Report(
        items=tuple(_item(case, item, number) for number, item in enumerate(chosen, 1)),
        engine=engine_facts(bank, bank_name=bank_name),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        facts=Facts(
            number=given.get("number", own.number),
            title=given.get("title", own.title),
            examiner=given.get("examiner", own.examiner),
            laboratory=given.get("laboratory", own.laboratory),
            notes=given.get("notes", own.notes),
        ),
        case_file=str(case.path),
        custody=Custody(
            head=chain.head,
            problems=chain.problems,
            merged=tuple((m.title or m.case_id, m.head) for m in case.merged()),
            key=key,
        ),
        options=options or Options(),
        left_out=len(everything) - len(chosen),
        bank=bank,
    )


def _is_chosen(item: CaseItem, which: Which) -> bool:
    if which == "all":
        return True
    if which == "bookmarked":
        return item.bookmark is not None
    return item.id in which


def _refuse_unknown(which: Collection[int], everything: list[CaseItem]) -> None:
    missing = sorted(set(which) - {item.id for item in everything})
    if missing:
        numbers = ", ".join(map(str, missing[:10]))
        raise ReportError(f"the case has no item {numbers}")


def _item(case: Case, item: CaseItem, number: int) -> ReportItem:
    record: Mapping[str, Any] = item.inspection or {
        "path": item.path,
        "sha256": item.sha256,
        "bytes": item.bytes,
        "status": "error",
        "error": "It was added to the case and not inspected yet.",
    }
    if record.get("sha256") is None:  # not read, but the case knows which bytes these were
        record = {**record, "sha256": item.sha256, "bytes": item.bytes}
    return ReportItem(
        number=number,
        record=record,
        arrays=partial(case.arrays, item.id),
        path=item.path,
        made_with=item.made_with,
        bookmark=item.bookmark,
        tags=item.tags,
        added_at=item.added_at,
        added_by=item.added_by,
        case_id=item.id,
        record_sha256=item.record_sha256 or "",
    )


def remember(case: Case, report: Report, written: Mapping[str, str]) -> str:
    """Append to the chain that a report was written.

    Parameters
    ----------
    case : Case
        Open for writing.
    report : Report
        What was written.
    written : mapping of str to str
        Format to the SHA-256 of the file.

    Returns
    -------
    str
        Why it could not be appended; empty if it was.
    """
    if case.read_only:
        return case.why_read_only or "the case is open read-only"
    detail = {"report": report.report_id, "items": len(report.items), "files": dict(written)}
    if report.custody is not None:
        detail["head"] = report.custody.head.hash
    try:
        case.log("report", detail)
    except CaseError as error:
        return str(error)
    return ""
