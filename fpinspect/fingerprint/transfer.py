"""Handing entries on: one zip file out, checked before anything is written in.

An archive comes from a stranger: its names, sizes and hashes are checked first, nothing is
unpacked to the disk, and no name of it becomes a path.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from fpinspect.fingerprint.bank import MANIFEST, MAX_MANIFEST, Bank
from fpinspect.fingerprint.manifest import FILE, MAX_ARRAY_FILE, BankError

MAX_MEMBERS = 1000
MAX_TOTAL = 512 * 2**20
"""No archive unpacks to more (bytes)."""
_STORED = (1980, 1, 1, 0, 0, 0)  # equal banks make equal archives


def export(bank: Bank, path: str | Path, labels: Iterable[str] = ()) -> Path:
    """Write entries to an archive.

    Parameters
    ----------
    bank : Bank
        Where they are.
    path : str or Path
        The zip file; replaced in one step if it exists.
    labels : iterable of str
        Which; none: the whole bank, its photographs included.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    BankError
        If a label is unknown or the file cannot be written.
    """
    wanted = list(labels)
    part = Bank([bank.entry(label) for label in wanted]) if wanted else bank
    target = Path(path)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(MANIFEST, _STORED), part.manifest())
        for name, item in part.files():
            info = zipfile.ZipInfo(name, _STORED)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, item.data())
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(buffer.getbuffer())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BankError(f"{target} cannot be written: {error.strerror}") from error
    return target


def read_archive(path: str | Path) -> Bank:
    """Read an archive that `export` wrote, and check all of it.

    Parameters
    ----------
    path : str or Path
        The zip file.

    Returns
    -------
    Bank
        Its entries, in memory, every hash and array checked.

    Raises
    ------
    BankError
        If it is no archive of a bank, holds anything else, is too large, was changed, or is of
        a newer version.
    """
    source = Path(path)
    try:
        with zipfile.ZipFile(source) as archive:
            members = _checked_members(archive)
            read = partial(_member, archive, members)
            bank = Bank.from_manifest(read(MANIFEST), read)
            promised = {name for name, _ in bank.files()} | {MANIFEST}
            if set(members) != promised:
                odd = ", ".join(sorted(set(members) ^ promised)[:3])
                raise BankError(f"{source} and its manifest disagree about {odd}")
            for _, item in bank.files():
                _ = item.arrays  # reads and checks hash, names, shapes and numbers
                item.keep()
            return bank
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise BankError(f"{source} is no archive of a bank: {error}") from error


def import_archive(bank: Bank, path: str | Path, *, replace: bool = False) -> Bank:
    """Return a bank with the entries of an archive added.

    Parameters
    ----------
    bank : Bank
        What they are added to; if it has no photographs, those of the archive are taken.
    path : str or Path
        The zip file.
    replace : bool
        Whether entries of the same label are replaced.

    Raises
    ------
    BankError
        As `read_archive`, or if a label is taken, or the denoiser is another.
    """
    found = read_archive(path)
    if bank.photographs is None and found.photographs is not None:
        bank = bank.with_photographs(found.photographs)
    for entry in found.entries.values():
        bank = bank.with_entry(entry, replace=replace)
    return bank


def _checked_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, if all may be of a bank."""
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise BankError(f"the archive holds {len(infos)} files: too many for a bank")
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename
        limit = MAX_MANIFEST if name == MANIFEST else MAX_ARRAY_FILE
        if name != MANIFEST and (not FILE.fullmatch(name) or ".." in name):
            raise BankError(f"the archive holds {name!r:.80}, which is no file of a bank")
        if name in members:
            raise BankError(f"the archive holds {name} twice")
        if info.file_size > limit:
            raise BankError(f"the archive's {name} is too large ({info.file_size} bytes)")
        members[name] = info
    if MANIFEST not in members:
        raise BankError(f"the archive has no {MANIFEST}: it is no archive of a bank")
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise BankError("the archive is too large for a bank")
    return members


def _member(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    """Read a member, never more than its header promises."""
    info = members.get(name)
    if info is None:
        raise BankError(f"the archive lacks {name}, which its manifest names")
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise BankError(f"the archive's {name} is not as long as it says")
    return data
