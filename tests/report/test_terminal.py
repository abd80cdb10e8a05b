"""Rows on the terminal: aligned at any width, honest, and deaf to hostile names."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from fpinspect.report.terminal import (
    TerminalTable,
    failed_line,
    plain_row,
    printable,
    ratio,
    say,
    shorten,
    summary,
)

sys.path.insert(0, str(Path(__file__).parent))  # for the helper beside the tests
from records import failed, flag, record

sys.path.pop(0)

HOSTILE = "evil\n\x1b[31m[red]\u202egnp.exe\udce9.png"


def console(width: int, *, terminal: bool = True, encoding: str = "utf-8") -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(
        file=file, width=width, force_terminal=terminal, color_system=None, highlight=False
    )


def text_of(target: Console) -> str:
    target.file.flush()
    return target.file.buffer.getvalue().decode(target.encoding)  # type: ignore[attr-defined]


def table_of(*records: dict[str, Any], width: int, finish: bool = False) -> list[str]:
    target = console(width)
    table = TerminalTable(target)
    for one in records:
        table.write(one)
    if finish:
        table.finish()
    return text_of(target).splitlines()


@pytest.mark.parametrize("width", [40, 66, 80, 116, 140, 250])
def test_rows_fit_the_terminal(width: int) -> None:
    flags = [flag("small_image"), flag("jpeg_quality")]
    lines = table_of(
        record("x" * 300, applicability=flags),
        record("图像" * 80, answer="real", log10_lr=-1.0, applicability=flags),
        record(answer="inconclusive", log10_lr=0.2, source="unknown"),
        width=width,
        finish=True,
    )
    assert max(cell_len(line) for line in lines) <= width


@pytest.mark.parametrize("width", [80, 140])
def test_columns_are_aligned(width: int) -> None:
    lines = table_of(record("one.png"), record("two.png", source="a label"), width=width)
    (heading,) = (line for line in lines if "Verdict" in line)
    (first,) = (line for line in lines if "one.png" in line)
    (second,) = (line for line in lines if "two.png" in line)
    assert heading.index("File") == first.index("one.png") == second.index("two.png")


def test_a_row_says_verdict_source_strength_and_ratio() -> None:
    row = table_of(record("china.jpg"), width=120)[2]
    assert row.split()[:4] == ["▲", "generated", "SD", "1.x"]
    assert "moderately strong    230 : 1  china.jpg" in row
    row = table_of(record(answer="real", source="real", log10_lr=-1.0), width=120)[2]
    assert row.split()[:3] == ["●", "real", "moderately"]
    assert "10 : 1" in row


def test_a_row_leaves_out_the_folder_that_the_user_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inside, outside = str(tmp_path / "in" / "x.png"), f"{tmp_path}x.png"
    assert table_of(record(inside), width=250)[2].split()[-3] == "in/x.png"
    assert table_of(record(outside), width=250)[2].split()[-3] == outside
    assert inside in plain_row(record(inside))


def test_an_inconclusive_row_says_where_it_leans_and_a_blocked_one_says_nothing() -> None:
    lean = table_of(record(answer="inconclusive", log10_lr=-0.4), width=100)[2]
    assert "◆ inconclusive" in lean
    assert "leans real" in lean
    assert "2.5 : 1" in lean
    flags = [flag("flat", "blocking")]
    blocked = table_of(record(answer="inconclusive", applicability=flags), width=100)[2]
    assert ":" not in blocked
    assert "leans" not in blocked


def test_warnings_are_short_in_rows_and_explained_once() -> None:
    flags = [flag("jpeg_quality", message="JPEG quality 75: less is left.")]
    one = record(applicability=[*flags, flag("sampled", "info", "Large.")])
    text = "\n".join(table_of(one, one, one, width=140, finish=True))
    assert text.count("JPEG quality 75: less is left.") == 1
    assert "3 ×" in text
    assert text.count("! JPEG quality") == 4
    assert "Large." not in text


def test_what_the_metadata_say_stands_beside_the_verdict() -> None:
    assert "metadata: ComfyUI" in table_of(record(), width=140)[2]
    odd = record(provenance={"generator": {"tool": "x\x1b[2J\ny", "model": None}})
    assert "metadata: x\\x1b[2J y" in table_of(odd, width=140)[2]


def test_hostile_names_are_harmless() -> None:
    for width in (80, 140):
        lines = table_of(record(HOSTILE), width=width)
        assert "\\u202egnp.exe" in "".join(lines)
        assert "\x1b" not in "".join(lines)
        assert "\u202e" not in "".join(lines)
        assert len(table_of(record(HOSTILE), width=width)) == len(table_of(record(), width=width))
    assert "[red]" in table_of(record("[red].png"), width=80)[2]
    assert "\n" not in plain_row(record(HOSTILE))
    assert "\x1b" not in failed_line(failed(HOSTILE, f"cannot read {HOSTILE}")).plain


def test_printable_leaves_ordinary_names_alone() -> None:
    for name in ("a b.png", "[bold]x[/]", "图像\u3000文.png", "Ünï.png", ""):
        assert printable(name) == name
    assert printable("\udce9\udc80") == "\\xe9\\x80"


def test_a_blocked_item_shows_no_strength_and_no_ratio() -> None:
    row = plain_row(record("a.png", applicability=[{**flag("flat"), "severity": "blocking"}]))
    assert " : 1" not in row
    assert "limited" not in row
    assert "moderate" not in row


def test_plain_rows_have_fixed_columns_and_the_whole_path() -> None:
    long = "/a/very/long/folder/" * 10 + "x.png"
    row = plain_row(record(long, applicability=[flag("small_image")], provenance=None))
    assert row.endswith(f"{long}  [small image]")
    assert row.split()[:2] == ["generated", "sd1"]
    assert "[" not in plain_row(record(provenance=None))
    other = plain_row(record("y.png", answer="real", source="real", provenance=None))
    assert row.index(long) == other.index("y.png")


def test_a_terminal_without_these_characters_gets_ascii() -> None:
    target = console(140, encoding="latin-1")
    TerminalTable(target).write(record("x" * 200))
    text_of(target).encode("ascii")
    assert "^ generated" in text_of(target)


@pytest.mark.parametrize(
    ("log10_lr", "words"),
    [(0.0, "1 : 1"), (0.2, "1.6 : 1"), (0.9999, "10 : 1"), (-1.54, "35 : 1"),
     (2.0, "100 : 1"), (3.51, "3,200 : 1"), (5.0, "100,000 : 1")],
)  # fmt: skip
def test_ratio_has_two_digits(log10_lr: float, words: str) -> None:
    assert ratio(log10_lr) == words


def test_shorten_keeps_the_end_in_cells_not_characters() -> None:
    assert shorten("abc", 3) == "abc"
    assert shorten("图像文件.png", 8) == "…件.png"
    assert cell_len(shorten("图像文件.png", 8)) <= 8


def test_failures_wrap_on_a_terminal_and_stay_one_line_elsewhere() -> None:
    line = failed_line(failed("b.png", "word " * 40))
    target = console(60)
    say(target, line)
    wrapped = text_of(target).splitlines()
    assert len(wrapped) > 2
    assert max(map(len, wrapped)) <= 60
    assert wrapped[0].startswith("  ✕ failed  b.png: word")
    target = console(60, terminal=False)
    say(target, line)
    (single,) = text_of(target).splitlines()
    assert single.startswith("✕ failed  b.png: word")


def test_summary_counts_each_answer_that_came() -> None:
    text = summary({"real": 2, "failed": 1}, 4.0).plain
    assert text == "3 images in 4.0 s (0.8 a second): ● 2 real, ✕ 1 failed"
    assert "1 h 1 min" in summary({"real": 1}, 3660.0).plain
