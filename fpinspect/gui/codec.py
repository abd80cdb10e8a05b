"""Frozen classes and arrays to JSON and one block of memory, and back: no pickles.

What the engine's process sends is made by code that has just decoded hostile files, so the window
rebuilds only classes it knows: those of `viewdata` and `viewoptions`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

from fpinspect.gui.arrays import Array, np

_ALIGN = 64


def pack(value: Any) -> tuple[bytes, list[Array]]:
    """Turn a value into JSON and the arrays it refers to.

    Parameters
    ----------
    value : object
        None, bool, numbers, text, tuples, lists, mappings with text keys, arrays, and the
        dataclasses and enums of `viewdata`.

    Raises
    ------
    TypeError
        If it holds anything else.
    """
    arrays: list[Array] = []
    return json.dumps(_to_tree(value, arrays), separators=(",", ":")).encode(), arrays


def unpack(text: bytes, arrays: Iterable[Array]) -> Any:
    """Rebuild a value from what `pack` made.

    Raises
    ------
    ValueError
        If it names a class that may not cross.
    """
    return _from_tree(json.loads(text), list(arrays))


def layout(arrays: Iterable[Array]) -> tuple[list[dict[str, Any]], int]:
    """Place arrays in one block: their dtype, shape and offset, and the bytes needed."""
    placed = []
    end = 0
    for array in arrays:
        placed.append({"dtype": array.dtype.str, "shape": list(array.shape), "at": end})
        end += -(-array.nbytes // _ALIGN) * _ALIGN
    return placed, end


def write(arrays: Iterable[Array], placed: Iterable[Mapping[str, Any]], block: memoryview) -> None:
    """Copy arrays to their places in a block."""
    for array, place in zip(arrays, placed, strict=True):
        _view(place, block)[...] = array


def read(placed: Iterable[Mapping[str, Any]], block: memoryview) -> list[Array]:
    """Copy arrays out of a block; read-only, as they are shared by views."""
    found = []
    for place in placed:
        array = _view(place, block).copy()
        array.flags.writeable = False
        found.append(array)
    return found


def _view(place: Mapping[str, Any], block: memoryview) -> Array:
    dtype = np.dtype(place["dtype"])
    if dtype.hasobject:
        raise ValueError("arrays of objects do not cross")
    shape = tuple(int(n) for n in place["shape"])
    return np.ndarray(shape, dtype, buffer=block, offset=int(place["at"]))


def _to_tree(value: Any, arrays: list[Array]) -> Any:
    if isinstance(value, Enum):
        return {"$enum": type(value).__name__, "value": value.value}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"$array": len(arrays) - 1}
    if dataclasses.is_dataclass(value) and type(value).__name__ in _classes():
        parts = {
            f.name: _to_tree(getattr(value, f.name), arrays) for f in dataclasses.fields(value)
        }
        return {"$class": type(value).__name__, "parts": parts}
    if isinstance(value, tuple):
        return {"$tuple": [_to_tree(part, arrays) for part in value]}
    if isinstance(value, list):
        return [_to_tree(part, arrays) for part in value]
    if isinstance(value, Mapping):
        return {"$map": {str(key): _to_tree(part, arrays) for key, part in value.items()}}
    raise TypeError(f"{type(value).__name__} does not cross to the window")


def _from_tree(tree: Any, arrays: list[Array]) -> Any:
    if isinstance(tree, list):
        return [_from_tree(part, arrays) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if "$array" in tree:
        return arrays[tree["$array"]]
    if "$tuple" in tree:
        return tuple(_from_tree(part, arrays) for part in tree["$tuple"])
    if "$map" in tree:
        return {key: _from_tree(part, arrays) for key, part in tree["$map"].items()}
    name = str(tree.get("$enum") or tree.get("$class"))
    kind = _classes().get(name)
    if kind is None:
        raise ValueError(f"{name} may not cross to the window")
    if "$enum" in tree:
        return kind(tree["value"])
    return kind(**{key: _from_tree(part, arrays) for key, part in tree["parts"].items()})


@lru_cache(maxsize=1)
def _classes() -> dict[str, Any]:
    from fpinspect.gui import viewdata, viewoptions, viewwords

    found = {}
    for module in (viewdata, viewoptions, viewwords):
        for name, value in vars(module).items():
            if isinstance(value, type) and (
                dataclasses.is_dataclass(value) or issubclass(value, Enum)
            ):
                found[name] = value
    return found
