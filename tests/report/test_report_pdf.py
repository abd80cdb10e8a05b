"""The PDF report, read back: text, fonts, outline, page numbers, the JSON attached."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from fpinspect.report import plain
from fpinspect.report.model import Options, Report
from fpinspect.report.writer import write

Make = Callable[..., Report]
Inspect = Callable[..., dict[str, Any]]


def make_pdf(report: Report, folder: Path) -> PdfReader:
    (path,) = write(report, pdf=folder / "r.pdf")
    return PdfReader(io.BytesIO(path.read_bytes()))


def titles(outline: Any) -> list[Any]:
    return [titles(o) if isinstance(o, list) else o.title for o in outline]


def test_text_is_text_and_fonts_are_embedded(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    reader = make_pdf(make_report(inspection()), tmp_path)
    words = " ".join(page.extract_text() for page in reader.pages)
    words = re.sub(r"\s+", " ", words)
    assert "about 250 times more probable if the image was generated" in words
    assert "Known error rates" in words
    assert "cycles/px" in words
    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()  # type: ignore[index,union-attr]
    }
    used = {name: font for name, font in fonts.items() if "Helvetica" not in name}
    assert any("Roboto" in name for name in used)
    for name, font in used.items():
        assert "/FontFile2" in font["/FontDescriptor"], name


def test_each_page_has_its_number_and_the_report_id(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    records = (inspection(f"/cases/{n}.png") for n in range(3))
    report = make_report(*records, options=Options(figures=False))
    reader = make_pdf(report, tmp_path)
    assert len(reader.pages) > 6
    for number, page in enumerate(reader.pages, 1):
        assert report.report_id in page.extract_text()
        forms = page["/Resources"]["/XObject"]  # type: ignore[index]
        assert any(f"total-{number}" in name for name in forms)


def test_the_outline_leads_to_items_and_sections(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    records = (inspection("/cases/a.png"), inspection("/cases/b.png"))
    report = make_report(*records, options=Options(figures=False))
    outline = titles(make_pdf(report, tmp_path).outline)
    assert outline[:3] == ["Summary", "2 items", ["Item 1: a.png", "Item 2: b.png"]]
    assert "Method" in outline
    assert "Custody" in outline


def test_the_json_is_attached(make_report: Make, inspection: Inspect, tmp_path: Path) -> None:
    report = make_report(inspection(), options=Options(form="short"))
    reader = make_pdf(report, tmp_path)
    ((name, (data,)),) = reader.attachments.items()
    assert name == f"{report.report_id}.json"
    assert json.loads(data) == plain.document(report)


def test_the_short_form_of_one_item_is_one_page(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    options = Options(form="short")
    reader = make_pdf(make_report(inspection(), options=options), tmp_path)
    assert len(reader.pages) == 1
    three = make_report(*(inspection(f"/c/{n}.png") for n in range(3)), options=options)
    assert len(make_pdf(three, tmp_path).pages) == 4


@pytest.mark.parametrize(
    "text",
    [
        "<b>&amp;</b><a href='http://x'>",
        "a\u202egpj\u0000.exe",
        "名前 \U0001f600 \ud800",
        "x" * 3000,
    ],
)
def test_hostile_text_does_not_break_the_page(
    make_report: Make, inspection: Inspect, tmp_path: Path, text: str
) -> None:
    record = inspection(f"/cases/{text}.png")
    record["provenance"] |= {"camera": text, "generator": {"tool": text, "prompt": text * 9}}
    record["applicability"] = [{"code": "x", "severity": "warning", "message": text}]
    options = Options(figures=False)
    reader = make_pdf(make_report(record, marked=(0,), options=options), tmp_path)
    links = [
        annotation.get_object().get("/A", {}).get("/URI")
        for page in reader.pages
        for annotation in page.get("/Annots", []) or []
    ]
    assert not any(links)
    assert "Generated" in " ".join(page.extract_text() for page in reader.pages)


def test_the_same_report_gives_the_same_bytes(
    make_report: Make, inspection: Inspect, tmp_path: Path
) -> None:
    report = make_report(inspection(), options=Options(form="short"))
    (first,) = write(report, pdf=tmp_path / "a.pdf")
    (second,) = write(report, pdf=tmp_path / "b.pdf")
    assert first.read_bytes() == second.read_bytes()


def test_long_notes_run_over_pages(make_report: Make, inspection: Inspect, tmp_path: Path) -> None:
    report = make_report(inspection(), marked=(0,), options=Options(figures=False))
    item = report.items[0]
    assert item.bookmark is not None
    long = replace(item, bookmark=replace(item.bookmark, note="a long note. " * 1500))
    reader = make_pdf(replace(report, items=(long,)), tmp_path)
    words = " ".join(page.extract_text() for page in reader.pages)
    assert words.count("a long note.") + words.count("a long\nnote.") > 1200
