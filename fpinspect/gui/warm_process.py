"""Imported by the process that engines are forked from (`warm`): loads all that they need."""

from __future__ import annotations

import contextlib


def _load() -> None:
    from fpinspect.gui import engine_compare, engine_ops

    del engine_compare  # Only to be there when an engine makes panels.
    engine_ops.load_shipped()


# Whatever is wrong with the installation, an engine meets it again and says it in plain words.
with contextlib.suppress(Exception):
    _load()
