"""Report files: all of them or none, whole or not there; JSON, its schema and the CSV."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fpinspect.batch.case.values import Facts
from fpinspect.batch.progress import CancelToken, SilentProgress
from fpinspect.report import files, plain, rows, write
from fpinspect.report.formats import html
from fpinspect.report.model import Cancelled, Report, ReportError, ReportItem

Make = Callable[..., Report]
Inspect = Callable[..., dict[str, Any]]


class Counting:
    """A progress that cancels after so many looks."""

    def __init__(self, limit: int = 10**9) -> None:
        self.seen: list[tuple[int, int, str]] = []
        self._limit = limit

    def update(self, done: int, total: int, message: str) -> None:
        self.seen.append((done, total, message))

    def cancelled(self) -> bool:
        return len(self.seen) >= self._limit


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_all_formats_are_written(make_report: Make, inspection: Inspect, tmp_path: Path) -> None:
    progress = Counting()
    report = make_report(inspection("/c/a.png"), inspection("/c/b.png"))
    written = write(
        report,
        pdf=tmp_path / "r.pdf",
        html=tmp_path / "r.html",
        json=tmp_path / "r.json",
        csv=tmp_path / "r.csv",
        progress=progress,
    )
    assert names(tmp_path) == ["r.csv", "r.html", "r.json", "r.pdf"]
    assert {path.name for path in written} == set(names(tmp_path))
    assert progress.seen[-1][:2] == (4, 4)
    assert {message for _, _, message in progress.seen} >= {"a.png", "b.png"}


def test_cancelling_leaves_nothing(make_report: Make, inspection: Inspect, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("older")
    report = make_report(*(inspection(f"/c/{n}.png") for n in range(4)))
    with pytest.raises(Cancelled):
        write(
            report, html=tmp_path / "r.html", json=tmp_path / "r.json", progress=Counting(limit=4)
        )
    assert names(tmp_path) == ["r.json"]
    assert (tmp_path / "r.json").read_text() == "older"


def test_a_token_cancels(make_report: Make, inspection: Inspect, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        write(make_report(inspection()), csv=tmp_path / "r.csv", progress=SilentProgress(token))
    assert names(tmp_path) == []


def test_pictures_are_drawn_once_for_two_formats(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    read: list[int] = []

    def counted(item: ReportItem) -> ReportItem:
        def arrays() -> Any:
            read.append(item.number)
            return item.arrays()

        return replace(item, arrays=arrays)

    report = make_report(inspection(), inspection("/cases/b.png"))
    report = replace(report, items=tuple(counted(item) for item in report.items))
    write(report, html=tmp_path / "r.html", pdf=tmp_path / "r.pdf")
    assert read == [1, 2]
    assert (tmp_path / "r.html").read_text("utf-8").count("item-2") >= 2
    assert b"/Outlines" in (tmp_path / "r.pdf").read_bytes()


def test_a_full_disk_is_said_and_leaves_nothing(
    make_report: Make, inspection: Inspect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Any:
        yield b"<!DOCTYPE html>"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(html, "generate", full)
    with pytest.raises(ReportError, match=r"r\.html: no space left on device"):
        write(make_report(inspection()), html=tmp_path / "r.html", json=tmp_path / "r.json")
    assert names(tmp_path) == []


def test_a_disk_that_fills_at_the_end_is_said(
    make_report: Make, inspection: Inspect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReportError, match="no space left"):
        write(make_report(inspection()), json=tmp_path / "r.json")
    assert names(tmp_path) == []


def test_a_defect_leaves_nothing(
    make_report: Make, inspection: Inspect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(rows, "write", broken)
    with pytest.raises(RuntimeError, match="a defect"):
        write(make_report(inspection()), json=tmp_path / "r.json", csv=tmp_path / "r.csv")
    assert names(tmp_path) == []


def test_what_cannot_be_written_is_said_before_any_work(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    report = make_report(inspection())
    (tmp_path / "folder").mkdir()
    with pytest.raises(ReportError, match="it is a folder"):
        write(report, pdf=tmp_path / "folder")
    with pytest.raises(ReportError, match="there is no folder"):
        write(report, pdf=tmp_path / "nowhere" / "r.pdf")
    with pytest.raises(ReportError, match="a file of its own"):
        write(report, pdf=tmp_path / "r", json=tmp_path / "r")
    with pytest.raises(ReportError, match="at least one file"):
        write(report)
    with pytest.raises(ReportError, match="ordinary file"):
        write(report, json="/dev/full")
    assert names(tmp_path) == ["folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_said(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ReportError, match="permission denied"):
        write(make_report(inspection()), json=tmp_path / "r.json")


def test_a_link_stays_a_link_and_the_mode_stays(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    real = tmp_path / "real.json"
    real.write_text("older")
    real.chmod(0o640)
    (tmp_path / "link.json").symlink_to(real)
    write(make_report(inspection()), json=tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads(real.read_text())["schema"] == plain.SCHEMA
    assert real.stat().st_mode & 0o777 == 0o640


def test_an_ending_process_leaves_nothing(tmp_path: Path) -> None:
    unfinished = files.WholeFile(tmp_path / "r.json")
    unfinished.stream.write(b"half")
    files.abandon()
    assert names(tmp_path) == []


def test_the_json_follows_its_schema(
    make_report: Make, inspection: Inspect, failure: Inspect, tmp_path: Path
) -> None:
    report = make_report(inspection(), failure(), marked=(0,))
    (path,) = write(report, json=tmp_path / "r.json")
    validator = jsonschema.Draft202012Validator(plain.schema())
    validator.check_schema(plain.schema())
    document = json.loads(path.read_text("ascii"))
    validator.validate(document)
    assert plain.check_content(document)
    for key in ("report_id", "hashes"):
        broken = {k: v for k, v in document.items() if k != key}
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(broken)


def test_the_report_id_is_bound_to_the_content(make_report: Make, inspection: Inspect) -> None:
    one, other = make_report(inspection()), make_report(inspection(log10_lr=2.39))
    assert one.report_id == make_report(inspection()).report_id
    assert one.report_id != other.report_id
    document = plain.document(one)
    document["items"][0]["inspection"]["verdict"]["log10_lr"] = 4.0
    assert not plain.check_content(document)


def test_a_signature_goes_into_every_copy(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    def sign(document: dict[str, object]) -> dict[str, object]:
        return {**document, "signature": {"algorithm": "none"}}

    write(make_report(inspection()), json=tmp_path / "r.json", html=tmp_path / "r.html", sign=sign)
    document = json.loads((tmp_path / "r.json").read_text())
    assert document["signature"] == {"algorithm": "none"}
    assert plain.check_content(document)
    from fpinspect.batch.proof.attached import read_report

    assert read_report(tmp_path / "r.html").document == document


def table(report: Report) -> list[dict[str, str]]:
    out = io.BytesIO()
    rows.write(report, out)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))


def test_csv_runs_no_formula_and_keeps_numbers(make_report: Make, inspection: Inspect) -> None:
    for text in ("=cmd()", "+1", "-1", "@x", "\t=x", "\r=x", "a;=x"):
        record = inspection(f"{text}.png", answer="real", log10_lr=-1.25)
        (row,) = table(make_report(record))
        for cell in row.values():
            start = cell.lstrip()[:1]
            assert start not in set("=+@")
            assert start != "-" or cell[1:2].isdigit()
        assert ";=" not in row["path"]
        assert float(row["log10_lr"]) == -1.25
        assert row["shift" if "shift" in row else "match_shift"] == "1 7"


def test_csv_has_the_analysts_marks(
    make_report: Make, inspection: Inspect, failure: Inspect
) -> None:
    report = make_report(inspection(), failure(), marked=(0,))
    one, two = table(report)
    assert (one["number"], one["bookmark"], one["note"]) == ("1", "relevant", "look at the hands")
    assert one["report"] == report.report_id
    assert (two["verdict"], two["bookmark"]) == ("failed", "")


def test_a_note_that_is_a_formula_is_guarded(make_report: Make, inspection: Inspect) -> None:
    report = make_report(inspection(), facts=Facts(), marked=(0,))
    item = report.items[0]
    assert item.bookmark is not None
    from dataclasses import replace

    hostile = replace(item, bookmark=replace(item.bookmark, note='=HYPERLINK("http://x")'))
    (row,) = table(replace(report, items=(hostile,)))
    assert row["note"].startswith("'=")
