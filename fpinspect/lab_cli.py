"""``fpinspect lab``: train the heads anew, measure them on labelled images.

Exit status: 0 fine, 2 wrong use (nothing usable found, unknown names), 1 the run could not go on
(disk full), 130 Ctrl-C.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from fpinspect.lab.nets import Recipe

OK, STOPPED, USAGE = 0, 1, 2


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser; imports nothing heavy."""
    parser = subparsers.add_parser(
        "lab",
        help="train the verdict, measure it on labelled images",
        description="Research: train the heads of the verdict and measure them.",
    )
    parser.set_defaults(run=partial(_without_command, parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_train(commands)
    _add_train_net(commands)
    _add_evaluate(commands)


def _without_command(parser: argparse.ArgumentParser, _: argparse.Namespace) -> int:
    parser.print_help(sys.stderr)
    return USAGE


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "train",
        help="train, fuse and calibrate the heads",
        description="Train the heads on the split train of a manifest, fuse them on folds of it "
        "and calibrate them on the split calibrate: verdict.safetensors and verdict.json.",
    )
    parser.add_argument("data", type=Path, metavar="DIR", help="folder with manifest.csv")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="for the weights")
    parser.add_argument(
        "--cache", required=True, type=Path, metavar="DIR",
        help="for measured features (some gigabytes); one folder per version of the features",
    )  # fmt: skip
    parser.add_argument(
        "--net", type=Path, metavar="DIR",
        help="nets that lab train-net wrote, or weights (default: train them first)",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int, metavar="N", help="of the net (default: as shipped)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default: 2)")
    parser.set_defaults(run=train)


def _add_train_net(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "train-net",
        help="train the nets of the heads and of their folds",
        description="Train the net of the heads and those of the folds on the split train of a "
        "manifest, on a GPU where there is one. Nets that lie in --out already are kept, so that "
        "a run cut off goes on.",
    )
    parser.add_argument("data", type=Path, metavar="DIR", help="folder with manifest.csv")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="for the nets")
    parser.add_argument(
        "--cache", required=True, type=Path, metavar="DIR", help="for measured features"
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="(default: as shipped)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default: 2)")
    parser.set_defaults(run=train_nets)


def _add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="measure the verdict on labelled images",
        description="Judge labelled images, as stored and handled in several ways, and write "
        "tables (Markdown, CSV), curves and pictures (PNG) into a folder. Folders named real, sd1 "
        "(Stable Diffusion 1.x), sd2, biggan and flux are those sources, any other name is another "
        "generator; without a folder real there is no AUC. A manifest.csv needs the columns path "
        "and label (and may have split and group).",
        epilog="Exit status: 0 fine, 2 wrong use, 1 stopped by a full disk or the like, "
        "130 Ctrl-C.",
    )
    parser.add_argument(
        "source", type=Path, metavar="DIR|MANIFEST",
        help="folder with one folder of images per source, or a manifest.csv (or its folder)",
    )  # fmt: skip
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="for the results")
    parser.add_argument(
        "--split", default="test", metavar="NAME", help="of a manifest (default: test)"
    )
    parser.add_argument(
        "--handling", nargs="+", default=[], metavar="NAME",
        help="raw q95 q85 q75 h75 x075 x125 c128 (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="for measured features (default: OUT/cache)"
    )
    parser.add_argument(
        "--weights", type=Path, metavar="DIR", help="heads to measure (default: the shipped ones)"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1)")
    parser.add_argument(
        "--no-comparison", action="store_true",
        help="leave out the six feature sets of the study and the baselines",
    )  # fmt: skip
    parser.add_argument(
        "--leave-out", action="store_true",
        help="train heads without each generator in turn and measure them on it (long; with the "
        "--cache that lab train used)",
    )  # fmt: skip
    parser.set_defaults(run=evaluate)


def train(args: argparse.Namespace) -> int:
    """Run ``fpinspect lab train``."""
    if args.net is not None and args.epochs is not None:
        return _complain("--epochs says how nets are trained: leave it out with --net", USAGE)
    from fpinspect.lab import train_verdict

    return _training(
        lambda recipe: train_verdict.run(
            args.data, args.cache, args.out, recipe, args.jobs, args.net
        ),
        args,
    )


def train_nets(args: argparse.Namespace) -> int:
    """Run ``fpinspect lab train-net``."""
    from fpinspect.lab import train_net

    return _training(
        lambda recipe: train_net.run(args.data, args.cache, args.out, recipe, args.jobs), args
    )


def _training(work: Callable[[Recipe], object], args: argparse.Namespace) -> int:
    from fpinspect.lab.nets import Recipe

    try:
        work(Recipe() if args.epochs is None else Recipe(epochs=args.epochs))
    except FileNotFoundError as error:
        return _complain(f"{error.filename}: {error.strerror}", USAGE)
    except ValueError as error:
        return _complain(str(error), USAGE)
    except OSError as error:
        return _complain(f"{error.filename or args.out}: {error.strerror}", STOPPED)
    return OK


def evaluate(args: argparse.Namespace) -> int:
    """Run ``fpinspect lab evaluate``."""
    from fpinspect.lab import evaluation

    options = evaluation.Options(
        split=args.split,
        handlings=args.handling,
        cache=args.cache,
        weights=args.weights,
        jobs=args.jobs,
        compare=not args.no_comparison,
        leave_out=args.leave_out,
    )
    if not args.source.is_file() and args.out.resolve().is_relative_to(args.source.resolve()):
        # A second run would judge the pictures of the first.
        return _complain(f"{args.out} lies in {args.source}: write to a folder outside it", USAGE)
    try:
        page = evaluation.run(args.source, args.out, options, say=_say)
    except ValueError as error:
        return _complain(str(error), USAGE)
    except OSError as error:
        return _complain(f"{error.filename or args.out}: {error.strerror}", STOPPED)
    print(page)
    return OK


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _complain(message: str, status: int) -> int:
    from fpinspect.report.terminal import printable

    print(f"fpinspect lab: {printable(message)}", file=sys.stderr)
    return status
