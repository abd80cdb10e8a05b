"""A case keeps what it is given, says what was done, and lets one write at a time."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fpinspect.batch.case import recent, schema
from fpinspect.batch.case.arrays import LIMIT_BYTES, StoredArrays
from fpinspect.batch.case.replay import differences
from fpinspect.batch.case.store import Case, CaseError, CaseItem, Facts, MadeWith, Status

Fill = Callable[..., Case]


def test_a_new_case_keeps_its_facts_and_says_who_made_it(tmp_path: Path) -> None:
    path = tmp_path / "a.fpcase"
    with Case.create(path, number="17/26", title="Leaflets", examiner="A. Nalyst", user="me") as c:
        number = c.id
    with Case.open(path) as case:
        assert case.facts == Facts("17/26", "Leaflets", "A. Nalyst")
        assert (case.id, case.created_by, case.read_only) == (number, "me", False)
        assert [r.action for r in case.chain.records()] == ["create"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.fpcase"]


def test_what_is_recorded_comes_back(
    filled: Fill, arrays: Callable[[int], StoredArrays], made: MadeWith
) -> None:
    with filled() as case:
        path = case.path
    with Case.open(path) as case:
        one, two = case.items()
        assert (one.name, two.name) == ("one.png", "two.png")
        assert one.inspection is not None
        assert one.inspection["sha256"] == one.sha256
        assert one.made_with == made
        held, given = case.arrays(two.id), arrays(1)
        assert held is not None
        assert np.array_equal(held.residual, given.residual)
        assert np.array_equal(held.log_psd["image"], given.log_psd["image"])
        assert (held.preview, held.height, held.sigma) == (given.preview, 300, 1.5)
        assert held.digest == two.arrays_sha256
        assert case.thumbnail(two.id) == given.thumbnail
        assert case.chain.verify().ok
        assert differences(case) == ()


def test_the_json_line_keeps_the_order_of_its_keys(
    filled: Fill, record: Callable[..., dict[str, Any]], photo: Callable[..., Path]
) -> None:
    with filled(photos=()) as case:
        given = record(photo("x.png"), verdict={"z": 1, "a": {"q": 2, "b": 3}})
        held = case.record(given).inspection
    assert json.dumps(held) == json.dumps(given)


def test_a_second_inspection_is_kept_beside_the_first_and_becomes_current(
    filled: Fill, record: Callable[..., dict[str, Any]], photo: Callable[..., Path]
) -> None:
    with filled(photos=("one.png",)) as case:
        case.record(record(photo("one.png"), params_hash="p2"))
        (item,) = case.items()
        assert item.inspection is not None
        assert item.inspection["params_hash"] == "p2"
        assert [line["params_hash"] for _, line, _ in case.history(item.id)] == ["p1", "p2"]
        assert case.arrays(item.id) is None
        assert differences(case) == ()


def test_a_file_that_changed_is_another_item(
    filled: Fill, record: Callable[..., dict[str, Any]], photo: Callable[..., Path]
) -> None:
    with filled(photos=("one.png",)) as case:
        case.record(record(photo("one.png", "other bytes")))
        assert len({item.sha256 for item in case.items()}) == 2


def test_a_file_is_added_once_and_an_unreadable_one_without_hash(
    filled: Fill, photo: Callable[..., Path], tmp_path: Path
) -> None:
    with filled(photos=()) as case:
        first = case.add(photo("a.png"))
        assert case.add(photo("a.png")).id == first.id
        gone = case.add(tmp_path / "gone.png")
        assert (gone.sha256, gone.bytes, gone.is_there) == (None, None, False)
        assert first.bytes == len("the bytes of a.png")
        later = case.add(photo("gone.png"))
        assert later.id == gone.id
        assert later.sha256 is not None
        assert differences(case) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
def test_a_name_that_is_no_unicode_is_kept(filled: Fill, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n.png")
    Path(path).write_bytes(b"x")
    with filled(photos=()) as case:
        item = case.add(path)
        assert item.path == path
        assert case.add(path).id == item.id
        assert differences(case) == ()
        assert case.chain.verify().ok


def test_bookmarks_and_tags(filled: Fill, only: Callable[[Case], CaseItem]) -> None:
    with filled(photos=("one.png",)) as case:
        item = case.bookmark(1, "to be checked", "hands \ud800")
        assert item.bookmark is not None
        assert item.status is Status.TO_BE_CHECKED
        assert item.note == "hands ?"
        case.bookmark(1, Status.CLEARED)
        assert case.tag(1, add=["second  look", "a"]).tags == ("a", "second look")
        assert case.tag(1, remove=["a", "never there"]).tags == ("second look",)
        assert [item.id for item in case.items(bookmarked=True)] == [1]
        assert only(case).note == ""
        assert differences(case) == ()
        case.bookmark(1, None)
        assert case.items(bookmarked=True) == []
        actions = [r.action for r in case.chain.records()][-5:]
        assert actions == ["bookmark", "bookmark", "tag", "tag", "bookmark"]
        with pytest.raises(CaseError, match="is no status: choose one of relevant, to be checked"):
            case.bookmark(1, "maybe")
        with pytest.raises(CaseError, match="no item 9"):
            case.bookmark(9, "relevant")


def test_facts_can_be_changed_and_the_chain_tells_only_what_changed(filled: Fill) -> None:
    with filled(photos=()) as case:
        case.set_facts(title="New", examiner="A. Nalyst")
        case.set_facts(title="New")
        assert case.facts.title == "New"
        *_, last = case.chain.records()
        assert (last.action, dict(last.detail)) == ("facts", {"facts": {"title": "New"}})
        assert last.seq == 2
        with pytest.raises(TypeError):
            case.set_facts(colour="red")


def test_the_second_opener_reads_what_the_first_writes(filled: Fill) -> None:
    with filled() as case, Case.open(case.path) as second:
        assert second.read_only
        assert second.why_read_only.startswith("it is open in another window or command (process")
        case.bookmark(1, "relevant")
        assert second.item(1).status is Status.RELEVANT
        for change in (lambda: second.bookmark(1, None), lambda: second.add("x.png")):
            with pytest.raises(CaseError, match="cannot be changed: it is open in another window"):
                change()
    with Case.open(case.path) as third:
        assert not third.read_only


def test_the_lock_dies_with_its_process(filled: Fill) -> None:
    with filled() as case:
        path = case.path
    script = (
        "import os, signal, sys\nfrom fpinspect.batch.case.store import Case\n"
        "case = Case.open(sys.argv[1])\nassert not case.read_only\n"
        "print('open', flush=True)\nsys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        with Case.open(path) as case:
            assert case.read_only
            assert f"process {child.pid}" in case.why_read_only
        child.kill()
        child.wait()
    with Case.open(path) as case:
        assert not case.read_only


def test_what_is_no_case_is_refused(tmp_path: Path, filled: Fill) -> None:
    text = tmp_path / "notes.fpcase"
    text.write_text("SQLite format 3? no.")
    foreign = tmp_path / "foreign.fpcase"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    for path, words in [
        (tmp_path / "none.fpcase", "there is no case"),
        (text, "is not a case of fpinspect"),
        (foreign, "is not a case of fpinspect"),
        (tmp_path, "is a folder, not a case"),
    ]:
        with pytest.raises(CaseError, match=words):
            Case.open(path)
    with filled() as case, pytest.raises(CaseError, match="exists already"):
        Case.create(case.path)
    with pytest.raises(CaseError, match="there is no folder"):
        Case.create(tmp_path / "no" / "a.fpcase")


def test_a_case_with_code_of_its_own_is_refused(filled: Fill) -> None:
    with filled() as case:
        path = case.path
    with sqlite3.connect(path) as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON tags BEGIN DELETE FROM audit; END")
    db.close()
    with pytest.raises(CaseError, match="not a case as fpinspect writes it"):
        Case.open(path)


def test_a_damaged_case_is_told_in_plain_words(filled: Fill) -> None:
    with filled() as case:
        path = case.path
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(CaseError, match="is damaged"), Case.open(path) as case:
        case.items()


def test_damaged_arrays_are_told(filled: Fill) -> None:
    with filled(photos=("one.png",)) as case:
        with case.change() as change:
            change.db.execute("UPDATE arrays SET npz = ?", (b"PK nonsense",))
        with pytest.raises(CaseError, match="arrays stored for this item are damaged"):
            case.arrays(1)
        assert case.thumbnail(1)
        assert "arrays of result 1" in differences(case)[0]


def test_arrays_that_would_fill_the_memory_are_not_unpacked(
    arrays: Callable[[int], StoredArrays], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = io.BytesIO()
    np.savez_compressed(bomb, residual=np.zeros((2048, 2048), np.float32))
    assert len(bomb.getvalue()) < 100_000
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(CaseError, match="damaged"):
        StoredArrays.from_bytes(bomb.getvalue())


def test_arrays_are_small_and_equal_arrays_equal_bytes(
    arrays: Callable[[int], StoredArrays],
) -> None:
    assert arrays(1).to_bytes() == arrays(1).to_bytes()
    assert arrays(1).digest != arrays(2).digest
    assert len(arrays(1).to_bytes()) < LIMIT_BYTES


def test_a_full_disk_loses_only_the_last_change(
    filled: Fill,
    photo: Callable[..., Path],
    record: Callable[..., dict[str, Any]],
    arrays: Callable[[int], StoredArrays],
) -> None:
    with filled() as case:
        pages = case.db.execute("PRAGMA page_count").fetchone()[0]
        case.db.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(CaseError, match="the disk is full"):
            case.record(record(photo("three.png")), arrays(3))
        assert len(case.items()) == 2
        assert case.chain.verify().ok
        case.db.execute("PRAGMA max_page_count = 1000000")
        case.record(record(photo("three.png")), arrays(3))
        assert differences(case) == ()


def test_recent_cases_are_described_whatever_became_of_them(filled: Fill, tmp_path: Path) -> None:
    with filled() as case:
        path = str(case.path)
        found = recent.recent([path, str(tmp_path / "gone.fpcase"), path])
    first, gone = found
    assert (first.facts.title, first.items, first.problem) == ("Case a.fpcase", 2, "")
    assert first.changed_at
    assert "there is no case" in gone.problem


def test_a_newer_case_is_refused_and_left_alone(filled: Fill) -> None:
    with filled() as case:
        path = case.path
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    db.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(CaseError, match="written by a newer fpinspect"):
            Case.open(path, read_only=read_only)
    assert path.read_bytes() == before
