"""Inspections that go into a case: each is stored with its arrays as it arrives."""

from __future__ import annotations

import base64
import contextlib
import logging
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import fpinspect
from fpinspect.batch.case.arrays import StoredArrays
from fpinspect.batch.case.items import absolute, hash_file
from fpinspect.batch.case.values import CaseError, CaseItem, MadeWith
from fpinspect.batch.local import inspect_many
from fpinspect.batch.outcome import Engine, Outcome, Record
from fpinspect.batch.progress import Progress
from fpinspect.evidence.sources import Item
from fpinspect.params import InspectionParams

if TYPE_CHECKING:
    from fpinspect.batch.case.store import Case
    from fpinspect.batch.outcome import EngineFactory

PACK = "_pack"
"""Key of a line of JSON on its way from a worker: the arrays and what they were made with."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CaseEngineSpec:
    """Makes, in a worker, the engine that measures what a case keeps beside each result.

    Attributes
    ----------
    params : InspectionParams
        What is asked.
    bank : str or None
        Folder of a bank; None: the one that ships.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    """

    params: InspectionParams
    bank: str | None = None
    device: str = "auto"

    def __call__(self) -> Engine:
        """Load weights and bank."""
        from fpinspect.pipeline import Engine as Pipeline

        engine = Pipeline(self.params, bank=self.bank, device=self.device)
        return MeasuringEngine(engine, self.params, str(engine.device))


class MeasuringEngine:
    """An engine whose lines of JSON bring arrays along, under `PACK`; `unpack` takes them out.

    Parameters
    ----------
    engine : Engine
        What inspects.
    params : InspectionParams
        What it was asked.
    device : str
        Where it computes.
    """

    def __init__(self, engine: Engine, params: InspectionParams, device: str) -> None:
        self._engine, self._params, self._device = engine, params, device

    def inspect(self, path: str, *, named: bool = True) -> Record:
        """Inspect a file and measure it."""
        from fpinspect.batch.case.made_with import made_with

        record = self._engine.inspect(path, named=named)
        pack: dict[str, Any] = {"made_with": made_with(self._params, device=self._device).to_dict()}
        if record["status"] == "ok":
            pack |= self._measure(path, str(record["sha256"]))
        return {**record, PACK: pack}

    def error_record(self, path: str, message: str) -> Record:
        """Return the JSON line of a failed item."""
        return self._engine.error_record(path, message)

    def _measure(self, path: str, sha256: str) -> dict[str, Any]:
        from fpinspect.batch.case.measure import measure_file
        from fpinspect.evidence.flags import ItemError

        try:
            arrays = measure_file(path, sha256, params=self._params, device=self._device)
        except (ItemError, MemoryError) as error:
            # The opinion stands; only its pictures are missing, and the reader is told why.
            return {"problem": str(error) or "there is not enough memory for its pictures"}
        parts = (arrays.to_bytes(), arrays.preview, arrays.thumbnail)
        return {"arrays": [base64.b64encode(part).decode("ascii") for part in parts]}


def unpack(record: Record) -> tuple[Record, StoredArrays | None, MadeWith | None, str]:
    """Take the arrays out of a line of JSON of a `MeasuringEngine`.

    Returns
    -------
    record : dict
        The line of JSON as others have it.
    arrays : StoredArrays or None
        What is to be kept.
    made_with : MadeWith or None
        What the result was made with.
    problem : str
        Why there are no arrays, in plain words, if something went wrong.
    """
    line = {name: value for name, value in record.items() if name != PACK}
    pack = record.get(PACK)
    if not pack:
        return line, None, None, ""
    parts = [base64.b64decode(part) for part in pack.get("arrays") or ()]
    arrays = StoredArrays.from_bytes(*parts) if parts else None
    return line, arrays, MadeWith(**pack["made_with"]), str(pack.get("problem") or "")


def inspect_into(
    case: Case,
    items: Iterable[Item],
    *,
    params: InspectionParams | None = None,
    engine_factory: EngineFactory | None = None,
    bank: str | None = None,
    device: str = "auto",
    jobs: int = 1,
    progress: Progress | None = None,
    timeout_s: float | None = None,
) -> Generator[tuple[Outcome, CaseItem], None, None]:
    """Inspect many files; each result is in the case before it is given.

    Whoever stops, is killed or runs out of disk keeps all results but those under way; the same
    call with `waiting` goes on with the rest.

    Parameters
    ----------
    case : Case
        Open for writing.
    items : iterable of Item
        See `fpinspect.evidence.sources.walk`.
    params : InspectionParams, optional
        What is asked; the defaults if not given.
    engine_factory : callable, optional
        Instead of the engine of `CaseEngineSpec`.
    bank, device : str
        See `CaseEngineSpec`.
    jobs, progress, timeout_s
        See `fpinspect.batch.local.inspect_many`.

    Yields
    ------
    outcome : Outcome
        What became of the item.
    item : CaseItem
        As it is in the case now.

    Raises
    ------
    CaseError
        If the case cannot be changed (any more): the disk is full.
    EngineStartError
        If no engine can be made.
    """
    spec = engine_factory or CaseEngineSpec(params or InspectionParams(), bank, device)
    if case.read_only:
        raise CaseError(f"{case.path} cannot be changed: {case.why_read_only or 'read-only'}")
    outcomes = inspect_many(
        items, engine_factory=spec, jobs=jobs, progress=progress, timeout_s=timeout_s
    )
    with contextlib.closing(outcomes):
        for outcome in outcomes:
            line, arrays, made, problem = unpack(outcome.value)
            words = (*outcome.warnings, f"Not kept: {problem}") if problem else outcome.warnings
            stored = case.record(line, arrays, made_with=made)
            yield replace(outcome, value=line, warnings=words), stored


def waiting(
    case: Case, items: Iterable[Item], *, params: InspectionParams, bank: str
) -> tuple[list[Item], int]:
    """Leave out the files that the case has a result of already, made with the same.

    Parameters
    ----------
    case : Case
        Open.
    items : iterable of Item
        Files.
    params : InspectionParams
        What is to be asked.
    bank : str
        Digest of the bank.

    Returns
    -------
    list of Item
        What is to be done: new and changed files, failed ones, and those inspected otherwise.
    int
        How many were left out.
    """
    from fpinspect.batch.case.made_with import weights

    todo, held = [], {}
    for item in case.items():
        line = item.inspection or {}
        same = tuple(line.get(name) for name in ("status", "params_hash", "bank", "version"))
        made = item.made_with
        wanted = ("ok", params.digest, bank, fpinspect.__version__)
        if same == wanted and made and dict(made.weights) == weights():
            held[item.path, item.sha256] = item.id
    paths = {path for path, _ in held}
    given = 0
    for one in items:
        given += 1
        path = absolute(one.path)
        if path not in paths or (path, hash_file(path)[0]) not in held:
            todo.append(one)
    return todo, given - len(todo)
