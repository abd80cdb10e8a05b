"""The only door to OpenCV: ``from fpinspect._cv2 import cv2``.

The opencv-python wheel points Qt at its own plug-ins and fonts when it is imported, which breaks
a PySide6 window started afterwards: both variables are put back as they were. Its log is silenced.
"""

from __future__ import annotations

import os

_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_before = {name: os.environ.get(name) for name in _QT_VARIABLES}

import cv2  # noqa: E402  (after the snapshot, which is the point of this module)

# Damaged files are reported in our own words; OpenCV's would get between the lines on stderr.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
# Tiles are small: threads of its own cost more than they give, and processes share the cores.
cv2.setNumThreads(1)

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

__all__ = ["cv2"]
