"""The commands: what they print, what they store, how they end. No torch here."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fpinspect
from fpinspect import case_inspect_cli, cli, verify_cli
from fpinspect.batch.case import schema
from fpinspect.batch.case.replay import differences
from fpinspect.batch.case.store import Case
from fpinspect.batch.proof.signing import LabKey, sign_report

Fill = Callable[..., Case]


@pytest.fixture(autouse=True)
def _fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "FPINSPECT_VERBOSE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("fpinspect.batch.pool.limit_threads", lambda: None)  # not in our process
    monkeypatch.setattr(fpinspect, "__version__", "0.1.0")
    from case_fakes import Fake

    monkeypatch.setattr(case_inspect_cli, "engine_spec", Fake)
    monkeypatch.setattr(case_inspect_cli, "bank_digest", lambda _: "bank one")
    monkeypatch.setattr(verify_cli, "engine_spec", Fake)
    weights = {"verdict.safetensors": "ab"}
    monkeypatch.setattr("fpinspect.batch.case.made_with.weights", lambda: weights)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    images = tmp_path / "images"
    images.mkdir()
    (images / "a.png").write_text("plain a")
    (images / "b.png").write_text("plain b")
    (images / "c.png").write_text("refuse It is torn.")
    (images / "notes.txt").write_text("x")
    return images


@pytest.fixture
def case(tmp_path: Path, folder: Path) -> Path:
    """Make a case with the folder in it."""
    path = tmp_path / "c.fpcase"
    assert cli.main(["case", "new", str(path), "--title", "Leaflets"]) == 0
    assert cli.main(["case", "inspect", str(path), str(folder), "--jobs", "1"]) == 3
    return path


def run(*args: object) -> int:
    return cli.main([*map(str, args)])


def test_inspect_stores_each_result_and_goes_on_where_it_was(
    case: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    with Case.open(case) as opened:
        assert [item.name for item in opened.items()] == ["a.png", "b.png", "c.png"]
        assert opened.item(3).error == "It is torn."
        assert opened.item(3).sha256 is not None
        assert opened.item(1).inspection is not None
        assert "_pack" not in opened.item(1).inspection
        assert opened.arrays(1) is not None
        assert differences(opened) == ()
    (folder / "d.png").write_text("plain d")
    (folder / "a.png").write_text("plain a, changed")
    assert run("case", "inspect", case, folder, "--jobs", 1) == 3
    out, err = capsys.readouterr()
    assert out.count("generated") == 2
    assert "c.png: It is torn." in err
    assert "1 file is not an image" in err
    assert "1 left out: the case has their results" in err
    with Case.open(case) as opened:
        assert len(opened.items()) == 5
        assert len(opened.history(2)) == 1
    assert run("case", "inspect", case, folder / "b.png", "--jobs", 1, "--again") == 0
    with Case.open(case) as opened:
        assert len(opened.history(2)) == 2


def test_workers_bring_their_arrays_and_a_dead_one_costs_its_item(
    tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "w.fpcase"
    (folder / "b.png").write_text("kill me")
    assert run("case", "new", path) == 0
    assert run("case", "inspect", path, folder, "--jobs", 2) == 3
    with Case.open(path) as opened:
        first, dead, torn = opened.items()
        assert opened.arrays(first.id) is not None
        assert first.made_with is not None
        assert first.made_with.versions == {"torch": "2.13.0"}
        assert "was ended by SIGKILL" in str(dead.error)
        assert torn.error == "It is torn."


def test_ctrl_c_keeps_what_is_done(
    case: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("x1.png", "x3.png"):
        (folder / name).write_text(f"plain {name}")
    (folder / "x2.png").write_text("interrupt")
    assert run("case", "inspect", case, folder, "--jobs", 1) == 130
    assert "the same command goes on" in capsys.readouterr().err
    with Case.open(case) as opened:
        assert [item.name for item in opened.items()][3:] == ["x1.png"]


def test_a_full_disk_stops_the_run_and_keeps_what_is_stored(
    tmp_path: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "full.fpcase"
    run("case", "new", path)
    pages = path.stat().st_size // 4096
    connect = schema.connect

    def small(*args: Any, **how: Any) -> sqlite3.Connection:
        db = connect(*args, **how)
        db.execute(f"PRAGMA max_page_count = {pages + 9}")
        return db

    monkeypatch.setattr(schema, "connect", small)
    assert run("case", "inspect", path, folder, "--jobs", 1) == 1
    assert "the disk is full: the last change" in capsys.readouterr().err
    monkeypatch.setattr(schema, "connect", connect)
    with Case.open(path) as opened:
        assert len(opened.items()) == 1
        assert differences(opened) == ()


def test_marks_tags_facts_list_and_log(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("case", "bookmark", case, "b.png", "to-be-checked", "--note", "hands \x1b[31m") == 0
    assert run("case", "bookmark", case, "b.png", "to be checked", "--note", "hands \x1b[31m") == 0
    assert run("case", "tag", case, 2, "x", "y") == 0
    assert run("case", "tag", case, 2, "x", "--remove") == 0
    assert run("case", "set", case, "--examiner", "A. Nalyst") == 0
    capsys.readouterr()
    assert run("case", "list", case, "--bookmarked") == 0
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert "[to be checked, #y – hands \\x1b[31m]" in line
    assert run("case", "list", case, "--json") == 0
    items = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [item["id"] for item in items] == [1, 2, 3]
    assert items[1]["bookmark"]["status"] == "to be checked"
    assert run("case", "log", case, "--json", "--last", 3) == 0
    records = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [record["action"] for record in records] == ["tag", "tag", "facts"]
    assert run("case", "set", case) == 0
    assert "examiner    A. Nalyst" in capsys.readouterr().out
    assert run("case", "bookmark", case, "b.png", "none") == 0
    assert run("case", "list", case, "--bookmarked") == 0
    assert "no item has a mark" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["list", "nowhere.fpcase"], "there is no case"),
        (["new", "{case}"], "exists already"),
        (["inspect", "{case}", "nowhere.png"], "there is no 'nowhere.png'"),
        (["bookmark", "{case}", "9", "cleared"], "no item 9"),
        (["bookmark", "{case}", "z.png", "cleared"], "has no item 'z.png'"),
        (["merge", "{case}", "{case}"], "with itself"),
        (["relocate", "{case}", "nowhere"], "there is no folder"),
        (["log", "{case}", "--last", "0"], "above 0"),
        (["key", "show"], "there is no key"),
        (["bookmark", "{case}", "1", "maybe"], "invalid choice"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    case: Path,
    args: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FPINSPECT_KEY", str(case.with_name("no-key.pem")))
    capsys.readouterr()
    assert run("case", *(arg.replace("{case}", str(case)) for arg in args)) == 2
    err = capsys.readouterr().err
    assert words in err
    assert "Traceback" not in err


def test_a_case_that_is_open_elsewhere_is_not_written(
    case: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Case.open(case):
        assert run("case", "inspect", case, folder) == 2
        assert "it is open in another window or command" in capsys.readouterr().err
        assert run("case", "list", case) == 0
        assert run("verify", case) == 0


def test_merge_and_relocate(
    case: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "o.fpcase"
    (tmp_path / "z.png").write_text("plain z")
    run("case", "new", other)
    run("case", "inspect", other, tmp_path / "z.png", folder / "a.png", "--jobs", 1)
    capsys.readouterr()
    assert run("case", "merge", case, other) == 0
    assert "1 item added, 1 item known already" in capsys.readouterr().out
    (tmp_path / "z.png").rename(tmp_path / "renamed.png")
    (folder / "b.png").unlink()
    assert run("case", "relocate", case, tmp_path) == 3
    out = capsys.readouterr().out
    assert f"{tmp_path / 'z.png'} → {tmp_path / 'renamed.png'}" in out
    assert "1 found, 1 still missing" in out
    assert run("verify", case) == 0
    out = capsys.readouterr().out
    assert f"{folder / 'b.png'} is not there" in out
    assert "merged chain of" in out
    assert run("verify", case, "--require-files") == 3


def test_a_sound_case_holds_and_its_numbers_are_equal_to_the_bit(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", case, "--recompute", "--jobs", 1) == 0
    out = capsys.readouterr().out
    assert "2 results were computed again, equal to the bit" in out
    assert "1 item was not computed again" in out
    assert out.splitlines()[-1] == "everything that was checked holds"


@pytest.mark.parametrize(
    ("shift", "torch", "status", "words"),
    [
        (1e-9, "2.13.0", 3, "verdict.p_generated: 0.75 then, 0.750000001 now"),
        (1e-9, "2.14.0", 0, "by other versions, equal within 1e-05 relative"),
        (2e-5, "2.14.0", 3, "verdict.log10_lr: 0.5 then, 0.50001 now"),
        (2e-4, "2.14.0", 3, "verdict.sources.real: 0.25 then, 0.2498 now"),
        (1e-3, "2.14.0", 3, "made with torch 2.13.0, now 2.14.0"),
    ],
)
def test_numbers_that_differ(
    case: Path,
    shift: float,
    torch: str,
    status: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from case_fakes import Fake

    def other(params: Any, bank: str | None, device: str) -> Fake:
        return Fake(params, bank, device, shift, torch)

    monkeypatch.setattr(verify_cli, "engine_spec", other)
    assert run("verify", case, "--recompute", "--jobs", 1) == status
    assert words in capsys.readouterr().out


def test_a_changed_file_and_an_edited_table_do_not_hold(
    case: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.png").write_text("plain A")
    with sqlite3.connect(case) as db:
        db.execute("UPDATE inspections SET record = replace(record, '0.75', '0.25')")
    db.close()
    assert run("verify", case, "--json") == 3
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    broken = [one["words"] for one in found if one["level"] == "does not hold"]
    assert broken[:2] == [
        "the result 1 of item 1 was changed",
        "the result 2 of item 2 was changed",
    ]
    assert broken[2].endswith("a.png has changed since it was added")


def test_a_cut_chain_is_seen_against_a_printed_head_and_a_report(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Case.open(case, read_only=True) as opened:
        early = opened.chain.head
    kept = shutil.copy(case, tmp_path / "kept.fpcase")
    run("case", "bookmark", case, 1, "relevant")
    with Case.open(case, read_only=True) as opened:
        late = opened.chain.head
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"schema": "fpinspect.report/1", "custody": {"head": late.hash}}))
    capsys.readouterr()
    assert run("verify", case, "--head", early.hash, "--report", report) == 0
    out = capsys.readouterr().out
    assert f"its head is record {early.records}" in out.replace(",", "")
    assert "nothing was added since" in out
    assert run("verify", kept, "--head", early.hash[:16]) == 0
    capsys.readouterr()
    assert run("verify", case, "--report", report, "--key", "0" * 16) == 3
    assert "not signed" in capsys.readouterr().out
    assert run("verify", kept, "--report", report) == 3
    assert "does not contain the head" in capsys.readouterr().out
    assert run("verify", case, "--head", "xyz") == 2
    assert run("verify", report, "--recompute") == 2
    assert run("verify", tmp_path / "nothing.json") == 2
    assert run("verify", report, "--key", "xyz") == 2


def test_a_signed_report_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FPINSPECT_KEY", str(tmp_path / "key.pem"))
    assert run("case", "key", "make", "--name", "Lab One") == 0
    assert run("case", "key", "make", "--name", "Lab Two") == 2
    assert run("case", "key", "show") == 0
    out = capsys.readouterr().out
    key = LabKey.load()
    assert out.count("name         Lab One") == 2
    report = tmp_path / "r.json"
    signed = sign_report({"schema": "fpinspect.report/1", "hashes": []}, key)
    report.write_text(json.dumps(signed))
    assert run("verify", report, "--key", key.fingerprint) == 0
    assert run("verify", report) == 0
    assert "this laboratory's own key" in capsys.readouterr().out
    report.write_text(json.dumps(signed | {"more": 1}))
    assert run("verify", report) == 3


def test_help_loads_nothing_heavy() -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(fpinspect.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "fpinspect", "case", "inspect", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=env,
    )
    loaded = set(re.findall(r"\|\s+(\w+)$", done.stderr, flags=re.MULTILINE))
    assert "fpinspect" in loaded
    assert loaded & {"numpy", "torch", "cryptography", "sqlite3", "pypdf"} == set()
    assert "--again" in done.stdout
