"""``fpinspect bank``: build, read, change and compare banks of fingerprints.

Exit status: 0 fine, 2 wrong use or a bank that cannot be used, 3 the bank was written but some
images were left out (or none could be used and nothing was written), 130 Ctrl-C.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fpinspect.usage import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from fpinspect.fingerprint.bank import Bank
    from fpinspect.fingerprint.enrol import Enrolled, Sample
    from fpinspect.fingerprint.photographs import Photographs

OK, USAGE, SOME_FAILED = 0, 2, 3
FEW = 30
"""A fingerprint of fewer images is mostly noise."""
BACKUPS = "removed"
Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_parser(subparsers: Parsers) -> None:
    """Add the commands to the parser; imports nothing heavy."""
    parser = subparsers.add_parser(
        "bank",
        help="build, list, change and compare fingerprints of generators",
        description="Work with banks of fingerprints. A bank is a folder; the one that ships "
        "with fpinspect is used where none is named.",
        epilog="Exit status: 0 fine, 2 wrong use or an unusable bank, 3 some images failed.",
    )
    commands = parser.add_subparsers(title="bank commands", metavar="COMMAND", required=True)
    _add_build(commands)
    _add_add(commands)
    _add_readers(commands)
    _add_writers(commands)
    parser.set_defaults(run=run)


def _add_build(commands: Parsers) -> None:
    build = commands.add_parser(
        "build",
        help="make a fingerprint of a folder of images",
        description="Average the residuals of images of one source on the generator's lattice "
        "(eq. 2), subtract the mean residual of real photographs coded alike, and put the result "
        "into a bank, which is made if it does not exist.",
        epilog="Without a manifest every image is taken to begin at the lattice's origin: right "
        "for whole images, wrong for crops.",
    )
    build.add_argument("paths", nargs="*", metavar="DIR", help="image file or folder")
    build.add_argument("--out", required=True, metavar="BANK", help="the bank's folder")
    _add_images(build, required=True)
    build.set_defaults(command=_build)


def _add_images(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--label", required=required, help="short name, e.g. sd1")
    parser.add_argument("--title", default="", help="name for humans (default: the label)")
    parser.add_argument("--note", default="", help="anything a reader should know")
    parser.add_argument(
        "--manifest",
        metavar="CSV",
        help="table with path, crop_x, crop_y (where each crop was cut), group; only images it "
        "lists are used, and of those only the ones in DIR if any is named",
    )
    parser.add_argument("--split", help="of the manifest, the rows with this split")
    words = "of the manifest, the rows with this value ('a|b': either); may be repeated"
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help=words)
    parser.add_argument("--denoiser", metavar="NAME", help="default: the bank's, else wavelet")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1)")
    parser.add_argument(
        "--bare",
        action="store_true",
        help="subtract nothing and take no photographs along: p-values become analytic",
    )
    parser.add_argument("--replace", action="store_true", help="replace an entry of this label")


def _add_add(commands: Parsers) -> None:
    add = commands.add_parser(
        "add",
        help="add images, or the entries of another bank, to a bank",
        description="Add to a bank that exists: a fingerprint of images (with --label), or all "
        "entries of another bank's folder.",
    )
    add.add_argument("paths", nargs="*", metavar="DIR", help="images, or the folder of a bank")
    add.add_argument("--bank", required=True, metavar="BANK", help="the bank's folder")
    _add_images(add, required=False)
    add.set_defaults(command=_add)


def _add_readers(commands: Parsers) -> None:
    lister = commands.add_parser("list", help="list the entries of a bank")
    lister.add_argument("bank", nargs="?", metavar="BANK", help="default: the one that ships")
    lister.add_argument("--json", action="store_true", help="the manifest, as JSON")
    lister.set_defaults(command=_list)
    show = commands.add_parser("show", help="show what an entry was made of")
    show.add_argument("label")
    show.add_argument("--bank", metavar="BANK", help="default: the one that ships")
    show.set_defaults(command=_show)
    compare = commands.add_parser(
        "compare",
        help="print how much fingerprints resemble each other, draw their tree",
        description="Print the similarity of every pair of fingerprints (greatest correlation of "
        "the periodic patterns over all shifts) and write their tree as a PNG.",
    )
    compare.add_argument("bank", nargs="?", metavar="BANK", help="default: the one that ships")
    compare.add_argument(
        "--png", default="lineage.png", metavar="FILE", help="the tree (default: lineage.png)"
    )
    compare.add_argument("--json", action="store_true", help="the matrix, as JSON")
    compare.set_defaults(command=_compare)
    export = commands.add_parser("export", help="write entries, or a whole bank, to one zip file")
    export.add_argument("labels", nargs="*", metavar="LABEL", help="default: the whole bank")
    export.add_argument("--bank", metavar="BANK", help="default: the one that ships")
    export.add_argument("--out", required=True, metavar="FILE", help="the zip file")
    export.set_defaults(command=_export)


def _add_writers(commands: Parsers) -> None:
    remove = commands.add_parser(
        "remove",
        help="remove an entry; a backup is kept",
        description=f"Remove an entry. It is kept in BANK/{BACKUPS}, from where "
        "`fpinspect bank import` brings it back.",
    )
    remove.add_argument("label")
    remove.add_argument("--bank", required=True, metavar="BANK", help="the bank's folder")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    remove.set_defaults(command=_remove)
    importer = commands.add_parser(
        "import",
        help="add the entries of a zip file that `export` wrote",
        description="Check every name, size and hash of the file, then add its entries to a "
        "bank, which is made if it does not exist. Whatever does not match is refused.",
    )
    importer.add_argument("archive", metavar="FILE", help="the zip file")
    importer.add_argument("--bank", required=True, metavar="BANK", help="the bank's folder")
    importer.add_argument("--replace", action="store_true", help="replace entries of equal label")
    importer.set_defaults(command=_import)


def run(args: argparse.Namespace) -> int:
    """Run a bank command, as parsed by `add_parser`'s parser, and return the exit status."""
    from fpinspect.fingerprint.manifest import BankError
    from fpinspect.report.terminal import printable

    command: Callable[[argparse.Namespace], int] = args.command
    try:
        return command(args)
    except (BankError, UsageError, FileNotFoundError) as error:
        _warn(printable(str(error)))
        return USAGE


def _warn(words: str) -> None:
    print(f"fpinspect bank: {words}", file=sys.stderr)


def _load(path: str | None) -> Bank:
    from fpinspect.fingerprint.bank import Bank

    return Bank.load(path)


def _is_bank(path: str | Path) -> bool:
    from fpinspect.fingerprint.bank import MANIFEST

    return (Path(path) / MANIFEST).is_file()


def _load_or_new(path: str, *, bare: bool = False) -> Bank:
    """Read a bank, or make an empty one with the shipped bank's photographs."""
    from fpinspect.fingerprint.bank import Bank

    if _is_bank(path):
        return Bank.load(path)
    return Bank(photographs=None if bare else Bank.load().photographs)


def _build(args: argparse.Namespace) -> int:
    return _enrol_into(_load_or_new(args.out, bare=args.bare), args.out, args)


def _add(args: argparse.Namespace) -> int:
    bank = _load(args.bank)
    if args.label:
        return _enrol_into(bank, args.bank, args)
    if not args.paths:
        raise UsageError("nothing to add: name images (with --label) or the folder of a bank")
    added = []
    for path in args.paths:
        if not _is_bank(path):
            raise UsageError(f"{path} is no bank; to add images, give them a --label")
        for entry in _load(path).entries.values():
            bank = bank.with_entry(entry, replace=args.replace)
            added.append(entry.label)
    bank.save(args.bank)
    print(f"added to {args.bank}: {', '.join(added)}")
    return OK


def _enrol_into(bank: Bank, target: str, args: argparse.Namespace) -> int:
    """Build an entry of images and put it into a bank."""
    from fpinspect.fingerprint.enrol import make_entry
    from fpinspect.fingerprint.manifest import check_label
    from fpinspect.signal.denoise import get_denoiser

    check_label(args.label)
    if args.label in bank.entries and not args.replace:
        raise UsageError(f"the bank has an entry {args.label!r} already: --replace replaces it")
    photographs: Photographs | None = None if args.bare else bank.photographs
    held = photographs or next(iter(bank.entries.values()), None)
    args.denoiser = args.denoiser or (bank.denoiser if held else "wavelet")
    try:
        get_denoiser(args.denoiser)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if held and args.denoiser != bank.denoiser:
        raise UsageError(f"the bank's denoiser is {bank.denoiser}; make another bank with --bare")
    samples = _samples(args)
    enrolled = _enrol(samples, args, photographs)
    if not enrolled.hashes:
        _warn("no image could be used; nothing was written")
        return SOME_FAILED
    entry = make_entry(
        enrolled,
        label=args.label,
        title=args.title,
        photographs=photographs,
        denoiser=args.denoiser,
        note=args.note,
    )
    bank.with_entry(entry, replace=args.replace).save(target)
    print(f"{target}: {entry.label} of {len(enrolled.hashes)} images")
    if len(enrolled.hashes) < FEW:
        _warn(f"a fingerprint of fewer than {FEW} images is mostly noise")
    if photographs is None:
        _warn("no photographs were subtracted; p-values for this entry are analytic")
    return SOME_FAILED if enrolled.failures else OK


def _samples(args: argparse.Namespace) -> Sequence[Sample]:
    """Find the images that the arguments name."""
    from fpinspect.fingerprint.enrol import Sample, read_samples

    if args.manifest is None:
        if args.split or args.where:
            raise UsageError("--split and --where select rows of a --manifest")
        if not args.paths:
            raise UsageError("name the images: folders, files, or a --manifest")
        from fpinspect.evidence.sources import walk

        missing = [path for path in args.paths if not os.path.lexists(path)]
        if missing:
            raise UsageError(f"there is no {missing[0]}")
        found: Sequence[Sample] = [Sample(Path(item.path)) for item in walk(args.paths).items]
    else:
        conditions = [*args.where, *([f"split={args.split}"] if args.split else [])]
        found = read_samples(Path(args.manifest), conditions)
        if args.paths:
            roots = [Path(path).resolve() for path in args.paths]
            found = [
                sample
                for sample in found
                if any(sample.path.resolve().is_relative_to(root) for root in roots)
            ]
    if not found:
        raise UsageError("no images found")
    return found


def _enrol(
    samples: Sequence[Sample], args: argparse.Namespace, photographs: Photographs | None
) -> Enrolled:
    """Accumulate with a progress bar; tell each failure."""
    from rich.console import Console
    from rich.progress import Progress

    from fpinspect.fingerprint.enrol import enrol
    from fpinspect.report.terminal import printable

    console = Console(stderr=True, highlight=False)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("accumulating", total=len(samples))
        enrolled = enrol(
            samples,
            denoiser=args.denoiser,
            photographs=photographs,
            jobs=args.jobs,
            advance=lambda count: bar.advance(task, count),
        )
    for path, reason in enrolled.failures:
        print(f"failed: {printable(path)}: {printable(reason)}", file=sys.stderr)
    return enrolled


def _list(args: argparse.Namespace) -> int:
    bank = _load(args.bank)
    if args.json:
        print(bank.manifest().decode(), end="")
        return OK
    width = max([len(label) for label in bank.entries] + [5])
    print(f"{'label':<{width}}  images  lattices  period  JPEG history              title")
    for entry in bank.entries.values():
        info = entry.info
        history = ", ".join(f"{k} {v}" for k, v in info.jpeg_history.items())
        lattices = " ".join(map(str, entry.lattices))
        print(
            f"{entry.label:<{width}}  {max(info.images.values()):>6}  {lattices:<8}  "
            f"{info.period:>6}  {history:<24}  {info.title}"
        )
    print(f"{len(bank.entries)} entries, digest {bank.digest[:16]}, {bank.path}")
    return OK


def _show(args: argparse.Namespace) -> int:
    entry = _load(args.bank).entry(args.label)
    data = {"label": entry.label} | entry.info.to_dict() | {"sha256": entry.sha256}
    patterns = entry.fingerprint().patterns
    data["arrays"] = {
        "images_by_pattern": {name: one.images for name, one in patterns.items()},
        "harmonics_that_stand_out": int((abs(entry.signal()) > 0).sum()),
        "null_photographs": {cell: int(a.size) for cell, a in entry.arrays.nulls.items()},
    }
    print(json.dumps(data, indent=2, ensure_ascii=False))
    return OK


def _compare(args: argparse.Namespace) -> int:
    from fpinspect.fingerprint.lineage import draw_dendrogram, lineage

    tree = lineage(_load(args.bank))
    if args.json:
        print(json.dumps(tree.to_dict()))
    else:
        width = max(len(label) for label in tree.labels)
        print(" " * width, *(f"{label[:9]:>9}" for label in tree.labels))
        for label, row in zip(tree.labels, tree.similarity, strict=True):
            print(f"{label:<{width}}", *(f"{value:>9.2f}" for value in row))
    print(draw_dendrogram(tree, args.png), file=sys.stderr if args.json else sys.stdout)
    return OK


def _export(args: argparse.Namespace) -> int:
    from fpinspect.fingerprint.transfer import export

    print(export(_load(args.bank), args.out, args.labels))
    return OK


def _remove(args: argparse.Namespace) -> int:
    from fpinspect.fingerprint.transfer import export

    bank = _load(args.bank)
    entry = bank.entry(args.label)
    if not args.yes and not _confirmed(f"remove {entry.label} ({entry.title}) from {args.bank}?"):
        print("nothing was removed")
        return OK
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    backup = Path(args.bank) / BACKUPS / f"{entry.label}-{stamp}.zip"
    export(bank, backup, [entry.label])
    bank.without(entry.label).save(args.bank)
    print(f"removed {entry.label}; to undo: fpinspect bank import {backup} --bank {args.bank}")
    return OK


def _confirmed(question: str) -> bool:
    """Ask; without a terminal the answer is no."""
    if not sys.stdin.isatty():
        raise UsageError("say --yes to remove without being asked")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def _import(args: argparse.Namespace) -> int:
    from fpinspect.fingerprint.bank import Bank
    from fpinspect.fingerprint.transfer import import_archive

    bank = Bank.load(args.bank) if _is_bank(args.bank) else Bank()
    before = set(bank.entries)
    bank = import_archive(bank, args.archive, replace=args.replace)
    bank.save(args.bank)
    new = [label for label in bank.entries if label not in before] or ["replaced entries"]
    print(f"imported into {args.bank}: {', '.join(new)}")
    return OK
