"""The images asked for last: decoded, and denoised when something needs it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fpinspect.gui.engine import EngineError
from fpinspect.gui.viewdata import Component

if TYPE_CHECKING:
    from fpinspect.evidence.image import Evidence

F32 = npt.NDArray[np.float32]
_KEPT_BYTES = 400_000_000


class Separated(Mapping[Component, F32]):
    """An image, its residual and its denoised version, (3, H, W); the latter two on demand.

    Parameters
    ----------
    evidence : Evidence
        The decoded file.
    denoiser, device : str
        How it is separated.
    """

    def __init__(self, evidence: Evidence, denoiser: str, device: str) -> None:
        self.evidence = evidence
        self._denoiser, self._device = denoiser, device
        self._known = {Component.IMAGE: evidence.planes()}

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self._known[Component.IMAGE].shape[-2:]
        return height, width

    @property
    def nbytes(self) -> int:
        """Bytes that are held."""
        return sum(planes.nbytes for planes in self._known.values())

    def __getitem__(self, component: Component) -> F32:
        if component not in self._known:
            from fpinspect.signal.residual import separate

            image = self._known[Component.IMAGE]
            residual, denoised = separate(image, denoiser=self._denoiser, device=self._device)
            self._known |= {Component.RESIDUAL: residual, Component.DENOISED: denoised}
        return self._known[component]

    def __iter__(self) -> Iterator[Component]:
        return iter(Component)

    def __len__(self) -> int:
        return len(Component)


class Images:
    """Keeps images until there are too many bytes.

    Parameters
    ----------
    device : str
        Where they are denoised.
    """

    def __init__(self, device: str) -> None:
        self._device = device
        self._kept: OrderedDict[tuple[str, str, str], Separated] = OrderedDict()

    def get(self, record: Mapping[str, Any], denoiser: str) -> Separated:
        """Return the image of a JSON line.

        Raises
        ------
        EngineError
            If its file is gone or has changed.
        """
        from fpinspect.evidence.image import ItemError, reread

        key = (str(record["path"]), str(record["sha256"]), denoiser)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        try:
            evidence = reread(record["path"], record["sha256"])
        except ItemError as error:
            raise EngineError(str(error)) from error
        self._kept[key] = made = Separated(evidence, denoiser, self._device)
        while len(self._kept) > 1 and self._bytes() > _KEPT_BYTES:
            self._kept.popitem(last=False)
        return made

    def _bytes(self) -> int:
        return sum(image.nbytes for image in self._kept.values())
