"""The laboratory's key: private, never replaced, and what it signed cannot be changed."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fpinspect.batch.proof import signing
from fpinspect.batch.proof.attached import Attached, ReportFileError, is_report, read_report
from fpinspect.batch.proof.check_report import check_report, printed_head
from fpinspect.batch.proof.findings import Level
from fpinspect.batch.proof.signing import LabKey, SigningError, check_signature, sign_report


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LabKey:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv(signing.VARIABLE, raising=False)
    return LabKey.make("  Lab\n One ")


@pytest.fixture
def report(photo: Callable[..., Path]) -> dict[str, Any]:
    """Make a report's JSON with one file that is there, one that is not, one without hash."""
    there = photo("there.png")
    content = {
        "schema": "fpinspect.report/1",
        "text": "naïve \ud800",
        "number": 0.1,
        "custody": {"head": "ab" * 32},
        "hashes": [
            {
                "path": str(there),
                "sha256": hashlib.sha256(there.read_bytes()).hexdigest(),
                "bytes": there.stat().st_size,
            },
            {"path": "/nowhere/new\nline.png", "sha256": "cd" * 32, "bytes": 7},
            {"path": "/nowhere/broken.png", "sha256": None, "bytes": None},
        ],
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    found = hashlib.sha256(text.encode()).hexdigest()
    return {"report_id": f"FP-20260102-{found[:12]}", "content_sha256": found, **content}


def findings(document: dict[str, Any], **how: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"holds": [], "note": [], "does not hold": []}
    for one in check_report(Attached(document, "JSON"), **how):
        found[one.level.value].append(one.words)
    return found


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_key_is_the_owners_alone(key: LabKey) -> None:
    assert key.name == "Lab One"
    assert key.file.stat().st_mode & 0o777 == 0o600
    assert LabKey.load() == key
    assert signing.find_key() == key
    key.file.chmod(0o640)
    with pytest.raises(SigningError, match=r"others can read the secret key .*chmod 600"):
        LabKey.load()


def test_a_key_is_never_replaced(key: LabKey) -> None:
    before = key.file.read_bytes()
    with pytest.raises(SigningError, match="there is a key already"):
        LabKey.make("Other")
    assert key.file.read_bytes() == before
    with pytest.raises(SigningError, match="needs a name"):
        LabKey.make(" ")


def test_without_a_key_nothing_is_found_and_loading_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(signing.VARIABLE, str(tmp_path / "other.pem"))
    assert signing.find_key() is None
    with pytest.raises(SigningError, match="fpinspect case key make"):
        LabKey.load()
    (tmp_path / "other.pem").write_text("-----BEGIN NONSENSE-----")
    (tmp_path / "other.pem").chmod(0o600)
    with pytest.raises(SigningError, match="is no Ed25519 key"):
        LabKey.load()


def test_a_signature_survives_indentation_and_nothing_else(
    key: LabKey, report: dict[str, Any]
) -> None:
    signed = json.loads(json.dumps(sign_report(report, key), indent=3))
    check = check_signature(signed)
    assert (check.ok, check.key, check.name) == (True, key.fingerprint, "Lab One")
    for change in (
        {"number": 0.2},
        {"more": 1},
        {"signature": signed["signature"] | {"name": "Another Lab"}},
        {"signature": signed["signature"] | {"signed_at": "1999"}},
    ):
        assert check_signature(signed | change).problems == (
            "the report was changed after it was signed",
        )
    for block in ({}, "x", signed["signature"] | {"public_key": "é"}, {"algorithm": "Ed25519"}):
        found = check_signature(signed | {"signature": block})
        assert "damaged or of an unknown kind" in found.problems[0]
    gone = {name: value for name, value in signed.items() if name != "signature"}
    assert not check_signature(gone).signed


def test_other_tools_can_check_the_hash_list(key: LabKey, report: dict[str, Any]) -> None:
    """The list is that of sha256sum, its signature plain Ed25519."""
    block = sign_report(report, key)["signature"]
    lines = signing.hash_lines(report["hashes"])
    first, second = report["hashes"][0], report["hashes"][1]
    assert lines.decode() == (
        f"{first['sha256']}  {first['path']}\n\\{second['sha256']}  /nowhere/new\\nline.png\n"
    )
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(block["public_key"]))
    public.verify(base64.b64decode(block["hash_list_signature"]), lines)


def test_a_sound_report_holds(key: LabKey, report: dict[str, Any]) -> None:
    found = findings(sign_report(report, key), key=key.fingerprint)
    assert found["does not hold"] == []
    words = "\n".join(found["holds"])
    assert "signed by “Lab One”" in words
    assert "the key that was asked for" in words
    assert "1 of 3 are those that the report lists" in words
    assert f"report {report['report_id']}" in words
    assert any("1 are not there" in note for note in found["note"])
    assert any("1 had no hash" in note for note in found["note"])


def test_what_does_not_hold_is_said(
    key: LabKey, report: dict[str, Any], photo: Callable[..., Path]
) -> None:
    signed = sign_report(report, key)
    assert "another key" in findings(signed, key="00" * 10)["does not hold"][0]
    assert "not signed" in findings(report, key=key.fingerprint)["does not hold"][0]
    assert findings(report)["does not hold"] == []
    assert "not signed" in findings(report)["note"][0]
    forged = report | {"number": 0.3}
    assert "hash that it gives itself" in findings(forged)["does not hold"][0]
    photo("there.png", "changed")
    assert "there.png has changed since" in findings(signed)["does not hold"][0]


def test_a_listed_file_is_found_elsewhere_by_its_hash(
    report: dict[str, Any], photo: Callable[..., Path], tmp_path: Path
) -> None:
    there = Path(report["hashes"][0]["path"])
    (tmp_path / "moved").mkdir()
    there.rename(tmp_path / "moved" / "renamed.png")
    assert any("2 are not there" in note for note in findings(report)["note"])
    found = findings(report, folders=[str(tmp_path / "moved")])
    assert any("1 of 3 are those" in words for words in found["holds"])


def test_the_json_is_found_in_html_and_pdf(report: dict[str, Any], tmp_path: Path) -> None:
    from pypdf import PdfWriter

    data = json.dumps(report).encode()
    plain, page, pdf = (tmp_path / f"r.{end}" for end in ("json", "html", "pdf"))
    plain.write_bytes(data)
    link = f"data:application/json;base64,{base64.b64encode(data).decode()}"
    page.write_text(f'<!doctype html><title>x</title><a download="r.json" href="{link}">data</a>')
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("other.txt", b"nothing")
    writer.add_attachment("r.json", data)
    writer.write(pdf)
    for path, kind in ((plain, "JSON"), (page, "HTML"), (pdf, "PDF")):
        assert is_report(path)
        found = read_report(path)
        assert (found.document, found.kind) == (report, kind)
    assert printed_head(report) == "ab" * 32
    words = [one.words for one in check_report(read_report(pdf)) if one.level is Level.NOTE]
    assert any("inside the PDF, not how its pages look" in text for text in words)


def test_two_reports_in_one_file_are_tampering(report: dict[str, Any], tmp_path: Path) -> None:
    both = (json.dumps(one).encode() for one in (report, report | {"number": 2}))
    start = '<a href="data:application/json;base64,'
    links = [f'{start}{base64.b64encode(data).decode()}">' for data in both]
    path = tmp_path / "r.html"
    path.write_text("<html>" + "".join(links))
    with pytest.raises(ReportFileError, match="several reports that differ"):
        read_report(path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{}", "a JSON file without the JSON of a report"),
        (b"{" * 100_000, "without the JSON of a report"),
        (b"<html></html>", "an HTML file without"),
        (b"%PDF-1.7\nbroken", "a PDF file without"),
        (b"\x89PNG", "no case and no report"),
        (b"", "no case and no report"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(ReportFileError, match=words):
        read_report(path)
