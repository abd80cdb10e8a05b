"""A path to the bytes behind it, once, or the reason in plain words why there are none."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from fpinspect.evidence.coding.formats import EXTENSIONS, MAGIC_BYTES, sniff
from fpinspect.evidence.flags import ItemError

_SLACK_BYTES = 64 << 20


def load(path: str, max_pixels: int) -> bytes:
    """Return the bytes of a regular image file.

    Parameters
    ----------
    path : str
        The file.
    max_pixels : int
        A file longer than any image of so many pixels is refused unread.

    Raises
    ------
    ItemError
        When there are no such bytes; says why and what to do.
    """
    try:
        # Without O_NONBLOCK, opening a FIFO would wait for a writer that may never come.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags)
        try:
            size = _checked_size(os.fstat(handle), max_pixels)
        except ItemError:
            os.close(handle)
            raise
        with os.fdopen(handle, "rb") as file:
            head = file.read(MAGIC_BYTES)
            if sniff(head) is None:
                raise ItemError(_not_an_image(path, head))
            # Python reserves what it is asked for: the size, which a growing file may pass.
            return head + file.read(max(0, size - len(head)))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise ItemError(_cannot_open(path, error)) from error


def _most_bytes(max_pixels: int) -> int:
    """Return the size of the longest file worth reading: four 16-bit channels, uncompressed."""
    return 8 * max_pixels + _SLACK_BYTES


def _checked_size(status: os.stat_result, max_pixels: int) -> int:
    """Return a file's size; refuse what is no file, empty, or too long for the pixel limit."""
    if stat.S_ISDIR(status.st_mode):
        raise ItemError(_FOLDER)
    if not stat.S_ISREG(status.st_mode):
        raise ItemError(_DEVICE)
    if status.st_size == 0:
        raise ItemError("The file is empty (0 bytes): the download or copy failed. Get it again.")
    if status.st_size > _most_bytes(max_pixels):
        raise ItemError(
            f"The file is {status.st_size / 1e9:.1f} GB, more than any image within the limit "
            f"of {max_pixels / 1e6:g} megapixels takes, and was not read. "
            "Raise the limit if you trust the file."
        )
    return status.st_size


_DEVICE = (
    "This is a pipe, a socket or a device, not a file, and was not read. "
    "Save the image to a file first."
)
_FOLDER = (
    "This is a folder, although it is named like an image. Rename it, or name the images in it."
)
_NO_ENTRY = (
    "You are not allowed to look into this folder. Ask its owner for read permission, or copy it."
)


def _cannot_open(path: str, error: Exception) -> str:
    """Say why a file cannot be opened, and what to do."""
    code = getattr(error, "errno", None)
    if code == errno.ENOENT:
        return "There is no such file. Check the name; it may have been moved or deleted."
    if code in {errno.EACCES, errno.EPERM}:
        if Path(path).is_dir():  # Windows refuses to open any folder
            return _FOLDER if os.access(path, os.R_OK) else _NO_ENTRY
        return (
            "You are not allowed to read this file. Ask its owner for read permission, or copy it."
        )
    if code == errno.EISDIR:
        return _FOLDER
    if code == errno.ENXIO:
        return _DEVICE
    return f"The file cannot be read ({reason(error)}). Check the disk or the connection to it."


def _not_an_image(path: str, head: bytes) -> str:
    """Say what a file is that does not begin like an image."""
    suffix = Path(path).suffix.lower()
    named = f", although it is named {suffix!r}" if suffix in EXTENSIONS else ""
    text = head.lstrip(b"\xef\xbb\xbf")
    looks_like_text = b"\0" not in text and all(c >= 32 or c in b"\t\r\n" for c in text)
    what = "text" if looks_like_text else "not an image that fpinspect reads"
    return (
        f"The content is {what}{named}. Readable are JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF, HEIC "
        "and JPEG XL: check what was saved under this name."
    )


def reason(error: BaseException) -> str:
    """Return a decoder's words on one line, bounded."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:160]
