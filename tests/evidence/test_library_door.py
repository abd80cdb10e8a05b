"""OpenCV comes in through one door that leaves Qt's variables alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import os
before = {before!r}
for name, value in before.items():
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
from fpinspect._cv2 import cv2
assert cv2.__version__
for name, value in before.items():
    assert os.environ.get(name) == value, (name, os.environ.get(name))
"""


def run(program: str) -> None:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("value", [None, "/somewhere/else"])
def test_qt_variables_are_as_before(value):
    before = {"QT_QPA_PLATFORM_PLUGIN_PATH": value, "QT_QPA_FONTDIR": value}
    program = PROGRAM.format(before=before)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_reading_an_8_bit_image_loads_neither_opencv_nor_the_optional_decoders(tmp_path):
    path = tmp_path / "x.png"
    program = f"""
import sys
from PIL import Image
Image.new("RGB", (40, 40)).save({str(path)!r})
from fpinspect.evidence.image import read_evidence
from fpinspect.evidence.sources import walk
read_evidence({str(path)!r})
heavy = {{"cv2", "pillow_heif", "pillow_jxl", "c2pa", "torch", "sklearn", "scipy", "PySide6"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
