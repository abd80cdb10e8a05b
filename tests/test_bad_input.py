"""Files that no image should be, through the whole command: plain words, and the others go on."""

from __future__ import annotations

import contextlib
import io
import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

from fpinspect import cli


class Done(NamedTuple):
    status: int
    records: dict[str, dict[str, Any]]
    out: str
    err: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one file of each kind, and two good ones around them."""
    where = tmp_path_factory.mktemp("evidence")
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[0:288, 0:320]
    scene = 120 + 50 * np.sin(rows / 23)[..., None] + 30 * np.cos(columns / 31)[..., None]
    good = Image.fromarray(
        np.clip(scene + rng.normal(0, 4, (288, 320, 3)), 0, 255).astype(np.uint8)
    )
    good.save(where / "a good one.png")
    good.save(where / "z good one.jpg", quality=92)
    good.save(where / "new\nline.png")
    good.save(where / "whole.jpg")
    data = (where / "whole.jpg").read_bytes()
    (where / "truncated.jpg").write_bytes(data[: len(data) // 2])
    (where / "whole.jpg").unlink()
    (where / "empty.png").write_bytes(b"")
    (where / "text.png").write_text("This is not a picture.\n")
    (where / "vast.png").write_bytes(_png_header(60_000, 60_000))
    (where / "folder.png").mkdir()
    Image.new("RGB", (1, 1), "red").save(where / "one.png")
    Image.new("RGB", (300, 300), (90, 120, 60)).save(where / "flat.png")
    good.save(where / "secret.png")
    (where / "secret.png").chmod(0)
    (where / "notes.txt").write_text("x")
    return where


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def done(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Inspect the folder once, in this process."""
    jsonl = tmp_path_factory.mktemp("out") / "out.jsonl"
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _locked("secret.png"):
        status = cli.main(["inspect", str(folder), "--jsonl", str(jsonl), "--jobs", "1"])
    lines = [json.loads(line) for line in jsonl.read_text().splitlines()]
    names = [Path(line["path"]).name for line in lines]
    assert len(set(names)) == len(names)
    return Done(status, dict(zip(names, lines, strict=True)), out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _locked(name: str) -> Iterator[None]:
    """Root may read any file: let the system refuse this one as it would another user."""
    with pytest.MonkeyPatch.context() as patch:
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            really: Callable[..., int] = os.open

            def refuse(path: Any, *args: Any, **kwargs: Any) -> int:
                if str(path).endswith(name):
                    raise PermissionError(13, "Permission denied", path)
                return really(path, *args, **kwargs)

            patch.setattr(os, "open", refuse)
        yield


def test_each_item_is_there_in_order_and_the_status_is_3(done: Done) -> None:
    assert done.status == 3
    assert list(done.records) == sorted(done.records)
    assert len(done.records) == 11
    assert "1 file is not an image" in done.err
    assert "Traceback" not in done.err + done.out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("empty.png", "empty"),
        ("text.png", "The content is text"),
        ("truncated.jpg", "truncated"),
        ("vast.png", "60000"),
        ("folder.png", "folder"),
        ("secret.png", "permission"),
    ],
)
def test_what_cannot_be_inspected_is_an_item_error_in_plain_words(
    done: Done, name: str, words: str
) -> None:
    record = done.records[name]
    assert record["status"] == "error"
    assert words in record["error"]
    assert "internal" not in record["error"].lower()
    assert record["image"] is record["verdict"] is record["matches"] is None
    (line,) = (line for line in done.err.splitlines() if line.startswith("✕") and name in line)
    assert record["error"] in line


@pytest.mark.parametrize("name", ["one.png", "flat.png"])
def test_what_cannot_be_judged_is_inconclusive_with_a_blocking_flag(done: Done, name: str) -> None:
    record = done.records[name]
    assert record["status"] == "ok"
    assert record["verdict"]["answer"] == "inconclusive"
    assert "blocking" in {flag["severity"] for flag in record["applicability"]}
    for number in _numbers(record):
        assert np.isfinite(number)


@pytest.mark.parametrize("name", ["a good one.png", "new\nline.png", "z good one.jpg"])
def test_the_others_are_inspected(done: Done, name: str) -> None:
    assert done.records[name]["status"] == "ok"
    assert abs(sum(done.records[name]["verdict"]["sources"].values()) - 1) < 1e-6
    assert name.replace("\n", "\\n") in done.out


def test_workers_say_the_same(done: Done, folder: Path, tmp_path: Path) -> None:
    """Two processes, as a user would start them: the same lines, floats within 1e-5."""
    jsonl = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "fpinspect", "inspect", str(folder), "--jobs", "2"]
    ran = subprocess.run(
        [*command, "--jsonl", str(jsonl)], capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 3
    assert "Traceback" not in ran.stderr
    for line in jsonl.read_text().splitlines():
        record = json.loads(line)
        name = Path(record["path"]).name
        if name == "secret.png":  # root reads it there
            continue
        here = done.records[name]
        assert (record["status"], record["error"]) == (here["status"], here["error"])
        if record["status"] == "ok":
            assert record["applicability"] == here["applicability"]
            assert record["verdict"]["answer"] == here["verdict"]["answer"]
            assert record["verdict"]["sources"] == pytest.approx(
                here["verdict"]["sources"], rel=1e-5
            )


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _numbers(part)
    elif isinstance(value, int | float):
        yield value
