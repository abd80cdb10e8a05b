"""What a process of computation runs in."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_FAULTS = """
import resource, sys
from fpinspect.batch.environment import keep_freed_memory
if sys.argv[1] == "keep":
    keep_freed_memory()
def allocate(times):
    for _ in range(times):
        first, second = bytearray(4 << 20), bytearray(4 << 20)
        del first, second
allocate(2)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
allocate(8)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told")
def test_freed_memory_is_used_again_without_page_faults() -> None:
    def faults(choice: str) -> int:
        command = [sys.executable, "-c", _FAULTS, choice]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    assert faults("keep") < faults("as it is") / 10
