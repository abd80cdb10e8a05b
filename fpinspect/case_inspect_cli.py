"""``fpinspect case inspect``: the same rows as ``fpinspect inspect``, and each into the case."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from fpinspect.usage import UsageError, complain, find_images

if TYPE_CHECKING:
    import argparse

    from fpinspect.batch.case.store import Case
    from fpinspect.batch.interrupts import Interrupts
    from fpinspect.evidence.sources import Item, Sources
    from fpinspect.params import InspectionParams

OK, STOPPED, USAGE, SOME_FAILED = 0, 1, 2, 3


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add paths and options: those of ``fpinspect inspect`` that a case has use for."""
    from fpinspect.inspect_cli import _positive, _seconds

    parser.add_argument("paths", nargs="+", metavar="PATH", help="image file or folder")
    parser.add_argument(
        "--again", action="store_true", help="inspect what the case has a result of already, too"
    )
    parser.add_argument(
        "--jobs",
        type=_positive,
        metavar="N",
        help="worker processes (default: the processor's cores, fewer for a few images)",
    )
    parser.add_argument(
        "--denoiser", metavar="NAME", help="whose residual is taken (default: wavelet)"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument(
        "--bank", metavar="DIR", help="fingerprint bank (default: the one that ships)"
    )
    parser.add_argument("--max-pixels", type=_positive, metavar="N", help="refuse larger images")
    parser.add_argument(
        "--robust", action="store_true", help="judge again under small crops and recompressions"
    )
    parser.add_argument(
        "--explain", action="store_true", help="measure the frequencies that carry each verdict"
    )
    parser.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="give up an image that takes longer"
    )


def engine_spec(params: InspectionParams, bank: str | None, device: str) -> Any:
    """Make the factory of the engines; the tests put another in its place."""
    from fpinspect.batch.intake import CaseEngineSpec

    return CaseEngineSpec(params, bank, device)


def bank_digest(bank: str | None) -> str:
    """Return the digest of a bank that can be used.

    Raises
    ------
    BankError
        If it cannot.
    """
    from fpinspect.fingerprint.bank import Bank

    return Bank.load(bank).digest


def inspect(case: Case, args: argparse.Namespace) -> int:
    """Inspect files into an open case.

    Parameters
    ----------
    case : Case
        Open for writing.
    args : argparse.Namespace
        As parsed with `add_options`.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    UsageError
        If nothing can be inspected.
    """
    from fpinspect.batch.case.values import CaseError
    from fpinspect.batch.interrupts import Interrupts
    from fpinspect.batch.local import EngineStartError
    from fpinspect.batch.pool import limit_threads

    limit_threads()
    sources = find_images(args.paths)
    stored = [0]
    try:
        with Interrupts(rescue=lambda: None) as interrupts:  # every result is stored at once
            return _run(case, args, sources, interrupts, stored)
    except (CaseError, EngineStartError) as error:
        return complain("case inspect", error, STOPPED if stored[0] else USAGE)


def _todo(
    case: Case, args: argparse.Namespace, sources: Sources, params: InspectionParams
) -> tuple[list[Item], int]:
    from fpinspect.batch.intake import waiting
    from fpinspect.fingerprint.manifest import BankError

    try:
        bank = bank_digest(args.bank)
    except (BankError, OSError) as error:
        raise UsageError(str(error)) from error
    if args.again:
        return list(sources.items), 0
    return waiting(case, sources.items, params=params, bank=bank)


def _run(
    case: Case,
    args: argparse.Namespace,
    sources: Sources,
    interrupts: Interrupts,
    stored: list[int],
) -> int:
    from fpinspect.batch.intake import inspect_into
    from fpinspect.inspect_cli import chosen_params, default_jobs

    params = chosen_params(args)
    items, known = _todo(case, args, sources, params)
    start = time.monotonic()
    rows = _Rows(interrupts)
    if items:
        spec = engine_spec(params, args.bank, args.device)
        jobs = args.jobs or default_jobs(len(items))
        here = jobs == 1 and args.timeout is None
        results = inspect_into(
            case,
            items,
            engine_factory=interrupts.stopping(spec) if here else spec,
            jobs=jobs,
            progress=rows.bar,
            timeout_s=args.timeout,
        )
        with closing(results), rows.bar, suppress(KeyboardInterrupt):
            for outcome, _ in results:
                stored[0] += 1
                rows.add(outcome)
    notes = [sources.note] if sources.note else []
    if known:
        notes.append(f"{known:,} left out: the case has their results (--again repeats them)")
    stopped = interrupts.signum is not None
    if stopped:
        notes.append(f"stopped: {stored[0]:,} of {len(items):,} done; the same command goes on")
    head = case.chain.head
    notes.append(f"stored in {case.path}; the chain's head is now {head.hash}")
    rows.finish(time.monotonic() - start, notes)
    if stopped:
        return interrupts.exit_status
    return SOME_FAILED if rows.counts["failed"] else OK


class _Rows:
    """What is said on the terminal."""

    def __init__(self, interrupts: Interrupts) -> None:
        from rich.console import Console

        from fpinspect.report.progress_bar import ProgressBar
        from fpinspect.report.terminal import TerminalTable

        self.counts: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()
        stdout = Console(highlight=False)
        self._stderr = Console(stderr=True, highlight=False)
        self._table = TerminalTable(stdout) if stdout.is_terminal else None
        self.bar = ProgressBar(self._stderr, interrupts.token)

    def add(self, outcome: Any) -> None:
        """Print the row of one outcome."""
        from fpinspect.report.terminal import failed_line, plain_row, say

        self._warnings.update(outcome.warnings)
        self.bar.hide()
        if outcome.error is not None:
            self.counts["failed"] += 1
            say(self._stderr, failed_line(outcome.value))
            return
        self.counts[outcome.value["verdict"]["answer"]] += 1
        if self._table:
            self._table.write(outcome.value)
        else:
            print(plain_row(outcome.value), flush=True)

    def finish(self, seconds: float, notes: list[str]) -> None:
        """Print the closing lines."""
        from rich.text import Text

        from fpinspect.report.terminal import printable, say, summary

        if self._table:
            self._table.finish()
        lines = [summary(self.counts, seconds)] if self.counts else []
        texts = [f"{count:,} × {text}" for text, count in self._warnings.most_common(20)]
        lines += [Text(printable(text)) for text in (*notes, *texts)]
        if self._stderr.is_terminal:
            self._stderr.print()
        for line in lines:
            say(self._stderr, line)
