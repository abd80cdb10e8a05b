"""The bank: a folder of fingerprints that can be read, changed, checked and handed on.

A bank is a folder with a manifest, ``bank.json``, and one safetensors file per entry, named by
its own hash. Changing a bank writes the new array file first, then replaces the manifest in one
step: whoever reads meanwhile sees the old bank or the new one, never a mixture.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from fpinspect.fingerprint.entry import Entry
from fpinspect.fingerprint.manifest import FILE, MAX_ARRAY_FILE, SHA256, BankError, EntryInfo
from fpinspect.fingerprint.photographs import Photographs
from fpinspect.resources import resource

MANIFEST = "bank.json"
SCHEMA = "fpinspect.bank"
SCHEMA_VERSION = 1
MAX_MANIFEST = 4 * 2**20
_LOCK = ".lock"
_LOCK_SECONDS = 10.0


class Bank:
    """Fingerprints of known sources.

    Parameters
    ----------
    entries : iterable of Entry
        The sources.
    photographs : Photographs or None
        Mean residuals and null statistics of real photographs; without them new entries get no
        baseline and matches no measured p-value.
    path : Path or None
        Where it was read from.

    Examples
    --------
    >>> from fpinspect import Bank
    >>> bank = Bank.load()
    >>> bank.entries["sd1"].title
    'Stable Diffusion 1.x'
    >>> bank.entries["sd1"].fingerprint(256).residual.mean.shape
    (3, 256, 256)
    """

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        photographs: Photographs | None = None,
        path: Path | None = None,
        *,
        stored: str | None = None,
    ) -> None:
        self._entries = {entry.label: entry for entry in entries}
        self.photographs = photographs
        self.path = path
        self._stored = stored  # digest of what lay in `path` when it was read

    def __repr__(self) -> str:
        where = "in memory" if self.path is None else f"in {self.path}"
        return f"<Bank of {', '.join(self._entries) or 'nothing'}, {where}>"

    @classmethod
    def load(cls, path: str | Path | None = None) -> Self:
        """Read a bank's manifest; arrays are read, and their hashes checked, on first use.

        Parameters
        ----------
        path : str or Path or None
            The folder. None: the bank that ships with fpinspect.

        Returns
        -------
        Bank
            With its entries in the order of the manifest.

        Raises
        ------
        BankError
            If there is no bank, or it is broken, or of a newer version.
        """
        folder = resource("bank") if path is None else Path(path)
        manifest = folder / MANIFEST
        try:
            if manifest.stat().st_size > MAX_MANIFEST:
                raise BankError(f"{manifest} is too large for a manifest")
            text = manifest.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise BankError(f"there is no bank in {folder}: it has no {MANIFEST}") from None
        except OSError as error:
            raise BankError(f"{manifest} cannot be read: {error.strerror}") from error
        return cls.from_manifest(text, partial(_read_file, folder), path=folder)

    @classmethod
    def from_manifest(cls, text: bytes, read: Any, path: Path | None = None) -> Self:
        """Make a bank of a manifest and a function that returns a named file's bytes.

        Raises
        ------
        BankError
            If the manifest is broken or of a newer version.
        """
        where = "the manifest" if path is None else str(path / MANIFEST)
        try:
            data = json.loads(text)
            schema, version = data["schema"], data["version"]
            items = list(data["entries"].items())
            pack = data["photographs"]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BankError(f"{where} is no manifest of a bank: {error!r:.200}") from error
        if schema != SCHEMA or isinstance(version, bool) or not isinstance(version, int):
            raise BankError(f"{where} is no manifest of a bank")
        if version > SCHEMA_VERSION:
            raise BankError(
                f"{where} has schema version {version}, this fpinspect reads up to "
                f"{SCHEMA_VERSION}: update fpinspect"
            )
        entries = []
        for label, item in items:
            info = EntryInfo.from_dict(label, item)
            name, sha256 = _file_of(item, where)
            entries.append(Entry(info, partial(read, name), sha256))
        photographs = None
        if pack is not None:
            name, sha256 = _file_of(pack, where)
            photographs = Photographs.from_dict(pack, partial(read, name), sha256)
        bank = cls(entries, photographs, path)
        bank._stored = bank.digest
        return bank

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Label -> entry."""
        return MappingProxyType(self._entries)

    @property
    def denoiser(self) -> str:
        """Name of the denoiser whose residuals the bank holds (one for all of a bank)."""
        return self._denoiser()[0]

    @property
    def denoiser_version(self) -> str:
        """Version of that denoiser."""
        return self._denoiser()[1]

    def _denoiser(self) -> tuple[str, str]:
        if self.photographs is not None:
            return self.photographs.denoiser, self.photographs.denoiser_version
        for entry in self._entries.values():
            return entry.info.denoiser, entry.info.denoiser_version
        raise BankError("an empty bank has no denoiser")

    @property
    def digest(self) -> str:
        """SHA-256 over the labels and hashes of everything in it: equal digests, equal arrays."""
        lines = [f"{entry.label} {entry.sha256}" for entry in self._entries.values()]
        if self.photographs is not None:
            lines.append(f"/photographs {self.photographs.sha256}")
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def with_entry(self, entry: Entry, *, replace: bool = False) -> Bank:
        """Return a bank with one entry more.

        Raises
        ------
        BankError
            If the label is taken and `replace` is false, or the denoiser is another.
        """
        if entry.label in self._entries and not replace:
            raise BankError(f"the bank has an entry {entry.label!r} already")
        if self._entries or self.photographs is not None:
            theirs = (entry.info.denoiser, entry.info.denoiser_version)
            if theirs != self._denoiser():
                raise BankError(
                    f"{entry.label!r} was made with denoiser {theirs[0]} (version {theirs[1]}), "
                    f"the bank with {self.denoiser} (version {self.denoiser_version}): "
                    "their residuals do not compare"
                )
        entries = {**self._entries, entry.label: entry}
        return Bank(entries.values(), self.photographs, self.path, stored=self._stored)

    def with_photographs(self, photographs: Photographs) -> Bank:
        """Return a bank with these photographs."""
        return Bank(self._entries.values(), photographs, self.path, stored=self._stored)

    def without(self, label: str) -> Bank:
        """Return a bank with one entry less.

        Raises
        ------
        BankError
            If there is no such entry.
        """
        self.entry(label)
        rest = [entry for name, entry in self._entries.items() if name != label]
        return Bank(rest, self.photographs, self.path, stored=self._stored)

    def entry(self, label: str) -> Entry:
        """Return an entry.

        Raises
        ------
        BankError
            If there is no such entry; the message lists those that are there.
        """
        if label not in self._entries:
            known = ", ".join(self._entries) or "none"
            raise BankError(f"the bank has no entry {label!r} (it has: {known})")
        return self._entries[label]

    def manifest(self) -> bytes:
        """Return the manifest as JSON."""
        entries = {}
        for entry in self._entries.values():
            item = entry.info.to_dict() | {"file": _name_of(entry), "sha256": entry.sha256}
            entries[entry.label] = item
        pack = None
        if self.photographs is not None:
            pack = self.photographs.to_dict() | {
                "file": _photographs_name(self.photographs),
                "sha256": self.photographs.sha256,
            }
        data = {
            "schema": SCHEMA,
            "version": SCHEMA_VERSION,
            "entries": entries,
            "photographs": pack,
        }
        return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()

    def files(self) -> Iterator[tuple[str, Entry | Photographs]]:
        """Yield the name of each array file and what it holds."""
        for entry in self._entries.values():
            yield _name_of(entry), entry
        if self.photographs is not None:
            yield _photographs_name(self.photographs), self.photographs

    def save(self, path: str | Path) -> Bank:
        """Write the bank into a folder, replacing the bank there in one step.

        Parameters
        ----------
        path : str or Path
            The folder; made if it does not exist.

        Returns
        -------
        Bank
            The bank as read from there.

        Raises
        ------
        BankError
            If the folder holds something else, or cannot be written.
        """
        folder = Path(path)
        try:
            if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
                raise BankError(f"{folder} holds other files and no bank: choose another folder")
            folder.mkdir(parents=True, exist_ok=True)
            with _locked(folder):
                self._check_unchanged(folder)
                self._write(folder)
        except OSError as error:
            raise BankError(f"{folder} cannot be written: {error.strerror}") from error
        return Bank.load(folder)

    def _check_unchanged(self, folder: Path) -> None:
        """Refuse to overwrite what someone else wrote since this bank was read from there."""
        if self.path is None or self.path.resolve() != folder.resolve():
            return
        if Bank.load(folder).digest != self._stored:
            raise BankError(f"{folder} was changed by someone else meanwhile: try again")

    def _write(self, folder: Path) -> None:
        names = set()
        for name, part in self.files():
            names.add(name)
            data = part.data()
            if not (folder / name).is_file() or (folder / name).read_bytes() != data:
                _replace(folder / name, data)
        _replace(folder / MANIFEST, self.manifest())
        for old in folder.glob("*.safetensors"):
            if old.name not in names and FILE.fullmatch(old.name):
                old.unlink()


def _name_of(entry: Entry) -> str:
    return f"{entry.label}-{entry.sha256[:12]}.safetensors"


def _photographs_name(photographs: Photographs) -> str:
    return f"photographs_-{photographs.sha256[:12]}.safetensors"


def _file_of(item: Mapping[str, Any], where: str) -> tuple[str, str]:
    """Return file name and hash of a manifest's item, checked."""
    name, sha256 = item.get("file"), item.get("sha256")
    if not isinstance(name, str) or not FILE.fullmatch(name) or ".." in name:
        raise BankError(f"{where} names a file that cannot be of a bank: {name!r:.80}")
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        raise BankError(f"{where} gives no SHA-256 for {name}")
    return name, sha256


def _read_file(folder: Path, name: str) -> bytes:
    """Read an array file of a bank, bounded."""
    path = folder / name
    try:
        if path.stat().st_size > MAX_ARRAY_FILE:
            raise BankError(f"{path} is too large for an array file of a bank")
        return path.read_bytes()
    except OSError as error:
        raise BankError(f"{path} cannot be read: {error.strerror}") from error


def _replace(path: Path, data: bytes) -> None:
    """Write a file beside its place, flush it to the disk, and move it there in one step."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock file: one writer at a time."""
    lock = folder / _LOCK
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if time.monotonic() > deadline:
                raise BankError(
                    f"another process is writing to {folder}; if none is, delete {lock}"
                ) from None
            time.sleep(0.05)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
