"""``fpinspect inspect``: many files, a verdict each, on the terminal and in files.

Exit status: 0 all items inspected, 2 wrong use (nothing found, an output that cannot be written,
no such bank), 3 some items failed, 1 the run could not go on (disk full), 130 Ctrl-C.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fpinspect.usage import UsageError, complain, find_images

if TYPE_CHECKING:
    import argparse

    from fpinspect.batch.interrupts import Interrupts
    from fpinspect.batch.local import Engine, Outcome
    from fpinspect.batch.progress import CancelToken
    from fpinspect.evidence.sources import Item, Sources
    from fpinspect.params import InspectionParams
    from fpinspect.report.tables import CsvTable, OutputFile
    from fpinspect.report.terminal import TerminalTable

OK, STOPPED, USAGE, SOME_FAILED = 0, 1, 2, 3
_WARNING_KINDS = 20


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser; imports nothing heavy."""
    parser = subparsers.add_parser(
        "inspect",
        help="inspect files and folders: a verdict for each image",
        description="Inspect image files and folders (with all folders in them): was the image "
        "made by a generator or is it real, by which generator, how strong is the evidence, what "
        "weakens it.",
        epilog="Result files are written as NAME.part and replace NAME at the end, or on Ctrl-C "
        "with what is done by then. Exit status: 0 all inspected, 3 some items failed, 2 wrong "
        "use, 1 stopped by a full disk or the like, 130 Ctrl-C.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="image file or folder")
    parser.add_argument(
        "--jsonl", metavar="FILE", help="write one JSON object a line; - is standard output"
    )
    parser.add_argument(
        "--csv", metavar="FILE", help="write a table for spreadsheets; - is standard output"
    )
    parser.add_argument(
        "--jobs",
        type=_positive,
        metavar="N",
        help="worker processes; 1 works in this process (default: the processor's cores, fewer "
        "for a few images)",
    )
    parser.add_argument(
        "--denoiser", metavar="NAME", help="whose residual is taken (default: wavelet)"
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda", "mps"),
        default="auto",
        help="where to compute (default: auto, the graphics card if there is a usable one)",
    )
    parser.add_argument(
        "--bank", metavar="DIR", help="fingerprint bank (default: the one that ships)"
    )
    parser.add_argument(
        "--max-pixels",
        type=_positive,
        metavar="N",
        help="refuse larger images unread (default: 200 million)",
    )
    parser.add_argument(
        "--robust",
        action="store_true",
        help="judge each image again under small crops and recompressions; if the answer turns "
        "round, give none (ten times the work)",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="measure the frequencies and lags that carry each verdict (seconds an image)",
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help="give up an image that takes longer (default: never)",
    )
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


# What argparse says about a bad value: "invalid whole number above 0 value".
_positive.__name__ = "whole number above 0"
_seconds.__name__ = "number of seconds above 0"


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """What a worker needs to make its engine: it travels to the process, the engine does not."""

    params: InspectionParams
    bank: str | None
    device: str

    def __call__(self) -> Engine:
        """Load weights and bank."""
        from fpinspect.pipeline import Engine

        return Engine(self.params, bank=self.bank, device=self.device)


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
    from fpinspect.batch.interrupts import Interrupts
    from fpinspect.batch.local import EngineStartError
    from fpinspect.batch.pool import limit_threads
    from fpinspect.report.tables import OutputError

    limit_threads()
    outputs = _Outputs()
    try:
        outputs.check(args.jsonl, args.csv)
        sources = find_images(args.paths)
        outputs.refuse_evidence(sources.items)
        with Interrupts(rescue=outputs.close) as interrupts:
            outputs.open()
            status = _inspect(args, sources, outputs, interrupts)
        outputs.close()
    except UsageError as exc:
        return complain("inspect", exc, USAGE)
    except (EngineStartError, OutputError) as exc:
        return complain("inspect", exc, STOPPED if outputs.begun else USAGE)
    finally:
        outputs.abandon()
    return status


def default_jobs(n_items: int) -> int:
    """Choose the number of worker processes.

    One image is done in this process. A few share a few workers, as each takes seconds to load
    its models and hundreds of megabytes; two at least, so that a decoder that crashes costs one
    image.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # what a container allows; not on macOS
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return 1 if n_items == 1 else max(1, min(cores, max(2, -(-n_items // 8)), 16))


def chosen_params(args: argparse.Namespace) -> InspectionParams:
    """Return the parameters that the options of ``inspect`` and ``case inspect`` ask for."""
    from fpinspect.params import InspectionParams

    given = {
        "denoiser": args.denoiser,
        "max_pixels": args.max_pixels,
        "robust": args.robust,
        "explain": args.explain,
    }
    return InspectionParams(**{name: value for name, value in given.items() if value})


def _inspect(
    args: argparse.Namespace, sources: Sources, outputs: _Outputs, interrupts: Interrupts
) -> int:
    from fpinspect.batch.local import inspect_many

    start = time.monotonic()
    spec = EngineSpec(chosen_params(args), args.bank, args.device)
    jobs = args.jobs or default_jobs(len(sources.items))
    here = jobs == 1 and args.timeout is None
    report = _Report(outputs, interrupts.token)
    outcomes = inspect_many(
        sources.items,
        engine_factory=interrupts.stopping(spec) if here else spec,
        jobs=jobs,
        progress=report.bar,
        timeout_s=args.timeout,
    )
    # What is done is kept: an interruption ends the loop, not the command.
    with closing(outcomes), report.bar, suppress(KeyboardInterrupt):
        for outcome in outcomes:
            report.add(outcome)
    report.finish(sources, time.monotonic() - start, stopped=interrupts.signum is not None)
    if interrupts.signum is not None:
        return interrupts.exit_status
    return SOME_FAILED if report.counts["failed"] else OK


class _Report:
    """Everything that is said about the outcomes: rows, failures, files, the closing lines."""

    def __init__(self, outputs: _Outputs, token: CancelToken) -> None:
        from rich.console import Console

        from fpinspect.report.progress_bar import ProgressBar
        from fpinspect.report.terminal import TerminalTable

        self.counts: Counter[str] = Counter()
        self._outputs = outputs
        self._warnings: Counter[str] = Counter()
        self._defects = False
        self._stdout = Console(highlight=False)
        self._stderr = Console(stderr=True, highlight=False)
        self._table: TerminalTable | None = None
        if self._stdout.is_terminal and not outputs.use_stdout:
            self._table = TerminalTable(self._stdout)
        self.bar = ProgressBar(self._stderr, token)

    def add(self, outcome: Outcome) -> None:
        """Write one outcome wherever it is wanted."""
        from fpinspect.report.terminal import failed_line, plain_row, say

        record = outcome.value
        self._outputs.write(record)
        if outcome.detail:
            import logging

            logging.getLogger(__name__).info("%s: %s", outcome.item.path, outcome.detail)
            self._defects = True
        for text in outcome.warnings:
            if text in self._warnings or len(self._warnings) < _WARNING_KINDS:
                self._warnings[text] += 1
        if outcome.error is not None:
            self.counts["failed"] += 1
            self.bar.hide()
            say(self._stderr, failed_line(record))
            return
        self.counts[record["verdict"]["answer"]] += 1
        if self._outputs.use_stdout:
            return
        self.bar.hide()
        if self._table:
            self._table.write(record)
        else:
            print(plain_row(record), flush=True)

    def finish(self, sources: Sources, seconds: float, *, stopped: bool) -> None:
        """Print the closing lines."""
        from rich.text import Text

        from fpinspect.report.terminal import printable, say, summary

        if self._table:
            self._table.finish()
        done, total = sum(self.counts.values()), len(sources.items)
        lines = [summary(self.counts, seconds)]
        if stopped:
            lines.append(Text(f"stopped: {done:,} of {total:,} done"))
        if sources.note:
            lines.append(Text(sources.note))
        lines += [Text(f"{count:,} × {printable(text)}") for text, count in self._warnings.items()]
        if self._defects:
            lines.append(Text("FPINSPECT_VERBOSE=1 shows where an internal error comes from"))
        if self._outputs.names and done:
            lines.append(Text(f"written: {printable(', '.join(self._outputs.names))}"))
        if self._stderr.is_terminal:
            self._stderr.print()
        for line in lines:
            say(self._stderr, line)


class _Outputs:
    """The result files: checked before the work, written with it, kept if anything was done."""

    def __init__(self) -> None:
        self.begun = False
        self._files: list[OutputFile] = []
        self._jsonl: OutputFile | None = None
        self._csv_file: OutputFile | None = None
        self._csv: CsvTable | None = None

    def check(self, jsonl: str | None, csv: str | None) -> None:
        """Say what cannot be written before anything is done."""
        from fpinspect.report.tables import OutputFile

        if jsonl and csv and (jsonl == csv or Path(jsonl).resolve() == Path(csv).resolve()):
            raise UsageError("--jsonl and --csv need two different files")
        self._jsonl = OutputFile(jsonl) if jsonl else None
        self._csv_file = OutputFile(csv) if csv else None
        self._files = [file for file in (self._jsonl, self._csv_file) if file]

    @property
    def use_stdout(self) -> bool:
        """Whether the standard output holds data."""
        return any(file.target == "-" for file in self._files)

    @property
    def names(self) -> list[str]:
        """The files, as the user gave them."""
        return [file.target for file in self._files if file.target != "-"]

    def refuse_evidence(self, items: Sequence[Item]) -> None:
        """Refuse to write over a file that is to be inspected."""
        existing = {}
        for file in self._files:
            if file.path and file.path.exists():
                status = file.path.stat()
                existing[status.st_dev, status.st_ino] = file.target
        for item in items if existing else ():
            with suppress(OSError, ValueError):
                status = Path(item.path).stat()
                target = existing.get((status.st_dev, status.st_ino))
                if target:
                    raise UsageError(f"{target} is to be inspected: write to another file")

    def open(self) -> None:
        """Begin the files."""
        from fpinspect.report.tables import CsvTable

        for file in self._files:
            file.open()
        self._csv = CsvTable(self._csv_file) if self._csv_file else None

    def write(self, record: Mapping[str, Any]) -> None:
        """Write one item to each file."""
        from fpinspect.report.tables import json_line

        self.begun = True
        if self._jsonl:
            self._jsonl.write(json_line(record))
        if self._csv:
            self._csv.write(record)

    def close(self) -> None:
        """Put the files in place if they hold anything; drop them if not."""
        for file in self._files:
            if self.begun:
                file.commit()
            else:
                file.discard()

    def abandon(self) -> None:
        """Close whatever is open, on the way out of a failure that has been told."""
        with suppress(Exception):
            self.close()
