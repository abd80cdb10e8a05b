"""Whoever kills the process loses at most what was under way, and breaks nothing."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fpinspect.batch.case import schema
from fpinspect.batch.case.replay import differences
from fpinspect.batch.case.store import Case

Fill = Callable[..., Case]

WRITER = """
import hashlib, sys, time
import numpy as np
from fpinspect.batch.case.arrays import COMPONENTS, Curves, StoredArrays
from fpinspect.batch.case.store import Case

def some(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)

arrays = StoredArrays(9, 9, 1, "wavelet 1", some(256, 256), some(256, 129),
    {name: some(128, 65) for name in COMPONENTS}, some(128, 65), Curves(*some(5, 9)), some(8, 8),
    1.0, bytes(90_000), b"small")
case = Case.open(sys.argv[1])
n = len(case.items())
while True:
    line = {"path": f"/x/{n}.png", "sha256": hashlib.sha256(b"%d" % n).hexdigest(), "bytes": n,
            "status": "ok", "error": None}
    case.record(line, arrays)
    n += 1
    print(n, flush=True)
"""

STOPS = {
    # Half of a result is in the tables.
    "record": """
from fpinspect.batch.case import items
insert = items.insert_inspection
def stop(*args, **more):
    insert(*args, **more)
    print("inside", flush=True)
    time.sleep(60)
items.insert_inspection = stop
case = Case.open(path)
case.record({"path": "/x/y.png", "sha256": "ab" * 32, "bytes": 3, "status": "ok", "error": None})
""",
    # One of two items is taken over.
    "merge": """
class Stop(SilentProgress):
    def update(self, done, total, message):
        if done == 1:
            print("inside", flush=True)
            time.sleep(60)
case = Case.open(path)
case.merge(path.replace("a.fpcase", "b.fpcase"), progress=Stop())
""",
    # The backup is written, the tables are changed, nothing is stored.
    "migrate": """
from fpinspect.batch.case import opening
change = opening.raise_tables
def stop(*args):
    change(*args)
    print("inside", flush=True)
    time.sleep(60)
opening.raise_tables = stop
Case.open(path)
""",
}
HEAD = """
import sys, time
from fpinspect.batch.case.store import Case
from fpinspect.batch.progress import SilentProgress
path = sys.argv[1]
"""


def start(script: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    )


def healthy(path: Path) -> list[int]:
    """Return the sizes of the items of a case in which nothing is wrong."""
    with Case.open(path) as case:
        assert not case.read_only
        assert case.db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert case.chain.verify().problems == ()
        assert differences(case) == ()
        return [item.bytes or 0 for item in case.items()]


def test_a_killed_writer_loses_at_most_the_item_in_flight(filled: Fill) -> None:
    with filled(photos=()) as case:
        path = case.path
    chance = random.Random(7)
    for _ in range(4):
        with start(WRITER, path) as child:
            assert child.stdout is not None
            lines = chance.randrange(1, 6)
            for _ in range(lines):
                told = int(child.stdout.readline())
            time.sleep(chance.random() / 20)
            child.kill()
            rest = child.stdout.read().split()
        told = int(rest[-1]) if rest else told
        items = healthy(path)
        assert items == list(range(len(items)))
        assert told <= len(items) <= told + 1


def v1(path: Path) -> None:
    """Give a case the tables of the first version."""
    with Case.open(path) as case, case.change() as change:
        change.db.execute("DROP TABLE chains")
        change.db.execute("PRAGMA user_version = 1")
    assert schema.VERSION == 2


@pytest.mark.parametrize("stop", STOPS)
def test_killed_in_the_middle_of_a_change_nothing_of_it_is_there(filled: Fill, stop: str) -> None:
    with filled("a.fpcase", photos=("one.png",)) as case:
        path, before = case.path, case.chain.head
    filled("b.fpcase", photos=("two.png", "three.png")).close()
    if stop == "migrate":
        v1(path)
    with start(HEAD + STOPS[stop], path) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "inside\n"
        child.kill()
    assert len(healthy(path)) == 1
    with Case.open(path) as case:
        records = case.chain.records()
        assert records[before.records - 1].hash == before.hash
        assert [r.action for r in records[before.records :]] == ["migrate"] * (stop == "migrate")


def test_a_full_disk_stops_the_writer_and_keeps_what_was_done(filled: Fill) -> None:
    pytest.importorskip("resource")
    with filled(photos=()) as case:
        path = case.path
    limit = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))\n"
    done = subprocess.run(
        [sys.executable, "-c", limit + WRITER, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "CaseError" in done.stderr.splitlines()[-1]
    assert "disk" in done.stderr.splitlines()[-1]
    told = int(done.stdout.split()[-1])
    assert len(healthy(path)) == told
