"""The chain told again: a case must hold what its records say, and nothing else.

Somebody who changes a table with a database program leaves the chain as it was. So the chain is
played from its first record, and the tables must come out: facts, items, hashes of results and
arrays, bookmarks, tags.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from fpinspect.batch.case.arrays import pack_digest
from fpinspect.batch.case.audit import Record, check, digest
from fpinspect.batch.case.items import from_column
from fpinspect.batch.case.values import CaseError

if TYPE_CHECKING:
    from fpinspect.batch.case.reading import Reader

MOST = 20
"""So many differences are told."""


@dataclass
class _Item:
    path: str
    sha256: str | None
    bytes: int | None
    added_at: str
    added_by: str
    inspection: int | None = None
    bookmark: tuple[str, str, str, str] | None = None
    tags: set[str] = field(default_factory=set)


@dataclass
class _State:
    facts: dict[str, str] = field(default_factory=dict)
    case: str = ""
    items: dict[int, _Item] = field(default_factory=dict)
    inspections: dict[int, tuple[int, str, str, str | None]] = field(default_factory=dict)
    chains: dict[int, tuple[str, str, int]] = field(default_factory=dict)


def differences(case: Reader) -> tuple[str, ...]:
    """Compare a case with what its audit chain says, appended chains included.

    Parameters
    ----------
    case : Reader
        An open case whose chain holds (`Chain.verify`).

    Returns
    -------
    tuple of str
        What differs, in plain words; empty if nothing does.
    """
    state = _State()
    try:
        for record in case.chain.records():
            _play(state, record)
        problems = [*_facts(case, state), *_items(case, state), *_inspections(case, state)]
        problems += _chains(case, state)
    except CaseError as error:
        problems = [str(error)]
    except (KeyError, TypeError, ValueError, AttributeError):
        problems = [f"record {record.seq} ({record.action}) of the chain does not fit the case"]
    return tuple(problems[:MOST])


def _play(state: _State, record: Record) -> None:
    """Do again what a record says was done."""
    detail = record.detail
    match record.action:
        case "create":
            state.case, state.facts = str(detail["case"]), dict(detail["facts"])
        case "facts":
            state.facts.update(detail["facts"])
        case "add":
            state.items[detail["item"]] = _Item(
                detail["path"],
                detail["sha256"],
                detail["bytes"],
                detail.get("added_at", record.at),
                detail.get("added_by", record.by),
            )
        case "identify":
            item = state.items[detail["item"]]
            item.sha256, item.bytes = detail["sha256"], detail["bytes"]
        case "inspect":
            state.inspections[detail["inspection"]] = (
                detail["item"],
                detail["record_sha256"],
                detail["made_with_sha256"],
                detail["arrays_sha256"],
            )
            if detail.get("current", True):
                state.items[detail["item"]].inspection = detail["inspection"]
        case "bookmark":
            at, by = detail.get("at", record.at), detail.get("by", record.by)
            mark = (detail["status"], detail["note"], at, by)
            state.items[detail["item"]].bookmark = mark if detail["status"] else None
        case "tag":
            tags = state.items[detail["item"]].tags
            tags |= set(detail["added"])
            tags -= set(detail["removed"])
        case "relocate":
            state.items[detail["item"]].path = detail["new"]
        case "merge":
            for one in detail["chains"]:
                state.chains[one["chain"]] = (one["case"], one["head"], one["records"])


def _facts(case: Reader, state: _State) -> list[str]:
    found = []
    if case.id != state.case:
        found.append("the case's own number differs from that in its chain")
    for name, text in asdict(case.facts).items():
        if state.facts.get(name, "") != text:
            found.append(f"the case's {name} differs from that in its chain")
    return found


def _items(case: Reader, state: _State) -> list[str]:
    found: dict[int, _Item] = {}
    with case.reading():
        for row in case.db.execute(
            "SELECT id, path, sha256, bytes, added_at, added_by, inspection FROM items"
        ):
            found[row[0]] = _Item(from_column(row[1]), *row[2:])
        for item, *mark in case.db.execute("SELECT item, status, note, at, by FROM bookmarks"):
            found[item].bookmark = (mark[0], mark[1], mark[2], mark[3])
        for item, tag in case.db.execute("SELECT item, tag FROM tags"):
            found[item].tags.add(tag)
    problems = [f"item {n} is not in the chain" for n in sorted(found.keys() - state.items.keys())]
    problems += [f"item {n} was taken out" for n in sorted(state.items.keys() - found.keys())]
    for number in sorted(found.keys() & state.items.keys()):
        mine, said = asdict(found[number]), asdict(state.items[number])
        odd = [name for name in mine if mine[name] != said[name]]
        if odd:
            problems.append(f"item {number}: {', '.join(odd)} differ from the chain")
    return problems


def _inspections(case: Reader, state: _State) -> list[str]:
    """Compare every stored result and its arrays with the hashes in the chain."""
    problems = []
    seen = set()
    with case.reading():
        rows = case.db.execute(
            "SELECT inspections.id, item, record, record_sha256, made_with, arrays_sha256, npz, "
            "preview, thumbnail FROM inspections LEFT JOIN arrays ON inspection = inspections.id "
            "ORDER BY inspections.id"
        )
        for number, item, record, stated, made, arrays, *pack in rows:
            seen.add(number)
            said = state.inspections.get(number)
            if said is None:
                problems.append(f"inspection {number} of item {item} is not in the chain")
                continue
            held = None if pack[0] is None else pack_digest(*map(bytes, pack))
            if said[0] != item or said[1] != stated or _digest(record) != said[1]:
                problems.append(f"the result {number} of item {item} was changed")
            if _digest(made) != said[2]:
                problems.append(f"what result {number} of item {item} was made with was changed")
            if not held == arrays == said[3]:
                problems.append(f"the arrays of result {number} of item {item} were changed")
    gone = sorted(state.inspections.keys() - seen)
    return [*problems, *(f"the result {number} was taken out" for number in gone)]


def _chains(case: Reader, state: _State) -> list[str]:
    """Check the chains that merges appended against the heads in the own chain."""
    problems = []
    listed: Mapping[int, Any] = {
        number: (merged.case_id, merged.head.hash, merged.head.records)
        for number, merged in case.merged_chains()
    }
    if listed != state.chains:
        problems.append("the list of merged chains differs from the own chain")
    for number, (_, head, records) in state.chains.items():
        result = check(case.chain.read(number))
        if result.problems:
            problems.append(f"merged chain {number}: {result.problems[0]}")
        elif (result.head.hash, result.head.records) != (head, records):
            problems.append(f"merged chain {number} does not end with the head it was merged with")
    return problems


def _digest(text: str) -> str:
    try:
        return digest(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        return ""
