"""What the window adds to the writing of reports."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from view_samples import record

from fpinspect.batch.case import measure
from fpinspect.gui import engine_report
from fpinspect.gui.engine import EngineError
from fpinspect.params import InspectionParams
from fpinspect.report.model import ReportItem

ITEM = ReportItem(number=1, record=record(), path="/case/cup.png")


@pytest.fixture
def measured(monkeypatch):
    asked = []

    def measure_file(path, sha256, **_):
        asked.append((path, sha256))
        return "measured"

    monkeypatch.setattr(measure, "measure_file", measure_file)
    return asked


def test_what_was_inspected_before_the_case_is_measured_anew(measured):
    found = engine_report._arrays(ITEM, InspectionParams(), "cpu")
    assert found == "measured"
    assert measured == [("/case/cup.png", ITEM.record["sha256"])]


def test_what_the_case_stores_is_taken_as_it_is(measured):
    item = replace(ITEM, arrays=lambda: "stored")
    assert engine_report._arrays(item, InspectionParams(), "cpu") == "stored"
    failed = replace(ITEM, record={"status": "error", "path": "/case/cup.png"})
    assert engine_report._arrays(failed, InspectionParams(), "cpu") is None
    assert measured == []


def test_no_report_is_written_over_an_image_or_the_case(tmp_path):
    image, case = tmp_path / "image.png", tmp_path / "a.fpcase"
    for file in (image, case):
        file.write_bytes(b"evidence")
    records = [json.dumps({"path": str(image)})]
    for target in (image, case):
        with pytest.raises(EngineError, match="write to another file"):
            engine_report._refuse_evidence(
                {"path": str(target), "records": records, "case": str(case)}
            )
    engine_report._refuse_evidence(
        {"path": str(tmp_path / "new.pdf"), "records": records, "case": ""}
    )
