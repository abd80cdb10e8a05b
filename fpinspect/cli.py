"""The ``fpinspect`` command: finds the subcommand and runs it.

The parsers are made here, at once; each command imports what it needs when it runs, so that
``fpinspect --help`` answers without torch, Qt or even numpy.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

import fpinspect

#: Modules with ``add_parser(subparsers)``, which sets ``run``; in the order of the help.
COMMANDS = (
    "inspect_cli",
    "case_cli",
    "report_cli",
    "verify_cli",
    "demo",
    "bank_cli",
    "spectra_cli",
    "lab_cli",
    "doctor",
)

USAGE = 2
_SIGNALLED = 128  # plus the number of the signal, as shells have it


def make_parser(commands: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Make the parser of ``fpinspect`` with its commands.

    Parameters
    ----------
    commands : sequence of str
        Modules of the commands that it knows beside ``gui``; all by default.

    Returns
    -------
    argparse.ArgumentParser
        What it parses has ``run``, a function of the parsed arguments that returns the exit
        status, unless no command was given.
    """
    parser = argparse.ArgumentParser(
        prog="fpinspect",
        description="Forensic inspector for AI-generated images: noise residuals, generator "
        "fingerprints, calibrated verdicts. Without a command it opens the window.",
        epilog="fpinspect COMMAND --help explains a command. Nothing leaves this machine.",
    )
    parser.add_argument("--version", action="version", version=f"fpinspect {fpinspect.__version__}")
    parser.set_defaults(run=None)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_window(subparsers)
    for name in commands:
        import_module(f"fpinspect.{name}").add_parser(subparsers)
    return parser


def _add_window(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "gui",
        help="open the window",
        description="Open the window, with these images if any are named.",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="image file or folder")
    parser.set_defaults(run=_open_window)


def _open_window(args: argparse.Namespace) -> int:
    if not _has_window():
        print("fpinspect: this installation has no window; use the commands", file=sys.stderr)
        return USAGE
    _load_engine()
    main: Callable[[Sequence[str]], int | None] = import_module("fpinspect.gui.app").main
    return main(args.paths) or 0


def _load_engine() -> None:
    """Let the engine's libraries load, in a process of their own, while Qt does."""
    import_module("fpinspect.gui.warm").begin()


def _has_window() -> bool:
    return bool(find_spec("fpinspect.gui")) and bool(find_spec("fpinspect.gui.app"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process by default. Only then the
        process itself is set up (log, crash log), and ended at once when it was interrupted.

    Returns
    -------
    int
        Exit status: 0 fine, 2 wrong use, 130 Ctrl-C; others as the command says.
    """
    given = sys.argv[1:] if argv is None else argv
    # The window is shown sooner without the parsers of other commands.
    for_window = _has_window() and (not given or given[0] == "gui")
    parser = make_parser(()) if for_window else make_parser()
    try:
        args = parser.parse_args(given)
    except SystemExit as exc:  # --help, --version, wrong use: argparse has said it all
        return exc.code if isinstance(exc.code, int) else USAGE
    if argv is not None:
        return _run(parser, args)
    if for_window:
        _load_engine()
    from fpinspect import bootstrap  # now, not above: --help does without the logging package

    bootstrap.start()
    status = _run(parser, args)
    if status >= _SIGNALLED:
        # Everything is written; tearing torch down takes longer than who pressed Ctrl-C waits.
        sys.stderr.flush()
        os._exit(status)
    return status


def _run(parser: argparse.ArgumentParser, args: argparse.Namespace) -> int:
    try:
        if args.run is not None:
            status = int(args.run(args))
        elif _has_window():
            status = _open_window(argparse.Namespace(paths=[]))
        else:
            parser.print_help(sys.stderr)
            status = USAGE
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _SIGNALLED + 2
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. What is left in the buffer must not complain
        # when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _SIGNALLED + 13
    return status
