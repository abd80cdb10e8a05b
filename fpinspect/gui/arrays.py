"""Numpy, loaded when it is first used: the window is shown without it, a sixth sooner."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["F32", "U8", "Array", "np"]

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    F32 = NDArray[np.float32]
    U8 = NDArray[np.uint8]
else:
    Array = F32 = U8 = Any

    class _Numpy:
        """Gets each name from numpy once."""

        def __getattr__(self, name: str) -> Any:
            found = getattr(import_module("numpy"), name)
            setattr(self, name, found)
            return found

    np = _Numpy()
