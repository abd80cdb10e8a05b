"""One outcome per item, in order, whatever becomes of the items and the workers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from fpinspect.batch.local import EngineStartError, Outcome, inspect_many
from fpinspect.batch.progress import CancelToken, SilentProgress


@dataclass(frozen=True)
class Item:
    path: str
    named: bool = True


class Recorder(SilentProgress):
    def __init__(self, token: CancelToken | None = None) -> None:
        super().__init__(token)
        self.seen: list[tuple[int, int]] = []
        self.messages: set[str] = set()

    def update(self, done: int, total: int, message: str) -> None:
        self.seen.append((done, total))
        self.messages.add(message)


def run(names: list[str], **options: Any) -> list[Outcome]:
    from fake_engines import Scripted

    options.setdefault("engine_factory", Scripted())
    return list(inspect_many([Item(name) for name in names], **options))


@pytest.mark.parametrize("jobs", [1, 3])
def test_outcomes_come_in_the_order_of_the_items(jobs: int) -> None:
    names = ["sleep 0.3", *(f"plain {i}" for i in range(40)), "sleep 0.1", "plain last"]
    outcomes = run(names, jobs=jobs)
    assert [outcome.item.path for outcome in outcomes] == names
    assert [outcome.value["path"] for outcome in outcomes] == names


def test_named_reaches_the_engine() -> None:
    from fake_engines import Scripted

    items = [Item("a", named=True), Item("b", named=False)]
    outcomes = list(inspect_many(items, engine_factory=Scripted()))
    assert [outcome.value["named"] for outcome in outcomes] == [True, False]


def test_one_job_runs_in_this_process_and_more_in_others_with_one_thread_each() -> None:
    assert {outcome.value["pid"] for outcome in run(["a", "b"])} == {os.getpid()}
    before = dict(os.environ)
    outcomes = run(["sleep 0.2"] * 4, jobs=2)
    assert dict(os.environ) == before
    pids = {outcome.value["pid"] for outcome in outcomes}
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert {outcome.value["omp"] for outcome in outcomes} == {"1"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_whatever_an_item_does_is_its_own_error(jobs: int) -> None:
    names = ["refuse the file is empty", "fine", "raise", "hunger", "record", "warn", "fine too"]
    refused, fine, raised, hungry, recorded, warned, last = run(names, jobs=jobs)
    assert refused.error == "the file is empty"
    assert refused.value["error"] == "the file is empty"
    assert fine.error is None
    assert raised.error is not None
    assert "RuntimeError: a defect over two lines" in raised.error
    assert "report" in raised.error
    assert raised.detail is not None
    assert "Traceback" in raised.detail
    assert hungry.error is not None
    assert "memory" in hungry.error
    assert recorded.error == "the engine's own words"
    assert warned.error is None
    assert warned.warnings == ("UserWarning: something odd",)
    assert last.error is None


@pytest.mark.parametrize(
    ("name", "words"),
    [("kill", "SIGKILL"), ("segfault", "SIGSEGV"), ("exit 3", "status 3"), ("exit 0", "status 0")],
)
def test_a_dead_worker_costs_one_item(name: str, words: str) -> None:
    outcomes = run(["a", "b", name, "c", "d", "e"], jobs=2)
    failed = [outcome for outcome in outcomes if outcome.error]
    assert [outcome.item.path for outcome in failed] == [name]
    assert failed[0].error is not None
    assert words in failed[0].error
    assert failed[0].value["error"] == failed[0].error
    assert failed[0].value["path"] == name
    assert failed[0].value["bank"] == "abc"
    assert len(outcomes) == 6


def test_many_deaths_in_a_row_do_not_end_the_run() -> None:
    outcomes = run(["kill"] * 5 + ["fine"], jobs=2)
    assert [outcome.error is None for outcome in outcomes] == [False] * 5 + [True]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_result_that_is_no_json_is_an_item_error(jobs: int) -> None:
    strange, endless, fine = run(["unsendable", "nan", "fine"], jobs=jobs)
    assert strange.error is not None
    assert "TypeError" in strange.error
    assert endless.error is not None
    assert "ValueError" in endless.error
    assert endless.value["status"] == "error"
    assert fine.error is None


def test_an_item_over_its_time_is_given_up() -> None:
    start = time.monotonic()
    outcomes = run(["sleep 60", "fine", "fine"], jobs=1, timeout_s=2.0)
    assert time.monotonic() - start < 30
    assert outcomes[0].error == "It took longer than 2 s and was stopped."
    assert [outcome.error for outcome in outcomes[1:]] == [None, None]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_engine_that_cannot_be_made_is_said_before_any_item(jobs: int) -> None:
    from fake_engines import Broken

    with pytest.raises(EngineStartError, match="there is no bank at /nowhere"):
        run(["a", "b"], engine_factory=Broken("refuse"), jobs=jobs)
    with pytest.raises(EngineStartError, match="KeyError"):
        run(["a", "b"], engine_factory=Broken("defect"), jobs=jobs)


def test_workers_that_die_at_the_start_end_the_run() -> None:
    from fake_engines import Broken

    with pytest.raises(EngineStartError, match="status 7"):
        run(["a", "b"], engine_factory=Broken("die"), jobs=2)


def test_the_engine_is_made_once_per_process(tmp_path: Path) -> None:
    from fake_engines import Scripted

    run(["plain"] * 12, engine_factory=Scripted(str(tmp_path)), jobs=2)
    assert 1 <= len(list(tmp_path.iterdir())) <= 2


def test_progress_counts_up_to_the_total() -> None:
    for jobs in (1, 2):
        progress = Recorder()
        run(["a", "refuse no", "c"], jobs=jobs, progress=progress)
        dones = [done for done, _ in progress.seen]
        assert dones == sorted(dones)
        assert dones[0] == 0
        assert progress.seen[-1] == (3, 3)
        assert {"a", "refuse no", "c"} & progress.messages


def test_items_may_be_endless_and_do_not_pile_up_behind_a_slow_one() -> None:
    from fake_engines import Scripted

    taken = 0

    def endless() -> Iterator[Item]:
        nonlocal taken
        while True:
            taken += 1
            yield Item("sleep 60" if taken == 1 else "plain")

    token = CancelToken()

    class StopWhenStalled(Recorder):
        def update(self, done: int, total: int, message: str) -> None:
            super().update(done, total, message)
            if done and self.seen[-5:] == [(done, 0)] * 5:
                token.cancel()

    progress = StopWhenStalled(token)
    given = list(inspect_many(endless(), engine_factory=Scripted(), jobs=2, progress=progress))
    assert 32 < taken <= 65
    assert [outcome.item.path for outcome in given] == ["plain"] * (taken - 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_cancelled_before_the_start_gives_nothing(jobs: int) -> None:
    token = CancelToken()
    token.cancel()
    assert run(["a", "b"], jobs=jobs, progress=SilentProgress(token)) == []


def test_cancel_ends_within_a_second_and_keeps_what_is_done() -> None:
    from fake_engines import Scripted

    token = CancelToken()
    items = [Item("plain 0"), Item("sleep 60"), *(Item(f"plain {i}") for i in range(2, 9))]
    got = []
    cancelled_at = 0.0

    class Stopper(Recorder):
        def update(self, done: int, total: int, message: str) -> None:
            nonlocal cancelled_at
            if done == 8 and not cancelled_at:
                cancelled_at = time.monotonic()
                token.cancel()

    for outcome in inspect_many(items, engine_factory=Scripted(), jobs=2, progress=Stopper(token)):
        got.append(outcome.item.path)
    assert time.monotonic() - cancelled_at < 2.0  # one second, and a busy machine
    assert got == [f"plain {i}" for i in (0, *range(2, 9))]
    assert not _workers()


def test_closing_the_iterator_kills_the_workers() -> None:
    from fake_engines import Scripted

    items = [Item("plain"), Item("sleep 60"), Item("sleep 60")]
    outcomes = inspect_many(items, engine_factory=Scripted(), jobs=2)
    assert next(outcomes).error is None
    assert len(_workers()) == 2
    outcomes.close()
    assert not _workers()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "from fake_engines import Scripted\n"
        "from fpinspect.batch.local import inspect_many\n"
        "from types import SimpleNamespace as Item\n"
        "if __name__ == '__main__':\n"
        "    items = [Item(path=p, named=True) for p in ['plain', 'sleep 60', 'sleep 60']]\n"
        "    for outcome in inspect_many(items, engine_factory=Scripted(), jobs=2):\n"
        "        print(outcome.error, flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(
        [sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "None\n"
        workers = _workers(psutil.Process(parent.pid))
        assert len(workers) == 2
        parent.kill()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert not alive


def _workers(parent: psutil.Process | None = None) -> list[psutil.Process]:
    return [
        child
        for child in (parent or psutil.Process()).children()
        if child.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(child.cmdline())
    ]


def test_bad_options_are_refused() -> None:
    with pytest.raises(ValueError, match="jobs"):
        inspect_many([], engine_factory=None, jobs=0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="timeout_s"):
        inspect_many([], engine_factory=None, jobs=1, timeout_s=0)  # type: ignore[arg-type]


def test_no_items_start_no_workers() -> None:
    assert run([], jobs=4) == []
