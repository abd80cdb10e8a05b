"""The check of a case: chain, tables, files, and the numbers themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fpinspect.batch.case.items import file_size, hash_file
from fpinspect.batch.case.replay import differences
from fpinspect.batch.case.store import Case, CaseError, CaseItem, MadeWith
from fpinspect.batch.intake import CaseEngineSpec, unpack
from fpinspect.batch.local import inspect_many
from fpinspect.batch.progress import Progress, SilentProgress
from fpinspect.batch.proof import recompute
from fpinspect.batch.proof.findings import Finding, fail, note, ok
from fpinspect.evidence.sources import Item
from fpinspect.params import InspectionParams

if TYPE_CHECKING:
    from fpinspect.batch.outcome import EngineFactory, Outcome

MOST_NAMED = 20
"""So many missing files are named one by one."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A head of the chain that was printed or signed elsewhere.

    Attributes
    ----------
    head : str
        Its hex digits.
    where : str
        Where it stands, in plain words.
    """

    head: str
    where: str


def check_chain(case: Case, printed: Sequence[Printed] = ()) -> Iterator[Finding]:
    """Check the audit chain, what it says of the case, and heads that were printed elsewhere.

    Yields
    ------
    Finding
        One after the other.

    Raises
    ------
    CaseError
        If a printed head is no head at all.
    """
    with case.reading():
        damage = [row[0] for row in case.db.execute("PRAGMA integrity_check(5)")]
    if damage != ["ok"]:
        yield fail(f"the file is damaged: {damage[0]}")
    check = case.chain.verify()
    if check.ok:
        head = check.head
        yield ok(f"audit chain: {head.records:,} records, head {head.hash}, of {head.at}")
    for problem in check.problems:
        yield fail(f"audit chain: {problem}")
    for one in printed:
        found = case.chain.verify(one.head)
        if found.found_at is None:
            yield fail(f"{one.where}: {found.problems[-1]}")
        else:
            since = found.head.records - found.found_at
            then = f"{since:,} added since" if since else "nothing was added since"
            yield ok(f"{one.where}: its head is record {found.found_at:,} of the chain; {then}")
    problems = differences(case) if check.ok else ()
    for problem in problems:
        yield fail(problem)
    merged = case.merged()
    if check.ok and not problems:
        yield ok("items, results, arrays, bookmarks and tags are those of the chain")
        for chain in merged:
            yield ok(
                f"merged chain of {chain.title or chain.case_id}: {chain.head.records:,} records, "
                f"head {chain.head.hash}"
            )


def check_files(
    case: Case, *, required: bool = False, progress: Progress | None = None
) -> Iterator[Finding]:
    """Hash the files again.

    Parameters
    ----------
    case : Case
        Open.
    required : bool
        A file that is not there is something that does not hold, instead of a note.
    progress : Progress, optional
        Told of each file.
    """
    progress = progress or SilentProgress()
    items = case.items()
    same, missing, unread = 0, [], 0
    for done, item in enumerate(items):
        if progress.cancelled():
            yield fail(f"stopped: {len(items) - done:,} files were not checked")
            return
        progress.update(done, len(items), item.path)
        if item.sha256 is None:
            unread += 1
        elif file_size(item.path) is None:
            missing.append(item)
        elif hash_file(item.path)[0] == item.sha256:
            same += 1
        else:
            yield fail(f"item {item.id}: {item.path} has changed since it was added")
    if same:
        yield ok(f"files: {same:,} of {len(items):,} are those that were added")
    if unread:
        yield note(f"files: {unread:,} could not be read when they were added and have no hash")
    say = fail if required else note
    for item in missing[:MOST_NAMED]:
        yield say(f"item {item.id}: {item.path} is not there")
    if len(missing) > MOST_NAMED:
        yield say(f"files: {len(missing) - MOST_NAMED:,} more are not there")
    if missing:
        yield note("fpinspect case relocate CASE FOLDER finds moved files by their hash")


def check_numbers(
    case: Case,
    *,
    bank: str | None = None,
    device: str = "auto",
    jobs: int = 1,
    progress: Progress | None = None,
    engine: Any = CaseEngineSpec,
) -> Iterator[Finding]:
    """Inspect every file again, with the parameters of its result, and compare.

    Parameters
    ----------
    case : Case
        Open.
    bank, device : str
        See `CaseEngineSpec`.
    jobs, progress
        See `inspect_many`.
    engine : callable
        Makes the factory of the engine: ``engine(params, bank, device)``.

    Raises
    ------
    EngineStartError
        If no engine can be made.
    """
    groups: dict[str, list[CaseItem]] = {}
    skipped = 0
    for item in case.items():
        line = item.inspection
        if not line or line.get("status") != "ok" or file_size(item.path) is None:
            skipped += 1
        else:
            groups.setdefault(str(line.get("params_hash")), []).append(item)
    counts = {"exact": 0, "near": 0}
    for items in groups.values():
        params = _params(items[0])
        if params is None:
            for item in items:
                yield fail(
                    f"item {item.id}: the case does not say with which parameters it was inspected"
                )
            continue
        yield from _group(case, items, engine(params, bank, device), jobs, progress, counts)
    if counts["exact"]:
        yield ok(f"numbers: {counts['exact']:,} results were computed again, equal to the bit")
    if counts["near"]:
        yield ok(
            f"numbers: {counts['near']:,} results were computed again by other versions, equal "
            f"within {recompute.RELATIVE:g} relative, probabilities within "
            f"{recompute.PROBABILITY:g}"
        )
    if skipped:
        yield note(
            f"numbers: {skipped:,} {'item was' if skipped == 1 else 'items were'} not computed "
            "again: no file there, or no result"
        )


def _params(item: CaseItem) -> InspectionParams | None:
    """Return the parameters of an item's result, None if they are not those it names."""
    try:
        params = InspectionParams(**dict(item.made_with.params if item.made_with else {}))
    except TypeError:
        return None
    stated = (item.inspection or {}).get("params_hash")
    return params if params.digest == stated else None


def _group(
    case: Case,
    items: Sequence[CaseItem],
    engine: EngineFactory,
    jobs: int,
    progress: Progress | None,
    counts: dict[str, int],
) -> Iterator[Finding]:
    """Compute the items of one set of parameters again."""
    outcomes = inspect_many(
        [Item(item.path, named=True) for item in items],
        engine_factory=engine,
        jobs=jobs,
        progress=progress,
    )
    done = 0
    for item, outcome in zip(items, outcomes, strict=False):
        done += 1
        problems, exact = _compare(case, item, outcome)
        if problems:
            for problem in problems:
                yield fail(f"item {item.id} ({item.name}): {problem}")
        else:
            counts["exact" if exact else "near"] += 1
    if done < len(items):
        yield fail(f"stopped: {len(items) - done:,} results were not computed again")


def _compare(case: Case, item: CaseItem, outcome: Outcome) -> tuple[list[str], bool]:
    line, arrays, made, _ = unpack(outcome.value)
    if outcome.error is not None:
        return [f"it cannot be inspected any more: {outcome.error}"], False
    if line.get("sha256") != item.sha256:
        return ["the file has changed since it was added"], False
    then, now = item.made_with or MadeWith(), made or MadeWith()
    exact = recompute.same_engine(then, now)
    problems = list(recompute.compare(item.inspection or {}, line, exact=exact))
    try:
        held = case.arrays(item.id)
    except CaseError as error:
        held, problems = None, [*problems, str(error)]
    if held is not None and arrays is not None:
        problems += recompute.compare_arrays(held, arrays, exact=exact)
    if problems and not exact:
        changed = recompute.what_changed(then, now)
        problems[-1] += f" (made with {changed})" if changed else ""
    return problems, exact
