"""Files and folders to items: walk, filter, count."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fpinspect.evidence.coding.formats import EXTENSIONS, MAGIC_BYTES, sniff


@dataclass(frozen=True, slots=True)
class Item:
    """One image to inspect.

    Attributes
    ----------
    path : str
        As given when named, absolute when found in a folder.
    named : bool
        Whether the user named this very file.
    """

    path: str
    named: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """What a list of files and folders holds.

    Attributes
    ----------
    items : tuple of Item
        In the order of the arguments; within a folder sorted by name, each folder's own content
        in its place. Each file once.
    not_images : int
        Files in folders that are no images.
    """

    items: tuple[Item, ...]
    not_images: int

    @property
    def note(self) -> str | None:
        """Say how many files were left out; None when none was."""
        if not self.not_images:
            return None
        one = self.not_images == 1
        return "1 file is not an image" if one else f"{self.not_images} files are not images"


def walk(paths: Iterable[str | os.PathLike[str]]) -> Sources:
    """Find the images that are meant by a list of files and folders.

    A named file is always an item, also when it does not exist: its error is told when it is
    read. In folders, a file counts by an image's extension or an image's first bytes; a folder
    with an image's extension is an item too, as somebody expects an image there. Links to folders
    are followed, but no folder is entered twice. No more than 32 bytes of a file are read.

    Parameters
    ----------
    paths : iterable of str or path-like

    Returns
    -------
    Sources
    """
    items: dict[str, Item] = {}
    visited: set[tuple[int, int]] = set()
    not_images = 0
    for given in paths:
        path = os.fspath(given)
        if not _is_folder(path) or _named_like_image(path):
            items.setdefault(_absolute(path), Item(path, named=True))
            continue
        for found, is_image in _files(_absolute(path), visited):
            if is_image:
                items.setdefault(found, Item(found, named=False))
            else:
                not_images += 1
    return Sources(tuple(items.values()), not_images)


def _absolute(path: str) -> str:
    """Return the absolute path, links kept; the path itself when it cannot be one."""
    try:
        return os.path.abspath(path)  # noqa: PTH100 - Path.absolute() keeps ".."
    except ValueError:
        return path


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _named_like_image(name: str) -> bool:
    return Path(name).suffix.lower() in EXTENSIONS


def _files(folder: str, visited: set[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Yield the files below a folder and whether each is an image.

    A folder that cannot be read is yielded itself, as an image: its error must not be lost.
    """
    stack = [(folder, True)]
    while stack:
        path, enter = stack.pop()
        if not enter:
            yield path, _named_like_image(path) or _begins_like_image(path)
            continue
        try:
            status = Path(path).stat()
            identity = status.st_dev, status.st_ino
            if identity in visited and identity != (0, 0):
                continue
            visited.add(identity)
            with os.scandir(path) as entries:
                # Taken from the end of the stack, so the last name goes in first.
                stack += sorted(((e.path, _to_enter(e)) for e in entries), reverse=True)
        except OSError:
            yield path, True


def _to_enter(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a folder to look into."""
    try:
        return entry.is_dir() and not _named_like_image(entry.name)
    except OSError:
        return False


def _begins_like_image(path: str) -> bool:
    """Tell whether a regular file begins with an image's magic bytes."""
    try:
        if not Path(path).is_file():  # opening a pipe would wait for its writer
            return False
        with Path(path).open("rb", buffering=0) as file:
            return sniff(file.read(MAGIC_BYTES) or b"") is not None
    except OSError:
        return False
