"""Merging, moved files, older and newer versions, folders that cannot be written."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fpinspect.batch.case.replay import differences
from fpinspect.batch.case.store import Case, CaseError, StoredArrays
from fpinspect.batch.progress import CancelToken, SilentProgress

Fill = Callable[..., Case]


def test_a_merge_takes_items_results_arrays_marks_and_the_chain(filled: Fill) -> None:
    with filled("b.fpcase", photos=("two.png", "three.png")) as other:
        other.bookmark(2, "relevant", "hands")
        other.tag(1, add=["x"])
        theirs, number = other.chain.head, other.id
    with filled("a.fpcase", photos=("one.png", "two.png")) as case:
        done = case.merge(other.path)
        assert (done.added, done.known, done.inspections, done.conflicts) == (1, 1, 1, ())
        assert done.chain.head == theirs
        names = {item.name: item for item in case.items()}
        assert set(names) == {"one.png", "two.png", "three.png"}
        assert names["three.png"].note == "hands"
        assert names["two.png"].tags == ("x",)
        held = case.arrays(names["three.png"].id)
        assert held is not None
        assert held.digest == names["three.png"].arrays_sha256
        (merged,) = case.merged()
        assert (merged.case_id, merged.title, merged.head) == (number, "Case b.fpcase", theirs)
        assert [r.hash for r in case.chain.read(1)][-1] == theirs.hash
        assert case.chain.verify().ok
        assert differences(case) == ()


def test_where_both_cases_say_something_this_ones_word_stands(filled: Fill) -> None:
    with filled("b.fpcase", photos=("one.png",)) as other:
        other.bookmark(1, "cleared", "a screenshot")
    with filled("a.fpcase", photos=("one.png",)) as case:
        case.bookmark(1, "relevant", "hands")
        done = case.merge(other.path)
        assert done.conflicts == ("item 1, one.png: relevant here, cleared (a screenshot) there",)
        assert case.item(1).note == "hands"
        said = [r.detail.get("note") for r in case.chain.read(1) if r.action == "bookmark"]
        assert said == ["a screenshot"]


def test_chains_of_chains_travel_and_a_second_merge_is_refused(filled: Fill) -> None:
    with filled("c.fpcase", photos=("three.png",)) as third:
        pass
    with filled("b.fpcase", photos=("two.png",)) as second:
        second.merge(third.path)
    with filled("a.fpcase", photos=("one.png",)) as case:
        case.merge(second.path)
        assert [merged.title for merged in case.merged()] == ["Case b.fpcase", "Case c.fpcase"]
        assert len(case.items()) == 3
        assert differences(case) == ()
        for again in (second.path, third.path):
            with pytest.raises(CaseError, match="holds nothing that is not in"):
                case.merge(again)
        with pytest.raises(CaseError, match="with itself"):
            case.merge(case.path)
        copy = shutil.copy(case.path, case.path.with_name("copy.fpcase"))
        case.bookmark(1, "relevant")
    with Case.open(case.path) as case, pytest.raises(CaseError, match="holds nothing"):
        case.merge(copy)


def test_a_merge_that_is_stopped_or_whose_chain_is_broken_changes_nothing(filled: Fill) -> None:
    with filled("b.fpcase") as other:
        path = other.path
    token = CancelToken()
    token.cancel()
    with filled("a.fpcase", photos=()) as case:
        before = case.chain.head
        with pytest.raises(CaseError, match="stopped: nothing was changed"):
            case.merge(path, progress=SilentProgress(token))
        with sqlite3.connect(path) as db:
            db.execute("UPDATE audit SET by = 'somebody else' WHERE seq = 2")
        db.close()
        with pytest.raises(CaseError, match=r"chain does not hold: record 2 \(add\) was changed"):
            case.merge(path)
        assert (case.chain.head, case.items(), case.merged()) == (before, [], [])


def test_moved_files_are_found_by_hash_and_copies_stay_apart(
    filled: Fill, photo: Callable[..., Path], record: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    with filled(photos=("one.png",)) as case:
        for name in ("twin a.png", "twin b.png"):
            case.record(record(photo(name, "twins")))
        case.add(photo("lost.png"))
        below = tmp_path / "new" / "below"
        below.mkdir(parents=True)
        for name in ("one.png", "twin a.png", "twin b.png"):
            (tmp_path / name).rename(below / f"moved {name}")
        (tmp_path / "lost.png").unlink()
        photo("new/decoy.png", "the bytes of one.pnG")  # of equal length
        found = case.relocate([tmp_path / "new"])
        assert [item for item, _, _ in found.moved] == [1, 2, 3]
        assert found.missing == (4,)
        assert case.item(1).path == str(below / "moved one.png")
        assert {Path(case.item(n).path).name for n in (2, 3)} == {
            "moved twin a.png",
            "moved twin b.png",
        }
        assert differences(case) == ()
        assert case.relocate([tmp_path]).moved == ()
        with pytest.raises(CaseError, match="there is no folder"):
            case.relocate([tmp_path / "nowhere"])


def make_v1(path: Path) -> None:
    """Give a case the tables of the first version, which knew no merged chains."""
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE chains")
        db.execute("PRAGMA user_version = 1")
    db.close()


def test_an_older_case_is_brought_up_and_a_backup_kept(filled: Fill) -> None:
    with filled() as case:
        path, head = case.path, case.chain.head
    make_v1(path)
    with Case.open(path) as case:
        *_, last = case.chain.records()
        assert last.action == "migrate"
        assert (last.detail["from"], last.detail["to"]) == (1, 2)
        backup = path.with_name(last.detail["backup"])
        assert case.chain.verify(head.hash).found_at == head.records
        assert len(case.items()) == 2
        assert differences(case) == ()
    with sqlite3.connect(backup) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM items").fetchone() == (2,)
    db.close()
    with Case.open(path) as case:
        assert case.chain.records()[-1].hash == last.hash


def test_an_older_case_can_be_read_without_changing_it(filled: Fill) -> None:
    with filled() as case:
        path = case.path
    make_v1(path)
    before = path.read_bytes()
    with Case.open(path, read_only=True) as case:
        assert len(case.items()) == 2
        assert case.merged() == []
        assert case.chain.verify().ok
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.glob("*.fpcase*")) == ["a.fpcase"]


def test_without_room_for_the_backup_the_case_is_left_as_it_is(
    filled: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled() as case:
        path = case.path
    make_v1(path)
    before = path.read_bytes()

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(CaseError, match=r"left as it is: its backup cannot be written .*disk"):
        Case.open(path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.glob("*a*")] == ["a.fpcase"]


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Write-protection means nothing to root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be write-protected there")
def test_a_folder_that_cannot_be_written_is_read(
    filled: Fill, arrays: Callable[[int], StoredArrays]
) -> None:
    with filled() as case:
        source = case.path
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(source, folder / "a.fpcase")
        with Case.open(source) as case:  # a copy of a case that its owner left in mid-write
            case.bookmark(1, "relevant")
            for end in ("", "-wal"):
                shutil.copy(f"{source}{end}", folder / f"left.fpcase{end}")
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        try:
            with unprivileged():
                with Case.open(folder / "a.fpcase") as case:
                    assert case.read_only
                    assert "write-protected" in case.why_read_only
                    assert len(case.items()) == 2
                with Case.open(folder / "left.fpcase") as case:
                    assert case.item(1).bookmark is not None
                with pytest.raises(CaseError, match="write-protected"):
                    Case.create(folder / "new.fpcase")
        finally:
            folder.chmod(0o755)
