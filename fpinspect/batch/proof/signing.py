"""The laboratory's key: it signs a report's JSON and its hash list. Nothing else needs it.

Ed25519 (RFC 8032). The key lies in the settings folder, readable by its owner alone, with its
name beside it. A report carries its signature in the member ``signature``; what is signed is the
canonical JSON of the whole document (keys sorted, no spaces, ASCII) without the two signatures
themselves, so that indentation does not matter and the signer's name and time are covered too.

A signature says that whoever holds the key signed these very data. Whose key it is must be known
from elsewhere: compare its fingerprint with the one the laboratory tells.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fpinspect.batch.case.audit import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = "Ed25519"
VARIABLE = "FPINSPECT_KEY"
"""Environment variable that names another key file."""
_VALUES = ("report_signature", "hash_list_signature")


class SigningError(Exception):
    """A key cannot be made or used; ``str(error)`` is plain words."""


@dataclass(frozen=True, slots=True)
class LabKey:
    """The key of a laboratory.

    Attributes
    ----------
    name : str
        What the laboratory calls it.
    public : bytes
        The public half, 32 bytes.
    made_at : str
        When, ISO 8601, UTC.
    file : pathlib.Path
        Where the secret half lies (PEM, PKCS #8, mode 0600).
    """

    name: str
    public: bytes
    made_at: str
    file: Path

    @property
    def fingerprint(self) -> str:
        """First 40 hex digits of the SHA-256 of the public half: what is told to others."""
        return fingerprint(self.public)

    @property
    def title(self) -> str:
        """Name and fingerprint in one line, for a report's page."""
        return f"{self.name} ({grouped(self.fingerprint)})"

    @classmethod
    def make(cls, name: str, file: Path | None = None) -> Self:
        """Make a key and store it.

        Parameters
        ----------
        name : str
            What the laboratory calls it; not empty.
        file : pathlib.Path, optional
            Where; `key_file` by default.

        Raises
        ------
        SigningError
            If there is one already, or it cannot be stored.
        """
        from cryptography.hazmat.primitives import serialization as form
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        title = " ".join(name.split())
        if not title:
            raise SigningError("the key needs a name, such as that of the laboratory")
        file = file or key_file()
        secret = Ed25519PrivateKey.generate()
        pem = secret.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
        public = secret.public_key().public_bytes_raw()
        made = cls(title, public, datetime.now(UTC).isoformat(timespec="seconds"), file)
        about = {"name": made.name, "public_key": _b64(public), "made_at": made.made_at}
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(pem)
                stream.flush()
                os.fsync(stream.fileno())
            _about(file).write_text(json.dumps(about, indent=1) + "\n", "utf-8")
        except FileExistsError:
            raise SigningError(
                f"there is a key already, {file}: reports signed with it stay valid only as long "
                "as its public half is known, so move it away yourself if you want a new one"
            ) from None
        except OSError as error:
            raise SigningError(f"{file} cannot be written: {error.strerror or error}") from error
        return made

    @classmethod
    def load(cls, file: Path | None = None) -> Self:
        """Read the key's facts; the secret half is read when something is signed.

        Raises
        ------
        SigningError
            If there is no key, others can read it, or it is damaged.
        """
        file = file or key_file()
        public = _secret(file).public_key().public_bytes_raw()
        try:
            about: Any = json.loads(_about(file).read_text("utf-8"))
        except (OSError, ValueError):
            about = {}
        about = about if isinstance(about, dict) else {}
        if about.get("public_key") != _b64(public):
            about = {}  # of another key
        name = str(about.get("name") or file.stem)
        return cls(name, public, str(about.get("made_at") or ""), file)

    def sign(self, data: bytes) -> bytes:
        """Return the signature of bytes, 64 bytes.

        Raises
        ------
        SigningError
            If the secret half has gone.
        """
        return _secret(self.file).sign(data)


def find_key() -> LabKey | None:
    """Return the laboratory's key, None if none was made.

    Raises
    ------
    SigningError
        If there is one that cannot be used.
    """
    return LabKey.load() if key_file().exists() else None


def key_file() -> Path:
    """Where the key lies: ``lab-key.pem`` in the settings folder, or where `VARIABLE` says."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else config_dir() / "lab-key.pem"


def config_dir() -> Path:
    """Folder of the settings by the custom of the system, the window's too; not created."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData/Local") / "fpinspect"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Preferences" / "fpinspect"
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "fpinspect"


def fingerprint(public: bytes) -> str:
    """Name a public key: first 40 hex digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:40]


def grouped(digits: str) -> str:
    """Group hex digits by four, as they are read aloud."""
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def hash_lines(hashes: Iterable[Mapping[str, Any]]) -> bytes:
    """Write a report's hash list as ``sha256sum`` does: what is signed, and can be a file.

    Parameters
    ----------
    hashes : iterable of mapping
        The report's ``hashes``: ``path`` and ``sha256`` (None: the file could not be read).
    """
    lines = []
    for one in hashes:
        if one.get("sha256"):
            path = str(one["path"])
            escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
            mark = "\\" if escaped != path else ""
            lines.append(f"{mark}{one['sha256']}  {escaped}\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


def sign_report(document: Mapping[str, Any], key: LabKey) -> dict[str, Any]:
    """Return a report's JSON document with its member ``signature``.

    Parameters
    ----------
    document : mapping
        ``fpinspect.report/1``, complete; an older signature is replaced.
    key : LabKey
        From `find_key`.

    Returns
    -------
    dict
        To be written as JSON, with any indentation, attached to the PDF as ``*.json``, and put
        into HTML as the target of a link, ``<a download="NAME.json"
        href="data:application/json;base64,…">``: there `fpinspect.batch.proof.attached` finds it.

    Raises
    ------
    SigningError
        If the key cannot be used.
    """
    block = {
        "algorithm": ALGORITHM,
        "key": key.fingerprint,
        "public_key": _b64(key.public),
        "name": key.name,
        "signed_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    signed = {**document, "signature": block}
    values = (key.sign(canonical(signed)), key.sign(hash_lines(document.get("hashes") or ())))
    block.update(zip(_VALUES, map(_b64, values), strict=True))
    return signed


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """What became of the check of a signature.

    Attributes
    ----------
    signed : bool
        Whether there is a signature at all.
    problems : tuple of str
        What does not hold, in plain words.
    key : str
        Fingerprint of the key, 40 hex digits; empty if there is none.
    name, signed_at : str
        Whose it says it is, and when it says it was made. Hostile text.
    """

    signed: bool
    problems: tuple[str, ...] = ()
    key: str = ""
    name: str = ""
    signed_at: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a signature and it holds."""
        return self.signed and not self.problems


def check_signature(document: Mapping[str, Any]) -> SignatureCheck:
    """Check the signature of a report's JSON and of its hash list.

    Parameters
    ----------
    document : mapping
        As read from the file; nothing is trusted.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    block = document.get("signature")
    if block is None:
        return SignatureCheck(signed=False)
    try:
        if block["algorithm"] != ALGORITHM:
            raise ValueError
        public = _unb64(block["public_key"])
        report, hashes = (_unb64(block[name]) for name in _VALUES)
        verifier = Ed25519PublicKey.from_public_bytes(public)
    except (KeyError, TypeError, ValueError):
        return SignatureCheck(True, ("the signature is damaged or of an unknown kind",))
    bare = {name: value for name, value in block.items() if name not in _VALUES}
    problems = []
    try:
        verifier.verify(report, canonical({**document, "signature": bare}))
    except (InvalidSignature, ValueError):
        problems.append("the report was changed after it was signed")
    try:
        verifier.verify(hashes, hash_lines(document.get("hashes") or ()))
    except (InvalidSignature, ValueError, TypeError, AttributeError, KeyError):
        problems.append("the hash list was changed after it was signed")
    if block.get("key") != fingerprint(public):
        problems.append("the fingerprint that the report names is not that of its key")
    return SignatureCheck(
        True,
        tuple(problems),
        fingerprint(public),
        str(block.get("name", ""))[:200],
        str(block.get("signed_at", ""))[:40],
    )


def _about(file: Path) -> Path:
    return file.with_suffix(".json")


def _secret(file: Path) -> Ed25519PrivateKey:
    """Read the secret half of a key, which nobody else may read."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        mode = file.stat().st_mode
        pem = file.read_bytes()
    except FileNotFoundError:
        raise SigningError(
            f"there is no key {file}: make one with fpinspect case key make"
        ) from None
    except OSError as error:
        raise SigningError(f"{file} cannot be read: {error.strerror or error}") from error
    if os.name == "posix" and mode & 0o077:
        raise SigningError(
            f"others can read the secret key {file}: chmod 600 it, and make a new one if somebody "
            "else may have copied it"
        )
    secret = None
    with contextlib.suppress(ValueError, TypeError):
        secret = form.load_pem_private_key(pem, password=None)
    if not isinstance(secret, Ed25519PrivateKey):
        raise SigningError(f"{file} is no {ALGORITHM} key that fpinspect can read")
    return secret


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError from error
