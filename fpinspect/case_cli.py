"""``fpinspect case``: make a case, inspect into it, mark, merge, find moved files; the lab's key.

Exit status: 0 fine, 2 wrong use or a case that cannot be used, 3 some items failed or files were
not found, 1 stopped by a full disk or the like, 130 Ctrl-C.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from fpinspect.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from fpinspect.batch.case.store import Case, CaseItem

OK, STOPPED, USAGE, INCOMPLETE = 0, 1, 2, 3
STATUSES = ("relevant", "to-be-checked", "cleared", "none")
FACTS = {
    "number": "reference of the case in your books",
    "title": "what it is about, on the cover of reports",
    "examiner": "who examines",
    "laboratory": "for whom",
    "notes": "anything a reader should know",
}
Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_parser(subparsers: Parsers) -> None:
    """Add the commands to the parser; imports nothing heavy."""
    parser = subparsers.add_parser(
        "case",
        help="keep inspections in a case file: results, marks, notes, audit chain",
        description="A case is one file, NAME.fpcase: what was examined, every result with its "
        "parameters, versions and hashes, what is needed to draw its pictures without the "
        "originals, marks and notes, and a chain of records that says what was done. Results are "
        "stored as they arrive; a second window or command gets the case read-only.",
        epilog="fpinspect verify CASE checks it, fpinspect report CASE writes the report. Exit "
        "status: 0 fine, 2 wrong use or an unusable case, 3 some items failed or were not found, "
        "1 stopped by a full disk or the like, 130 Ctrl-C.",
    )
    commands = parser.add_subparsers(title="case commands", metavar="COMMAND", required=True)
    _add_makers(commands)
    _add_inspect(commands)
    _add_readers(commands)
    _add_marks(commands)
    _add_whole(commands)
    _add_key(commands)
    parser.set_defaults(run=run)


def _add_makers(commands: Parsers) -> None:
    new = commands.add_parser("new", help="make a new case")
    new.add_argument("case", metavar="CASE", help="the file, by custom NAME.fpcase")
    new.set_defaults(command=_new)
    change = commands.add_parser(
        "set", help="change title, number, examiner …; without options they are shown"
    )
    change.add_argument("case", metavar="CASE")
    change.set_defaults(command=_set)
    for parser in (new, change):
        for name, words in FACTS.items():
            parser.add_argument(f"--{name}", metavar="TEXT", help=words)


def _add_inspect(commands: Parsers) -> None:
    from fpinspect.case_inspect_cli import add_options

    inspect = commands.add_parser(
        "inspect",
        help="inspect files and folders into a case",
        description="Inspect image files and folders (with all folders in them) and store each "
        "result as it arrives. What the case has a result of already, made with the same "
        "parameters, bank and weights, is left out, so that a run that was stopped goes on where "
        "it was.",
    )
    inspect.add_argument("case", metavar="CASE")
    add_options(inspect)
    inspect.set_defaults(command=_inspect)


def _add_readers(commands: Parsers) -> None:
    lister = commands.add_parser("list", help="list the items of a case")
    lister.add_argument("case", metavar="CASE")
    lister.add_argument("--bookmarked", action="store_true", help="only those with a mark")
    lister.add_argument("--json", action="store_true", help="one JSON object a line")
    lister.set_defaults(command=_list)
    log = commands.add_parser("log", help="print the audit chain of a case")
    log.add_argument("case", metavar="CASE")
    log.add_argument("--last", type=int, metavar="N", help="only the last N records")
    log.add_argument("--json", action="store_true", help="one JSON object a line")
    log.set_defaults(command=_log)


def _add_marks(commands: Parsers) -> None:
    mark = commands.add_parser("bookmark", help="mark an item, with a note, or take the mark away")
    mark.add_argument("case", metavar="CASE")
    mark.add_argument("item", metavar="ITEM", help="number of the item (see list), or its path")
    mark.add_argument("status", type=lambda given: given.replace(" ", "-"), choices=STATUSES)
    mark.add_argument("--note", default="", metavar="TEXT")
    mark.set_defaults(command=_bookmark)
    tag = commands.add_parser("tag", help="put tags on an item")
    tag.add_argument("case", metavar="CASE")
    tag.add_argument("item", metavar="ITEM", help="number of the item (see list), or its path")
    tag.add_argument("tags", nargs="+", metavar="TAG")
    tag.add_argument("--remove", action="store_true", help="take these tags away instead")
    tag.set_defaults(command=_tag)


def _add_whole(commands: Parsers) -> None:
    relocate = commands.add_parser(
        "relocate",
        help="find files that were moved or renamed, by their hash",
        description="Look for the files of a case that are not where they were, in folders and "
        "all folders in them. Only files of the right length are read.",
    )
    relocate.add_argument("case", metavar="CASE")
    relocate.add_argument("folders", nargs="+", metavar="FOLDER")
    relocate.set_defaults(command=_relocate)
    merge = commands.add_parser(
        "merge",
        help="take over the items of another case",
        description="Take over the items, results and marks of another case, and append its audit "
        "chain with its head. Equal files become one item; where both cases say something, this "
        "one's word stands and the difference is told.",
    )
    merge.add_argument("case", metavar="CASE")
    merge.add_argument("other", metavar="OTHER", help="the case that is taken over; not changed")
    merge.set_defaults(command=_merge)


def _add_key(commands: Parsers) -> None:
    key = commands.add_parser(
        "key",
        help="make or show the laboratory's key, which signs reports",
        description="An Ed25519 key that signs the data of reports and their hash lists. It lies "
        "in the settings folder, readable by you alone (mode 0600, no passphrase). The "
        "environment variable FPINSPECT_KEY names another file. Nothing else needs a key.",
    )
    ways = key.add_subparsers(title="key commands", metavar="COMMAND", required=True)
    make = ways.add_parser("make", help="make a key, unless there is one")
    make.add_argument("--name", required=True, help="what signs, such as the laboratory's name")
    make.set_defaults(command=_make_key)
    show = ways.add_parser("show", help="print name, place and fingerprint of the key")
    show.set_defaults(command=_show_key)


def run(args: argparse.Namespace) -> int:
    """Run a case command, as parsed by `add_parser`'s parser, and return the exit status."""
    from fpinspect.batch.case.values import CaseError
    from fpinspect.batch.proof.signing import SigningError
    from fpinspect.report.terminal import printable

    command: Callable[[argparse.Namespace], int] = args.command
    try:
        return command(args)
    except (CaseError, SigningError, UsageError) as error:
        print(f"fpinspect case: {printable(str(error))}", file=sys.stderr)
        return USAGE


def _open(path: str, *, read_only: bool = False) -> Case:
    """Open a case; one that cannot be written is refused where it must be."""
    from fpinspect.batch.case.store import Case, CaseError

    case = Case.open(path, read_only=read_only)
    if case.read_only and not read_only:
        case.close()
        raise CaseError(f"{path} cannot be changed: {case.why_read_only}")
    return case


def _given(args: argparse.Namespace) -> dict[str, str]:
    return {name: text for name in FACTS if (text := getattr(args, name)) is not None}


def _new(args: argparse.Namespace) -> int:
    from fpinspect.batch.case.store import Case

    with Case.create(args.case, **_given(args)) as case:
        _say(f"made {case.path}; its audit chain begins with {case.chain.head.hash}")
    return OK


def _set(args: argparse.Namespace) -> int:
    given = _given(args)
    with _open(args.case, read_only=not given) as case:
        if given:
            case.set_facts(**given)
        for name, text in asdict(case.facts).items():
            _say(f"{name:<11} {text}")
        _say(f"{'made':<11} {case.created_at} by {case.created_by}")
        _say(f"{'items':<11} {len(case.items()):,}")
        _say(f"{'chain':<11} {case.chain.head.records:,} records, head {case.chain.head.hash}")
    return OK


def _inspect(args: argparse.Namespace) -> int:
    from fpinspect.case_inspect_cli import inspect

    with _open(args.case) as case:
        return inspect(case, args)


def _list(args: argparse.Namespace) -> int:
    with _open(args.case, read_only=True) as case:
        items = case.items(bookmarked=args.bookmarked)
    for item in items:
        if args.json:
            print(json.dumps(_plain(item)))
        else:
            _say(_row(item))
    if not items and not args.json:
        print("no items" if not args.bookmarked else "no item has a mark", file=sys.stderr)
    return OK


def _row(item: CaseItem) -> str:
    from fpinspect.report.terminal import ratio

    verdict = (item.inspection or {}).get("verdict") or {}
    if verdict:
        opinion = f"{verdict['answer']:<13} {verdict['source']:<9} {ratio(verdict['log10_lr']):>10}"
    else:
        opinion = f"{'failed' if item.error else 'not inspected':<34}"
    marks = [item.status.value if item.status else "", *(f"#{tag}" for tag in item.tags)]
    where = item.path if item.is_there else f"{item.path} (not there)"
    words = ", ".join(filter(None, marks))
    note = f" – {item.note}" if item.note else ""
    return f"{item.id:>5}  {opinion}  {where}" + (f"  [{words}{note}]" if words else "")


def _plain(item: CaseItem) -> dict[str, Any]:
    mark = item.bookmark
    return {
        "id": item.id,
        "path": item.path,
        "sha256": item.sha256,
        "bytes": item.bytes,
        "added_at": item.added_at,
        "added_by": item.added_by,
        "bookmark": None if mark is None else asdict(mark) | {"status": mark.status.value},
        "tags": list(item.tags),
        "inspection": item.inspection,
        "made_with": item.made_with.to_dict() if item.made_with else None,
        "record_sha256": item.record_sha256,
        "arrays_sha256": item.arrays_sha256,
    }


def _log(args: argparse.Namespace) -> int:
    if args.last is not None and args.last < 1:
        raise UsageError("--last needs a number above 0")
    with _open(args.case, read_only=True) as case:
        records = case.chain.records(last=args.last)
    for record in records:
        if args.json:
            print(json.dumps(asdict(record) | {"detail": dict(record.detail)}))
        else:
            detail = json.dumps(record.detail)
            _say(f"{record.seq:>6}  {record.at}  {record.by}  {record.action}  {detail}")
            print(f"        {record.hash}")
    return OK


def _bookmark(args: argparse.Namespace) -> int:
    status = None if args.status == "none" else args.status.replace("-", " ")
    with _open(args.case) as case:
        item = case.bookmark(_find(case, args.item).id, status, args.note)
    _say(_row(item))
    return OK


def _tag(args: argparse.Namespace) -> int:
    with _open(args.case) as case:
        number = _find(case, args.item).id
        item = case.tag(number, **{"remove" if args.remove else "add": args.tags})
    _say(_row(item))
    return OK


def _find(case: Case, text: str) -> CaseItem:
    """Find an item by number, path, or the end of its path if that is of one alone."""
    from fpinspect.batch.case.items import absolute

    if text.isdecimal():
        return case.item(int(text))
    items = case.items()
    same = [item for item in items if item.path in {text, absolute(text)}]
    same = same or [item for item in items if item.name == text]
    if len(same) == 1:
        return same[0]
    if not same:
        raise UsageError(f"the case has no item {text!r}: fpinspect case list shows them")
    numbers = ", ".join(str(item.id) for item in same)
    raise UsageError(f"{text!r} is the name of several items: say which number, {numbers}")


def _relocate(args: argparse.Namespace) -> int:
    with _open(args.case) as case:
        found = case.relocate(args.folders)
    for number, old, new in found.moved:
        _say(f"{number:>5}  {old} → {new}")
    where = f"{len(found.moved):,} found"
    print(f"{where}, {len(found.missing):,} still missing" if found.missing else where)
    return INCOMPLETE if found.missing else OK


def _merge(args: argparse.Namespace) -> int:
    with _open(args.case) as case:
        done = case.merge(args.other)
        head = case.chain.head
    added, known = _count(done.added, "item"), _count(done.known, "item")
    print(f"{added} added, {known} known already, {_count(done.inspections, 'result')} taken over")
    for words in done.conflicts:
        _say(f"differs: {words}")
    print(f"appended chain of {done.chain.head.records:,} records, head {done.chain.head.hash}")
    print(f"the chain's head is now {head.hash}")
    return OK


def _make_key(args: argparse.Namespace) -> int:
    from fpinspect.batch.proof.signing import LabKey

    _tell_key(LabKey.make(args.name))
    print("Tell its fingerprint to whoever shall check your reports, and keep a copy of the file.")
    return OK


def _show_key(args: argparse.Namespace) -> int:
    from fpinspect.batch.proof.signing import LabKey

    _tell_key(LabKey.load())
    return OK


def _tell_key(key: Any) -> None:
    import base64

    from fpinspect.batch.proof.signing import grouped

    _say(f"name         {key.name}")
    print(f"fingerprint  {grouped(key.fingerprint)}")
    print(f"public key   {base64.b64encode(key.public).decode()}")
    _say(f"made         {key.made_at or 'unknown'}")
    _say(f"secret key   {key.file}")


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _say(text: str) -> None:
    """Print a line that may hold a hostile name."""
    from fpinspect.report.terminal import printable

    print(printable(text))
