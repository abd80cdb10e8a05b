"""Folders are walked, filtered and counted; named files are always items."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from fpinspect.evidence.image import ItemError, read_evidence
from fpinspect.evidence.sources import Item, walk


@pytest.fixture
def folder(tmp_path, photo, encode) -> Path:
    png = encode(photo, "PNG")
    (tmp_path / "b" / "deep").mkdir(parents=True)
    (tmp_path / "a.png").write_bytes(png)
    (tmp_path / "b" / "deep" / "c.JPG").write_bytes(b"not really")
    (tmp_path / "b" / "no_extension").write_bytes(png)
    (tmp_path / "b" / "notes.txt").write_text("notes")
    (tmp_path / "b" / "picture.dat").write_bytes(encode(photo, "WEBP"))
    (tmp_path / "z.webp").write_bytes(b"")
    (tmp_path / "zz").write_bytes(b"")
    return tmp_path


def test_folder_is_walked_in_order(folder):
    sources = walk([folder])
    names = [os.path.relpath(item.path, folder) for item in sources.items]
    deep = os.path.join("b", "deep", "c.JPG")
    assert names == [
        "a.png",
        deep,
        os.path.join("b", "no_extension"),
        os.path.join("b", "picture.dat"),
        "z.webp",
    ]
    assert all(Path(item.path).is_absolute() and not item.named for item in sources.items)
    assert sources.not_images == 2
    assert sources.note == "2 files are not images"


def test_relative_folder_gives_absolute_paths(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert walk([folder.name]) == walk([folder])


def test_named_files_are_items_as_given(folder, monkeypatch):
    monkeypatch.chdir(folder)
    sources = walk(["b/notes.txt", "missing.png", "nul\0", folder / "a.png"])
    assert [item.path for item in sources.items] == [
        "b/notes.txt",
        "missing.png",
        "nul\0",
        str(folder / "a.png"),
    ]
    assert all(item.named for item in sources.items)
    assert sources.not_images == 0
    assert sources.note is None


def test_each_file_once(folder, monkeypatch):
    monkeypatch.chdir(folder)
    sources = walk(["a.png", folder, "a.png", folder / "b"])
    paths = [os.path.abspath(item.path) for item in sources.items]
    assert len(paths) == len(set(paths)) == 5
    assert sources.items[0] == Item("a.png", named=True)
    assert sources.not_images == 2


def test_link_loops_end(folder):
    try:
        (folder / "b" / "loop").symlink_to(folder, target_is_directory=True)
        (folder / "broken.png").symlink_to(folder / "nowhere.png")
    except OSError:
        pytest.skip("links are not allowed here")
    sources = walk([folder])
    names = [Path(item.path).name for item in sources.items]
    assert names.count("a.png") == 1
    assert "broken.png" in names


def test_folder_named_like_an_image_is_an_item(folder):
    (folder / "album.png").mkdir()
    (folder / "album.png" / "inside.png").write_bytes(b"")
    found = [item.path for item in walk([folder]).items]
    assert str(folder / "album.png") in found
    assert not any("inside" in path for path in found)
    named = walk([folder / "album.png"]).items
    assert named == (Item(str(folder / "album.png"), named=True),)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_are_not_opened(folder):
    os.mkfifo(folder / "pipe")
    assert walk([folder]).not_images == 3


def test_unreadable_folder_is_not_lost(folder, monkeypatch):
    original = os.scandir

    def scandir(path):
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert str(folder / "b" / "deep") in [item.path for item in walk([folder]).items]


def test_unreadable_folder_says_so(tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ItemError, match="look into this folder"):
        read_evidence(tmp_path)


def test_name_with_a_newline(folder):
    if sys.platform == "win32":
        pytest.skip("Windows allows no newline in a name")
    (folder / "two\nlines.png").write_bytes(b"")
    assert str(folder / "two\nlines.png") in [item.path for item in walk([folder]).items]


def test_ten_thousand_files_are_quick(tmp_path, monkeypatch):
    """By extension alone: not one of the files is touched."""

    class Entries(list):
        __enter__ = list.__iter__

        def __exit__(self, *_):
            return None

    class Entry:
        def __init__(self, name: str) -> None:
            self.name, self.path = name, str(tmp_path / name)

        def is_dir(self) -> bool:
            return False

    entries = Entries(Entry(f"{k:05}.png") for k in range(10_000))
    monkeypatch.setattr(os, "scandir", lambda _: entries)
    start = time.process_time()
    assert len(walk([tmp_path]).items) == 10_000
    assert time.process_time() - start < 2
