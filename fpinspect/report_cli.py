"""``fpinspect report``: a case or files into a report, as PDF, HTML, JSON and CSV.

Exit status: 0 all items reported, 2 wrong use (nothing found, a file that cannot be written, no
such case), 3 some items failed, 1 the run could not go on (disk full), 130 Ctrl-C.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fpinspect.usage import UsageError, complain, find_images

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from fpinspect.batch.case.store import Case
    from fpinspect.batch.interrupts import Interrupts
    from fpinspect.fingerprint.bank import Bank
    from fpinspect.report.model import Options, Report

OK, STOPPED, USAGE, SOME_FAILED = 0, 1, 2, 3
CASE_SUFFIX = ".fpcase"
FORMATS = ("pdf", "html", "json", "csv")
_FACTS = {"reference": "number", "title": "title", "examiner": "examiner"}
_FACTS |= {"laboratory": "laboratory"}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser; imports nothing heavy."""
    parser = subparsers.add_parser(
        "report",
        help="write a report of a case or of files",
        description="Write a report: verdict, pictures beside references, matches and provenance "
        "of each image, method, limits and error rates, parameters and hashes. Of a case the "
        "stored results are reported; files are inspected first.",
        epilog="Files appear under their names only when all of them are complete. Exit status: "
        "0 all items reported, 3 some items failed, 2 wrong use, 1 stopped by a full disk or the "
        "like, 130 Ctrl-C.",
    )
    parser.add_argument("paths", nargs="+", metavar="CASE|PATH", help="case, or files and folders")
    for name, what in zip(
        FORMATS,
        (
            "a PDF",
            "one self-contained HTML file",
            "the content as JSON",
            "a table for spreadsheets",
        ),
        strict=True,
    ):
        parser.add_argument(f"--{name}", metavar="FILE", help=f"write {what}")
    parser.add_argument(
        "--items",
        default="all",
        metavar="WHICH",
        help="all, bookmarked, or numbers of the case such as 3,7-9 (default: all)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--short", dest="form", action="store_const", const="short", help="one page an item"
    )
    form.add_argument(
        "--full", dest="form", action="store_const", const="full", help="everything (default)"
    )
    parser.add_argument("--no-figures", action="store_true", help="leave the pictures out")
    parser.add_argument("--title", metavar="TEXT", help="title of the report")
    parser.add_argument("--reference", metavar="TEXT", help="number of the case")
    parser.add_argument("--examiner", metavar="NAME", help="who examined")
    parser.add_argument("--laboratory", metavar="NAME", help="where")
    parser.add_argument("--language", default="en", metavar="CODE", help="default: en")
    parser.add_argument("--no-sign", action="store_true", help="do not sign, even with a key")
    parser.add_argument("--jobs", type=int, metavar="N", help="worker processes that inspect files")
    parser.add_argument(
        "--bank", metavar="DIR", help="fingerprint bank (default: the one that ships)"
    )
    parser.set_defaults(run=run, form="full")


def run(args: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    args : argparse.Namespace
        As parsed by `add_parser`'s parser.

    Returns
    -------
    int
        Exit status.
    """
    from fpinspect.batch.case.values import CaseError
    from fpinspect.batch.interrupts import Interrupts
    from fpinspect.batch.local import EngineStartError
    from fpinspect.batch.pool import limit_threads
    from fpinspect.batch.proof.signing import SigningError
    from fpinspect.fingerprint.manifest import BankError
    from fpinspect.report import files
    from fpinspect.report.model import Cancelled, ReportError, ReportStoppedError

    limit_threads()
    try:
        options = _options(args)
        with Interrupts(rescue=files.abandon) as interrupts:
            try:
                return _report(args, options, interrupts)
            except (Cancelled, KeyboardInterrupt):
                if interrupts.signum is None:
                    raise KeyboardInterrupt from None
                print("fpinspect report: stopped; nothing was written", file=sys.stderr)
                return interrupts.exit_status
    except (UsageError, CaseError, BankError, SigningError, EngineStartError) as error:
        return complain("report", error, USAGE)
    except ReportError as error:
        stopped = isinstance(error, ReportStoppedError)
        return complain("report", error, STOPPED if stopped else USAGE)


def _options(args: argparse.Namespace) -> Options:
    from fpinspect.report.i18n import words
    from fpinspect.report.model import Options

    if not any(getattr(args, name) for name in FORMATS):
        raise UsageError("name at least one file: --pdf, --html, --json or --csv")
    if args.jobs is not None and args.jobs < 1:
        raise UsageError("--jobs is a whole number above 0")
    try:
        words(args.language)
    except ValueError as error:
        raise UsageError(str(error)) from error
    which: Any = args.items if args.items in {"all", "bookmarked"} else "chosen"
    return Options(
        form=args.form, figures=not args.no_figures, language=args.language, selection=which
    )


def chosen_items(text: str) -> frozenset[int]:
    """Read numbers of items such as ``3,7-9``.

    Raises
    ------
    UsageError
        If it is something else.

    Examples
    --------
    >>> sorted(chosen_items("3,7-9"))
    [3, 7, 8, 9]
    """
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise UsageError(f"--items is all, bookmarked or numbers such as 3,7-9, not {text!r}")
        low, high = int(first), int(last or first)
        if high < low or high - low > 1_000_000:
            raise UsageError(f"--items: {part.strip()} is no range")
        found.update(range(low, high + 1))
    return frozenset(found)


def _is_case(path: str) -> bool:
    return path.lower().endswith(CASE_SUFFIX)


def _report(args: argparse.Namespace, options: Options, interrupts: Interrupts) -> int:
    from fpinspect.fingerprint.bank import Bank

    cases = [path for path in args.paths if _is_case(path)]
    if cases and len(args.paths) > 1:
        raise UsageError("give one case, or files and folders")
    for name in FORMATS:
        _refuse_evidence(getattr(args, name), args.paths)
    key = None
    if not args.no_sign:
        from fpinspect.batch.proof.signing import find_key

        key = find_key()
    bank = Bank.load(args.bank)
    if cases:
        return _of_case(args, options, interrupts, bank, key)
    if options.selection != "all":
        raise UsageError("--items chooses items of a case")
    report = _of_files(args, options, interrupts, bank)
    return _write(args, report, interrupts, key, None)


def _refuse_evidence(target: str | None, paths: list[str]) -> None:
    """Refuse to write over what is to be reported."""
    if target is None or not os.path.exists(target):  # noqa: PTH110 - hostile text, no Path yet
        return
    for path in paths:
        if os.path.exists(path) and os.path.samefile(path, target):  # noqa: PTH110, PTH121
            raise UsageError(f"{target} is to be reported: write to another file")


def _facts(args: argparse.Namespace) -> dict[str, str]:
    return {field: getattr(args, name) or "" for name, field in _FACTS.items()}


def _of_case(
    args: argparse.Namespace, options: Options, interrupts: Interrupts, bank: Bank, key: Any
) -> int:
    from fpinspect.batch.case.store import Case
    from fpinspect.report.from_case import from_case

    which: Any = args.items if options.selection != "chosen" else chosen_items(args.items)
    with closing(Case.open(args.paths[0])) as case:
        report = from_case(
            case,
            which=which,
            bank=bank,
            bank_name=args.bank or "shipped",
            facts=_facts(args),
            options=options,
            key=key.title if key is not None else "",
        )
        return _write(args, report, interrupts, key, case)


def _of_files(
    args: argparse.Namespace, options: Options, interrupts: Interrupts, bank: Bank
) -> Report:
    from rich.console import Console

    from fpinspect.batch.case.values import Facts
    from fpinspect.batch.local import inspect_many
    from fpinspect.inspect_cli import EngineSpec, default_jobs
    from fpinspect.params import InspectionParams
    from fpinspect.report.gather import from_records
    from fpinspect.report.progress_bar import ProgressBar

    sources = find_images(args.paths)
    params = InspectionParams()
    spec = EngineSpec(params, args.bank, "auto")
    jobs = args.jobs or default_jobs(len(sources.items))
    bar = ProgressBar(Console(stderr=True, highlight=False), interrupts.token)
    outcomes = inspect_many(
        sources.items,
        engine_factory=interrupts.stopping(spec) if jobs == 1 else spec,
        jobs=jobs,
        progress=bar,
    )
    with closing(outcomes), bar:
        records = [outcome.value for outcome in outcomes]
    if interrupts.token.cancelled():
        raise KeyboardInterrupt
    return from_records(
        records,
        params=params,
        bank=bank,
        bank_name=args.bank or "shipped",
        facts=Facts(**_facts(args)),
        options=options,
        not_images=sources.note or "",
    )


def _write(
    args: argparse.Namespace,
    report: Report,
    interrupts: Interrupts,
    key: Any,
    case: Case | None,
) -> int:
    from rich.console import Console

    from fpinspect.report.from_case import remember
    from fpinspect.report.progress_bar import ProgressBar
    from fpinspect.report.writer import write

    sign: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    if key is not None:
        from fpinspect.batch.proof.signing import sign_report

        sign = partial(sign_report, key=key)
    bar = ProgressBar(Console(stderr=True, highlight=False), interrupts.token, "writing …")
    targets = {name: getattr(args, name) or None for name in FORMATS}
    with bar if sys.stderr.isatty() else nullcontext():
        written = write(report, **targets, progress=bar, sign=sign)
    if case is not None:
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
        why = remember(case, report, hashes)
        if why:
            print(f"fpinspect report: not noted in the case: {why}", file=sys.stderr)
    _say(report, written)
    return SOME_FAILED if report.counts.get("failed") else OK


def _say(report: Report, written: list[Path]) -> None:
    from fpinspect.report.terminal import printable

    counts = ", ".join(f"{n:,} {answer}" for answer, n in report.counts.items())
    print(f"{report.report_id}: {len(report.items):,} items, {counts}", file=sys.stderr)
    for path in written:
        print(printable(str(path)))
