"""``fpinspect spectra``: the residual, its log-magnitude and its phase as pictures and arrays.

Exit status: 0 fine, 2 wrong use (nothing found, no such denoiser or device, a folder that cannot
be written), 3 some images could not be used, 1 the run could not go on (disk full), 130 Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fpinspect.usage import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rich.console import Console
    from rich.progress import Progress

    from fpinspect.evidence.sources import Item
    from fpinspect.report.spectra import SpectraSet

OK, STOPPED, USAGE, SOME_FAILED = 0, 1, 2, 3


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser; imports nothing heavy."""
    parser = subparsers.add_parser(
        "spectra",
        help="draw residual, log-magnitude and phase of an image or of an average",
        description="Write the residual, its log-magnitude and its phase as PNG, with scale, unit "
        "and caption, and the arrays as npz. One file gives its own spectra. A folder, or several "
        "paths, give their average: every image is folded on the 256 px lattice from its stored "
        "corner (128 px if some are smaller), the residuals are averaged (eq. 2) and transformed "
        "(eq. 3); the mean of the log-magnitudes and the phase coherence are written as well.",
        epilog="Keys of the npz (float32, numpy.load(..., allow_pickle=False)): one image: planes, "
        "log_magnitude_db, phase, freq_y_cpp, freq_x_cpp, origin; average: mean, "
        "log_magnitude_db, phase, freq_cpp, mean_log_magnitude_db, coherence, welch_freq_cpp, "
        "images. Frequencies are in cycles per pixel with zero in the middle; vertical ones grow "
        "downwards in the npz, as the rows do, and upwards along the axes of the pictures. "
        "Exit status: 0 fine, 3 some images could not be used, "
        "2 wrong use, 1 stopped by a full disk or the like, 130 Ctrl-C.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="image file or folder")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the results")
    parser.add_argument(
        "--of",
        choices=("residual", "denoised", "image"),
        default="residual",
        help="what is transformed (default: residual)",
    )
    parser.add_argument(
        "--denoiser", default="wavelet", metavar="NAME", help="whose residual (default: wavelet)"
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda", "mps"),
        default="auto",
        help="where to compute (default: auto, the graphics card if there is a usable one)",
    )
    parser.set_defaults(run=run)


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
    try:
        items, folder = _check(args)
        failures: list[tuple[str, str]] = []
        result = _measure(args, items, failures)
        written = result.write(folder) if result is not None else []
    except UsageError as error:
        return _complain(str(error), USAGE)
    except OSError as error:
        return _complain(f"{error.filename or args.out}: {error.strerror}", STOPPED)
    for path in written:
        print(path)
    return SOME_FAILED if failures else OK


def _complain(message: str, status: int) -> int:
    from fpinspect.report.terminal import printable

    print(f"fpinspect spectra: {printable(message)}", file=sys.stderr)
    return status


def _check(args: argparse.Namespace) -> tuple[Sequence[Item], Path]:
    """Find the images and make the folder; say what is wrong before any work is done."""
    from fpinspect.evidence.sources import walk
    from fpinspect.signal.denoise import get_denoiser
    from fpinspect.signal.device import choose_device

    try:
        get_denoiser(args.denoiser)
        args.device = str(choose_device(args.device))
    except ValueError as error:
        raise UsageError(str(error)) from error
    missing = [path for path in args.paths if not os.path.lexists(path)]
    if len(missing) == len(args.paths):
        raise UsageError(f"there is no {missing[0]!r}")
    folder = Path(args.out)
    for path in map(Path, args.paths):
        # A second run would average the pictures of the first.
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise UsageError(f"{args.out} lies in {path}: write to a folder outside the images")
    found = walk(args.paths)
    if not found.items:
        raise UsageError("no images found")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{args.out} cannot be made: {error.strerror}") from error
    return found.items, folder


def _measure(
    args: argparse.Namespace, items: Sequence[Item], failures: list[tuple[str, str]]
) -> SpectraSet | None:
    """Measure one image or the average of many; tell each failure as it comes."""
    from rich.console import Console

    from fpinspect.evidence.flags import ItemError
    from fpinspect.report.spectra import AverageSpectra, image_spectra
    from fpinspect.report.terminal import failed_line

    console = Console(stderr=True, highlight=False)
    options = {"of": args.of, "denoiser": args.denoiser, "device": args.device}
    average = AverageSpectra(**options)
    result = None
    with _progress(console) as progress:
        for item in progress.track(items, description="  measuring"):
            try:
                if len(args.paths) == 1 and not Path(args.paths[0]).is_dir():
                    result = image_spectra(item.path, **options)
                else:
                    average.add(item.path)
            except ItemError as error:
                failures.append((item.path, str(error)))
                line = failed_line({"path": item.path, "error": str(error)})
                console.print(line, soft_wrap=True)
        if average.images:
            result = average.finish(len(items))
    return result


def _progress(console: Console) -> Progress:
    """Return a bar on standard error that shows only on a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeLeft(compact=True),
        TextColumn("left"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
        expand=True,
    )
