"""A report of a case: which items, whose facts, what of the chain; and the command itself."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fpinspect.batch.case.store import Case
from fpinspect.batch.case.values import MadeWith
from fpinspect.cli import main
from fpinspect.report import files, plain
from fpinspect.report import from_case as of_case
from fpinspect.report.from_case import from_case
from fpinspect.report.model import ReportError
from fpinspect.report_cli import UsageError, chosen_items

Inspect = Callable[..., dict[str, Any]]


@pytest.fixture
def case(
    tmp_path: Path, inspection: Inspect, arrays: Callable[..., Any], failure: Inspect
) -> Iterator[Case]:
    """Two images with results, one that failed, one not inspected; the second is bookmarked."""
    made = MadeWith({"denoiser": "wavelet"}, {"fpinspect": "0.1.0"}, {})
    file = tmp_path / "a.fpcase"
    with Case.create(file, number="K 7", title="Leaflets", examiner="A. Nalyst") as found:
        for name, digest in (("one.png", "0f" * 32), ("two.png", "1e" * 32)):
            record = inspection(str(tmp_path / name)) | {"sha256": digest}
            found.record(record, arrays(), made_with=made)
        found.record(failure(str(tmp_path / "broken.png")), made_with=made)
        (tmp_path / "new.png").write_bytes(b"not looked at yet")
        found.add(tmp_path / "new.png")
        found.bookmark(2, "relevant", "the hands")
        yield found


def test_all_items_with_the_facts_of_the_case(case: Case) -> None:
    report = from_case(case)
    assert [item.answer for item in report.items] == [
        "generated", "generated", "failed", "failed",
    ]  # fmt: skip
    assert "not inspected yet" in str(report.items[3].record["error"])
    assert report.facts.number == "K 7"
    assert report.case_file == str(case.path)
    assert report.custody is not None
    assert report.custody.head == case.chain.head
    assert report.custody.problems == ()
    stored = report.items[0].arrays()
    assert stored is not None
    assert stored.residual.shape == (256, 256)


def test_chosen_items_keep_their_number_in_the_case(case: Case) -> None:
    marked = from_case(case, which="bookmarked")
    assert [(i.number, i.case_id) for i in marked.items] == [(1, 2)]
    assert marked.left_out == 3
    chosen = from_case(case, which={1, 3}, facts={"examiner": "B. Other", "title": ""})
    assert [i.case_id for i in chosen.items] == [1, 3]
    assert (chosen.facts.examiner, chosen.facts.title) == ("B. Other", "Leaflets")
    with pytest.raises(ReportError, match="the case has no item 99"):
        from_case(case, which={1, 99})


def test_nothing_to_report_is_said(tmp_path: Path) -> None:
    with (
        Case.create(tmp_path / "empty.fpcase") as empty,
        pytest.raises(ReportError, match="the case has no items"),
    ):
        from_case(empty)


def test_a_report_is_noted_in_the_chain(case: Case) -> None:
    report = from_case(case)
    before = case.chain.head
    assert of_case.remember(case, report, {"r.pdf": "ab" * 32}) == ""
    (last,) = case.chain.records(last=1)
    assert last.action == "report"
    assert last.detail["report"] == report.report_id
    assert last.detail["head"] == before.hash
    assert case.chain.verify(before.hash).ok


def test_a_case_that_others_write_to_is_reported_all_the_same(case: Case) -> None:
    with Case.open(case.path, read_only=True) as other:
        report = from_case(other)
        assert "read-only" in of_case.remember(other, report, {})


def test_the_command_reports_a_case(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case.close()
    target = tmp_path / "r.json"
    args = ["report", str(case.path), "--json", str(target), "--csv", str(tmp_path / "r.csv")]
    assert main([*args, "--reference", "K 8", "--no-figures"]) == 3  # one failed, one is new
    document = json.loads(target.read_text())
    assert document["case"]["number"] == "K 8"
    assert document["custody"]["head"]
    assert document["selection"]["figures"] == []
    assert plain.check_content(document)
    out, err = capsys.readouterr()
    assert str(target) in out
    assert document["report_id"] in err
    assert main(["report", str(case.path), "--json", str(target), "--items", "1-2"]) == 0
    assert json.loads(target.read_text())["selection"]["which"] == "chosen"
    with Case.open(case.path) as again:
        assert [r.action for r in again.chain.records(last=2)] == ["report", "report"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["x.png"], "name at least one file"),
        (["nowhere.png", "--json", "r.json"], "there is no 'nowhere.png'"),
        (["nowhere.fpcase", "--json", "r.json"], "nowhere.fpcase"),
        (["a.fpcase", "b.png", "--json", "r.json"], "give one case, or files"),
        (["x.png", "--json", "r.json", "--items", "bookmarked"], "items of a case"),
        (["x.png", "--json", "r.json", "--language", "zz"], "no translation"),
        (["x.png", "--json", "r.json", "--jobs", "0"], "above 0"),
        (["x.png", "--json", "r.json", "--bank", "no-bank"], "no bank"),
    ],
)
def test_wrong_use_is_said(
    args: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.png").write_bytes(b"no image")
    assert main(["report", *args]) == 2
    assert words in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.png"]


def test_a_full_disk_stops_the_command_with_its_own_status(
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    case.close()
    monkeypatch.setattr(files.os, "fsync", full)
    assert main(["report", str(case.path), "--json", str(tmp_path / "r.json")]) == 1
    assert "make room" in capsys.readouterr().err
    assert not list(tmp_path.glob("*r.json*"))


def test_evidence_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = tmp_path / "x.png"
    image.write_bytes(b"evidence")
    assert main(["report", str(image), "--json", str(image)]) == 2
    assert "is to be reported" in capsys.readouterr().err
    assert image.read_bytes() == b"evidence"


def test_numbers_of_items_are_read() -> None:
    assert chosen_items("3,7-9, 12") == {3, 7, 8, 9, 12}
    for text in ("", "a", "3-", "9-7", "1,,2", "²"):
        with pytest.raises(UsageError):
            chosen_items(text)


@pytest.mark.data
def test_files_are_inspected_and_reported(data_dir: Path, tmp_path: Path) -> None:
    image = min((data_dir / "test" / "biggan").iterdir())  # 128 px: quick
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    target = tmp_path / "r.html"
    status = main(["report", str(image), str(broken), "--html", str(target), "--jobs", "1"])
    assert status == 3
    source = target.read_text("utf-8")
    assert "times more probable" in source
    assert "data:image/jpeg" in source
    assert "broken.png" in source
