"""``fpinspect verify``: a case, or a report, must still say what it said.

Exit status: 0 everything that was checked holds, 3 something does not, 2 wrong use, 130 Ctrl-C.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fpinspect.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from fpinspect.batch.case.store import Case
    from fpinspect.batch.proof.check_case import Printed
    from fpinspect.batch.proof.findings import Finding
    from fpinspect.params import InspectionParams
    from fpinspect.report.progress_bar import ProgressBar

OK, USAGE, BROKEN = 0, 2, 3


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser; imports nothing heavy."""
    parser = subparsers.add_parser(
        "verify",
        help="check a case or a report: chain, signature, files, numbers",
        description="Check a case: its audit chain, that its tables are what the chain says, that "
        "the files have not changed and, with --recompute, that today's engine gives the stored "
        "numbers. Or check a report (JSON, HTML or PDF): its signature, its own hash and the "
        "files that it lists, where they are present.",
        epilog="Numbers must be equal to the bit on the same versions and kind of processor, else "
        "within 1e-5 relative, probabilities within 1e-4. A chain without a signed head proves "
        "nothing against whoever holds the file: compare it with a head that was printed or "
        "signed elsewhere. Exit status: 0 everything that was checked holds, 3 something does "
        "not, 2 wrong use.",
    )
    parser.add_argument("path", metavar="CASE|REPORT", help="a case, or a report's file")
    case = parser.add_argument_group("of a case")
    case.add_argument(
        "--recompute", action="store_true", help="inspect the files again and compare"
    )
    case.add_argument(
        "--head",
        action="append",
        default=[],
        metavar="HASH",
        help="a head that was printed elsewhere (its first 16 digits at least): the chain must "
        "contain it; may be repeated",
    )
    case.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FILE",
        help="a report of the case: the chain must contain the head that it prints",
    )
    case.add_argument(
        "--require-files",
        action="store_true",
        help="a file that is not there does not hold (else it is a note)",
    )
    case.add_argument("--jobs", type=int, metavar="N", help="worker processes of --recompute")
    case.add_argument("--bank", metavar="DIR", help="fingerprint bank of --recompute")
    case.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    report = parser.add_argument_group("of a report, or of --report")
    report.add_argument(
        "--key",
        default="",
        metavar="DIGITS",
        help="fingerprint of the key that must have signed it (16 digits at least)",
    )
    report.add_argument(
        "--folder",
        action="append",
        default=[],
        metavar="DIR",
        help="look for the listed files here too, by their hash",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a finding")
    parser.set_defaults(run=run)


def engine_spec(params: InspectionParams, bank: str | None, device: str) -> Any:
    """Make the factory of the engines; the tests put another in its place."""
    from fpinspect.batch.intake import CaseEngineSpec

    return CaseEngineSpec(params, bank, device)


def run(args: argparse.Namespace) -> int:
    """Run the command, as parsed by `add_parser`'s parser, and return the exit status."""
    from fpinspect.batch.case.values import CaseError
    from fpinspect.batch.interrupts import Interrupts
    from fpinspect.batch.local import EngineStartError
    from fpinspect.batch.proof.attached import ReportFileError
    from fpinspect.report.terminal import printable

    try:
        _check_use(args)
        with Interrupts(rescue=lambda: None) as interrupts:
            status = _tell(_findings(args, _bar(interrupts.token)), as_json=args.json)
        return status if interrupts.signum is None else interrupts.exit_status
    except (CaseError, ReportFileError, UsageError, EngineStartError) as error:
        print(f"fpinspect verify: {printable(str(error))}", file=sys.stderr)
        return USAGE


def _bar(token: Any) -> ProgressBar:
    from rich.console import Console

    from fpinspect.report.progress_bar import ProgressBar

    return ProgressBar(Console(stderr=True, highlight=False), token)


def _check_use(args: argparse.Namespace) -> None:
    import re

    digits = "".join(args.key.split())
    if args.key and not re.fullmatch(r"[0-9a-fA-F]{16,40}", digits):
        raise UsageError("--key needs 16 to 40 hex digits of a key's fingerprint")
    if args.jobs is not None and args.jobs < 1:
        raise UsageError("--jobs needs a number above 0")
    for folder in args.folder:
        if not Path(folder).is_dir():
            raise UsageError(f"there is no folder {folder}")


def _findings(args: argparse.Namespace, bar: ProgressBar) -> Iterator[Finding]:
    from fpinspect.batch.case.schema import is_case
    from fpinspect.batch.case.store import Case
    from fpinspect.batch.proof.attached import read_report
    from fpinspect.batch.proof.check_report import check_report

    path = Path(args.path)
    if is_case(path) or path.suffix == ".fpcase":
        with Case.open(path, read_only=True) as case, bar:
            yield from _of_case(case, args, bar)
        return
    if args.recompute or args.head or args.report or args.require_files:
        raise UsageError(f"{path} is no case: --recompute, --head and --report are for cases")
    yield from check_report(read_report(path), key=args.key, folders=args.folder)


def _of_case(case: Case, args: argparse.Namespace, bar: ProgressBar) -> Iterator[Finding]:
    from fpinspect.batch.pool import limit_threads
    from fpinspect.batch.proof import check_case as checks
    from fpinspect.inspect_cli import default_jobs

    printed, said = _printed(args)
    yield from said
    yield from _hidden(bar, checks.check_chain(case, printed))
    yield from _hidden(bar, checks.check_files(case, required=args.require_files, progress=bar))
    if args.recompute and not bar.cancelled():
        limit_threads()
        numbers = checks.check_numbers(
            case,
            bank=args.bank,
            device=args.device,
            jobs=args.jobs or default_jobs(len(case.items())),
            progress=bar,
            engine=engine_spec,
        )
        yield from _hidden(bar, numbers)


def _hidden(bar: ProgressBar, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Take the bar away before each finding is printed."""
    for finding in findings:
        bar.hide()
        yield finding


def _printed(args: argparse.Namespace) -> tuple[list[Printed], list[Finding]]:
    """Collect the heads that the chain must contain, and what is to be said of their reports."""
    from fpinspect.batch.case.audit import normal_head
    from fpinspect.batch.proof.attached import read_report
    from fpinspect.batch.proof.check_case import Printed
    from fpinspect.batch.proof.check_report import check_data, printed_head

    heads = [Printed(normal_head(head), f"printed head {head[:16]}…") for head in args.head]
    said: list[Finding] = []
    for file in args.report:
        report = read_report(Path(file))
        head = printed_head(report.document)
        if not head:
            raise UsageError(f"{file} prints no head: it is not the report of a case")
        heads.append(Printed(normal_head(head), f"report {file}"))
        said += [
            replace(found, words=f"report {file}: {found.words}")
            for found in check_data(report, key=args.key)
        ]
    return heads, said


def _tell(findings: Iterable[Finding], *, as_json: bool) -> int:
    """Print the findings as they come, and whether everything holds."""
    from fpinspect.batch.proof.findings import Level
    from fpinspect.report.terminal import printable

    marks = {Level.OK: "holds  ", Level.NOTE: "note   ", Level.FAIL: "BROKEN "}
    failed = 0
    for finding in findings:
        failed += finding.level is Level.FAIL
        if as_json:
            print(json.dumps({"level": finding.level.value, "words": finding.words}), flush=True)
        else:
            print(f"{marks[finding.level]} {printable(finding.words)}", flush=True)
    if not as_json:
        print(
            f"{failed:,} {'thing does' if failed == 1 else 'things do'} not hold"
            if failed
            else "everything that was checked holds"
        )
    return BROKEN if failed else OK
