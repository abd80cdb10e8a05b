"""Shared fixtures: where the project's data lies, if it does, and what no test may touch."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from pathlib import Path

import pytest

# Before anything imports Qt: no test needs a screen (the one under Xvfb starts its own process).
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A shell lets what it starts with "&" ignore Ctrl-C, and so would the programs that tests stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The labelled image set; the test is skipped where it is absent."""
    if not (DATA / "manifest.csv").is_file():
        pytest.skip(f"data tests need the image set at {DATA}")
    return DATA


def _stays_here(address: object) -> bool:
    """Tell whether a socket address is on this machine (a Unix socket's is a string)."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return host in {"", "localhost"} or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test whose code leaves the machine: nothing but commands for the network may."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if not _stays_here(address):
            pytest.fail(f"the code under test connects to {address!r}", pytrace=True)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings, logs and data of the code under test out of the user's home."""
    base = tmp_path_factory.getbasetemp() / "home"
    for name in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(base / name.lower()))
