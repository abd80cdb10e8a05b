"""A case in one line: for the window's list of recent ones, which its settings keep."""

from __future__ import annotations

import os
from collections.abc import Iterable

from fpinspect.batch.case.store import Case
from fpinspect.batch.case.values import CaseError, Summary


def summary(path: str | os.PathLike[str]) -> Summary:
    """Describe a case for a list of recent ones, without taking the right to write to it.

    Parameters
    ----------
    path : str or path-like
        The file; what cannot be opened is described by its problem.
    """
    name = os.fspath(path)
    try:
        with Case.open(name, read_only=True) as case:
            with case.reading():
                count = int(case.db.execute("SELECT count(*) FROM items").fetchone()[0])
            return Summary(name, case.facts, count, case.chain.head.at)
    except CaseError as error:
        return Summary(name, problem=str(error))


def recent(paths: Iterable[str], *, most: int = 10) -> list[Summary]:
    """Describe the cases of a list of paths, in its order, each file once.

    Parameters
    ----------
    paths : iterable of str
        Newest first; those that are gone are described by their problem.
    most : int
        So many at most.
    """
    return [summary(path) for path in list(dict.fromkeys(paths))[:most]]
