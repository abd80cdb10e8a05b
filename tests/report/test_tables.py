"""JSON lines and CSV: complete lines, stable columns, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from fpinspect.report.tables import COLUMNS, CsvTable, OutputError, OutputFile, json_line

sys.path.insert(0, str(Path(__file__).parent))  # for the helper beside the tests
from records import failed, flag, record

sys.path.pop(0)


def rows(*records: dict[str, Any], folder: Path) -> list[dict[str, str]]:
    output = OutputFile(str(folder / "t.csv"))
    output.open()
    table = CsvTable(output)
    for one in records:
        table.write(one)
    output.commit()
    text = (folder / "t.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- JSON lines


def test_json_line_is_one_ascii_line_that_reads_back() -> None:
    value = record("a\nb\u2028c\x85d\udce9 ü.png")
    line = json_line(value)
    assert line.endswith(b"\n")
    assert len(line.decode("ascii").splitlines()) == 1
    assert json.loads(line) == value


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_json_line_refuses_numbers_that_are_not_finite(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        json_line(record(elapsed_ms=number))


# --- CSV


def test_csv_opens_in_spreadsheets_as_utf8(tmp_path: Path) -> None:
    rows(record("ü.png"), folder=tmp_path)
    data = (tmp_path / "t.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfpath,")
    assert "ü.png" in data.decode("utf-8-sig")


def test_csv_has_the_same_columns_whatever_happened(tmp_path: Path) -> None:
    good, bad = rows(record(), failed("b.png", "It broke."), folder=tmp_path)
    assert list(good) == list(bad) == list(COLUMNS)
    assert good["answer"] == "generated"
    assert float(good["log10_lr"]) == 2.36
    assert float(good["source_sd1"]) == 0.5
    assert good["source_flux"] == ""
    assert good["sources_other_labels"] == "mine=0.125"
    assert (good["match"], good["match_shift"]) == ("sd1", "1 7")
    assert good["width"] == "640"
    assert (bad["path"], bad["status"], bad["error"]) == ("b.png", "error", "It broke.")
    assert bad["answer"] == bad["width"] == bad["match"] == ""


def test_csv_gives_numbers_unrounded(tmp_path: Path) -> None:
    (row,) = rows(record(log10_lr=-1.234567890123456789), folder=tmp_path)
    assert float(row["log10_lr"]) == -1.234567890123456789
    assert row["log10_lr"].startswith("-1.23")


def test_csv_sorts_flags_by_severity(tmp_path: Path) -> None:
    flags = [flag("small_image"), flag("flat", "blocking"), flag("sampled", "info", "Large.")]
    (row,) = rows(record(applicability=flags), folder=tmp_path)
    assert (row["blocking"], row["warnings"]) == ("flat", "small_image")
    assert row["notes"] == "Because.; Because.; Large."


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_runs_nothing(tmp_path: Path, start: str) -> None:
    name = f"{start}cmd|'/c calc'!A1.png"
    first, second, third = rows(
        record(name), record(f"  {name}"), record(f"a;{name}"), folder=tmp_path
    )
    assert first["path"] == f"'{name}"
    assert second["path"] == f"  '{name}"
    assert third["path"] == f"a;'{name}"
    assert first["generator_model"] == "'=cmd()"


def test_csv_row_is_one_line_whatever_the_name(tmp_path: Path) -> None:
    names = ["a\nb.png", 'quo"te, comma.png', "\t=1.png", "esc\x1b[2J.png", "\udce9.png"]
    table = rows(*(record(name) for name in names), folder=tmp_path)
    shown = ["a\\nb.png", 'quo"te, comma.png', "\\t=1.png", "esc\\x1b[2J.png", "\\xe9.png"]
    assert [row["path"] for row in table] == shown
    assert len((tmp_path / "t.csv").read_bytes().split(b"\r\n")) == len(names) + 2


# --- the file


def test_an_older_file_stays_until_there_is_a_new_one(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old\n")
    output = OutputFile(str(target))
    output.open()
    output.write(b"new\n")
    assert target.read_text() == "old\n"
    assert (tmp_path / "out.jsonl.part").read_text() == "new\n"  # there for whoever watches it
    output.commit()
    output.commit()
    assert target.read_text() == "new\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_discard_leaves_the_older_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old\n")
    output = OutputFile(str(target))
    output.open()
    output.write(b"new\n")
    output.discard()
    assert target.read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes of POSIX")
def test_links_and_modes_survive(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    real = tmp_path / "store" / "real.jsonl"
    real.write_text("old\n")
    real.chmod(0o600)
    link = tmp_path / "link.jsonl"
    link.symlink_to(real)
    output = OutputFile(str(link))
    output.open()
    output.write(b"new\n")
    output.commit()
    assert link.is_symlink()
    assert real.read_text() == "new\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_what_cannot_be_written_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder"):
        OutputFile(str(tmp_path))
    with pytest.raises(OutputError, match=r"there is no folder .*nowhere"):
        OutputFile(str(tmp_path / "nowhere" / "out.jsonl"))
    with pytest.raises(OutputError, match="cannot write"):
        OutputFile(str(tmp_path / ("x" * 300)))


def test_write_protection_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write anywhere, so the system's answer is played.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OutputError, match="write-protected"):
        OutputFile(str(tmp_path / "out.jsonl"))


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits of POSIX")
def test_a_full_disk_leaves_complete_lines(tmp_path: Path) -> None:
    import resource
    import signal

    output = OutputFile(str(tmp_path / "out.jsonl"))
    output.open()
    output.write(b"one\n")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6, before[1]))  # room for half of the second line
    try:
        with pytest.raises(OutputError, match="cannot write"):
            output.write(b"two\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    output.commit()
    assert (tmp_path / "out.jsonl").read_bytes() == b"one\n"


@pytest.mark.skipif(sys.platform == "win32", reason="devices of POSIX")
def test_a_device_is_written_directly() -> None:
    output = OutputFile(os.devnull)
    output.open()
    output.write(b"line\n")
    output.commit()
    assert output.path is None
