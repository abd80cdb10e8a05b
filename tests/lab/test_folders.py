"""What an evaluation is pointed at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fpinspect.lab import folders


def picture(path: Path, size: tuple[int, int] = (40, 32), **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(len(str(path)))
    codes = rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(codes).save(path, **options)
    return path


def test_folders_are_sources(tmp_path: Path):
    picture(tmp_path / "Real" / "a.jpg", quality=80)
    picture(tmp_path / "SD1.5" / "set" / "b.png")
    picture(tmp_path / "some model" / "c.png", size=(48, 20))
    (tmp_path / "real" / "notes.txt").parent.mkdir(exist_ok=True)
    (tmp_path / "Real" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    found = folders.load(tmp_path)
    labels = {record.path.name: record.label for record in found.records}
    assert labels == {"a.jpg": "real", "b.png": "sd1", "c.png": "other"}
    by_name = {record.path.name: record for record in found.records}
    assert by_name["a.jpg"].quality == pytest.approx(80, abs=1)
    assert by_name["c.png"].size == (20, 48)
    assert by_name["c.png"].target == 5
    assert "SD1.5: sd1, 1 image" in found.notes
    assert "some model: other, 1 image" in found.notes
    assert any(note.startswith("left out") and "broken.png" in note for note in found.notes)
    assert found.training == ()


def test_what_cannot_be_measured_is_said(tmp_path: Path):
    picture(tmp_path / "flux" / "a.png")
    assert any("no real image" in note for note in folders.load(tmp_path).notes)
    picture(tmp_path / "only" / "real" / "a.png")
    assert any("no generated image" in note for note in folders.load(tmp_path / "only").notes)


def test_a_manifest_of_path_and_label_will_do(tmp_path: Path):
    picture(tmp_path / "x" / "a.png")
    picture(tmp_path / "x" / "b.png")
    manifest = tmp_path / "list.csv"
    manifest.write_text("path,label,group\nx/a.png,real,g\nx/b.png,midjourney,h\n")
    found = folders.load(manifest)
    assert [(r.label, r.kind, r.group) for r in found.records] == [
        ("real", "real", "g"),
        ("other", "midjourney", "h"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [("path,kind\na.png,real\n", "needs the columns"), ("path,label\n", "needs the columns")],
)
def test_a_useless_manifest_is_refused(tmp_path: Path, text: str, words: str):
    (tmp_path / "manifest.csv").write_text(text)
    with pytest.raises(ValueError, match=words):
        folders.load(tmp_path)


def test_nothing_there_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="no folder or manifest"):
        folders.load(tmp_path / "absent")
    with pytest.raises(ValueError, match="one folder per source"):
        folders.load(tmp_path)
    picture(tmp_path / "a.png")
    (tmp_path / "manifest.csv").write_text("path,label,split\na.png,real,train\n")
    with pytest.raises(ValueError, match="no image of the split 'test'"):
        folders.load(tmp_path, "test")


def test_the_image_set_knows_what_was_seen(data_dir: Path):
    found = folders.load(data_dir, "test")
    assert len(found.training) > len(found.records) > 0
    assert 0 < sum(found.unseen) < len(found.records)
