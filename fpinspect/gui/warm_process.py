"""Imported by the process that engines are forked from (`warm`): loads all that they need."""

from __future__ import annotations

import contextlib
import gc
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_UNUSED = "torch._meta_registrations"
"""Shapes of torch's operators for its compiler: a quarter of the time that torch takes to load."""


class _Unused(ModuleType):
    """Stands for a module that an engine does not need; whoever uses it all the same gets it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Asked of every module by whoever looks for the source of one.
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def _load() -> None:
    if "torch" not in sys.modules:
        sys.modules.setdefault(_UNUSED, _Unused(_UNUSED))
    from fpinspect.batch import outcome
    from fpinspect.batch.case import made_with
    from fpinspect.evidence import sources
    from fpinspect.gui import codec, engine_compare, engine_ops, engine_server

    # Only to be there when an engine works.
    del codec, engine_compare, engine_server, made_with, outcome, sources
    engine_ops.load_shipped()


# What is loaded stays: looking for garbage in it takes time, here and in every engine, and would
# copy the memory that they share.
gc.disable()
# Whatever is wrong with the installation, an engine meets it again and says it in plain words.
with contextlib.suppress(Exception):
    _load()
gc.freeze()
gc.enable()
